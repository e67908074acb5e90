"""Messages: in the transaction of what causes them, encrypted, of equal weight (EN2, PII8)."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from idp.accounts.activity import Kind, record
from idp.clock import FrozenClock
from idp.delivery import outbox
from idp.models import Outgoing
from idp.storage.engine import Database
from idp.storage.keyring import UnreadableError
from tests import factories
from tests.fixtures import START, Statements

CANARIES = ("claire@exemple.test", "671 - 482 913", "Un site")


def _queue(database: Database) -> None:
    with database.writing() as session:
        outbox.queue_mail(
            session, "code", CANARIES[0], code_shown=CANARIES[1], minutes=15, site_name=CANARIES[2]
        )


def _row(database: Database) -> Outgoing:
    with database.reading() as session:
        return session.scalars(select(Outgoing)).one()


def test_a_message_goes_with_the_change_that_failed(database: Database, at: FrozenClock) -> None:
    def half_way() -> None:
        with database.writing() as session:
            record(session, Kind.CODE_SENT)
            outbox.queue_mail(session, "no_account", "a@exemple.test", sign_up_url="x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert factories.counts(database)["outbox"] == 0


def test_pii8_nothing_of_a_payload_is_readable_at_rest(database: Database, at: FrozenClock) -> None:
    _queue(database)
    seen = factories.dump(database)
    for canary in CANARIES:
        assert canary not in seen
        assert canary.encode().hex() not in seen
    files = _files(database)
    assert bool(files) is (database.engine.dialect.name == "sqlite")
    assert not any(canary.encode() in content for canary in CANARIES for content in files)


def _files(database: Database) -> list[bytes]:
    """SQLite's file and its journal, as they lie on the disk."""
    path = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or path is None:
        return []
    return [each.read_bytes() for each in Path(path).parent.glob("idp.sqlite3*")]


def test_only_the_keys_of_personal_data_open_it(database: Database, at: FrozenClock) -> None:
    _queue(database)
    payload = _row(database).payload
    assert payload is not None
    assert CANARIES[1] in database.keys.open("pii", outbox.LABEL, payload)
    with pytest.raises(UnreadableError):
        database.keys.open("pii", "identity.email", payload)


def test_due_at_once_and_worth_sending_for_two_days(database: Database, at: FrozenClock) -> None:
    _queue(database)
    row = _row(database)
    assert (row.purpose, row.attempts, row.next_attempt_at) == ("code", 0, START)
    assert row.expires_at == START + timedelta(days=2)
    assert row.sent_at is row.failed_at is None


def test_an_instant_keeps_its_zone(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        outbox.queue_mail(session, "blocked", "a@exemple.test", until=START)
    assert factories.mails(database)[0]["values"] == {"until": {"instant": START.isoformat()}}


def test_en2_nothing_weighs_as_much_as_something(database: Database, at: FrozenClock) -> None:
    run = Statements(database)
    with database.writing() as session:
        outbox.queue_nothing(session)
    _queue(database)
    assert len(run) == 2
    assert run[0] == run[1]
