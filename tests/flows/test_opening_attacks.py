"""Opening a space with others' data, twice, at once, half-way: nothing told, nothing half-done."""

from collections.abc import Callable

import pytest

from idp.accounts import joining
from idp.clock import FrozenClock
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import nir
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
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
BCRYPT = "$2b$12$" + "F" * 53
OTHER = "autre.adresse@exemple.test"


def test_li9_a_known_person_s_data_and_a_stranger_s_address_attach_nothing(
    member: Member, store: Database
) -> None:
    line = on_file(store)
    reach_code(member, line, OTHER).submit("Je ne reçois rien")
    activate(member, OTHER)
    assert holder_of(store, line) is None
    assert not member.mails(FILED, "space_attached")


def test_a8_of_two_who_proved_one_member_the_first_link_wins(
    member: Member, store: Database, browsers: Callable[[], Member], at: FrozenClock
) -> None:
    line, other = on_file(store), browsers()
    prove(member, line, TYPED)
    at.advance(minutes=16)  # room in the mailbox of the file
    prove(other, line, OTHER)
    activate(other, OTHER)
    winner = holder_of(store, line)
    activate(member, TYPED)
    assert "Votre compte est activé" in member.text
    assert holder_of(store, line) == winner
    assert states(store) == ["active", "active"]
    assert len(member.mails(FILED, "space_attached")) == 1


