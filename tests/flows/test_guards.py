"""What no page lets through: WB1 over the whole map of addresses, bad input, foreign senders."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.models import Base, BrowserSession, Event, Identity, Outgoing
from idp.storage.engine import Database
from tests import factories
from tests.fixtures import sqlite_settings
from tests.flows.conftest import EMAIL
from tests.flows.posted import POSTED, WITHOUT_FORM_TOKEN
from tests.flows.support_b import FORM, form_token, post, rows
from tests.member import Member

pages = pytest.mark.parametrize("address", sorted(POSTED))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Flask]:
    """One app for all: whatever is tried here, nothing is ever written to its database."""
    made = create_app(sqlite_settings(tmp_path_factory.mktemp("guards"), sqlite_template))
    yield made
    made.extensions["idp"].database.close()


def taking_posts(app: Flask) -> Iterator[tuple[str, str]]:
    """Endpoint and address of all that takes a POST."""
    for rule in app.url_map.iter_rules():
        if rule.methods is None or "POST" in rule.methods:
            yield rule.endpoint, rule.rule.replace("<token>", "token")


def written(store: Database) -> list[int]:
    """How much is in the tables that a page could write to."""
    tables: tuple[type[Base], ...] = (Identity, Outgoing, Event, BrowserSession)
    return [rows(store, table) for table in tables]


def refused(store: Database, answer: TestResponse, status: int = 400) -> str:
    """The text of a refusal: French, no redirect, nothing written."""
    assert answer.status_code == status
    assert "Location" not in answer.headers
    assert answer.mimetype == "text/html"
    assert written(store) == [0, 0, 0, 0]
    body = answer.get_data(as_text=True)
    assert '<html lang="fr">' in body
    assert EMAIL not in body
    return body


def test_the_pages_of_this_test_are_all_that_take_a_form(app: Flask) -> None:
    """WB1: a new page has to be listed here, or pinned above."""
    found = {at for endpoint, at in taking_posts(app) if endpoint not in WITHOUT_FORM_TOKEN}
    assert found == set(POSTED)
    pinned = {endpoint for endpoint, _ in taking_posts(app)} & WITHOUT_FORM_TOKEN
    assert pinned == WITHOUT_FORM_TOKEN


@pages
def test_a_missing_or_foreign_form_token_is_refused(
    app: Flask, store: Database, member: Member, address: str
) -> None:
    """WB1, login CSRF included."""
    member.open("/connexion")
    foreign = form_token(Member(app))
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": foreign}):
        answer = post(member, address, {**POSTED[address], **token})
        assert "La page a expiré" in refused(store, answer)


@pages
def test_a_browser_that_saw_no_page_has_no_token(
    app: Flask, store: Database, member: Member, address: str
) -> None:
    """WB1: the cookie of another site's visitor is not there yet, or SameSite kept it away."""
    token = form_token(member)
    answer = app.test_client().post(address, data={**POSTED[address], "csrf_token": token})
    assert "La page a expiré" in refused(store, answer)


@pages
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "x"},
        {"Origin": "https://pirate.exemple.test"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost:8000"},
        {"Origin": "http://localhost:8000.exemple.test"},
        {"Origin": ""},
    ],
    ids=str,
)
def test_a_foreign_sender_is_refused_even_with_a_token(
    store: Database, member: Member, address: str, headers: dict[str, str]
) -> None:
    """WB3: our member sites are foreign here too."""
    fields = {**POSTED[address], "csrf_token": form_token(member)}
    assert "Demande incorrecte" in refused(store, post(member, address, fields, headers=headers))


@pages
@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1b[31m", "\x7f"])
def test_a_control_character_is_refused(
    store: Database, member: Member, address: str, control: str
) -> None:
    """Anywhere: in a value, a name, the query."""
    fields = {**POSTED[address], "csrf_token": form_token(member)}
    name = next(iter(POSTED[address]), "csrf_token")
    for spoilt in (
        {**fields, name: f"a{control}b"},
        {**fields, f"other{control}": "x"},
    ):
        assert "Demande incorrecte" in refused(store, post(member, address, spoilt))
    answer = member.client.post(address, data=fields, query_string={"interaction": control})
    assert "Demande incorrecte" in refused(store, answer)
    assert member.client.get("/connexion", query_string={"x": control}).status_code == 400


@pages
def test_a_repeated_parameter_is_refused(store: Database, member: Member, address: str) -> None:
    fields = {**POSTED[address], "csrf_token": form_token(member)}
    for name in fields:
        twice = {**fields, name: [fields[name], fields[name]]}
        assert "Demande incorrecte" in refused(store, post(member, address, twice))
    answer = post(member, f"{address}?interaction=a&interaction=a", fields)
    assert "Demande incorrecte" in refused(store, answer)


@pages
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"email": "claire"}', "application/json"),
        (b"email=claire", "text/plain"),
        (b"email=claire", ""),
        (b"<a/>", "application/xml"),
        (b"email=claire", "application/x-www-form-urlencoded2"),
    ],
)
def test_another_media_type_is_refused(
    store: Database, member: Member, address: str, body: bytes, content_type: str
) -> None:
    """415, in French, whatever is in it."""
    token = form_token(member)
    answer = member.client.post(
        address, data=body, content_type=content_type, headers={"X-CSRFToken": token}
    )
    assert "Format non accepté" in refused(store, answer, 415)


