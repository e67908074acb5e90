"""Anything typed into anything: a page that is no failure of ours, and no markup but ours (WB6)."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from werkzeug.test import TestResponse

from idp.accounts.passwords import Hasher
from idp.app import create_app
from idp.models import Client
from idp.storage.engine import Database
from tests.fixtures import sqlite_settings
from tests.flows.conftest import register
from tests.flows.support import authorize
from tests.flows.support_b import at_code, form_token, person
from tests.member import Member

pytestmark = pytest.mark.fuzz

MARK = "<x-canary>"
PAYLOADS = [
    MARK,
    f"\"'>{MARK}",
    f"</title></textarea></select>{MARK}",
    "{{7777*7777}}{% raw %}",
    "%s%n%x{0}{x.__class__}",
    "'; DROP TABLE identities; --",
    "\ufeff\u202e\u200b\u2028\U0001f40e",
    "é" * 300,
    "../../../../etc/passwd",
    "a@b.c\r\nBcc: d@e.f",
    "=?utf-8?q?x?=",
    "0" * 5000,
    "-1",
    "1e309",
]
anything = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(max_size=60),
    st.emails(),
    st.text(alphabet="0123456789 -.", max_size=14),
)
names = st.one_of(
    st.sampled_from(
        [
            "interaction",
            "suite",
            "message",
            "renvoye",
            "email",
            "password",
            "confirm_password",
            "secret_question",
            "secret_answer",
            "code",
            "trust_device",
            "endpoint",
            "_external",
            "_scheme",
            "_anchor",
            "_method",
            "state",
            "login_hint",
            "id_token_hint",
            "post_logout_redirect_uri",
        ]
    ),
    st.text(max_size=10),
)
pairs = st.dictionaries(names, anything, max_size=6)
GET = ["/", "/connexion", "/connexion/code", "/creer-un-compte", "/deconnexion", "/authorize"]
GET += ["/creer-un-compte/message-envoye", "/activation/x", "/nulle-part"]
GET += ["/invitation/x", "/invitation/acces-cree", "/connexion/question-secrete"]
ASSOCIATION = ["/migration/association", "/migration/association/x", "/migration/rattachement"]
ASSOCIATION += ["/migration/confirmation"]
GET += ASSOCIATION
POST = ["/connexion", "/connexion/code", "/connexion/code/renvoyer", "/creer-un-compte"]
POST += ["/creer-un-compte/message-envoye", "/activation/x", "/activation/renvoyer"]
POST += ["/invitation/x", "/connexion/question-secrete"]
POST += [*ASSOCIATION, "/migration/rattachement/autre-adresse"]
POST += ["/deconnexion", "/authorize"]
numbers = count()
modest = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Flask]:
    """One app for all examples; hashing is another test's."""
    made = create_app(sqlite_settings(tmp_path_factory.mktemp("fuzz"), sqlite_template))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Hasher, "hash", lambda _hasher, _secret: "$argon2id$none")
        patched.setattr(Hasher, "verify", lambda _hasher, stored, _typed: bool(stored))
        patched.setattr(Hasher, "outdated", lambda _hasher, _stored: False)
        yield made
    made.extensions["idp"].database.close()


class Tags(HTMLParser):
    """The tags of a page, and the attributes that could run something."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.running: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.running.append(f"{tag} {name}={value}")


def sound(answer: TestResponse) -> None:
    """No failure of ours, nothing but our own markup, no header of somebody else's."""
    assert answer.status_code < 500
    assert "Bcc" not in answer.headers
    location = answer.headers.get("Location", "/")
    assert location.startswith(("/", "http://localhost:8001/auth/callback?"))
    if answer.mimetype == "text/html" and location == "/":
        body = answer.get_data(as_text=True)
        found = Tags(body)
        assert MARK not in body
        assert "x-canary" not in found.tags
        assert found.running == []
        assert "60481729" not in body


@given(address=st.sampled_from(GET), query=pairs, cookie=anything)
@example(address="/deconnexion", query={"endpoint": "x", "_anchor": "y"}, cookie="")
@modest
def test_any_query(app: Flask, address: str, query: dict[str, str], cookie: str) -> None:
    client = app.test_client()
    header = cookie.encode("ascii", "replace").decode().replace("\r", "").replace("\n", "")
    for name in ("browser", "session", "device"):
        client.set_cookie(f"mgen_connect_8000_{name}", header[:100])
    sound(client.get(address, query_string=query))


@given(address=st.sampled_from(POST), typed=pairs, query=pairs)
@example(address="/authorize", typed={"endpoint": "x"}, query={})
@example(address="/authorize", typed={"_scheme": "javascript", "_external": "1"}, query={})
@example(address="/deconnexion", typed={"_method": "GET", "_anchor": "x"}, query={})
@modest
def test_any_form(app: Flask, address: str, typed: dict[str, str], query: dict[str, str]) -> None:
    member = Member(app)
    typed = {"csrf_token": form_token(member), **typed}
    sound(member.client.post(address, data=typed, query_string=query))


@given(email=anything, password=anything, confirm=st.none() | anything, answer=anything)
@modest
def test_any_sign_up_and_sign_in(
    app: Flask, email: str, password: str, confirm: str | None, answer: str
) -> None:
    """What the pages themselves can send, to the end of the forms."""
    member = Member(app).open("/creer-un-compte")
    again = password if confirm is None else confirm
    member.submit(email=email, password=password, confirm_password=again, secret_answer=answer)
    sound(member.page)
    member.open("/connexion").submit("Me connecter", email=email, password=password)
    sound(member.page)


@given(typed=anything, box=anything)
@modest
def test_any_code(app: Flask, store: Database, typed: str, box: str) -> None:
    email = f"p{next(numbers)}@exemple.test"
    person(store, email)
    member = Member(app)
    member.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"  # no failure comes from there
    sound(at_code(member, email).submit("Valider", code=typed, trust_device=box).page)


@given(token=st.text(min_size=1, max_size=80), body=st.binary(max_size=80))
@modest
def test_any_token_and_any_bytes(app: Flask, token: str, body: bytes) -> None:
    client = app.test_client()
    for path in (f"/activation/{token}", f"/{token}", f"/creer-un-compte/{token}"):
        sound(client.get("/", environ_overrides={"PATH_INFO": raw(path)}))
    form = "application/x-www-form-urlencoded"
    for address in POST:
        sound(client.post(address, data=body, content_type=form))


@given(hint=anything, name=st.sampled_from(PAYLOADS[:5]), state=st.text(max_size=20))
@modest
def test_any_site_and_hint(app: Flask, store: Database, hint: str, name: str, state: str) -> None:
    """WB6: the name of a site and a login_hint are shown; registering would refuse such a name."""
    site = register(store)
    with store.writing() as session:
        session.execute(update(Client).where(Client.id == site.client.id).values(name=name))
    member = Member(app).open(authorize(site, login_hint=hint, state=state))
    sound(member.page)
    if member.address.startswith("/connexion"):
        assert name in member.text
        sound(member.open(member.address.replace("/connexion", "/creer-un-compte")).page)


def raw(path: str) -> str:
    """A path as WSGI hands it over."""
    return path.encode("utf-8", "replace").decode("latin-1")
