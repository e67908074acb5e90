"""After the form (A5, A6, A8): the last page, its button and budgets, and who comes first."""

from collections.abc import Callable

import pytest

from idp.clock import FrozenClock
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import authorize
from tests.flows.support_b import (
    CODE_PAGE,
    DEAD_LINK,
    FAILURE,
    PRODUCTION,
    SENT,
    WRONG,
    app_with,
    at_code,
    form_token,
    is_signed_in,
    post,
)
from tests.member import PASSWORD, Member

Browsers = Callable[[], Member]


def send(member: Member, password: str = PASSWORD, email: str = EMAIL) -> Member:
    """Sign up with this password."""
    return member.sign_up(email, password)


def test_a_later_sign_up_replaces_an_unfinished_one(member: Member) -> None:
    """A6."""
    send(member, WRONG)
    first = member.link(EMAIL)
    send(member)
    assert DEAD_LINK in member.open(first).text
    member.open(member.link(EMAIL)).submit("Activer")
    sign_in(member.open("/connexion"), password=WRONG)
    assert FAILURE in member.text
    at_code(member)


def test_who_signs_up_a_victim_first_gains_nothing(browsers: Browsers) -> None:
    """LI2, pre-hijack: the victim's own sign-up wins, and the attacker's page is worth nothing."""
    attacker, victim = browsers(), browsers()
    send(attacker, WRONG)
    waiting = attacker.address
    send(victim)
    victim.open(victim.link(EMAIL)).submit("Activer")
    mails = len(victim.mails(EMAIL))
    attacker.open(waiting).submit("Renvoyer")
    assert len(victim.mails(EMAIL)) == mails
    sign_in(attacker.open("/connexion"), password=WRONG)
    assert FAILURE in attacker.text
    at_code(victim)


def test_activated_by_mistake_the_attackers_sign_up_still_lacks_the_mailbox(
    browsers: Browsers,
) -> None:
    """LI2: the code of E2 stands between the attacker's password and the account."""
    attacker, victim = browsers(), browsers()
    send(attacker, WRONG)
    victim.open(victim.link(EMAIL)).submit("Activer")
    sign_in(attacker.open("/connexion"), password=WRONG)
    assert CODE_PAGE in attacker.text
    assert not is_signed_in(attacker)


def test_before_activation_nothing_is_reserved_or_open(member: Member, browsers: Browsers) -> None:
    """A6, LI2."""
    send(member)
    assert not is_signed_in(member)
    sign_in(member.open("/connexion"))
    assert FAILURE in member.text
    other = send(browsers())
    assert SENT in other.text


def test_the_last_page_belongs_to_the_browser_that_applied(
    member: Member, browsers: Browsers
) -> None:
    send(member)
    thief = browsers().open(member.address)
    assert thief.page.status_code == 400
    assert EMAIL not in thief.text
    token = form_token(thief)
    assert post(thief, member.address, {"csrf_token": token}).status_code == 400
    assert len(member.mails(EMAIL)) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda suite: suite[:-4] + "AAAA",
        lambda suite: "A" + suite[1:],
        lambda suite: suite[:20],
        lambda suite: "",
        lambda suite: "é%00",
        lambda suite: "A" * 4000,
    ],
)
def test_a_spoilt_note_is_a_page_and_sends_nothing(
    member: Member, spoil: Callable[[str], str]
) -> None:
    send(member)
    suite = member.address.partition("suite=")[2].partition("&")[0]
    address = member.address.replace(suite, spoil(suite))
    member.open(address)
    assert member.page.status_code == 400
    assert EMAIL not in member.text
    post(member, address, {"csrf_token": form_token(member)})
    assert len(member.mails(EMAIL)) == 1


def test_the_note_shows_nothing_of_the_address(member: Member) -> None:
    """PII8: it is in the URL, and URLs are logged."""
    send(member)
    assert "claire" not in member.address
    assert "exemple" not in member.address


def test_the_note_lives_twelve_hours(member: Member, at: FrozenClock) -> None:
    send(member)
    last_page = member.address
    at.advance(hours=12)
    assert member.open(last_page).page.status_code == 200
    at.advance(seconds=1)
    assert member.open(last_page).page.status_code == 400


def test_the_message_may_be_asked_again_within_its_budget(member: Member, at: FrozenClock) -> None:
    """A5, LK8: three in fifteen minutes, the first one included; then the page says when."""
    send(member)
    for total in (2, 3):
        member.submit("Renvoyer")
        assert "une nouvelle fois" in member.text
        assert len(member.mails(EMAIL)) == total
    member.submit("Renvoyer")
    assert "une nouvelle fois" not in member.text
    assert "un nouvel envoi le samedi 21 novembre 2026 à 10 h 15" in member.text
    assert len(member.mails(EMAIL)) == 3
    at.advance(minutes=15)
    member.submit("Renvoyer")
    assert len(member.mails(EMAIL)) == 4


def test_one_mailbox_cannot_be_flooded_by_signing_up(
    member: Member, browsers: Browsers, at: FrozenClock
) -> None:
    """LK8: 3 in 15 minutes, 10 a day, over all browsers; the page says when."""
    for _ in range(3):
        send(browsers())
    send(member)
    assert member.page.status_code == 429
    assert "Prochain envoi possible : samedi 21 novembre 2026 à 10 h 15" in member.text
    for _ in range(7):
        at.advance(minutes=15)
        send(browsers())
    at.advance(minutes=15)
    assert send(member).page.status_code == 429
    assert len(member.mails(EMAIL)) == 10


def test_the_last_page_outlives_the_paused_request(
    site: Registered, member: Member, at: FrozenClock
) -> None:
    """A5: who looks for the message for half an hour must still be able to ask for another."""
    member.open(authorize(site))
    member.sign_up(EMAIL, start="/creer-un-compte?" + member.address.partition("?")[2])
    at.advance(minutes=31)
    member.open(member.address)
    assert SENT in member.text, member.text
    member.submit("Renvoyer")
    assert len(member.mails(EMAIL, "activation")) == 2
    member.open(member.link(EMAIL)).submit("Activer")
    assert "Votre compte est activé" in member.text


def test_production_takes_no_reserved_domain(here: Settings, store: Database) -> None:
    """LI1: .test is for developers only."""
    with app_with(here, **PRODUCTION, database_url=here.database) as made:
        member = send(Member(made))
        assert member.page.status_code == 400
        assert SENT in send(member, email="claire@exemple.fr").text
