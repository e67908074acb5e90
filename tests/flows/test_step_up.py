"""/connexion/code (E2, E3): typing the code; its tries, life, messages and budgets (OTC1-4, 6)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.accounts import codes
from idp.clock import FrozenClock
from idp.models import Code, Outgoing
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL
from tests.flows.support_b import (
    CODE_PAGE,
    OTHER,
    at_code,
    code_of,
    distinct_codes,
    is_signed_in,
    not_the,
    person,
    post,
)
from tests.member import Member

Browsers = Callable[[], Member]
ENDED = "Le code a été mal saisi trop de fois"
VOID = "Ce code n'est plus valable"
LOST = "Cette connexion n'est plus en cours"


@pytest.fixture(autouse=True)
def claire(store: Database, at: FrozenClock) -> None:
    person(store)


@pytest.fixture(autouse=True)
def no_two_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    distinct_codes(monkeypatch)


def test_the_page_shows_mask_and_prefix_and_never_the_code(member: Member) -> None:
    """E2, OTC6."""
    at_code(member)
    prefix, digits = code_of(member)
    assert "cla*****@exemple.test" in member.text
    assert EMAIL not in member.text
    assert f"commence par {prefix}" in member.text
    assert "valable 15 minutes" in member.text
    body = member.page.get_data(as_text=True)
    for told in (digits, f"{digits[:3]} {digits[3:]}"):
        assert told not in body
        assert told not in member.address
    member.submit("Valider", code=not_the(digits))
    assert not_the(digits) not in member.page.get_data(as_text=True)


def test_a_short_local_part_shows_one_letter(store: Database, member: Member) -> None:
    """The mask has one length whatever the address: leading letters only after the password."""
    person(store, "bob@exemple.test")
    at_code(member, "bob@exemple.test")
    assert "b*****@exemple.test" in member.text


@pytest.mark.parametrize(
    "spelling",
    [
        "{d}",
        "{p}{d}",
        "{p} - {a} {b}",
        "{p}-{a}-{b}",
        " {a} {b} ",
        "{a}\u00a0{b}",
        "{a}\u202f{b}",
        "{p}\u2013{d}",
        "{a}.{b}",
        "\u2011{d}",
    ],
)
def test_the_right_code_in_any_spelling_signs_in(member: Member, spelling: str) -> None:
    """E2: with or without the prefix, spaces, dashes."""
    at_code(member)
    prefix, digits = code_of(member)
    member.submit("Valider", code=spelling.format(p=prefix, d=digits, a=digits[:3], b=digits[3:]))
    assert is_signed_in(member)


@pytest.mark.parametrize(("drawn", "digits"), [(0, "000000"), (42, "000042"), (999999, "999999")])
def test_leading_zeros_are_kept(
    member: Member, monkeypatch: pytest.MonkeyPatch, drawn: int, digits: str
) -> None:
    """OTC1: six digits, from `secrets`."""
    asked = []

    def below(limit: int) -> int:
        asked.append(limit)
        return drawn % limit

    monkeypatch.setattr(codes.secrets, "randbelow", below)
    at_code(member)
    assert code_of(member)[1] == digits
    assert 10**6 in asked
    member.submit("Valider", code=digits)
    assert is_signed_in(member)


@pytest.mark.parametrize("typed", ["12345", "1234567", "12 34", "abcdef", "４８２９１３", "²²²²²²"])
def test_what_is_no_code_burns_no_try(store: Database, member: Member, typed: str) -> None:
    at_code(member).submit("Valider", code=typed)
    assert "Ce n'est pas un code" in member.text
    assert member.page.status_code == 400
    assert tries(store) == [0]


def test_the_prefix_of_an_older_message_names_the_newer(store: Database, member: Member) -> None:
    """E2: and burns no try."""
    at_code(member)
    old_prefix, old = code_of(member)
    member.submit("Renvoyer un code")
    prefix, _digits = code_of(member)
    member.submit("Valider", code=old_prefix + old)
    assert f"saisissez le code du message {prefix}" in member.text.lower()
    assert tries(store)[-1] == 0


def test_a_wrong_code_says_how_many_tries_are_left(member: Member) -> None:
    at_code(member)
    _prefix, digits = code_of(member)
    for left in (4, 3, 2, 1):
        member.submit("Valider", code=not_the(digits))
        assert f"Essais restants : {left}" in member.text
    member.submit("Valider", code=digits)
    assert is_signed_in(member)


def test_five_wrong_codes_end_the_sign_in(member: Member) -> None:
    """OTC3: the code and what was proved on the way to it."""
    at_code(member)
    address = member.address
    _prefix, digits = code_of(member)
    for _ in range(5):
        member.submit("Valider", code=not_the(digits))
    assert ENDED in member.text
    assert member.address.startswith("/connexion?")
    assert CODE_PAGE not in member.open(address).text
    token = member.forms[0].values["csrf_token"]
    post(member, address, {"csrf_token": token, "code": digits})
    post(member, address.replace("/code", "/code/renvoyer"), {"csrf_token": token})
    assert len(member.mails(EMAIL, "code")) == 1
    assert not is_signed_in(member)


def test_ten_wrong_codes_a_day_over_all_browsers(browsers: Browsers, at: FrozenClock) -> None:
    """OTC3: the eleventh is not looked at, were it the right one."""
    for _ in range(2):
        one = at_code(browsers())
        for _ in range(5):
            one.submit("Valider", code=not_the(code_of(one)[1]))
    last = at_code(browsers())
    digits = code_of(last)[1]
    last.submit("Valider", code=digits)
    assert last.page.status_code == 429
    assert "Trop de codes incorrects" in last.text
    assert last.page.headers["Retry-After"] == str(24 * 3600 + 1)
    assert not is_signed_in(last)
    at.advance(hours=24, seconds=1)
    again = at_code(browsers())
    again.submit("Valider", code=code_of(again)[1])
    assert is_signed_in(again)


def test_the_wrong_codes_of_one_do_not_stop_another(store: Database, browsers: Browsers) -> None:
    person(store, OTHER)
    for _ in range(2):
        one = at_code(browsers())
        for _ in range(5):
            one.submit("Valider", code=not_the(code_of(one)[1]))
    denis = at_code(browsers(), OTHER)
    denis.submit("Valider", code=denis.code(OTHER))
    assert is_signed_in(denis)


@pytest.mark.parametrize(("seconds", "good"), [(899, True), (900, False), (901, False)])
def test_a_code_lives_900_seconds(
    member: Member, at: FrozenClock, seconds: int, good: bool
) -> None:
    """OTC2, R1."""
    at_code(member)
    page = member.forms[0]
    at.advance(seconds=seconds)
    post(member, page.action, {**page.values, "code": code_of(member)[1]})
    assert is_signed_in(member) is good


def test_an_expired_code_says_how_to_get_another(member: Member, at: FrozenClock) -> None:
    at_code(member)
    digits, stale = code_of(member)[1], member.forms[0]
    at.advance(seconds=901)
    answer = post(member, stale.action, {**stale.values, "code": digits})
    assert answer.status_code == 400
    assert VOID in answer.get_data(as_text=True).replace("&#39;", "'")
    member.open(stale.action).submit("Recevoir un code")
    member.submit("Valider", code=code_of(member)[1])
    assert is_signed_in(member)


def test_the_mail_dies_with_the_code(store: Database, member: Member, at: FrozenClock) -> None:
    """AV4: a code too late is never sent; OTC6: the subject bears none."""
    at_code(member)
    with store.reading() as session:
        mail = session.scalars(select(Outgoing)).one()
        code = session.scalars(select(Code)).one()
    assert mail.expires_at == code.expires_at
    assert (mail.expires_at - at.instant).total_seconds() == 900


def test_a_resend_voids_the_older_code(member: Member) -> None:
    """OTC4, E3."""
    at_code(member)
    older = code_of(member)[1]
    member.submit("Renvoyer un code")
    assert "Seul le nouveau code est valable" in member.text
    newer = code_of(member)[1]
    member.submit("Valider", code=older)
    assert "Ce code est incorrect" in member.text
    member.submit("Valider", code=newer)
    assert is_signed_in(member)


def test_over_the_mail_budget_the_page_says_when_and_the_code_stays_good(
    member: Member, at: FrozenClock
) -> None:
    """LK8: 3 messages in 15 minutes after a right password."""
    at_code(member)
    for _ in range(2):
        member.submit("Renvoyer un code")
    digits = code_of(member)[1]
    member.submit("Renvoyer un code")
    assert len(member.mails(EMAIL, "code")) == 3
    assert "Seul le nouveau code" not in member.text
    assert "un nouvel envoi le samedi 21 novembre 2026 à 10 h 15" in member.text
    member.submit("Valider", code=digits)
    assert is_signed_in(member)


def test_a_sign_in_over_the_mail_budget_still_has_its_page(member: Member, at: FrozenClock) -> None:
    for _ in range(4):
        at_code(member)
    assert len(member.mails(EMAIL, "code")) == 3
    assert "un nouvel envoi le samedi 21 novembre 2026 à 10 h 15" in member.text
    at.advance(minutes=15)
    member.submit("Recevoir un code").submit("Valider", code=code_of(member)[1])
    assert is_signed_in(member)


def test_the_page_without_a_sign_in_under_way_says_so(member: Member) -> None:
    for address in ("/connexion/code", "/connexion/code?interaction=" + "0" * 32):
        assert LOST in member.open(address).text
        assert member.page.status_code == 400


def tries(store: Database) -> list[int]:
    """The tries burnt, code by code, oldest first."""
    with store.reading() as session:
        return list(session.scalars(select(Code.tries).order_by(Code.created_at)))
