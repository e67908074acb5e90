"""`mgen-connect worker` wraps old verifiers beside what it sends, and ends when it is told to."""

import threading

import pytest
from sqlalchemy import select

from idp.accounts import legacy_wrap
from idp.cli import worker
from idp.models import Member
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import legacy_support
from tests.cli.conftest import KEYS, Command


def test_a_worker_wraps_what_an_import_has_left(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(Settings.from_env({**command.environ, **KEYS}))
    legacy_support.member(database)
    stops = list[threading.Event]()
    real, sends = legacy_wrap.run_round, threading.Event()

    def sending(_database: object, _settings: object, stop: threading.Event) -> None:
        stops.append(stop)
        sends.set()
        assert stop.wait(20)

    def wrapping(*given: object) -> int:
        assert sends.wait(20)
        done = real(*given)  # type: ignore[arg-type]
        stops[0].set()
        return done

    monkeypatch.setattr(worker.delivery, "run", sending)
    monkeypatch.setattr(legacy_wrap, "run_round", wrapping)
    monkeypatch.setattr(worker.signal, "signal", lambda *_given: None)
    assert command("worker").exit_code == 0
    with database.reading() as session:
        assert legacy_wrap.waiting(session) == 0
        assert session.scalars(select(Member.legacy_sealed)).one() is not None
    database.close()
