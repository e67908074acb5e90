"""What goes wrong on our side (WB8, AV2): a French page, a number to quote, nothing else."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import Session

from idp.errors import BusyError
from idp.logs import JsonLines
from idp.models import Budget, Event, Identity, Interaction, Link, Lockout
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support_b import (
    FAILURE,
    PRODUCTION,
    WRONG,
    app_with,
    at_code,
    form_token,
    is_signed_in,
    person,
    post,
    rows,
)
from tests.member import Member

SORRY = "Un problème est survenu"
LATER = "Service momentanément indisponible"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the product logs, line by line."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger("idp").addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger("idp").removeHandler(handler)


def break_with(app: Flask, error: Exception, endpoint: str = "login.page") -> None:
    """Make a page fail."""

    def fail(**_: object) -> str:
        raise error

    app.view_functions[endpoint] = fail


def test_an_unexpected_failure_is_a_page_with_a_number(
    app: Flask, member: Member, lines: Callable[[], list[dict[str, object]]]
) -> None:
    """WB8: the number is in the log, with the trace that the page does not show."""
    break_with(app, RuntimeError("secret detail"))
    member.open("/connexion")
    assert member.page.status_code == 500
    assert SORRY in member.text
    found = re.search(r"indiquez ce numéro : ([0-9a-f]{12})", member.text)
    assert found
    body = member.page.get_data(as_text=True)
    assert not re.search(r"secret detail|RuntimeError|Traceback|\.py|werkzeug|flask", body, re.I)
    (line,) = [line for line in lines() if line["event"] == "page.failed"]
    assert line["incident"] == found[1]
    assert "test_failures.py" in json.dumps(line)


def test_what_was_typed_stays_out_of_the_log_of_a_failure(
    app: Flask, member: Member, lines: Callable[[], list[dict[str, object]]]
) -> None:
    """AU3, PII7: the text of an error may quote a value."""
    break_with(app, ValueError(f"invalid literal: {WRONG} of {EMAIL}"))
    member.open("/connexion")
    assert member.page.status_code == 500
    said = json.dumps(lines())
    assert "ValueError" in said
    assert WRONG not in said
    assert EMAIL not in said


def test_debugging_is_off_in_production(here: Settings) -> None:
    """WB8: no debugger, no exception passed on to the server."""
    with app_with(here, **PRODUCTION, database_url=here.database) as made:
        assert (made.debug, made.testing) == (False, False)
        break_with(made, RuntimeError("x"))
        assert made.test_client().get("/connexion").status_code == 500


AWAY = [
    OperationalError("SELECT secret", {}, Exception("connection refused")),
    InterfaceError("SELECT secret", {}, Exception("connection closed")),
    TimeoutError("QueuePool limit reached"),
]


@contextmanager
def database_away(
    store: Database, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> Iterator[None]:
    """Neither door opens."""

    @contextmanager
    def closed(*_: object) -> Iterator[Session]:
        raise error
        yield  # pragma: no cover

    with monkeypatch.context() as patched:
        patched.setattr(Database, "reading", closed)
        patched.setattr(Database, "writing", closed)
        yield


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("address", ["/", "/connexion", "/creer-un-compte", "/deconnexion"])
def test_without_a_database_pages_say_so_and_when_to_return(
    store: Database,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    address: str,
) -> None:
    """AV2: 503 + Retry-After ≤ 3 s, no stack; well again as soon as it is back."""
    with database_away(store, monkeypatch, error):
        member.open(address)
        assert member.page.status_code == 503
        assert LATER in member.text
        assert 0 < int(member.page.headers["Retry-After"]) <= 3
        assert "SELECT" not in member.page.get_data(as_text=True)
    assert member.open(address).page.status_code == 200


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_form_sent_while_the_database_is_away_is_not_half_written(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """AV2: and works again without a new page."""
    person(store)
    fields = {"csrf_token": form_token(member), "email": EMAIL, "password": WRONG}
    with database_away(store, monkeypatch, error):
        assert post(member, "/connexion", fields).status_code == 503
    for table in (Budget, Lockout, Interaction):
        assert rows(store, table) == 0
    assert FAILURE in post(member, "/connexion", fields).get_data(as_text=True)


def test_a_failure_half_way_keeps_nothing(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AV5: identity, link, mail and event are one transaction."""
    before = rows(store, Event)
    monkeypatch.setattr("idp.accounts.signup.record", boom)
    member.sign_up(EMAIL)
    assert member.page.status_code == 500
    assert rows(store, Identity) == rows(store, Link) == 0
    with store.reading() as session:  # that it was asked is counted apart, and stays
        assert session.scalars(select(Budget.name)).all() == ["sign_up_ip"]
    assert rows(store, Event) == before
    assert member.mails(EMAIL) == []


def test_a_failure_after_the_right_code_opens_no_session(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SE1, AV5: the code can be typed again, for it was not used."""
    person(store)
    at_code(member)
    with monkeypatch.context() as patched:
        patched.setattr("idp.flows.dispatch.record", boom)
        form, digits = member.forms[0], member.code(EMAIL)
        answer = post(member, form.action, {**form.values, "code": digits, "trust_device": "yes"})
        assert answer.status_code == 500
        assert answer.headers.getlist("Set-Cookie") == []
    assert not is_signed_in(member)
    post(member, form.action, {**form.values, "code": digits})
    assert is_signed_in(member)


def boom(*_: object, **__: object) -> None:
    """Fail, in the place of something else."""
    raise RuntimeError("boom")


@pytest.mark.parametrize("busy_at", ["creer-un-compte", "connexion"])
def test_too_much_work_at_once_is_said_so(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch, busy_at: str
) -> None:
    """AV1."""
    person(store)

    def busy(*_: object) -> None:
        raise BusyError("full")

    monkeypatch.setattr("idp.accounts.passwords.Hasher.hash", busy)
    monkeypatch.setattr("idp.accounts.passwords.Hasher.verify", busy)
    if busy_at == "connexion":
        sign_in(member.open("/connexion"))
    else:
        member.sign_up("denis@exemple.test")
    assert member.page.status_code == 503
    assert LATER in member.text
    assert "Retry-After" in member.page.headers
    assert member.mails("denis@exemple.test") == []


def test_an_unknown_page_is_french_and_tells_nothing(member: Member) -> None:
    for address in ("/nulle-part", "/.git/config", "/server-status", "/static/../app.py", "/é%ff"):
        assert "Page introuvable" in member.open(address).text
        assert member.page.status_code == 404
