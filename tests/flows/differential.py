"""The harness of EN1 and EN2: the same pages for two addresses, what shows and what it costs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask import Flask

from idp.clock import FrozenClock
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.support_b import Argon2Calls, look, wrong
from tests.member import Member

KNOWN, UNKNOWN = "connue.ici@exemple.test", "inconnue.la@exemple.test"


@dataclass
class World:
    """The app, the clock, and what is counted while a stranger walks."""

    app: Flask
    store: Database
    clock: FrozenClock
    argon2: Argon2Calls
    statements: Statements
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 250)))

    def stranger(self) -> Member:
        """A browser from a network of its own."""
        member = Member(self.app)
        member.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{next(self.numbers)}"
        return member

    def costs(self) -> dict[str, object]:
        """What was asked of Argon2 and of the database since the last time.

        A link is written where others get a second message: both are one row for the worker or
        for nobody, and weigh the same.
        """
        queued = ("INSERT INTO outbox", "INSERT INTO links")
        spent = {
            "argon2": list(self.argon2),
            "statements": len(self.statements),
            "queued": sum(statement.startswith(queued) for statement in self.statements),
        }
        self.argon2.clear()
        self.statements.clear()
        return spent


Walk = Callable[[World, str], Iterator[Member]]
Prepare = Callable[[World, str], object]


def block(world: World, email: str) -> None:
    """Three wrong passwords by a stranger."""
    wrong(world.stranger(), email, times=3)


def walked(world: World, walk: Walk, email: str) -> list[dict[str, object]]:
    """What each step of a walk shows and costs, from one instant on."""
    began, seen = world.clock.instant, []
    world.costs()
    for member in walk(world, email):
        seen.append({**world.costs(), **look(member, email)})
        world.costs()
    world.clock.instant = began  # pages show hours
    return seen


def compare(world: World, walk: Walk, prepare: Prepare, *, phantom: bool = False) -> None:
    """The walk for an address in a state, beside that for one that nobody has.

    `phantom` blocks the latter too. AssertionError names the first step that differs.
    """
    prepare(world, KNOWN)
    if phantom:
        block(world, UNKNOWN)
    world.clock.advance(minutes=16)  # what was mailed to prepare counts no more
    of_unknown, of_known = walked(world, walk, UNKNOWN), walked(world, walk, KNOWN)
    assert len(of_known) == len(of_unknown) > 0
    for step, (left, right) in enumerate(zip(of_known, of_unknown, strict=True)):
        assert left == right, f"step {step}"
