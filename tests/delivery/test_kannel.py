"""Through Debian's own Kannel to its fake SMSC: what our worker sends is what arrives there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from idp import clock
from idp.delivery import outbox
from idp.delivery.failures import DelayedError, RefusedError
from idp.delivery.sms import Sms, send_sms
from idp.delivery.worker import run_once
from idp.models import Outgoing
from idp.settings import Settings
from idp.storage.engine import Database
from tests.delivery import kannel
from tests.delivery.kannel import Kannel
from tests.fixtures import sqlite_settings

pytestmark = pytest.mark.slow
TO = "+33600000042"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Kannel]:
    if lacking := kannel.missing():
        pytest.skip(f"Kannel is not installed ({', '.join(lacking)}): nothing was tested on it")
    folder = tmp_path / "kannel"
    folder.mkdir()
    with kannel.running(folder) as started:
        yield started


def test_an_accented_sms_arrives_at_the_far_end(
    gateway: Kannel, tmp_path: Path, sqlite_template: bytes
) -> None:
    settings = replace(sqlite_settings(tmp_path, sqlite_template), sms_url=gateway.url())
    database = Database.open(settings)
    with database.writing() as session:
        outbox.queue_sms(session, "code", TO, code_shown="671 - 482 913", minutes=15)
    assert run_once(database, settings) == 1
    with database.reading() as session:
        assert session.scalars(select(Outgoing)).one().sent_at is not None
    database.close()
    ((sender, to, kind, text),) = gateway.received(1)
    assert (sender, to, kind) == ("MGEN", TO, "text")
    assert text.startswith("482913 est votre code ")
    assert "donnez à personne" in text


@pytest.mark.parametrize(
    ("text", "kind"), [("é è à ù € ]", "text"), ("La fenêtre, ça s'ouvre. œ €", "ucs-2")]
)
def test_either_alphabet_arrives_as_it_was_written(gateway: Kannel, text: str, kind: str) -> None:
    _send(gateway.url(), text)
    assert gateway.received(1) == [("MGEN", TO, kind, text)]


def test_what_it_refuses_is_told_apart(gateway: Kannel) -> None:
    with pytest.raises(DelayedError, match="403"):
        _send(gateway.url(password="faux"), "x")
    with pytest.raises(RefusedError, match="400"):
        _send(gateway.url(), "x", to="")
    _send(gateway.url(), "y")
    assert [text for *_rest, text in gateway.received(1)] == ["y"]


def _send(url: str, text: str, to: str = TO) -> None:
    life = clock.now() + timedelta(minutes=15)
    send_sms(Settings(sms_url=url), Sms("m", to, text, life))