def test_the_link_twice_and_by_a_scanner_attaches_once(
    member: Member, store: Database, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    prove(member, line, TYPED)
    for _ in range(2):
        other.open(member.link(TYPED))
    assert holder_of(store, line) is None
    activate(other, TYPED)
    assert holder_of(store, line)
    member.open(member.link(TYPED))
    assert member.page.status_code == 400
    assert len(member.mails(FILED, "space_attached")) == 1


def test_a_couple_that_shares_an_address_opens_two_spaces(
    member: Member, store: Database, browsers: Callable[[], Member], at: FrozenClock
) -> None:
    hers, other = on_file(store), browsers()
    his = on_file(store, 2)
    prove(member, hers, FILED)
    activate(member, FILED)
    at.advance(minutes=16)
    prove(other, his, OTHER)
    activate(other, OTHER)
    assert holder_of(store, hers)
    assert holder_of(store, his)
    assert holder_of(store, hers) != holder_of(store, his)


def test_a8_a_taken_address_ends_on_the_same_page_and_its_owner_is_told(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    prove(other, line, claire)
    assert "Un message vient d'être envoyé" in other.text
    assert len(other.mails(claire, "already_known")) == 1
    assert len(other.mails(claire, "activation")) == 1, "the one of her own sign-up"
    assert holder_of(store, line) is None


def test_a8_who_has_an_identity_already_is_told_there(
    member: Member, store: Database, browsers: Callable[[], Member], at: FrozenClock
) -> None:
    line, other = on_file(store), browsers()
    prove(member, line, TYPED)
    activate(member, TYPED)
    holder = holder_of(store, line)
    at.advance(minutes=16)
    reach_code(other, line, OTHER)
    assert other.mails(FILED, "member_code")[1:] == [], "only the first owner's proof went there"
    other.submit("Valider", code=code_of(other, TYPED))
    assert "Un message vient d'être envoyé" in other.text
    assert len(other.mails(TYPED, "space_known")) == 1
    activate(other, OTHER)
    assert holder_of(store, line) == holder


def test_a8_a_legacy_account_is_led_by_the_mail_and_nothing_is_attached(
    member: Member, store: Database
) -> None:
    line = on_file(store, legacy_password_hash=BCRYPT)
    prove(member, line, TYPED)
    assert "Un message vient d'être envoyé" in member.text
    (told,) = member.mails(FILED, "space_legacy")
    assert told["values"]["sign_in_url"].endswith("/connexion/nir")
    activate(member, TYPED)
    assert holder_of(store, line) is None
    assert not member.mails(FILED, "space_attached")


@pytest.mark.parametrize("status", ["left", "deceased"])
def test_a_closed_record_is_attached_to_nobody(
    member: Member, store: Database, status: str
) -> None:
    line = on_file(store, status=status)
    reach_code(member, line, FILED).submit("Je ne reçois rien")
    activate(member, FILED)
    assert holder_of(store, line) is None
    assert not member.mails(FILED, "member_code")


def test_r9_a_record_that_closes_before_the_link_is_not_attached(
    member: Member, store: Database
) -> None:
    line = on_file(store)
    prove(member, line, TYPED)
    on_file(store, status="left")
    activate(member, TYPED)
    assert states(store) == ["active"]
    assert holder_of(store, line) is None


def test_a_channel_that_the_file_has_just_changed_proves_nothing_yet(
    member: Member, store: Database, at: FrozenClock
) -> None:
    on_file(store)
    line = on_file(store, email=OTHER)
    reach_code(member, line, OTHER)
    assert not member.mails(OTHER, "member_code")
    member.submit("Je ne reçois rien")
    activate(member, OTHER)
    assert holder_of(store, line) is None


def test_av5_what_fails_half_way_changes_nothing_and_the_link_stays_good(
    member: Member, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = on_file(store)
    prove(member, line, TYPED)

    def fails(*_args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(joining, "_tell", fails)
        activate(member, TYPED)
        assert member.page.status_code == 500
    assert states(store) == ["pending"]
    assert holder_of(store, line) is None
    activate(member, TYPED)
    assert holder_of(store, line)


def test_a_later_sign_up_of_the_address_replaces_the_opening_too(
    member: Member, store: Database, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    prove(member, line, TYPED)
    link = member.link(TYPED)
    other.sign_up(TYPED)
    member.open(link)
    assert member.page.status_code == 400
    activate(other, TYPED)
    assert holder_of(store, line) is None, "who signed up last proved no member"


def test_pii3_the_nir_is_nowhere_once_it_was_typed(
    member: Member, store: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    line = on_file(store, mobile="0612345678")
    pages = []
    give_nir(member, line["nir"])
    pages += [member.page.get_data(as_text=True), member.address]
    give_access(member)
    pages += [member.page.get_data(as_text=True), member.address]
    give_coordinates(member, line)
    member.submit("Recevoir un code", channel="sms")
    pages += [member.page.get_data(as_text=True), member.address]
    member.submit("Valider", code=code_of(member, MOBILE))
    pages += [member.page.get_data(as_text=True), member.address]
    seen = "".join(pages) + caplog.text + factories.dump(store)
    assert line["nir"] not in seen
    assert line["nir"].encode().hex() not in seen


def test_the_password_may_not_be_made_of_the_nir(member: Member, store: Database) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    give_access(member, password=f"Ab!{line['nir']}")
    assert member.page.status_code == 400


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_r5_five_openings_a_day_of_one_nir_and_no_more(
    member: Member, store: Database, known: bool, at: FrozenClock
) -> None:
    line = on_file(store)
    if not known:
        line = {**line, "nir": nir(77)}
    for number in range(6):
        at.advance(hours=1)
        reach_code(member, line, f"essai{number}@exemple.test")
        assert member.page.status_code == (200 if number < 5 else 429)
    assert "numéro de sécurité sociale" in member.text
    at.advance(hours=24)
    reach_code(member, line, "encore@exemple.test")
    assert member.page.status_code == 200


def test_a_coordinates_page_sent_twice_counts_once(member: Member, store: Database) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    give_access(member)
    address, form = member.address, member.forms[0]
    give_coordinates(member, line)
    data = {**form.values, "nir_key": line["nir_key"], "family_name": "Autrement"}
    again = member.client.post(address, data={**data, "birth_date": "31/05/1985"})
    assert again.status_code == 303
    assert "/creer-mon-espace/code" in again.headers["Location"]
    member.open("/").open(again.headers["Location"])
    member.submit("Valider", code=code_of(member))
    activate(member, TYPED)
    assert holder_of(store, line)


def test_the_account_opened_so_signs_in_with_its_own_password(
    member: Member, store: Database
) -> None:
    line = on_file(store)
    prove(member, line, TYPED)
    activate(member, TYPED)
    member.open("/connexion").submit("Me connecter", email=TYPED, password=PASSWORD)
    member.submit("Valider", code=member.code(TYPED))
    assert "Vous êtes connecté" in member.text
