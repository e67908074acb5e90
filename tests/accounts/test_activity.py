"""Events: in the transaction of the change, a network for a place, no secret (AU1, AU4)."""

import logging

import pytest
from sqlalchemy import select

from idp.accounts import activity
from idp.accounts.activity import NOWHERE, Kind, Where, record
from idp.clock import FrozenClock
from idp.models import Event
from idp.storage.engine import Database
from tests import factories
from tests.fixtures import START


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3::7", "2001:db8:1::/48"),
        ("::1", "::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        (None, None),
    ],
)
def test_au1_a_place_is_kept_as_a_network_only(address: str | None, network: str | None) -> None:
    assert Where(address).network == network


def test_au1_an_event_says_what_to_whom_when_and_where(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        record(
            session,
            Kind.SITE_OPENED,
            identity_id="i" * 32,
            client_id="site",
            flow_id="f" * 32,
            where=factories.HERE,
            level="eidas0",
        )
    with database.reading() as session:
        event = session.scalars(select(Event)).one()
    assert (event.at, event.kind, event.identity_id) == (START, "member:site:opened", "i" * 32)
    assert (event.client_id, event.flow_id) == ("site", "f" * 32)
    assert (event.network, event.browser) == ("192.0.2.0/24", "Firefox sur Linux")
    assert event.detail == {"level": "eidas0"}


def test_au4_an_event_goes_with_the_change_that_failed(database: Database, at: FrozenClock) -> None:
    def half_way() -> None:
        with database.writing() as session:
            record(session, Kind.SIGNED_UP)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert factories.kinds(database) == []


class Lines(logging.Handler):
    """Keeps what the logger of events was told, wherever the log goes."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    heard = Lines()
    monkeypatch.setattr(activity.log, "handlers", [heard])
    monkeypatch.setattr(activity.log, "level", logging.INFO)
    activity.log.manager._clear_cache()  # type: ignore[attr-defined]
    return heard


def test_au1_one_line_in_the_log(database: Database, at: FrozenClock, lines: Lines) -> None:
    with database.writing() as session:
        record(session, Kind.SIGNED_IN, identity_id="i" * 32, where=factories.HERE)
    (line,) = lines.told
    assert (line.getMessage(), vars(line)["identity"]) == ("member:session:signed_in", "i" * 32)
    assert "192.0.2.7" not in str(vars(line))


def test_every_kind_reads_source_subject_action() -> None:
    for kind in Kind:
        source, subject, action = kind.value.split(":")
        assert source in {"member", "system", "client", "admin"}
        assert subject
        assert action
    assert NOWHERE.network is None
