"""/creer-mon-espace, from the NIR to the attached record (A1-A8)."""

import pytest

from idp.clock import FrozenClock
from idp.storage.engine import Database
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
    reach_code,
    states,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")


def test_a_code_to_the_file_s_address_and_the_link_attach_the_record(
    member: Member, store: Database
) -> None:
    line = on_file(store)
    reach_code(member, line)
    assert "*****@*****" in member.text
    member.submit("Valider", code=code_of(member))
    assert "Un message vient d'être envoyé" in member.text
    assert TYPED in member.text
    assert holder_of(store, line) is None
    activate(member)
    assert "Votre compte est activé" in member.text
    assert holder_of(store, line) is not None
    assert len(member.mails(FILED, "space_attached")) == 1


def test_a4_the_link_alone_proves_an_address_that_is_on_file(
    member: Member, store: Database
) -> None:
    line = on_file(store)
    reach_code(member, line, email=FILED)
    member.submit("Je ne reçois rien")
    activate(member, FILED)
    assert holder_of(store, line) is not None


def test_r9_without_a_code_the_account_opens_without_the_record(
    member: Member, store: Database
) -> None:
    line = on_file(store)
    reach_code(member, line)
    member.submit("Je ne reçois rien")
    assert "courrier" in member.text
    activate(member)
    assert states(store) == ["active"]
    assert holder_of(store, line) is None


def test_the_code_by_sms_attaches_too(member: Member, store: Database) -> None:
    line = on_file(store, email="", mobile="0612345678")
    reach_code(member, line)
    assert "** ** ** ** 78" in member.text
    member.submit("Valider", code=code_of(member, MOBILE))
    activate(member)
    assert holder_of(store, line) is not None
    assert len(member.mails(MOBILE, "space_attached")) == 1


def test_d4_of_two_channels_one_is_chosen(member: Member, store: Database) -> None:
    line = on_file(store, mobile="0612345678")
    reach_code(member, line)
    assert not member.mails(FILED)
    assert not member.mails(MOBILE)
    member.submit("Recevoir un code", channel="sms")
    assert len(member.mails(MOBILE, "code")) == 1
    assert not member.mails(FILED)


def test_a_phone_typed_here_is_declared_and_serves_nothing(member: Member, store: Database) -> None:
    line = on_file(store)
    reach_code(member, line, mobile="0698765432")
    assert "32" not in "".join(form.button for form in member.forms)
    assert not member.mails("+33698765432")


@pytest.mark.parametrize(
    "changes",
    [{"family_name": "Autrement"}, {"birth_date": "02/03/1984"}],
    ids=["name", "birth date"],
)
def test_a4_a_mismatch_sees_decoys_and_no_code_is_right(
    member: Member, store: Database, changes: dict[str, str]
) -> None:
    line = on_file(store)
    reach_code(member, line, **changes)
    assert "Vérification" in member.text
    for name in ("Recevoir un code", "Renvoyer un code"):
        if any(name in form.button for form in member.forms):
            member.submit(name)
    for _ in range(5):
        member.submit("Valider", code="000000")
    assert "Un message vient d'être envoyé" in member.text
    activate(member)
    assert holder_of(store, line) is None
    assert not member.mails(FILED)


def test_a3_otc3_five_wrong_codes_end_the_proof(member: Member, store: Database) -> None:
    line = on_file(store)
    reach_code(member, line)
    right = code_of(member)
    for _ in range(5):
        member.submit("Valider", code="000000" if right != "000 000" else "000001")
    assert "Un message vient d'être envoyé" in member.text
    assert "courrier" in member.text
    activate(member)
    assert holder_of(store, line) is None


def test_a1_a_malformed_nir_is_told_and_not_shown_again(member: Member) -> None:
    give_nir(member, "1 85 13 75")
    assert member.page.status_code == 400
    assert "n'est pas valable" in member.text
    assert "1 85 13 75" not in member.page.get_data(as_text=True)


def test_a4_the_key_is_arithmetic_and_is_told(member: Member, store: Database) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    give_access(member)
    give_coordinates(member, line, nir_key="00")
    assert member.page.status_code == 400
    assert "La clé ne correspond pas" in member.text


def test_an_opening_lives_an_hour(member: Member, store: Database, at: FrozenClock) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    at.advance(minutes=61)
    give_access(member)
    assert "n'est plus en cours" in member.text


def test_an_opening_is_of_its_browser(member: Member, store: Database, browsers: object) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    other = Member(member.app)
    other.open("/creer-mon-espace").open(member.address)
    assert "n'est plus en cours" in other.text
