"""SE5, SE7, LK2: whatever ends a person's access ends it for introspection too, kept or signed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from idp.accounts.activity import NOWHERE
from idp.models import Identity
from idp.oidc import administration, clients, ending, grants
from tests.oidc.caller import API, Caller, caller
from tests.oidc.world import Person, World, refusal

Act = Callable[[Session, Person, Caller], Any]


def disabled(session: Session, person: Person, _: Caller) -> Any:
    return administration.disable(session, session.get_one(Identity, person.id), by="ops")


def disabled_and_enabled(session: Session, person: Person, site: Caller) -> Any:
    disabled(session, person, site)
    who = session.get_one(Identity, person.id, populate_existing=True)
    assert administration.enable(session, who, by="ops")


def signed_out(session: Session, person: Person, _: Caller) -> Any:
    who = session.get_one(Identity, person.id)
    return administration.sign_out(session, who, by="ops", everything=True)


# new_password is what the page of a new password says (idp/flows/new_password.py)
ENDS: dict[str, Act] = {
    "everywhere": lambda s, who, _: ending.end_everything(s, who.id, why="everywhere"),
    "new password": lambda s, who, _: ending.end_everything(s, who.id, why="new_password"),
    "undo": lambda s, who, _: ending.end_everything(s, who.id, why="undo"),
    "disabled": disabled,
    "disabled and enabled": disabled_and_enabled,
    "signed out by an administrator": signed_out,
    "taken from the site": lambda s, who, site: grants.revoke_at_client(
        s, who.id, site.site.id, "consent_withdrawn"
    ),
}


@pytest.fixture
def site(world: World) -> Caller:
    return caller(world)


@pytest.fixture
def given(site: Caller, person: Person) -> list[str]:
    """An opaque access token, one for an API, their refresh tokens."""
    found = [site.signed_in(person), site.signed_in(person, resources=(API,))]
    return [tokens[name] for tokens in found for name in ("access_token", "refresh_token")]


@pytest.mark.parametrize("act", ENDS.values(), ids=ENDS)
def test_se5_nothing_is_active_any_more(
    world: World, site: Caller, person: Person, given: list[str], act: Act
) -> None:
    somebody = world.person("autre@mgen-connect.test")
    kept = site.signed_in(somebody, resources=(API,))
    assert all(site.active(token) for token in given)
    with world.database.writing() as session:
        act(session, person, site)
    assert [site.active(token) for token in given] == [False] * 4
    for token in (given[1], given[3]):
        assert refusal(site.refresh(token)) == (400, "invalid_grant")
    assert site.active(kept["access_token"]), "nobody else's"


def test_a_site_that_lost_its_grants_leaves_the_others(world: World, person: Person) -> None:
    one, other = caller(world), caller(world)
    kept, gone = other.signed_in(person), one.signed_in(person)
    with world.database.writing() as session:
        assert grants.revoke_at_client(session, person.id, one.site.id, "x") == 1
        assert grants.revoke_at_client(session, person.id, one.site.id, "x") == 0
    assert other.active(kept["access_token"])
    assert not one.active(gone["access_token"])


def test_se6_a_sign_out_ends_what_has_no_refresh_token(
    world: World, site: Caller, person: Person
) -> None:
    """Back-Channel Logout §2.7, for signed access tokens as well."""
    online = site.signed_in(person, scope=("openid",), resources=(API,))
    offline = site.signed_in(person, resources=(API,))
    with world.database.writing() as session:
        ending.end_session(session, person.session_id, why="member", where=NOWHERE)
    assert not site.active(online["access_token"])
    assert site.active(offline["access_token"])
    assert site.active(offline["refresh_token"])


def test_cl4_a_site_that_is_forgotten(
    world: World, site: Caller, person: Person, given: list[str]
) -> None:
    with world.database.writing() as session:
        clients.delete(session, site.site.id)
    world.issuer.clients._kept.clear()  # five seconds later
    assert refusal(site.post("/introspect", {"token": given[0]})) == (401, "invalid_client")
    assert refusal(world.userinfo(given[0])) == (401, "invalid_token")
