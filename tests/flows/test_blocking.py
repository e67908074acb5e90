"""Three wrong passwords in a row, by anybody, for anybody (D1, LK1-LK3, R4)."""

from collections.abc import Callable
from threading import Barrier, Lock, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from idp.accounts import identities, lockout
from idp.accounts.passwords import Hasher
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Lockout, Outgoing
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support_b import (
    BLOCKED,
    CODE_PAGE,
    FAILURE,
    OTHER,
    WRONG,
    at_code,
    is_signed_in,
    person,
    put,
    rows,
    trusted,
    wrong,
)
from tests.member import PASSWORD, Member

Browsers = Callable[[], Member]
DAY_SECONDS = 24 * 3600


def test_the_third_wrong_password_blocks_and_the_page_says_until_when(
    store: Database, member: Member, at: FrozenClock
) -> None:
    """LK1: the right password is not even looked at then."""
    person(store)
    for _ in range(3):
        wrong(member)
        assert FAILURE in member.text
    for password in (PASSWORD, WRONG):
        sign_in(member.open("/connexion"), password=password)
        assert BLOCKED in member.text
        assert "dimanche 22 novembre 2026 à 10 h 00" in member.text
        assert member.page.status_code == 403


def test_a_block_lapses_after_24_hours_exactly(
    store: Database, member: Member, at: FrozenClock
) -> None:
    """D1."""
    person(store)
    wrong(member, times=3)
    at.advance(seconds=DAY_SECONDS - 1)
    sign_in(member.open("/connexion"))
    assert BLOCKED in member.text
    at.advance(seconds=1)
    at_code(member)


def test_after_a_lapse_three_more_are_needed(
    store: Database, member: Member, at: FrozenClock
) -> None:
    person(store)
    wrong(member, times=3)
    at.advance(hours=24)
    wrong(member, times=2)
    assert FAILURE in member.text
    at_code(member)


def test_tries_while_blocked_do_not_prolong_the_block(
    store: Database, member: Member, at: FrozenClock
) -> None:
    """D10: else one request a day would keep a member out for ever."""
    person(store)
    wrong(member, times=3)
    at.advance(hours=23)
    wrong(member, times=3)
    at.advance(hours=1)
    at_code(member)


def test_a_right_password_clears_what_was_counted(store: Database, member: Member) -> None:
    """LK3: three in a row, not three in a lifetime."""
    person(store)
    for _ in range(2):
        wrong(member, times=2)
        at_code(member)
    wrong(member, times=2)
    assert FAILURE in member.text


def test_one_notice_a_block_goes_to_the_owner(
    store: Database, member: Member, at: FrozenClock
) -> None:
    """LK1."""
    person(store)
    wrong(member, times=6)
    (notice,) = member.mails(EMAIL)
    assert notice["purpose"] == "blocked"
    assert notice["values"]["until"] == {"instant": "2026-11-22T09:00:00+00:00"}
    at.advance(hours=24)
    wrong(member, times=3)
    assert [mail["purpose"] for mail in member.mails(EMAIL)] == ["blocked", "blocked"]


@pytest.mark.parametrize("state", [None, State.DISABLED, State.FROZEN, State.PENDING])
def test_who_cannot_sign_in_costs_a_row_and_gets_no_notice(
    store: Database, member: Member, state: State | None
) -> None:
    """EN2: a message queued for one, a row that the worker drops for the other."""
    if state is not None:
        person(store, state=state)
    wrong(member, times=3)
    assert member.mails(EMAIL) == []
    assert rows(store, Outgoing) == 1


def test_a_trusted_device_with_the_right_password_passes_a_block(
    store: Database, browsers: Browsers
) -> None:
    """R4, D10; and the block stays for the others."""
    person(store)
    mine, theirs = trusted(browsers()), browsers()
    wrong(theirs, times=3)
    sign_in(mine.open("/connexion"))
    assert is_signed_in(mine)
    sign_in(theirs.open("/connexion"))
    assert BLOCKED in theirs.text


def test_three_wrong_passwords_on_a_trusted_device_end_that(
    store: Database, browsers: Browsers
) -> None:
    """R4: a stolen browser gets three tries too, not a way around the block."""
    person(store)
    mine = trusted(browsers())
    wrong(browsers(), times=3)
    wrong(mine, times=3)
    assert FAILURE in mine.text
    sign_in(mine.open("/connexion"))
    assert BLOCKED in mine.text
    assert not is_signed_in(mine)


