"""What is past its time goes, in batches; what is not stays, whatever hangs on it (PII8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.accounts import links
from idp.accounts.states import RULES, State
from idp.clock import FrozenClock
from idp.models import Base, BrowserSession, Identity, Proof, RefreshToken, new_id
from idp.storage import purge as purging
from idp.storage.engine import Database
from idp.storage.purge import GRACE, KEPT, purge
from tests import factories
from tests.fixtures import START
from tests.storage import rows

SECOND = timedelta(seconds=1)
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
# table: how long after its date a row is kept, from the rows PII8 and states.md
EXPECTED = {
    "openings": timedelta(),
    "migrations": timedelta(),
    "recoveries": timedelta(),
    "invitations": 365 * DAYS,  # the same file may come again
    "codes": timedelta(),  # a daily purge then keeps none for more than 24 h after its end
    "links": 24 * HOURS,
    "interactions": 24 * HOURS,
    "budgets": timedelta(),
    "lockouts": 30 * DAYS,
    "authorization_codes": 24 * HOURS,
    "pushed_requests": 24 * HOURS,
    "spent_ids": timedelta(minutes=5),  # a node whose clock is behind would take it again
    "access_tokens": timedelta(),
    "refresh_tokens": timedelta(),
    "grants": timedelta(),
    "sessions": 24 * HOURS,
    "devices": timedelta(),
    "outbox": 24 * HOURS,
    "logout_notices": timedelta(),
    "events": 365 * DAYS,
}
OTHERWISE = {"identities", "proofs"}  # with a condition of their own
NEVER = {"clients", "client_secrets", "subjects", "signing_keys", "members", "channels"}
NEVER |= {"role_grants", "consents", "client_keys"}


def _count(database: Database, table: type[Base]) -> int:
    return factories.counts(database)[table.__tablename__]


def test_pii8_every_table_is_kept_as_long_as_decided() -> None:
    assert {table.__tablename__: kept for table, _date, kept in KEPT} == EXPECTED
    assert {*EXPECTED, *OTHERWISE, *NEVER} == set(Base.metadata.tables)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_row_goes_a_second_after_its_time_and_not_before(
    database: Database, at: FrozenClock, name: str
) -> None:
    make: Callable[[Session, datetime], None] = rows.MAKERS[name]
    limit = START - EXPECTED[name]
    with database.writing() as session:
        make(session, limit - SECOND)
        make(session, limit + SECOND)
    before = factories.counts(database)
    assert before[name] == 2
    assert purge(database)[name] == 1
    after = factories.counts(database)
    assert after == {**before, name: 1}, "something else went too"
    at.advance(seconds=3)
    assert purge(database)[name] == 1


def test_an_unfinished_sign_up_goes_after_15_days_with_its_links(
    database: Database, at: FrozenClock
) -> None:
    with database.writing() as session:
        pending = factories.make_pending(session)
        links.make(session, "activation", identity_id=pending.id)
        for state in State:
            if RULES[state].holds_email:
                kept = factories.make_identity(session, f"{state}@exemple.test", state=state)
                kept.expires_at = START  # only of an unfinished sign-up does it mean anything
    at.advance(days=15)
    assert purge(database)["identities"] == 0
    at.advance(seconds=1)
    assert purge(database)["identities"] == 1
    with database.reading() as session:
        left = session.scalars(select(Identity.state)).all()
    assert sorted(left) == sorted(state for state in State if RULES[state].holds_email)
    assert factories.counts(database)["links"] == 0


def test_proofs_of_a_tab_that_was_left_go_after_a_day(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        kept = rows.a_session(session, START + 12 * HOURS)
        for proved_at, session_id in (
            (START - DAYS - SECOND, None),
            (START - DAYS + SECOND, None),
            (START - 30 * DAYS, kept),
        ):
            session.add(
                Proof(id=new_id(), kind="password", proved_at=proved_at, session_id=session_id)
            )
    assert purge(database)["proofs"] == 1
    assert _count(database, Proof) == 2


def test_with_a_session_go_its_proofs(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        over = rows.a_session(session, START - 25 * HOURS)
        session.add(Proof(id=new_id(), kind="password", proved_at=START, session_id=over))
    purge(database)
    assert _count(database, BrowserSession) == 0
    assert _count(database, Proof) == 0


def test_a_sealed_answer_outlives_its_grace_by_nothing(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        grant = rows.a_grant(session, START + DAYS)
        for token_hash, used_at in (("used", START), ("unused", None)):
            session.add(
                RefreshToken(
                    token_hash=token_hash,
                    grant_id=grant,
                    created_at=START,
                    expires_at=START + DAYS,
                    used_at=used_at,
                    answer=b"sealed",
                )
            )

    def answers() -> dict[str, bytes | None]:
        with database.reading() as session:
            found = session.execute(select(RefreshToken.token_hash, RefreshToken.answer))
            return {row.token_hash: row.answer for row in found}

    at.advance(seconds=GRACE.total_seconds())
    purge(database)
    assert answers() == {"used": b"sealed", "unused": b"sealed"}
    at.advance(seconds=1)
    purge(database)
    assert answers() == {"used": None, "unused": b"sealed"}


def test_it_goes_in_batches_until_nothing_is_left(
    database: Database, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 3)
    with database.writing() as session:
        for _ in range(8):
            rows.MAKERS["budgets"](session, START - SECOND)
        rows.MAKERS["budgets"](session, START + SECOND)
    assert purge(database)["budgets"] == 8
    assert factories.counts(database)["budgets"] == 1


def test_nothing_alive_is_deleted(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        for make in rows.MAKERS.values():
            make(session, START)
        factories.make_pending(session, "autre@exemple.test")
    before = factories.counts(database)
    assert min(before[name] for name in EXPECTED) > 0
    assert set(purge(database).values()) == {0}
    assert factories.counts(database) == before
