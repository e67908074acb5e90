"""What dies with the old password, in one stroke or not at all (SE5, TD4, LI6, AV5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, select

from idp.clock import FrozenClock
from idp.models import Interaction
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.factories import dump
from tests.flows.conftest import EMAIL, register, sign_in
from tests.flows.new_password_support import (
    DEAD,
    NEW,
    PAGE,
    detach,
    enter,
    link,
    lost,
    newest_link,
    save,
    temporary,
)
from tests.flows.opening_support import FILED
from tests.flows.support import (
    authorize,
    cookie,
    exchange,
    introspect,
    is_lost,
    is_signed_in,
    tab,
    token,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
WRONG = "2222222222"


@pytest.fixture
def here(here: Settings) -> Settings:
    """The same with hashes that cost next to nothing, and no floor to wait for."""
    return replace(here, argon2_memory_kib=8, argon2_time=1, legacy_floor=0)


# --- SE5: six artefacts prepared before, replayed after


def test_se5_td4_li6_what_was_open_before_opens_nothing_after(
    app: Flask,
    store: Database,
    member: Member,
    browsers: Browsers,
    site: Registered,
    at: FrozenClock,
) -> None:
    who, intruder, half, waiting = lost(store), browsers(), browsers(), browsers()
    with_code(intruder.open(authorize(site)), trust=True)  # 1 a session, 2 a trusted device
    tokens = exchange(app, site, intruder.answer["code"])  # 3 an access token
    unused = intruder.open(authorize(site)).answer["code"]  # 4 an authorization code
    sign_in(half.open(authorize(site)))  # 5 half a sign-in, its code in the mail
    code = half.code(EMAIL)
    link(waiting, who.email)  # 6 another link
    other_link = newest_link(waiting)
    at.advance(seconds=61)
    secret = temporary(waiting, who.nir)  # 7 a temporary password

    at.advance(seconds=1)
    save(member.open(link(member, who.email)))

    assert not is_signed_in(intruder, site)
    sign_in(intruder.open(authorize(site)), EMAIL, NEW)
    assert "/connexion/code" in intruder.address, "TD4: the device is trusted no more"
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert app.test_client().get("/userinfo", headers=bearer).status_code == 401
    assert exchange(app, site, unused)["error"] == "invalid_grant"
    half.submit("Valider", code=code)
    assert is_lost(half)
    assert DEAD in browsers().open(other_link).text
    assert PAGE not in enter(browsers(), who.nir, secret).text


def test_se5_a_refresh_token_is_dead(
    app: Flask, store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    offline = register(store, scope="openid offline_access")
    who, intruder = lost(store), browsers()
    with_code(intruder.open(authorize(offline, scope="openid offline_access", prompt="consent")))
    held = exchange(app, offline, intruder.answer["code"])["refresh_token"]
    save(member.open(link(member, who.email)))
    form = {"grant_type": "refresh_token", "refresh_token": held}
    assert token(app, offline, form)["error"] == "invalid_grant"


def test_se5_a_signed_access_token_is_not_active(
    app: Flask, store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    """An API that asks the issuer hears of it at once; nobody holds a row of such a token."""
    api = "https://api.exemple.test"
    reader = register(store, resource=[api])
    who, intruder = lost(store), browsers()
    with_code(intruder.open(authorize(reader, resource=api)))
    held = exchange(app, reader, intruder.answer["code"])["access_token"]
    assert introspect(app, reader, held)["aud"] == api
    save(member.open(link(member, who.email)))
    assert introspect(app, reader, held) == {"active": False}


def test_se5_a_half_done_sign_in_of_the_asking_tab_itself_proves_nothing(
    store: Database, member: Member, site: Registered
) -> None:
    """The tab goes on; what an earlier password had proved in it does not."""
    who = lost(store)
    sign_in(member.open(authorize(site, acr_values="eidas1-mfa")))
    mailed = link(member, who.email)
    save(member.open(mailed))
    assert "/connexion/code" in member.address, "never an -mfa value by a recovery"
    member.submit("Valider", code=member.code(EMAIL))
    assert "code" in member.answer


# --- AV5: killed between any two statements


@contextmanager
def _dying(store: Database, after: int) -> Iterator[list[str]]:
    """The database breaks off at the writing statement `after` of one transaction."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("UPDATE", "INSERT", "DELETE")):
            seen.append(statement)
            if len(seen) == after:
                raise RuntimeError("killed")

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("whose", ["identity", "member"])
def test_av5_killed_anywhere_all_or_nothing_and_then_it_can_go_on(
    app: Flask, store: Database, member: Member, site: Registered, whose: str
) -> None:
    who = lost(store)
    if whose == "member":
        detach(store)
    to = EMAIL if whose == "identity" else FILED
    member.open(link(member.open(authorize(site)), who.nir, to=to))
    button, fields = "Continuer", {}
    if whose == "identity":
        with_code(tab(member).open(authorize(site)))
        member.open(newest_link(member))
        button, fields = "Enregistrer", {"new_password": NEW, "confirm_password": NEW}
    form = next(each for each in member.forms if button in each.button)
    data, before = {**form.values, **fields}, dump(store)
    for after in range(1, 200):
        with _dying(store, after) as seen:
            answer = member.client.post(form.action, data=data)
        if len(seen) < after:
            break
        assert answer.status_code == 500
        assert dump(store) == before
    assert after > 10
    member.page = answer
    if whose == "identity":
        assert "code" in member.answer
    else:
        assert answer.headers["Location"].startswith("/migration?")


def test_the_cookies_are_kept_if_it_fails(
    app: Flask, store: Database, member: Member, site: Registered
) -> None:
    """No session is begun in the browser by a change that was undone."""
    who = lost(store)
    member.open(link(member, who.email))
    with _dying(store, 5):
        save(member)
    assert cookie(member) is None
    with store.reading() as session:
        assert not session.scalars(select(Interaction.completed_at)).all()