def test_a_trusted_device_of_another_passes_no_block(store: Database, browsers: Browsers) -> None:
    """TD2: the attacker's own trusted browser is a stranger's."""
    person(store)
    person(store, OTHER)
    theirs = trusted(browsers(), OTHER)
    wrong(theirs, times=3)
    sign_in(theirs.open("/connexion"))
    assert BLOCKED in theirs.text


def test_a_wrong_password_on_a_trusted_device_counts_before_a_block(
    store: Database, browsers: Browsers
) -> None:
    """TD2: the cookie skips the code, never the count."""
    person(store)
    wrong(trusted(browsers()), times=3)
    other = browsers()
    sign_in(other.open("/connexion"))
    assert BLOCKED in other.text


def test_a_block_leaves_a_code_under_way_good(store: Database, browsers: Browsers) -> None:
    """LK2, R4: somebody else's guesses do not end what the owner has begun."""
    person(store)
    mine = at_code(browsers())
    wrong(browsers(), times=3)
    mine.submit("Valider", code=mine.code(EMAIL))
    assert is_signed_in(mine)


def test_a_phantom_block_is_not_seen_by_signing_up(member: Member, browsers: Browsers) -> None:
    """004: "block it, sign it up, look again" tells nothing, and opens nothing."""
    wrong(member, times=3)
    member.sign_up(EMAIL)
    sign_in(member.open("/connexion"))
    assert BLOCKED in member.text


def test_a_sign_up_gives_no_more_guesses(store: Database, member: Member) -> None:
    """004: a pending row of the attacker neither resets the count nor is asked instead."""
    person(store)
    wrong(member, times=2)
    member.sign_up(EMAIL, WRONG)
    wrong(member)
    assert FAILURE in member.text
    wrong(member)
    assert BLOCKED in member.text


def test_an_activation_clears_the_block_of_its_address(member: Member) -> None:
    """004: the mailbox has just been proved."""
    member.sign_up(EMAIL)
    wrong(member, times=3)
    member.open(member.link(EMAIL)).submit("Activer")
    at_code(member)


def test_an_administrator_ends_a_block(store: Database, member: Member) -> None:
    """`identity unblock`."""
    person(store)
    wrong(member, times=3)
    with store.writing() as session:
        identity = identities.find(session, EMAIL)
        assert identity is not None
        assert lockout.unblock(session, identity) is True
        assert lockout.unblock(session, identity) is False
    at_code(member)


def test_disabling_while_blocked_shows_no_difference(store: Database, member: Member) -> None:
    """EN1."""
    identity_id = person(store)
    wrong(member, times=3)
    put(store, identity_id, State.DISABLED)
    sign_in(member.open("/connexion"))
    assert BLOCKED in member.text


def test_twenty_wrong_passwords_at_once_are_three_evaluated(
    app: Flask, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LK1: the try is counted before the password is looked at."""
    person(store)
    evaluated, lock, real = [], Lock(), Hasher.verify

    def noted(hasher: Hasher, stored: str | None, password: str) -> bool:
        with lock:
            evaluated.append(password)
        return real(hasher, stored, password)

    monkeypatch.setattr(Hasher, "verify", noted)
    told = at_once(app, 20, WRONG)
    assert len(evaluated) == 3
    assert told.count(FAILURE) == 3
    assert told.count(BLOCKED) == 17
    with store.reading() as session:
        assert session.scalars(select(Lockout.failures)).all() == [3]


def test_right_passwords_at_once_block_nobody(app: Flask, store: Database) -> None:
    """LK1: what is claimed for a moment and given back leaves nothing behind."""
    person(store)
    told = at_once(app, 3, PASSWORD)
    assert told == [CODE_PAGE] * 3
    with store.reading() as session:
        assert session.scalars(select(Lockout.failures)).all() == [0]


def at_once(app: Flask, threads: int, password: str) -> list[str]:
    """The same sign-in by that many browsers in the same instant; what each was told."""
    told: list[str] = []
    start = Barrier(threads)

    def one(number: int) -> None:
        browser = Member(app)
        browser.client.environ_base["REMOTE_ADDR"] = f"127.0.2.{number}"
        browser.open("/connexion")
        start.wait(timeout=30)
        sign_in(browser, password=password)
        said = [each for each in (FAILURE, BLOCKED, CODE_PAGE) if each in browser.text]
        told.append(said[0] if said else f"{browser.page.status}: {browser.text}")

    running = [Thread(target=one, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=60)
    return told