@pages
def test_a_file_is_refused(store: Database, member: Member, address: str) -> None:
    fields = {**POSTED[address], "csrf_token": form_token(member), "f": (BytesIO(b"x"), "x.txt")}
    answer = post(member, address, fields, content_type="multipart/form-data")
    assert "Format non accepté" in refused(store, answer, 415)


@pages
def test_a_megabyte_is_refused_unread(store: Database, member: Member, address: str) -> None:
    """AV1, PW3: 413 before anything is parsed."""
    fields = {**POSTED[address], "csrf_token": form_token(member), "password": "a" * 2**20}
    assert "Envoi trop volumineux" in refused(store, post(member, address, fields), 413)


def test_a_megabyte_without_a_length_is_refused(store: Database, member: Member) -> None:
    """AV1: as chunks."""
    form_token(member)
    answer = member.client.post(
        "/connexion",
        input_stream=BytesIO(b"password=" + b"a" * 2**20),
        content_type=FORM,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


def test_64_kibibytes_of_parameters_are_still_a_form(store: Database, member: Member) -> None:
    """Many small ones are parsed in no time."""
    names = "&".join(f"p{number}=" for number in range(8000))
    body = f"csrf_token={form_token(member)}&{names}"
    answer = post(member, "/connexion", body, content_type=FORM)
    assert answer.status_code == 400
    assert 'id="email-error"' in answer.get_data(as_text=True)


@pages
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "FOO"])
def test_another_method_is_refused(
    store: Database, member: Member, address: str, method: str
) -> None:
    """WB8: TRACE would echo cookies."""
    answer = member.client.open(address, method=method, headers={"X-Canary": "echo-me"})
    assert "Action impossible" in refused(store, answer, 405)
    assert "POST" in answer.headers["Allow"]
    assert "echo-me" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/token", "/metrics", "/health/live", "/static/app.css"])
def test_trace_is_refused_everywhere(member: Member, address: str) -> None:
    """WB8."""
    assert member.client.open(address, method="TRACE").status_code == 405


@pages
def test_an_override_of_the_method_is_not_heard(
    store: Database, member: Member, address: str
) -> None:
    """WB1: GET never changes state, whatever a header or field says."""
    answer = member.client.get(
        address,
        query_string={**POSTED[address], "_method": "POST"},
        headers={"X-HTTP-Method-Override": "POST"},
    )
    assert answer.status_code in {200, 303, 400, 405}  # 303: to a sign-in first
    assert written(store) == [0, 0, 0, 0]


def test_nothing_typed_is_logged_when_it_is_refused(
    member: Member, caplog: pytest.LogCaptureFixture
) -> None:
    """AU3."""
    post(member, "/connexion", {"email": "canari@exemple.test", "password": "canari-\x00"})
    post(member, "/connexion", {"email": ["canari", "canari"]})
    member.open("/connexion?interaction=canari%00")
    assert "canari" not in caplog.text
    assert "canari" not in "".join(str(vars(record)) for record in caplog.records)


def test_what_is_refused_before_a_page_leaves_no_row(store: Database, member: Member) -> None:
    """Nothing is stored of bad input, not even an interaction."""
    before = factories.counts(store)  # a page of the account has begun a sign-in above
    member.client.get("/connexion?interaction=" + "0" * 32)
    member.client.get("/creer-un-compte?interaction=x")
    assert factories.counts(store) == before


@pytest.mark.parametrize("path", ["/authorize", "/connexion", "/connexion/code", "/deconnexion"])
def test_a_head_answers_no_site_and_ends_nothing(app: Flask, path: str) -> None:
    """RFC 9110 §9.2.1: what a GET of these does is no harmless look."""
    answer = app.test_client().head(path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
