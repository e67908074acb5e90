"""EN1, EN2: nothing a stranger can see or count tells whether an address is somebody's.

One walk per page, the same for every state of the address; what is seen (status, headers, cookies,
text, forms) and what it costs (Argon2, SQL statements, rows queued) must be equal, step by step.
The slow tier: alike.py walks more pages over more states in `make test`, and later pages go there.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.conftest import sign_in
from tests.flows.differential import Prepare, Walk, World, block, compare
from tests.flows.support_b import (
    WRONG,
    Argon2Calls,
    form_token,
    person,
    post,
    put,
    trusted,
    wrong,
)
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.slow
TYPED = "Trois.Petits*Chats-9"


@pytest.fixture
def world(app: Flask, store: Database, at: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(app, store, at, Argon2Calls(monkeypatch), Statements(store))


def in_state(state: State) -> Prepare:
    """An address whose identity is in a state."""
    return lambda world, email: person(world.store, email, state)


def signed_up(world: World, email: str) -> None:
    """A sign-up that waits for its activation."""
    world.stranger().sign_up(email)


def with_decoy(world: World, email: str) -> None:
    """Somebody's address, which another has tried to sign up."""
    person(world.store, email)
    world.stranger().sign_up(email, WRONG)


def with_device(world: World, email: str) -> None:
    """Somebody who has a trusted browser elsewhere."""
    person(world.store, email)
    trusted(world.stranger(), email)


def blocked(before: Prepare) -> Prepare:
    """The same, blocked by somebody's wrong passwords."""
    return lambda world, email: (before(world, email), block(world, email))


def blocked_then_disabled(world: World, email: str) -> None:
    """Disabled while a block was on."""
    identity_id = person(world.store, email)
    block(world, email)
    put(world.store, identity_id, State.DISABLED)


FREE = {
    "active": in_state(State.ACTIVE),
    "pending": in_state(State.PENDING),
    "invited": in_state(State.INVITED),
    "signed up": signed_up,
    "disabled": in_state(State.DISABLED),
    "frozen": in_state(State.FROZEN),
    "closing": in_state(State.CLOSING),
    "decoy": with_decoy,
    "device": with_device,
}
BLOCKED = {
    "active": blocked(in_state(State.ACTIVE)),
    "pending": blocked(signed_up),
    "invited": blocked(in_state(State.INVITED)),
    "disabled": blocked(in_state(State.DISABLED)),
    "decoy": blocked(with_decoy),
    "disabled since": blocked_then_disabled,
}


def wrong_passwords(world: World, email: str) -> Iterator[Member]:
    """Four wrong passwords: told off three times, then blocked."""
    member = world.stranger()
    for _ in range(4):
        yield wrong(member, email)


def while_blocked(world: World, email: str) -> Iterator[Member]:
    """The right and a wrong password, from another browser."""
    member = world.stranger()
    for password in (PASSWORD, WRONG):
        sign_in(member.open("/connexion"), email, password)
        yield member


def after_the_lapse(world: World, email: str) -> Iterator[Member]:
    """A block that has lapsed, and the next one."""
    member = world.stranger()
    yield wrong(member, email, times=3)
    world.clock.advance(hours=24)
    yield wrong(member, email)
    yield wrong(member, email, times=3)


def over_the_network_budget(world: World, email: str) -> Iterator[Member]:
    """The address is the twenty-first of this network."""
    member = world.stranger()
    token = form_token(member)
    for number in range(20):
        fields = {"csrf_token": token, "email": f"p{number}@exemple.test", "password": "x"}
        post(member, "/connexion", fields)
    yield wrong(member, email)


def signing_up(world: World, email: str) -> Iterator[Member]:
    """The form, its last page, the message again until the budget is used up, and a reload."""
    member = world.stranger()
    yield member.sign_up(email, TYPED)
    for _ in range(3):
        yield member.submit("Renvoyer")
    yield member.open(member.address)


def signing_up_often(world: World, email: str) -> Iterator[Member]:
    """From one browser after another, until the mailbox has had enough."""
    for _ in range(4):
        yield world.stranger().sign_up(email, TYPED)


def signing_up_then_in(world: World, email: str) -> Iterator[Member]:
    """The password just chosen, before any activation: it may not say whether it was kept (A7)."""
    member = world.stranger()
    yield member.sign_up(email, TYPED)
    sign_in(member.open("/connexion"), email, TYPED)
    yield member


def asking_again(world: World, email: str) -> Iterator[Member]:
    """From the page of a dead link."""
    member = world.stranger()
    for _ in range(4):
        yield member.open("/activation/x").submit("Recevoir", email=email)


def signing_up_then_guessing(world: World, email: str) -> Iterator[Member]:
    """004: "block it, sign it up, look again" and wrong passwords for what one has signed up."""
    member = world.stranger()
    yield member.sign_up(email, TYPED)
    for _ in range(3):
        yield wrong(member, email)
    sign_in(member.open("/connexion"), email, TYPED)
    yield member
    yield member.sign_up(email, TYPED)
    sign_in(member.open("/connexion"), email, TYPED)
    yield member


CASES = [
    *(
        (walk, state)
        for walk in (wrong_passwords, signing_up, signing_up_then_in)
        for state in FREE
    ),
    *(
        (walk, state)
        for walk in (after_the_lapse, signing_up_often, asking_again)
        for state in ("active", "signed up", "disabled")
    ),
]


@pytest.mark.parametrize(("walk", "state"), CASES)
def test_a_known_address_shows_and_costs_what_an_unknown_one_does(
    world: World, walk: Walk, state: str
) -> None:
    """EN1, EN2, A8."""
    compare(world, walk, FREE[state])


def test_a_network_over_budget_learns_nothing(world: World) -> None:
    """LK4."""
    compare(world, over_the_network_budget, FREE["active"])


@pytest.mark.parametrize("state", BLOCKED)
@pytest.mark.parametrize("walk", [while_blocked, signing_up, asking_again])
def test_blocked_or_phantom_nobody_can_tell(world: World, walk: Walk, state: str) -> None:
    """D1, EN1: a block on nobody's address is a block like another."""
    compare(world, walk, BLOCKED[state], phantom=True)


@pytest.mark.parametrize("state", ["active", "disabled", "decoy"])
def test_a_block_survives_a_sign_up_whoever_it_is_on(world: World, state: str) -> None:
    """004."""
    compare(world, signing_up_then_guessing, FREE[state])


def test_the_harness_sees_a_difference(world: World) -> None:
    """A right password must show: else this file proves nothing."""

    def right_password(world: World, email: str) -> Iterator[Member]:
        member = world.stranger()
        sign_in(member.open("/connexion"), email, PASSWORD)
        yield member

    with pytest.raises(AssertionError, match="step 0"):
        compare(world, right_password, FREE["active"])
