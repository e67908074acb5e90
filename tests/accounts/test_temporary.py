"""The temporary password (D5): once, in time, for who it is for, whatever others try."""

from datetime import date

import pytest
from sqlalchemy import select

from idp import clock
from idp.accounts import codes
from idp.accounts.codes import Purpose
from idp.accounts.lifetimes import TEMPORARY_PASSWORD
from idp.accounts.recoveries import Cause
from idp.accounts.recovery_channels import Way
from idp.clock import FrozenClock
from idp.models import Code, Recovery
from idp.storage.engine import Database
from tests.accounts.recovery_end_support import ASKER, NIR, OTHER, ask, holder, knock, secret
from tests.at_once import at_once
from tests.factories import EMAIL, kinds
from tests.fixtures import START, Statements

WRONG = "2222222222"
NOBODY = "2900299999901"
LIFE = TEMPORARY_PASSWORD.total_seconds()


@pytest.fixture
def sent(database: Database, at: FrozenClock) -> str:
    """Asked for by NIR in ASKER; what came by SMS."""
    holder(database)
    ask(database)
    return secret(database)


def _recovery(database: Database, recovery_id: str | None) -> Recovery:
    with database.reading() as session:
        return session.get_one(Recovery, recovery_id)


def _tries(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Code.tries).order_by(Code.tries)))


def test_d5_right_it_proves_the_recovery_in_the_browser_where_it_is_typed(
    database: Database, sent: str
) -> None:
    found = _recovery(database, knock(database, sent))
    assert (found.proved_by, found.proving_hash) == ("sms", ASKER)
    assert found.proved_at == START
    assert "member:recovery:proved" in kinds(database)


def test_d5_once_and_any_browser_may(database: Database, sent: str) -> None:
    """OTC5: not bound to the browser that asked; OTC4: replayed, it is a wrong password."""
    found = _recovery(database, knock(database, sent, browser=OTHER))
    assert (found.browser_hash, found.proving_hash) == (ASKER, OTHER)
    for browser in (ASKER, OTHER):
        assert knock(database, sent, browser=browser) is None


@pytest.mark.parametrize("spelled", ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "{1}\u00a0{2}"])
def test_it_may_be_typed_as_it_is_read(database: Database, sent: str, spelled: str) -> None:
    typed = spelled.format(sent, sent[:5], sent[5:])
    assert knock(database, typed.lower()) is not None


def test_otc2_dead_by_a_second(database: Database, sent: str, at: FrozenClock) -> None:
    at.advance(seconds=LIFE)
    assert knock(database, sent) is None
    at.advance(seconds=-1)
    assert knock(database, sent) is not None


def test_d5_with_the_same_identifier_only(database: Database, sent: str) -> None:
    for identifier in (EMAIL, NOBODY, "personne@exemple.test"):
        assert knock(database, sent, identifier) is None
    assert _tries(database) == [0], "a try elsewhere counted here"
    assert knock(database, sent) is not None


def test_d5_after_a_newer_one_the_older_is_dead(
    database: Database, sent: str, at: FrozenClock
) -> None:
    at.advance(seconds=61)
    second = ask(database, browser=OTHER)
    assert knock(database, sent) is None
    assert knock(database, secret(database), browser=OTHER) == second


def test_the_browser_that_asked_goes_on_with_its_own(
    database: Database, sent: str, at: FrozenClock
) -> None:
    """Two browsers asked; the password of the newer, typed in the older, resumes the older."""
    at.advance(seconds=61)
    ask(database, browser=OTHER)
    found = _recovery(database, knock(database, secret(database), browser=ASKER))
    assert found.browser_hash == ASKER


def test_it_proves_the_request_of_its_own_identifier(database: Database, sent: str) -> None:
    """The same person asked by e-mail as well: that one waits for its link."""
    by_email = ask(database, EMAIL, Way.EMAIL, browser=OTHER)
    assert knock(database, sent, browser=OTHER) not in (None, by_email)


def test_otc3_five_wrong_tries_kill_it(database: Database, sent: str) -> None:
    for _ in range(4):
        assert knock(database, WRONG) is None
    assert _tries(database) == [4]
    assert knock(database, "Un-Cheval*7-Bleu") is None, "no shape of one"
    assert _tries(database) == [4]
    assert knock(database, WRONG) is None
    assert knock(database, sent) is None


def test_d10_a_stranger_without_the_birth_date_does_not_replace_it(
    database: Database, sent: str
) -> None:
    """A pair that nobody is gets a code too, for nobody: it is never right and kills no other."""
    ask(database, born=date(1990, 1, 1), browser=OTHER)
    with database.reading() as session:
        found = session.execute(select(Code.subject, Code.channel_index, Code.voided_at)).all()
    assert sorted(subject.partition(":")[0] for subject, *_ in found) == ["identity", "nobody"]
    assert len({index for _, index, _ in found}) == 1
    assert [voided for *_, voided in found] == [None, None]
    assert knock(database, sent) is not None


def test_nobody_is_never_right(
    database: Database, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OTC5, R6: not even with the very characters."""
    monkeypatch.setattr(codes, "_drawn", lambda _alphabet, length: "3" * length)
    ask(database, NOBODY)
    with database.writing() as session:
        code = session.scalars(select(Code)).one()
        assert code.subject.startswith("nobody:")
        found = codes.attempt_any(session, Purpose.TEMPORARY, [code.channel_index], "3" * 10)
        assert found is None
    assert knock(database, "3" * 10, NOBODY) is None
    assert _tries(database) == [2]


def test_otc4_twenty_at_once_are_one(database: Database, sent: str) -> None:
    answers = at_once(20, lambda number: knock(database, sent, browser=f"{number:064}"))
    assert sum(answer is not None for answer in answers) == 1
    assert _tries(database)[0] <= 5


def test_otc4_twenty_wrong_ones_at_once_are_five(database: Database, sent: str) -> None:
    at_once(20, lambda number: knock(database, WRONG))
    assert _tries(database) == [5]


def test_it_proves_nothing_once_its_recovery_is_over(database: Database, sent: str) -> None:
    with database.writing() as session:
        session.scalars(select(Recovery)).one().ended_at = clock.now()
    assert knock(database, sent) is None


@pytest.mark.parametrize("identifier", [NIR, EMAIL])
@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("typed", [WRONG, "Un-Cheval*7-Bleu"])
def test_en2_the_same_statements_for_known_and_unknown_ones(
    database: Database, at: FrozenClock, identifier: str, typed: str, *, asked: bool
) -> None:
    counted = []
    for known in (False, True):
        if known:
            holder(database)
        if asked:
            ask(database, identifier, cause=Cause.UNBLOCK)
            at.advance(seconds=61)
        statements = Statements(database)
        knock(database, typed, identifier)
        counted.append(len(statements))
    assert counted[0] == counted[1]
    assert counted[0] == (1 if typed == WRONG else 0)
