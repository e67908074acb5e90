"""One member's whole journey at DEBUG, then a search of every log line and every byte on disk.

PII7, PII8, AU3, OTC6: what is secret or somebody's address is in neither.
"""

import base64
import hashlib
import json
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from idp.delivery import worker
from idp.oidc import keys
from idp.oidc.clients import Registered
from idp.settings import Settings
from tests.flows.conftest import register, sign_in
from tests.flows.support import authorize, exchange
from tests.flows.support_b import app_with, code_of, not_the, post, sign_out, wrong
from tests.member import Member

EMAIL = "Canari.Jaune@Exemple.test"
CANONICAL = EMAIL.lower()
PASSWORD = "Le-Canari*7-Chante"
MISTAKE = "Le-Canari*7-Chanta"
ANSWER = "Perchoir en osier"
AGENT = "Mozilla/5.0 (CanaryOS 7) Firefox/140.0"


class Everything(logging.Handler):
    """Whatever any library says at any level, as text and with all its fields."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields = {**vars(record), "exc_info": None}  # its text is read where it is printed
        self.lines.append(f"{record.getMessage()} {fields}")


@pytest.fixture
def logged() -> Iterator[Everything]:
    """The root logger and ours wide open."""
    handler, loggers = Everything(), [logging.getLogger(), logging.getLogger("idp")]
    before = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    for each in loggers:
        each.addHandler(handler)
    yield handler
    for each in loggers:
        each.removeHandler(handler)
    logging.getLogger().setLevel(before)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def loud(here: Settings, port: int, *handlers: logging.Handler) -> Iterator[Flask]:
    """The app at DEBUG, its relay out of order; its lines go to stdout and to these handlers."""
    smtp = f"smtp://canari:mot-de-canari@127.0.0.1:{port}"
    with app_with(here, log_level="DEBUG", smtp_url=smtp) as made:
        for handler in handlers:
            logging.getLogger("idp").addHandler(handler)
        keys.ensure_signing_key(made.extensions["idp"].database, here)
        yield made


def journey(app: Flask) -> set[str]:
    """Everything that can be done, well and badly; the secrets that came up."""
    store = app.extensions["idp"].database
    site = register(store, scope="openid email offline_access")
    member, secrets = Member(app), {PASSWORD, MISTAKE, ANSWER, site.secret}
    member.client.environ_base["HTTP_USER_AGENT"] = AGENT
    member.open(authorize(site, login_hint=EMAIL, state="canari-state", nonce="canari-nonce"))
    tab = member.address.partition("?")[2]
    member.sign_up(EMAIL, "court", start=f"/creer-un-compte?{tab}")
    member.submit(
        email=EMAIL, password=PASSWORD, confirm_password=PASSWORD, secret_answer=ANSWER
    ).submit("Renvoyer")
    sign_in(member.open("/connexion"), EMAIL, PASSWORD)
    link = member.link(CANONICAL)
    secrets.add(link.rpartition("/")[2])
    member.open("/activation/x").submit("Recevoir", email=EMAIL)
    member.open(link).submit("Activer")
    for password in (MISTAKE, PASSWORD):
        sign_in(member.open(f"/connexion?{tab}"), EMAIL, password)
    for digits in (not_the(code_of(member, CANONICAL)[1]), code_of(member, CANONICAL)[1]):
        secrets.add(digits)
        member.submit("Valider", code=digits, trust_device="yes")
    secrets |= tokens(app, site, member)
    sign_out(member)
    wrong(member, EMAIL, times=4)
    spoil(app, member)
    secrets |= {str(cookie.value) for cookie in member.client._cookies.values()}
    worker.run_once(store, app.extensions["idp"].settings)
    return secrets


def tokens(app: Flask, site: Registered, member: Member) -> set[str]:
    """Redeem the code, twice; ask who it is; what was seen on the way."""
    code = member.answer["code"]
    told = exchange(app, site, code)
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert app.test_client().get("/userinfo", headers=bearer).get_json()["email"] == CANONICAL
    assert "error" in exchange(app, site, code)
    session = member.client.get_cookie("mgen_connect_8000_session")
    assert session is not None
    return {code, told["access_token"], told["id_token"], str(session.value)}


def spoil(app: Flask, member: Member) -> None:
    """Bad input of every kind, and a failure of ours that quotes what was typed."""
    token = member.open("/connexion").forms[0].values["csrf_token"]
    for value in (PASSWORD + "\x00", PASSWORD * 20, [PASSWORD, MISTAKE]):
        post(member, "/connexion", {"csrf_token": token, "email": EMAIL, "password": value})
    post(member, "/connexion", {"email": EMAIL, "password": PASSWORD})
    member.client.post("/connexion", json={"email": EMAIL, "password": PASSWORD})
    member.open(f"/connexion?interaction={PASSWORD}")
    member.open(f"/{EMAIL}/{PASSWORD}")

    def fail() -> str:
        raise ValueError(f"{EMAIL} {PASSWORD}")

    app.view_functions["accueil.page"] = fail
    assert member.open("/").page.status_code == 500


def spellings(secret: str) -> set[bytes]:
    """A value as it could hide in a file: clear, encoded, or hashed without a key."""
    plain = secret.encode()
    found = {plain, plain.lower(), base64.b64encode(plain), plain.hex().encode()}
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, plain, usedforsecurity=False)
        found |= {digest.hexdigest().encode(), base64.b64encode(digest.digest())}
    return found


def standing_alone(digits: str, text: str) -> bool:
    """Whether six digits occur as a code, and not inside some longer random string."""
    spaced = f"{digits[:3]} {digits[3:]}"
    return spaced in text or bool(re.search(rf"(?<![0-9A-Za-z_.:-]){digits}(?![0-9A-Za-z_])", text))


def test_no_log_line_bears_a_secret_or_an_address(
    here: Settings, closed_port: int, logged: Everything, capsys: pytest.CaptureFixture[str]
) -> None:
    """PII7, AU3: at DEBUG, in our lines and in those of every library."""
    with loud(here, closed_port, logged) as app:
        secrets = journey(app)
    printed = capsys.readouterr()
    for expected in (
        "member:session:signed_in",
        "mail.delayed",
        "page.failed",
        "client:code:reused",
    ):
        assert expected in printed.out
        assert expected in "".join(logged.lines)
    said = "\n".join(logged.lines) + printed.out + printed.err
    for secret in secrets | {"mot-de-canari"}:
        if re.fullmatch(r"\d{6}", secret):
            assert not standing_alone(secret, said)
        else:
            assert secret not in said
    for address in (EMAIL, CANONICAL, "canari.jaune", "CanaryOS", "canari-state", "canari-nonce"):
        assert address not in said
    for header in ("Cookie", "Authorization", "Bearer", "csrf_token"):
        assert header not in said


def test_our_own_lines_are_json_one_a_line(
    here: Settings, closed_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """AU2: whatever was typed; and no address of a network is in them."""
    with loud(here, closed_port) as app:
        journey(app)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) > 20
    for line in lines:
        assert {"at", "level", "logger", "event"} <= line.keys()
        assert "127.0.0.1" not in str(line)


def test_nothing_on_disk_is_in_clear(here: Settings, closed_port: int) -> None:
    """PII8, OTC6: e-mail, answers, codes, links, cookies, mails: sealed, or keyed digests."""
    with loud(here, closed_port) as app:
        secrets = journey(app)
    files = [path for path in here.state_dir.rglob("*") if path.is_file()]
    disk = b"".join(path.read_bytes() for path in files)
    assert b"Espace personnel" in disk  # what may be read there is found
    typed = {PASSWORD, MISTAKE, ANSWER, EMAIL, CANONICAL, "canari.jaune", "perchoir en osier"}
    for secret in typed:
        for spelling in spellings(secret):
            assert spelling not in disk, (secret, spelling)
    for secret in secrets - typed:
        if re.fullmatch(r"\d{6}", secret):
            assert not standing_alone(secret, disk.decode("latin-1"))
            for digest in spellings(secret) - {secret.encode(), base64.b64encode(secret.encode())}:
                assert digest not in disk
        else:  # 256 random bits: a plain hash of them is what is stored
            assert secret.encode() not in disk
    assert b"CanaryOS" not in disk
    assert b"127.0.0.1" not in disk
