"""The code of a sign-in: sent to the sign-in e-mail, within budgets that only this person has."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from idp.accounts import second_step
from idp.accounts.codes import Answer, Tried
from idp.accounts.second_step import Asking
from idp.accounts.states import RULES, State
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Code, Event, Identity, Outgoing, new_id
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.factories import EMAIL, HERE
from tests.fixtures import START, settings_for

MINUTE, DAY = timedelta(minutes=1), timedelta(hours=24)


@pytest.fixture
def asking(database: Database, at: FrozenClock) -> Asking:
    with database.writing() as session:
        return Asking(factories.make_identity(session).id, new_id(), "Un site", HERE)


def _other_tab(asking: Asking) -> Asking:
    return Asking(asking.identity_id, new_id(), None, HERE)


def _send(database: Database, asking: Asking) -> datetime | None:
    with database.writing() as session:
        return second_step.send(session, asking)


def _answer(database: Database, asking: Asking, typed: str) -> Tried:
    with database.writing() as session:
        return second_step.answer(session, asking, typed)


def _shown(database: Database) -> str:
    """The newest code, as its mail shows it."""
    shown: str = factories.mails(database)[-1]["values"]["code_shown"]
    return shown


def _wrong(database: Database) -> str:
    digits = int(_shown(database).partition(" - ")[2].replace(" ", ""))
    return f"{(digits + 1) % 10**6:06d}"


def test_e2_a_code_goes_to_the_sign_in_e_mail(database: Database, asking: Asking) -> None:
    assert _send(database, asking) is None
    (mail,) = factories.mails(database)
    shown = mail["values"].pop("code_shown")
    values = {"minutes": 15, "site_name": "Un site"}
    assert mail == {"purpose": "code", "to": EMAIL, "values": values}
    assert _answer(database, asking, shown).answer is Answer.RIGHT
    assert factories.kinds(database) == ["system:code:sent"]


def test_the_mail_says_how_long_the_code_lives(
    database: Database, asking: Asking, tmp_path: Path
) -> None:
    with database.writing() as session:
        session.info["settings"] = settings_for(tmp_path, code_lifetime=300)
        second_step.send(session, asking)
    assert factories.mails(database)[0]["values"]["minutes"] == 5


def test_av4_the_mail_dies_with_its_code(database: Database, asking: Asking) -> None:
    _send(database, asking)
    with database.reading() as session:
        code, mail = session.scalars(select(Code)).one(), session.scalars(select(Outgoing)).one()
    assert code.expires_at == mail.expires_at == START + 15 * MINUTE


def test_lk8_three_codes_in_15_minutes_over_all_tabs(
    database: Database, at: FrozenClock, asking: Asking
) -> None:
    for tab in (asking, _other_tab(asking), asking):
        assert _send(database, tab) is None
        at.advance(minutes=1)
    newest = _shown(database)
    assert _send(database, _other_tab(asking)) == START + 15 * MINUTE
    assert _send(database, asking) == START + 15 * MINUTE
    assert len(factories.mails(database)) == 3
    assert _answer(database, asking, newest).answer is Answer.RIGHT, "the last one sent stays good"
    at.instant = START + 15 * MINUTE
    assert _send(database, asking) is None


def test_lk8_twenty_codes_a_day(database: Database, at: FrozenClock, asking: Asking) -> None:
    for _ in range(20):
        assert _send(database, asking) is None
        at.advance(minutes=15)
    assert _send(database, asking) == START + DAY


def test_e3_the_newest_code_is_the_one_that_works(
    database: Database, at: FrozenClock, asking: Asking
) -> None:
    _send(database, asking)
    first = _shown(database)
    at.advance(seconds=1)
    _send(database, asking)
    second = _shown(database)
    assert _answer(database, asking, first).answer is not Answer.RIGHT
    assert _answer(database, asking, second).answer is Answer.RIGHT


def test_otc5_a_code_is_of_one_tab(database: Database, at: FrozenClock, asking: Asking) -> None:
    _send(database, asking)
    assert _answer(database, _other_tab(asking), _shown(database)) == Tried(Answer.DEAD)


def test_otc3_ten_wrong_a_day_over_all_tabs_and_no_eleventh_is_looked_at(
    database: Database, at: FrozenClock, asking: Asking
) -> None:
    for _ in range(2):
        tab = _other_tab(asking)
        at.advance(minutes=20)
        _send(database, tab)
        for _ in range(5):
            assert _answer(database, tab, _wrong(database)).answer is Answer.WRONG
    at.advance(minutes=20)
    _send(database, asking)
    with pytest.raises(TooManyError) as full:
        _answer(database, asking, _shown(database))
    assert full.value.retry_at == START + 20 * MINUTE + DAY
    assert factories.kinds(database).count("member:code:wrong") == 10


def test_otc3_of_twenty_wrong_at_once_five_are_looked_at(
    database: Database, asking: Asking
) -> None:
    _send(database, asking)
    wrong = _wrong(database)
    tried = at_once(20, lambda _number: _answer(database, asking, wrong).answer)
    assert tried.count(Answer.WRONG) == 5
    assert factories.kinds(database).count("member:code:wrong") == 5


def test_otc4_of_twenty_right_at_once_one_is_right(database: Database, asking: Asking) -> None:
    _send(database, asking)
    shown = _shown(database)

    def answer(_number: int) -> bool:
        try:
            return _answer(database, asking, shown).answer is Answer.RIGHT
        except TooManyError:  # ten under way at once, none of them wrong yet
            return False

    assert sum(at_once(20, answer)) == 1


@pytest.mark.parametrize("form", ["{digits}", "abc", "{other}{digits}"])
def test_only_wrong_codes_are_counted(
    database: Database, at: FrozenClock, asking: Asking, form: str
) -> None:
    for _ in range(12):
        assert _send(database, asking) is None
        prefix, _dash, digits = _shown(database).partition(" - ")
        other = f"{(int(prefix) + 1) % 1000:03d}"
        assert _answer(database, asking, form.format(digits=digits, other=other))
        at.advance(minutes=15)
    assert "member:code:wrong" not in factories.kinds(database)


def test_where_no_code_lives_nothing_is_counted(database: Database, asking: Asking) -> None:
    for _ in range(12):
        assert _answer(database, asking, "000000") == Tried(Answer.DEAD)


@pytest.mark.parametrize("state", [s for s in State if not RULES[s].takes_password])
def test_lk2_no_code_is_good_once_the_identity_is_not(
    database: Database, asking: Asking, state: State
) -> None:
    _send(database, asking)
    with database.writing() as session:
        session.execute(update(Identity).values(state=state.value))
    assert _answer(database, asking, _shown(database)) == Tried(Answer.DEAD)


def test_au1_a_wrong_code_is_an_event(database: Database, asking: Asking) -> None:
    _send(database, asking)
    assert _answer(database, asking, _wrong(database)).tries_left == 4
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "member:code:wrong")).one()
    assert (event.identity_id, event.flow_id) == (asking.identity_id, asking.interaction_id)
    assert event.network == "192.0.2.0/24"


def test_the_page_is_shown_the_prefix_of_its_own_code(database: Database, asking: Asking) -> None:
    _send(database, asking)
    with database.reading() as session:
        way = second_step.way_of(session, asking)
        assert way is not None
        mine = second_step.live_code(session, asking, way)
        other = second_step.live_code(session, _other_tab(asking), way)
    assert mine is not None
    assert _shown(database).startswith(f"{mine.prefix} - ")
    assert other is None


def test_otc6_neither_code_nor_address_is_in_the_database(
    database: Database, asking: Asking
) -> None:
    _send(database, asking)
    seen, shown = factories.dump(database), _shown(database)
    for clear in (shown, shown.partition(" - ")[2], "claire"):
        assert clear not in seen
