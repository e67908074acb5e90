"""LK2, SE5, SE7: disable ends all and revives nothing; enable; sign-out, with the rest or not."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import devices, lockout, sessions
from idp.accounts.states import RULES, State
from idp.clock import FrozenClock
from idp.models import BrowserSession, Device, Event, Identity, Interaction
from idp.oidc import administration
from tests import factories
from tests.at_once import at_once
from tests.oidc.backchannel import notices
from tests.oidc.listener import Listener
from tests.oidc.world import ONE_ENGINE, Person, Site, World, refusal

DISABLED_FROM = {State.ACTIVE, State.CLOSING, State.FROZEN}
ENABLED_FROM = {State.DISABLED, State.FROZEN}


@pytest.fixture
def site(world: World, machine: Listener) -> Site:
    """A refreshing site that wants to be told."""
    return world.site(backchannel_logout_uri=machine.address)


def done(world: World, person: Person, act: Callable[[Session, Identity], Any]) -> Any:
    with world.database.writing() as session:
        return act(session, session.get_one(Identity, person.id))


def disable(world: World, person: Person) -> bool:
    return done(world, person, lambda s, who: administration.disable(s, who, by="ops"))


def enable(world: World, person: Person) -> bool:
    return done(world, person, lambda s, who: administration.enable(s, who, by="ops"))


def sign_out(world: World, person: Person, *, everything: bool) -> int:
    return done(
        world,
        person,
        lambda s, who: administration.sign_out(s, who, by="ops", everything=everything),
    )


def state(world: World, person: Person) -> str:
    with world.database.reading() as session:
        return session.get_one(Identity, person.id).state


def events(world: World) -> list[dict[str, Any]]:
    with world.database.reading() as session:
        query = select(Event).where(Event.kind.like("admin:identity:%"))
        return [{"kind": one.kind, **one.detail} for one in session.scalars(query)]


def under_way(world: World, person: Person) -> tuple[int, int, int]:
    """Live sessions, trusted devices, sign-ins half done."""
    queries = (
        select(BrowserSession.id).where(BrowserSession.ended_at.is_(None)),
        select(Device.id).where(Device.revoked_at.is_(None)),
        select(Interaction.id).where(Interaction.completed_at.is_(None)),
    )
    with world.database.reading() as session:
        one, two, three = (
            len(session.scalars(query.filter_by(identity_id=person.id)).all()) for query in queries
        )
    return one, two, three


def prepared(world: World, person: Person) -> None:
    """A second browser, a trusted device, a sign-in half done."""
    world.another_session(person)
    with world.database.writing() as session:
        devices.trust(session, person.id, factories.HERE)
        factories.make_interaction(session, person.id)
    assert under_way(world, person) == (2, 1, 1)


@pytest.mark.parametrize("enabled_again", [False, True])
def test_lk2_disable_ends_all_and_enabling_revives_none_of_it(
    world: World, site: Site, person: Person, enabled_again: bool
) -> None:
    """SE5: six things prepared before are worth nothing after; another person's stay good."""
    somebody = world.person("autre@mgen-connect.test")
    given, kept = world.tokens(site, person), world.tokens(site, somebody)
    unused = world.code(site, person)
    prepared(world, person)
    prepared(world, somebody)
    assert disable(world, person)
    if enabled_again:
        assert enable(world, person)
    assert refusal(world.refresh(site, given["refresh_token"])) == (400, "invalid_grant")
    assert refusal(world.userinfo(given["access_token"])) == (401, "invalid_token")
    assert refusal(world.exchange(site, unused)) == (400, "invalid_grant")
    assert under_way(world, person) == (0, 0, 0)
    assert under_way(world, somebody) == (2, 1, 1)
    assert world.userinfo(kept["access_token"]).status == 200
    assert len(notices(world)) == 1


def test_lk2_a_token_that_escaped_the_end_is_refused_by_the_state(
    world: World, site: Site, person: Person
) -> None:
    """Each grant asks the state as well: nothing hangs on the rows having been ended alone."""
    given, unused = world.tokens(site, person), world.code(site, person)
    world.set_state(person, State.DISABLED)
    assert refusal(world.refresh(site, given["refresh_token"])) == (400, "invalid_grant")
    assert refusal(world.userinfo(given["access_token"])) == (401, "invalid_token")
    assert refusal(world.exchange(site, unused)) == (400, "invalid_grant")


