"""What a stranger who knows a member's public data tries on the pages of A, and what they learn."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp.accounts import decoys
from idp.clock import FrozenClock
from idp.models import Code, Identity
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import nir
from tests.flows.conftest import sign_in
from tests.flows.opening_support import (
    FILED,
    MOBILE,
    TYPED,
    activate,
    code_of,
    give_access,
    give_coordinates,
    give_nir,
    holder_of,
    on_file,
    prove,
    reach_code,
    states,
)
from tests.flows.support import authorize, claims, forum
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
THEIRS = "Attaquant-7*Mot-Passe"
Browsers = Callable[[], Member]


def _masks(member: Member) -> set[str]:
    found = re.findall(r"\*{5}@\S+|\*\* \*\* \*\* \*\* \d\d", member.text)
    return {mask.rstrip(".") for mask in found}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_r6_another_name_changes_no_mask(browsers: Browsers, store: Database, known: bool) -> None:
    """Else two names tried on one NIR would tell whether the register has it."""
    line = on_file(store, email="une.personne@orange.fr", mobile="0612345678")
    if not known:
        line = {**line, "nir": nir(77)}
    right, wrong = browsers(), browsers()
    reach_code(right, line, "un@exemple.test")
    reach_code(wrong, line, "deux@exemple.test", family_name="Autrement")
    assert _masks(right) == _masks(wrong) != set()


def test_r6_another_name_gets_no_code(member: Member, store: Database) -> None:
    line = on_file(store)
    reach_code(member, line, family_name="Autrement")
    assert "*****@*****" in member.text
    assert not member.mails(FILED)


@pytest.mark.parametrize("domain", ["ac-exemple.fr", "mairie-exemple.fr"])
def test_r6_a_rare_domain_is_not_shown(member: Member, store: Database, domain: str) -> None:
    reach_code(member, on_file(store, email=f"une.personne@{domain}"))
    assert domain not in member.text
    drawn = [decoys.of_pair(f"{number:064x}") for number in range(50)]
    shown = {decoys.mask(kind, value) for each in drawn for kind, value in each.items()}
    assert _masks(member) <= shown, "a mask that no decoy has"


def test_otc3_a_full_mailbox_gives_no_more_tries(
    member: Member, store: Database, browsers: Browsers
) -> None:
    line, other = on_file(store), browsers()
    reach_code(member, line)
    for _ in range(3):
        other.open("/activation/renvoyer").submit(email=TYPED)
    form = next(form for form in member.forms if "Valider" in form.button)
    wrong = "000000" if code_of(member) != "000 000" else "111111"
    for _ in range(7):
        member.client.post(form.action, data={**form.values, "code": wrong})
    with store.reading() as session:
        assert session.scalars(select(Code.tries)).one() == 5
    assert factories.kinds(store).count("member:code:wrong") == 5


def test_a_right_code_is_not_lost_where_the_mailbox_is_full(
    member: Member, store: Database, browsers: Browsers, at: FrozenClock
) -> None:
    line, other = on_file(store), browsers()
    reach_code(member, line)
    page, code = member.address, code_of(member)
    for _ in range(3):
        other.open("/activation/renvoyer").submit(email=TYPED)
    member.submit("Valider", code=code)
    assert member.page.status_code == 429
    at.advance(minutes=16)
    member.open(page).submit("Je ne reçois rien")
    activate(member)
    assert holder_of(store, line), "the code was right before"


def test_li2_typing_an_address_deletes_nothing_before_its_mail_goes(
    member: Member, store: Database, browsers: Browsers
) -> None:
    line, other = on_file(store), browsers()
    prove(member, line)
    link = member.link(TYPED)
    reach_code(other, {**line, "nir": nir(77)}, TYPED)
    member.open(link).submit("Activer")
    assert holder_of(store, line)


def test_a4_a_stranger_s_password_does_not_take_the_record_by_the_owner_s_click(
    app: Flask, store: Database, browsers: Browsers
) -> None:
    """Whoever knows public data mails the link to its owner, under a password of their own."""
    site = forum(store, step_up="on_request")
    line, owner, thief = on_file(store), browsers(), browsers()
    give_nir(thief, line["nir"])
    give_access(thief, FILED, THEIRS)
    give_coordinates(thief, line).submit("Je ne reçois rien")
    activate(owner, FILED)
    assert holder_of(store, line) is None
    thief.open(authorize(site))
    sign_in(thief, FILED, THEIRS)
    assert claims(app, site, thief)["acr"] == "eidas0"
    assert holder_of(store, line) is None


def test_a4_from_another_browser_the_first_code_attaches(
    member: Member, store: Database, browsers: Browsers
) -> None:
    """The same for its owner: who has the password and reads the address on file is the member."""
    line, phone = on_file(store), browsers()
    reach_code(member, line, FILED).submit("Je ne reçois rien")
    activate(phone, FILED)
    assert holder_of(store, line) is None
    member.open("/connexion")
    sign_in(member, FILED).submit("Valider", code=member.code(FILED))
    assert holder_of(store, line)
    assert len(member.mails(FILED, "space_attached")) == 1


def test_r9_an_undo_ends_what_was_proved_elsewhere_too(
    member: Member, store: Database, browsers: Browsers, at: FrozenClock
) -> None:
    line, other, owner = on_file(store), browsers(), browsers()
    prove(member, line)
    at.advance(minutes=16)
    prove(other, line, "deux@exemple.test")
    activate(member)
    owner.open(owner.mails(FILED, "space_attached")[-1]["values"]["link"])
    owner.submit("Ce n'était pas moi")
    activate(other, "deux@exemple.test")
    assert holder_of(store, line) is None
    assert states(store) == ["active", "frozen"]


def test_an_idle_undo_link_ends_no_session(
    member: Member, store: Database, browsers: Browsers
) -> None:
    line = on_file(store, mobile="0612345678")
    reach_code(member, line).submit("Recevoir un code", channel="email")
    member.submit("Valider", code=code_of(member))
    activate(member)
    by_mail, by_sms = (
        member.mails(to, "space_attached")[-1]["values"]["link"] for to in (FILED, MOBILE)
    )
    browsers().open(by_mail).submit("Ce n'était pas moi")
    with store.writing() as session:  # as recovery will leave it
        session.execute(update(Identity).values(state="active"))
    member.open("/connexion")
    sign_in(member, TYPED).submit("Valider", code=member.code(TYPED))
    late = browsers().open(by_sms).submit("Ce n'était pas moi")
    assert late.page.status_code == 400
    assert "Vous êtes connecté" in member.open("/").text


def test_d10_strangers_do_not_use_up_the_tries_of_who_joins(
    member: Member, store: Database, claire: str, browsers: Browsers, at: FrozenClock
) -> None:
    line, thief = on_file(store), browsers()
    for number in range(5):
        at.advance(minutes=6)
        reach_code(thief, line, f"essai{number}@exemple.test", family_name="Rien")
    at.advance(minutes=30)
    member.open("/connexion")
    sign_in(member, claire, PASSWORD).submit("Valider", code=member.code(claire))
    give_nir(member, line["nir"])
    give_coordinates(member, line).submit("Valider", code=code_of(member))
    assert holder_of(store, line)


def test_se4_half_a_sign_in_is_not_told_that_a_record_is_attached(
    member: Member, store: Database, browsers: Browsers
) -> None:
    line, thief = on_file(store), browsers()
    prove(member, line)
    activate(member)
    thief.open("/connexion")
    sign_in(thief, TYPED)
    handle = thief.address.partition("interaction=")[2].partition("&")[0]
    assert "déjà rattaché" not in thief.open(f"/creer-mon-espace?interaction={handle}").text
