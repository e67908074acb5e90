"""Attacks on the pages of the issuer: what a site learns in silence, what two tabs do at once."""

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.conftest import register
from tests.flows.migration_pages import at_code
from tests.flows.partner import ALLOW, API, CONSENT_PAGE, agreed, asked, change, partner
from tests.flows.support import ISSUER, authorize, claims, exchange, person, trusted, with_code
from tests.flows.test_level import UNMET, demanding
from tests.flows.test_levels import enrol
from tests.flows.test_pushed import push
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
SILENT = {"prompt": "none"}


@pytest.mark.parametrize("is_member", [False, True])
def test_pii6_a_site_learns_in_silence_nothing_of_who_has_not_agreed(
    store: Database, site: Registered, member: Member, is_member: bool
) -> None:
    """Levels asked for without a page would tell who is a member of the mutual, and who is not."""
    identity_id = person(store)
    if is_member:
        enrol(store, identity_id)
    trusted(member, site)
    other = partner(store)
    for request in (
        demanding(other, "eidas1", **SILENT),
        demanding(other, "eidas1-mfa", **SILENT),
        authorize(other, acr_values="eidas1-mfa", **SILENT),
        authorize(other, acr_values="eidas0-mfa", **SILENT),
        authorize(other, **SILENT),
    ):
        assert member.open(request).answer["error"] == "consent_required", request


def test_pii6_who_has_agreed_is_told_of_as_ever(store: Database, member: Member) -> None:
    person(store)
    other = partner(store)
    agreed(member, other)
    assert member.open(demanding(other, "eidas1", **SILENT)).answer["error"] == UNMET


def test_pii6_nor_that_a_member_is_on_the_way_from_a_nir(
    store: Database, site: Registered, member: Member
) -> None:
    at_code(member, site, store)
    assert member.open(authorize(site, **SILENT)).answer["error"] == "interaction_required"
    other = partner(store)
    assert member.open(authorize(other, **SILENT)).answer["error"] == "login_required"


def test_pii6_the_page_says_that_the_level_tells_a_member_from_others(
    app: Flask, store: Database, member: Member
) -> None:
    """With openid alone: `acr` says it in every id_token, whatever the scopes."""
    enrol(store, person(store))
    other = partner(store)
    asked(member, other, scope="openid")
    assert "en tant qu'adhérent ou non" in member.text
    assert claims(app, other, member.submit(ALLOW))["acr"].startswith("eidas1")


@pytest.mark.parametrize("fresh", [False, True], ids=["signed in", "signing in"])
def test_av9_consent_locks_the_session_first_as_answers_and_withdrawals_do(
    at: FrozenClock, store: Database, site: Registered, member: Member, fresh: bool
) -> None:
    """In the other order two tabs of one person would wait for each other on PostgreSQL."""
    person(store)
    other = partner(store)
    with_code(member.open(authorize(site)))
    at.advance(minutes=2)
    member.open(authorize(other, prompt="login" if fresh else None))
    if fresh:
        with_code(member)
    assert CONSENT_PAGE in member.text
    ran = Statements(store)
    assert "code" in member.submit(ALLOW).answer
    given = next(i for i, one in enumerate(ran) if one.startswith("INSERT INTO consents"))
    before = [one for one in ran[:given] if one.startswith("SELECT sessions.id \nFROM sessions")]
    assert len(before) == 1
    ran.clear()
    at.advance(minutes=2)
    member.open(authorize(other))
    seen = next(i for i, one in enumerate(ran) if one.startswith("UPDATE sessions"))
    held = max(i for i, one in enumerate(ran) if "FROM consents" in one)
    assert seen < held


@pytest.mark.parametrize("named", [(ISSUER, API), (API, ISSUER)])
def test_a_request_that_waited_gets_the_token_that_one_answered_at_once_gets(
    app: Flask, store: Database, member: Member, named: tuple[str, str]
) -> None:
    """RFC 8707: of the issuer and an API none is meant before the token endpoint is told which."""
    person(store)
    ours = register(store, resource=[API])
    asking = authorize(ours) + "".join(f"&resource={one}" for one in named)
    waited = exchange(app, ours, with_code(member.open(asking)).answer["code"])
    at_once = exchange(app, ours, member.open(asking).answer["code"])
    assert "." not in at_once["access_token"], "opaque, for userinfo"
    assert "." not in waited["access_token"]


def test_cl4_what_was_pushed_is_narrowed_like_what_was_paused(
    app: Flask, store: Database, member: Member
) -> None:
    """Narrowed before the answer, enlarged again before the exchange: never agreed to."""
    person(store)
    other = partner(store)
    agreed(member, other)
    pushed = push(app, other, scope="openid email phone")
    change(app, other, scope="openid email")
    code = member.open(pushed).answer["code"]
    change(app, other, scope="openid email phone")
    assert exchange(app, other, code)["scope"] == "openid email"