@ONE_ENGINE
@pytest.mark.parametrize("before", list(State))
def test_states_from_where_an_administrator_may_move(
    world: World, person: Person, before: State
) -> None:
    """As the table of states says; a refusal leaves no event."""
    world.set_state(person, before)
    assert disable(world, person) is (before in DISABLED_FROM)
    assert state(world, person) == ("disabled" if before in DISABLED_FROM else before)
    assert (State.DISABLED in RULES[before].becomes) is (before in DISABLED_FROM)
    world.set_state(person, before)
    assert enable(world, person) is (before in ENABLED_FROM)
    assert state(world, person) == ("active" if before in ENABLED_FROM else before)
    assert len(events(world)) == (before in DISABLED_FROM) + (before in ENABLED_FROM)


@pytest.mark.parametrize("before", [State.FROZEN, State.DISABLED])
def test_enabling_forgets_what_it_was_frozen_for(
    world: World, person: Person, before: State
) -> None:
    frozen = update(Identity).where(Identity.id == person.id)
    world.change(frozen.values(state=before.value, frozen_before=clock.now()))
    assert enable(world, person)
    with world.database.reading() as session:
        assert session.get_one(Identity, person.id).frozen_before is None


def test_of_many_at_once_one_disables(world: World, site: Site, person: Person) -> None:
    world.tokens(site, person)
    assert at_once(4, lambda _: disable(world, person)).count(True) == 1
    assert len(events(world)) == 1
    assert len(notices(world)) == 1


def test_lk2_a_password_that_is_settled_at_this_instant_opens_nothing(
    world: World, person: Person
) -> None:
    """It holds the identity until its session is there: disable waits, then ends that too."""
    with world.database.writing() as session:
        lockout.claim(session, "k" * 64)
    thread = Thread(target=lambda: disable(world, person))
    with world.database.writing() as session:
        known = session.get_one(Identity, person.id)
        assert lockout.clear_if_current(session, "k" * 64, known)
        thread.start()
        thread.join(timeout=0.5)  # as long as it would need, were it not held
        assert thread.is_alive()
        sessions.open_new(session, person.id)
    thread.join()
    assert (state(world, person), under_way(world, person)) == ("disabled", (0, 0, 0))


def test_sign_out_ends_the_sessions_and_nothing_else(
    world: World, site: Site, person: Person
) -> None:
    """What was asked for offline use lives on, and so do trusted devices."""
    offline = world.tokens(site, person)
    online = world.tokens(site, person, scope=("openid", "email"))
    prepared(world, person)
    assert sign_out(world, person, everything=False) == 2
    assert under_way(world, person) == (0, 1, 1)
    assert refusal(world.userinfo(online["access_token"])) == (401, "invalid_token")
    assert world.refresh(site, offline["refresh_token"]).status == 200
    assert len(notices(world)) == 1
    assert sign_out(world, person, everything=False) == 0


def test_sign_out_with_all_ends_tokens_and_devices_too(
    world: World, site: Site, person: Person
) -> None:
    given, unused = world.tokens(site, person), world.code(site, person)
    prepared(world, person)
    with world.database.reading() as session:
        assert administration.offline_grants(session, person.id) == 1
    assert sign_out(world, person, everything=True) == 2
    assert under_way(world, person) == (0, 0, 0)
    assert refusal(world.refresh(site, given["refresh_token"])) == (400, "invalid_grant")
    assert refusal(world.exchange(site, unused)) == (400, "invalid_grant")
    assert state(world, person) == "active"
    with world.database.reading() as session:
        assert administration.offline_grants(session, person.id) == 0


def test_a_session_left_alone_is_ended_but_not_counted(
    world: World, person: Person, at: FrozenClock
) -> None:
    world.another_session(person)
    at.advance(minutes=31)
    world.another_session(person)
    assert sign_out(world, person, everything=False) == 1
    assert under_way(world, person)[0] == 0


def test_cl3_au1_each_leaves_an_event_with_the_operator(world: World, person: Person) -> None:
    disable(world, person)
    enable(world, person)
    sign_out(world, person, everything=True)
    told = sorted(events(world), key=lambda event: str(event["kind"]))
    assert told == [
        {"kind": "admin:identity:disabled", "by": "ops", "was": "active", "sessions": 1},
        {"kind": "admin:identity:enabled", "by": "ops", "was": "disabled"},
        {"kind": "admin:identity:signed_out", "by": "ops", "everything": True, "sessions": 0},
    ]
