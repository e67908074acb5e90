"""The three cookies: names, flags, what is in them, who sets them, and what is done with junk."""

import base64
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.flows.cookies import name_of
from idp.models import Interaction
from idp.oidc import keys
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import settings_for
from tests.flows.conftest import EMAIL, register, sign_in
from tests.flows.support import (
    BROWSER,
    DEVICE,
    SESSION,
    authorize,
    cookie,
    count,
    is_signed_in,
    person,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

THIRTY_DAYS = "2592000"
JUNK = (
    "",
    "x",
    "x" * 129,
    "x" * 5000,
    "é" * 20,
    '"a\\"b;c"',
    "' OR 1=1 --",
    "%00%0d%0aSet-Cookie:%20a=b",
    "a|b",
    "{{7*7}}",
)


def set_by(answer: TestResponse) -> dict[str, Morsel[str]]:
    """The cookies of one answer by name; none twice."""
    found: dict[str, Morsel[str]] = {}
    for line in answer.headers.getlist("Set-Cookie"):
        assert len(line) < 4096
        assert "domain" not in line.lower()
        for name, morsel in SimpleCookie(line).items():
            assert name not in found
            found[name] = morsel
    return found


def sound(morsel: Morsel[str], *, secure: bool, age: str) -> bool:
    """SE2: HttpOnly, Lax, of the whole host, Secure under https."""
    flags = (bool(morsel["httponly"]), morsel["samesite"], morsel["path"], bool(morsel["secure"]))
    return flags == (True, "Lax", "/", secure) and morsel["max-age"] == age


@pytest.fixture
def secure(here: Settings) -> Iterator[Flask]:
    """The app as members meet it: under https."""
    made = create_app(replace(here, issuer="https://connect.exemple.test"))
    keys.ensure_signing_key(made.extensions["idp"].database, here)
    yield made
    made.extensions["idp"].database.close()


def walk(app: Flask, prefix: str, *, secure: bool) -> None:
    """First page, sign-in with the box ticked, sign-out: each sets what it should and no more."""
    store: Database = app.extensions["idp"].database
    person(store)
    site, member = register(store), Member(app)
    first = set_by(member.client.get(authorize(site)))
    assert first.keys() == {f"{prefix}browser"}
    assert sound(first[f"{prefix}browser"], secure=secure, age="")
    sign_in(member.open(authorize(site)))
    assert set_by(member.page) == {}
    member.submit("Valider", code=member.code(EMAIL), trust_device="yes")
    both = set_by(member.page)
    assert both.keys() == {f"{prefix}session", f"{prefix}device"}
    assert sound(both[f"{prefix}session"], secure=secure, age="")
    assert sound(both[f"{prefix}device"], secure=secure, age=THIRTY_DAYS)
    member.open("/deconnexion").submit("déconnecter")
    gone = set_by(member.page)
    assert gone.keys() == {f"{prefix}session"}
    assert gone[f"{prefix}session"].value == ""
    assert sound(gone[f"{prefix}session"], secure=secure, age="0")


def test_on_http_the_port_is_in_the_name(app: Flask) -> None:
    """SE2: several apps on one host share one jar of cookies."""
    walk(app, "mgen_connect_8000_", secure=False)


def test_on_https_they_are_secure_and_of_this_host_alone(secure: Flask) -> None:
    walk(secure, "__Host-mgen_connect_", secure=True)


def test_copies_on_one_host_do_not_meet() -> None:
    issuers = ("http://localhost:8000", "http://localhost:9000", "http://localhost", "https://x.fr")
    made = [replace(settings_for(Path("unused")), issuer=issuer) for issuer in issuers]
    names = {name_of(one, kind) for one in made for kind in ("browser", "session", "device")}
    assert len(names) == 12


def test_nothing_personal_is_inside(
    here: Settings, store: Database, site: Registered, member: Member
) -> None:
    """SE2: 256 random bits each, that are neither text nor packed nor stored as they are."""
    identity_id = person(store)
    with_code(member.open(authorize(site)), trust=True)
    values = [str(cookie(member, name)) for name in (BROWSER, SESSION, DEVICE)]
    assert len(set(values)) == 3
    stored = b"".join(path.read_bytes() for path in here.state_dir.iterdir())
    for value in values:
        raw = base64.urlsafe_b64decode(value + "=")
        assert len(raw) == 32
        assert identity_id not in value
        assert EMAIL.partition("@")[0] not in value
        with pytest.raises(zlib.error):
            zlib.decompress(raw)
        assert value.encode() not in stored


def test_machines_and_files_get_none(app: Flask, site: Registered) -> None:
    """Nor do their answers depend on any."""
    browser = app.test_client()
    for path in (
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/jwks.json",
        "/userinfo",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/static/app.css",
        "/static/nothing.css",
    ):
        assert set_by(browser.get(path)) == {}, path
    for path in ("/token", "/userinfo"):
        assert set_by(browser.post(path, data={"grant_type": "x"})) == {}, path


def test_what_failed_moves_no_cookie(store: Database, site: Registered, member: Member) -> None:
    """Neither of a session nor of a device: those of before are still good."""
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    for address in (
        "/nowhere",
        "/connexion/code",
        "/connexion?interaction=x",
        authorize(site) + "&state=2",
    ):
        assert set_by(member.client.get(address)) == {}, address
    assert is_signed_in(member, site)


@pytest.mark.filterwarnings("ignore:The 'mgen_connect_8000:UserWarning")
def test_junk_is_nobody(store: Database, site: Registered, browsers: Callable[[], Member]) -> None:
    """A forged, odd or oversized value is a browser without a session; no page breaks of it."""
    person(store)
    for junk in JUNK:
        member = browsers()
        for name in (BROWSER, SESSION, DEVICE):
            member.client.set_cookie(name, junk)
        assert "Me déconnecter" not in member.open("/").text
        assert member.page.status_code == 200, junk
        assert member.open(authorize(site, prompt="none")).answer["error"] == "login_required"
        assert member.open("/deconnexion").page.status_code == 200
    headers = {"Cookie": f"{SESSION}=\x80\xff; {BROWSER}; =; {DEVICE}=a; {DEVICE}=b"}
    raw = browsers().client.get("/", headers=headers)
    assert raw.status_code == 200


def test_an_oversized_browser_is_given_a_new_name(site: Registered, member: Member) -> None:
    member.client.set_cookie(BROWSER, "x" * 129)
    member.open(authorize(site))
    assert len(str(cookie(member, BROWSER))) == 43
    assert member.page.status_code == 200


def test_a_forged_device_is_no_device(store: Database, site: Registered, member: Member) -> None:
    """TD1: and it does not stand in the way of a true one."""
    person(store)
    member.client.set_cookie(DEVICE, "A" * 43)
    sign_in(member.open(authorize(site)))
    assert "Authentification renforcée" in member.text
    member.submit("Valider", code=member.code(EMAIL), trust_device="yes")
    assert cookie(member, DEVICE) != "A" * 43
    member.open("/deconnexion").submit("déconnecter")
    assert "code" in sign_in(member.open(authorize(site))).answer


def test_a_browser_without_cookies_is_told_so_and_stores_little(
    store: Database, site: Registered, member: Member
) -> None:
    """One that refuses them cannot sign in; it gets the page that says the form is too old."""
    person(store)
    member.open(authorize(site))
    member.client.delete_cookie(BROWSER)
    sign_in(member)
    assert member.page.status_code == 400
    assert set_by(member.page) == {}
    assert count(store, Interaction) == 1
