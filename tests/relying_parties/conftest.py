"""One issuer double, one site and one browser a test; nothing leaves this machine."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from relying_parties.avantage.app import create_app as create_avantage
from relying_parties.common import clock
from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.app import create_app
from relying_parties.forum.app import create_app as create_forum
from tests.relying_parties.browsing import BASE_URL, Browser
from tests.relying_parties.issuer_double import CLIENT_ID, CLIENT_SECRET, IssuerDouble


@pytest.fixture
def issuer() -> Iterator[IssuerDouble]:
    double = IssuerDouble()
    yield double
    double.stop()


@pytest.fixture
def settings(issuer: IssuerDouble, tmp_path: Path) -> Settings:
    return Settings(
        issuer=issuer.url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        database=tmp_path / "espace_personnel.sqlite3",
        base_url=BASE_URL,
        secret_key="a-made-up-secret-key-of-more-than-32-characters",
    )


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move the site's clock to so much after now, whole seconds: it stands until moved again."""
    start = datetime.now(UTC)

    def move(delta: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: start + delta)

    move(timedelta())
    return move


@pytest.fixture
def avantage(settings: Settings, tmp_path: Path) -> Flask:
    return create_avantage(replace(settings, database=tmp_path / "avantage.sqlite3"))


@pytest.fixture
def forum(settings: Settings, tmp_path: Path) -> Flask:
    return create_forum(replace(settings, database=tmp_path / "forum.sqlite3"))


@pytest.fixture
def enter(forum: Flask, issuer: IssuerDouble) -> Callable[..., Browser]:
    """Sign somebody in at the forum, under a pseudonym unless told otherwise."""

    def sign_in(sub: str, pseudonym: str | None = None, *roles: str) -> Browser:
        issuer.person = {"sub": sub, "email": f"{sub}@exemple.test", "roles": list(roles)}
        issuer.sid = f"session-of-{sub}"
        browser = Browser(forum)
        assert browser.sign_in().status_code == 303
        if pseudonym:
            assert browser.send("/pseudonyme", pseudonym=pseudonym).status_code == 303
        return browser

    return sign_in
