"""The codes that prove a telephone: bound, counted, limited, raced for (OTC3-5, LK8, AV9)."""

import pytest
from sqlalchemy import false, update

from idp.accounts import budgets, phone_factor, sessions
from idp.accounts.channels import ChannelKind
from idp.accounts.codes import Answer
from idp.accounts.declared import declare
from idp.accounts.phone_factor import Asker
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Channel
from idp.storage.engine import Database
from tests import factories
from tests.accounts.phone_walks import (
    ONE,
    THREE,
    TWO,
    activate,
    active,
    answer,
    ask,
    elsewhere,
    newest_code,
    not_the,
    rows,
    somebody,
)
from tests.at_once import at_once


@pytest.fixture
def asker(database: Database, at: FrozenClock) -> Asker:
    return somebody(database)


def test_otc5_a_code_is_good_in_its_own_session_for_its_own_person_only(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    phone = ask(database, asker)
    digits = newest_code(database)
    stranger = somebody(database, "autre@exemple.test")
    for other in (elsewhere(database, asker), stranger):
        with database.reading() as session:
            assert phone_factor.awaited(session, other, phone.id) is None
        assert answer(database, other, phone, digits).answer is Answer.DEAD
    assert active(database, asker) is None
    assert answer(database, asker, phone, digits).answer is Answer.RIGHT
    assert answer(database, asker, phone, digits).answer is Answer.DEAD


def test_otc5_a_code_proves_its_own_number_only(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """The later number is the one that waits; the first one's code is worth nothing for it."""
    first = ask(database, asker)
    digits = newest_code(database)
    at.advance(minutes=1)
    second = ask(database, asker, TWO)
    while newest_code(database, TWO) == digits:
        at.advance(minutes=6)
        second = ask(database, asker, TWO)
    assert answer(database, asker, second, digits).answer is Answer.WRONG
    with database.reading() as session:
        assert phone_factor.awaited(session, asker, first.id) is None
    assert answer(database, asker, first, digits).answer is Answer.DEAD
    assert active(database, asker) is None


def test_otc3_five_wrong_codes_end_it_and_ten_a_day_the_day(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    for _ in range(2):
        at.advance(minutes=6)
        phone = ask(database, asker)
        for left in (4, 3, 2, 1, 0):
            tried = answer(database, asker, phone, not_the(newest_code(database)))
            assert (tried.answer, tried.tries_left) == (Answer.WRONG, left)
        assert rows(database) == 0
    at.advance(minutes=15)
    phone = ask(database, asker)
    with pytest.raises(TooManyError, match="wrong_codes"):
        answer(database, asker, phone, newest_code(database))


def test_a_code_lives_fifteen_minutes_and_a_new_one_kills_it(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """OTC2, OTC4."""
    phone = ask(database, asker)
    old = newest_code(database)
    at.advance(minutes=1)
    with database.writing() as session:
        assert phone_factor.ask_again(session, asker, phone) is None
    if old != newest_code(database):
        assert answer(database, asker, phone, old).answer is Answer.WRONG
    at.advance(minutes=15)
    assert answer(database, asker, phone, newest_code(database)).answer is Answer.DEAD


def test_lk8_sms_cost_what_they_cost_everywhere(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """One a minute to a number, six a day to it for this person; over it nothing is sent."""
    phone = ask(database, asker)
    for minutes, sent in ((0, 1), (1, 2), (1, 3), (1, 3), (15, 4), (1, 5), (1, 6), (15, 6)):
        at.advance(minutes=minutes)
        with database.writing() as session:
            full = phone_factor.ask_again(session, asker, phone) if sent > 1 or minutes else None
        codes = [mail for mail in factories.mails(database) if mail["purpose"] == "code"]
        assert len(codes) == sent, (minutes, full)
    with pytest.raises(TooManyError, match="sms_signed"):
        ask(database, asker)


def test_three_changes_in_thirty_days(database: Database, at: FrozenClock, asker: Asker) -> None:
    """The fourth is refused before an SMS leaves; a removal is always free."""
    for number in (ONE, TWO, THREE):
        phone = activate(database, at, asker, number)
    sent = len(factories.mails(database))
    at.advance(minutes=6)
    with pytest.raises(TooManyError, match="phone_changes"):
        ask(database, asker, ONE)
    assert len(factories.mails(database)) == sent
    with database.writing() as session:
        assert phone_factor.remove(session, asker, phone.id)
    with pytest.raises(TooManyError, match="phone_changes"):
        ask(database, asker, ONE)
    at.advance(days=30)
    activate(database, at, asker, ONE)


def test_a_fourth_change_asked_for_before_the_third_was_proved_is_refused_too(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    other = elsewhere(database, asker)
    for number in (ONE, TWO):
        activate(database, at, asker, number)
    at.advance(minutes=6)
    phone = ask(database, other, THREE)
    with database.writing() as session:
        budgets.take(session, phone_factor.CHANGES, asker.identity_id)
    with pytest.raises(TooManyError, match="phone_changes"):
        answer(database, other, phone, newest_code(database, THREE))
    found = active(database, asker)
    assert found is not None
    assert found.number == TWO


def test_a_refused_change_leaves_the_old_number_in_its_place(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """The row that waited was replaced between the page and the code."""
    activate(database, at, asker)
    at.advance(minutes=6)
    phone = ask(database, asker, TWO)
    digits = newest_code(database, TWO)
    with database.writing() as session:
        declare(session, asker.identity_id, {ChannelKind.MOBILE: THREE})
    assert answer(database, asker, phone, digits).answer is Answer.DEAD
    found = active(database, asker)
    assert found is not None
    assert found.number == ONE


def test_av9_of_two_activations_at_once_one_number_is_left(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """The unique index decides; the loser is told that the code is dead, not a failure."""
    askers = [asker, elsewhere(database, asker)]
    phones, digits = [], []
    for who, number in zip(askers, (ONE, TWO), strict=True):
        phones.append(ask(database, who, number))
        digits.append(newest_code(database, number))
        with database.writing() as session:  # both wait: each browser's page was there first
            session.execute(
                update(Channel)
                .where(Channel.id == phones[-1].id)
                .values(standing="parked", id=phones[-1].id)
            )
    with database.writing() as session:
        session.execute(update(Channel).values(standing="declared"))

    def prove(number: int) -> Answer:
        return answer(database, askers[number], phones[number], digits[number]).answer

    found = at_once(2, prove)
    assert set(found) <= {Answer.RIGHT, Answer.DEAD}
    assert Answer.RIGHT in found
    assert rows(database, Channel.standing == "proved") == 1
    told = [mail["purpose"] for mail in factories.mails(database) if "phone_" in mail["purpose"]]
    assert len([each for each in told if each != "phone_gone"]) == found.count(Answer.RIGHT)


def test_av9_the_unique_index_has_the_last_word(
    database: Database, at: FrozenClock, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if another had been proved between the two statements: told as a dead code, no failure."""
    activate(database, at, asker)
    at.advance(minutes=6)
    phone = ask(database, asker, TWO)
    digits = newest_code(database, TWO)
    real = sessions.proved_phone
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "proved_phone", lambda who: real(who) & false())
        assert answer(database, asker, phone, digits).answer is Answer.DEAD
    found = active(database, asker)
    assert found is not None
    assert found.number == ONE
    assert "phone_changed" not in factories.purposes(database)


def test_av9_one_code_sent_eight_times_at_once_activates_once(
    database: Database, asker: Asker
) -> None:
    """OTC4."""
    phone = ask(database, asker)
    digits = newest_code(database)
    found = at_once(8, lambda _: answer(database, asker, phone, digits).answer)
    assert found.count(Answer.RIGHT) == 1
    assert set(found) == {Answer.RIGHT, Answer.DEAD}
    assert factories.purposes(database).count("phone_added") == 1
