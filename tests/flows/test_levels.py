"""R10: whose member record is attached signs in at eidas1, and nobody else does."""

import pytest
from flask import Flask
from sqlalchemy import update

from idp.clock import FrozenClock
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.accounts import register_support as register
from tests.fixtures import Statements
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.conftest import register as register_site
from tests.flows.support import (
    DENIS,
    authorize,
    claims,
    exchange,
    person,
    token,
    verified,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")


def enrol(store: Database, identity_id: str, **changes: str) -> None:
    """A record of the register, attached to the identity."""
    line = register.person(1, **changes)
    register.run(store, line)
    with store.writing() as session:
        session.execute(update(Record).values(identity_id=identity_id))


@pytest.mark.parametrize(
    ("status", "level"), [("active", "eidas1"), ("left", "eidas0"), ("deceased", "eidas0")]
)
def test_r10_an_attached_record_raises_the_level(
    app: Flask, store: Database, site: Registered, member: Member, status: str, level: str
) -> None:
    """By a code, then silently, then by a trusted device: computed each time."""
    enrol(store, person(store), status=status)
    with_code(member.open(authorize(site)), trust=True)
    assert claims(app, site, member)["acr"] == f"{level}-mfa"
    member.open(authorize(site, prompt="none"))
    assert claims(app, site, member)["acr"] == f"{level}-mfa"
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    sign_in(member)
    assert claims(app, site, member)["acr"] == level


def test_r10_without_one_it_is_eidas0(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """Somebody else's record is no help."""
    enrol(store, person(store, "autre@exemple.test"))
    person(store)
    with_code(member.open(authorize(site)))
    assert claims(app, site, member)["acr"] == "eidas0-mfa"


def test_r10_the_level_is_not_that_of_who_was_signed_in_before(
    app: Flask, store: Database, member: Member
) -> None:
    """A shared browser: a member's session is there, and somebody else's password is enough."""
    site = register_site(store, step_up="on_request")
    enrol(store, person(store))
    person(store, DENIS)
    sign_in(member.open(authorize(site)))
    assert claims(app, site, member)["acr"] == "eidas1"
    sign_in(member.open(authorize(site, prompt="login")), DENIS)
    assert claims(app, site, member)["acr"] == "eidas0"


@pytest.mark.parametrize(("attached", "asks"), [(True, True), (False, False)])
def test_a_level_that_only_a_member_can_reach_asks_a_member_alone_for_a_code(
    store: Database, member: Member, attached: bool, asks: bool
) -> None:
    """eidas1-mfa at a site that asks for no step of its own: the policy looks before the page."""
    site = register_site(store, step_up="on_request")
    identity_id = person(store)
    if attached:
        enrol(store, identity_id)
    sign_in(member.open(authorize(site, acr_values="eidas1-mfa")))
    assert ("code" not in member.answer) is asks
    assert ("Authentification renforcée" in member.text) is asks


def test_a_refresh_says_what_the_sign_in_said(
    at: FrozenClock, app: Flask, store: Database, member: Member
) -> None:
    """OIDC Core §12.2: the level of then, whatever the register says now."""
    site = register_site(store, scope="openid offline_access")
    enrol(store, person(store))
    with_code(member.open(authorize(site, scope="openid offline_access")))
    given = exchange(app, site, member.answer["code"])
    with store.writing() as session:
        session.execute(update(Record).values(identity_id=None))
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert verified(app, token(app, site, form)["id_token"])["acr"] == "eidas1-mfa"


def test_the_level_costs_one_statement_at_most(
    store: Database, site: Registered, member: Member
) -> None:
    """Twelve a sign-in hold (tests/flows/test_cost.py); a silent one asks for it in passing."""
    enrol(store, person(store))
    with_code(member.open(authorize(site)), trust=True)
    statements = Statements(store)
    member.open(authorize(site, prompt="none"))
    assert sum("members" in statement for statement in statements) == 1
    assert len(statements) == 4
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    statements.clear()
    sign_in(member, EMAIL)
    assert sum("members" in statement for statement in statements) == 1
    assert len(statements) <= 12
