"""LK2, SE5, SE7: after `identity disable` every door refuses, and enabling revives nothing (R4).

The grants alone, on both engines, are in tests/oidc/test_administration.py.
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from idp.accounts import administered, links, lockout
from idp.models import Interaction, Outgoing
from idp.oidc import administration
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows import new_password_support as ways_back
from tests.flows.conftest import EMAIL, register, sign_in
from tests.flows.support import (
    authorize,
    count,
    exchange,
    is_signed_in,
    person,
    tab,
    token,
    trusted,
    with_code,
)
from tests.flows.support_b import (
    BLOCKED,
    CODE_PAGE,
    FAILURE,
    WRONG,
    at_code,
    press,
    states,
)
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")

Browsers = Callable[[], Member]
OFFLINE = "openid email offline_access"
STATE = {"disabled": "disabled", "enabled again": "active"}


@pytest.fixture
def offline(store: Database) -> Registered:
    """A site that refreshes."""
    return register(store, scope=OFFLINE)


def disable(store: Database, email: str = EMAIL) -> None:
    """As the command does."""
    with store.writing() as session:
        found = administered.find(session, email)
        assert found is not None
        assert administration.disable(session, found, by="ops")


def enable(store: Database, email: str = EMAIL) -> None:
    """As the command does."""
    with store.writing() as session:
        found = administered.find(session, email)
        assert found is not None
        assert administration.enable(session, found, by="ops")


def disabled_then_enabled(store: Database) -> Iterator[str]:
    """Twice the same look: while it is disabled, and once it is active again."""
    disable(store)
    yield "disabled"
    enable(store)
    yield "enabled again"


def asked(browser: Member, site: Registered) -> str | None:
    """What a site gets that asks without a page."""
    return browser.open(authorize(site, prompt="none")).answer.get("error")


def test_lk2_the_password_door(store: Database, member: Member) -> None:
    """The plain failure text, as for a wrong password; nothing tells of the disabling."""
    person(store)
    disable(store)
    for _ in range(3):
        sign_in(member.open("/connexion"))
        assert FAILURE in member.text
    assert BLOCKED in sign_in(member.open("/connexion")).text
    assert member.mails(EMAIL) == []


def test_lk2_a_code_under_way(store: Database, member: Member) -> None:
    """Its password was right before; the code is not even looked at, then or later."""
    person(store)
    at_code(member)
    page, code = member.address, member.code(EMAIL)
    waiting = tab(member).open(page)
    form = waiting.forms[0]
    for when in disabled_then_enabled(store):
        answer = member.client.post(page, data={**form.values, "code": code})
        assert answer.status_code == 400, when
        assert CODE_PAGE not in tab(member).open(page).text, when
        assert "Vous êtes connecté." not in member.open("/").text, when


def test_lk2_no_new_code_for_a_sign_in_under_way(store: Database, member: Member) -> None:
    person(store)
    at_code(member)
    disable(store)
    before = count(store, Outgoing)
    resend = next(form for form in member.forms if "renvoyer" in form.action)
    assert member.client.post(resend.action, data=resend.values).status_code == 400
    assert count(store, Outgoing) == before


def test_se7_a_session_dies_at_its_next_request(
    store: Database, offline: Registered, member: Member
) -> None:
    """Single sign-on, prompt=none, and our own pages."""
    person(store)
    with_code(member.open(authorize(offline)))
    assert is_signed_in(member, offline)
    for when in disabled_then_enabled(store):
        assert asked(member, offline) == "login_required", when
        assert "Vous êtes connecté." not in member.open("/").text, when
        for page in (authorize(offline), "/compte/deux-etapes"):
            assert "Me connecter" in member.open(page).text, when


def test_lk2_what_a_site_holds(
    app: Flask, store: Database, offline: Registered, member: Member
) -> None:
    """Refresh token, access token, and the code that was not redeemed yet."""
    person(store)
    with_code(member.open(authorize(offline, scope=OFFLINE)))
    given = exchange(app, offline, member.answer["code"])
    unused = member.open(authorize(offline)).answer["code"]
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    for when in disabled_then_enabled(store):
        assert token(app, offline, form)["error"] == "invalid_grant", when
        assert exchange(app, offline, unused)["error"] == "invalid_grant", when
        assert app.test_client().get("/userinfo", headers=bearer).status_code == 401, when


def test_td4_a_trusted_device(store: Database, site: Registered, member: Member) -> None:
    """Refused like others; once enabled, the code is asked for again."""
    person(store)
    trusted(member, site)
    member.open("/deconnexion").submit("déconnecter")
    disable(store)
    assert FAILURE in sign_in(member.open("/connexion")).text
    enable(store)
    assert CODE_PAGE in sign_in(member.open("/connexion")).text


def test_lk2_the_door_to_join_a_record(store: Database, member: Member) -> None:
    """/creer-mon-espace by an account that exists: the same door, the same answer."""
    person(store)
    disable(store)
    member.open("/creer-mon-espace").submit(nir="1850575999001")
    member.submit("Me connecter et continuer", have_account="yes", email=EMAIL, password=PASSWORD)
    assert FAILURE in member.text
    assert count(store, Interaction, Interaction.identity_id.is_not(None)) == 0


def test_lk2_the_mailed_link_and_the_temporary_password(
    store: Database, browsers: Browsers
) -> None:
    """D5, D6: asked for before; the rules alone are in test_administration_ways_back.py."""
    claire = ways_back.lost(store)
    mine, other = browsers(), browsers()
    link = ways_back.link(mine, claire.nir)
    typed = ways_back.temporary(other, claire.nir)
    assert ways_back.PAGE in tab(mine).open(link).text
    for when in disabled_then_enabled(store):
        assert ways_back.DEAD in mine.open(link).text, when
        assert mine.page.status_code == 400
        assert FAILURE in ways_back.enter(other, claire.nir, typed).text, when


def test_lk2_the_page_of_a_new_password(store: Database, member: Member) -> None:
    """Open since before: what it sends changes nothing, and the old password is the one of now."""
    claire = ways_back.lost(store)
    member.open(ways_back.link(member, claire.nir))
    for when in disabled_then_enabled(store):
        waiting = tab(member)
        waiting.page, waiting.address = member.page, member.address
        assert ways_back.DEAD in ways_back.save(waiting).text, when
    assert ways_back.opens(member, EMAIL, PASSWORD)


def test_lk2_a_link_to_activate(store: Database, member: Member) -> None:
    """Mailed twice, and used once: the other must not make active what was disabled."""
    identity_id = person(store)
    with store.writing() as session:
        token_left = links.make(session, "activation", identity_id=identity_id)
    for when in disabled_then_enabled(store):
        answer = press(member, f"/activation/{token_left}")
        assert (answer.status_code, states(store)) == (400, [STATE[when]]), when


def test_lk2_the_door_of_the_nir(store: Database, member: Member) -> None:
    """Attached, the NIR opens nothing; disabled, it says nothing else."""
    claire = ways_back.lost(store)
    said = ways_back.enter(member, claire.nir, PASSWORD).text
    assert FAILURE in said
    for when in disabled_then_enabled(store):
        assert ways_back.enter(member, claire.nir, PASSWORD).text == said, when
        with store.writing() as session:
            lockout.clear(session, lockout.key_for_email(session, EMAIL))


def test_a_disabled_address_cannot_be_signed_up_anew(store: Database, member: Member) -> None:
    """The state holds its address: no link of a new sign-up opens anything."""
    person(store)
    disable(store)
    member.sign_up(EMAIL, WRONG)
    assert [mail["purpose"] for mail in member.mails(EMAIL)] != ["activation"]
    enable(store)
    assert FAILURE in sign_in(member.open("/connexion"), password=WRONG).text
    at_code(member)


def test_signing_in_works_again_once_enabled(
    app: Flask, store: Database, offline: Registered, browsers: Browsers
) -> None:
    """Of before nothing is left, and nothing is broken."""
    person(store)
    with_code(browsers().open(authorize(offline, scope=OFFLINE)))
    disable(store)
    enable(store)
    member = browsers()
    with_code(member.open(authorize(offline, scope=OFFLINE)))
    given = exchange(app, offline, member.answer["code"])
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert "access_token" in token(app, offline, form)


def test_r4_a_failure_block_ends_nothing_that_is_open(
    app: Flask, store: Database, offline: Registered, browsers: Browsers
) -> None:
    """LK2: it is for who tries passwords. Session, tokens, a code to redeem and one to type go on.

    A trusted device with the right password goes on too: test_blocking.py.
    """
    person(store)
    mine, other, stranger = browsers(), browsers(), browsers()
    with_code(mine.open(authorize(offline, scope=OFFLINE)))
    given = exchange(app, offline, mine.answer["code"])
    unused = mine.open(authorize(offline)).answer["code"]
    at_code(other)
    for _ in range(3):
        sign_in(stranger.open("/connexion"), password=WRONG)
    assert BLOCKED in sign_in(stranger.open("/connexion")).text
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert is_signed_in(mine, offline)
    assert "access_token" in exchange(app, offline, unused)
    assert app.test_client().get("/userinfo", headers=bearer).status_code == 200
    assert "access_token" in token(app, offline, form)
    other.submit("Valider", code=other.code(EMAIL))
    assert "Vous êtes connecté." in other.open("/").text
