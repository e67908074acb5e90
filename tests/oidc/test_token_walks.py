"""Tokens over their whole life, in any order: what is active is what a small model foretells.

The model knows three things of a grant (did it end, is it one of a session, which key) and two of a
token (was it given back, when does it expire). Whatever happens, the issuer agrees with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp import clock
from idp.accounts.activity import NOWHERE
from idp.clock import FrozenClock
from idp.oidc import ending, grants
from tests.oidc.caller import API, Caller, caller, fapi2, good
from tests.oidc.holder import Holder, holder
from tests.oidc.world import ONE_ENGINE, Person, World

pytestmark = ONE_ENGINE

TEN_MINUTES, SEVEN_DAYS, THIRTY_DAYS = (
    timedelta(minutes=10),
    timedelta(days=7),
    timedelta(days=30),
)


@dataclass
class Access:
    """One access token that was handed out."""

    text: str
    signed: bool
    until: datetime
    given_back: bool = False


@dataclass
class Link:
    """One refresh token of a chain, and when it was used."""

    text: str
    until: datetime
    used: datetime | None = None


@dataclass
class Family:
    """What the model knows of one grant."""

    person: Person
    key: Holder | None
    until: datetime
    ended: bool = False
    access: list[Access] = field(default_factory=list)
    chain: list[Link] = field(default_factory=list)

    @property
    def live(self) -> bool:
        return not self.ended and clock.now() < self.until


class Walk:
    """A site, a person, and what has happened so far; `number` chooses of what there is."""

    def __init__(self, world: World, site: Caller, at: FrozenClock) -> None:
        self.world, self.site, self.at, self.number = world, site, at, 0
        self.rotates = not site.site.client.fapi2
        self.person = world.person()
        self.families: list[Family] = []

    def sign_in(self) -> None:
        """With or without an API, a key, a refresh token."""
        choice = self.number
        key = holder() if choice & 1 or not self.rotates else None
        scope = ("openid", "offline_access") if choice & 2 else ("openid",)
        resources = (API,) if choice & 4 else ()
        self.person = self.world.another_session(self.person)
        site = self.site.showing(key)
        told = site.signed_in(self.person, scope=scope, resources=resources)
        now = clock.now()
        family = Family(self.person, key, now + THIRTY_DAYS)
        self.families.append(family)
        self._keep(family, told)

    def refresh(self) -> None:
        """With any refresh token there is: new, lately used, used long ago."""
        links = [(one, link) for one in self.families for link in one.chain]
        if not links:
            return
        family, link = links[self.number % len(links)]
        now = clock.now()
        repeated = link.used is not None and now - link.used <= timedelta(seconds=10)
        fresh = link.used is None and now < link.until
        answer = self.site.showing(family.key).refresh(link.text)
        assert (answer.status == 200) == (family.live and (fresh or repeated)), answer
        if link.used is not None and not repeated:
            family.ended = True
        elif answer.status == 200 and fresh:
            link.used = now if self.rotates else None
            self._keep(family, good(answer))

    def give_back(self) -> None:
        """An access token, or the whole grant by any refresh token."""
        if not self.families:
            return
        choice = self.number
        family = self.families[choice % len(self.families)]
        if family.chain and choice & 1:
            self.site.revoke(family.chain[choice % len(family.chain)].text)
            family.ended = True
        else:
            access = family.access[choice % len(family.access)]
            self.site.revoke(access.text)
            access.given_back = True

    def sign_out(self) -> None:
        """Of one browser: what has no refresh token ends."""
        if not self.families:
            return
        whose = self.families[self.number % len(self.families)]
        session_id = whose.person.session_id
        with self.world.database.writing() as session:
            ending.end_session(session, session_id, why="member", where=NOWHERE)
        if not whose.chain:
            whose.ended = True

    def everywhere(self) -> None:
        """Everything ends."""
        with self.world.database.writing() as session:
            ending.end_everything(session, self.person.id, why="everywhere")
        for family in self.families:
            family.ended = True

    def withdraw(self) -> None:
        """What the person gave this site ends."""
        with self.world.database.writing() as session:
            grants.revoke_at_client(session, self.person.id, self.site.site.id, "withdrawn")
        for family in self.families:
            family.ended = True

    def wait(self) -> None:
        """A second, half a minute, a quarter of an hour, a week."""
        lengths = (1, 30, 900, 7 * 86400)
        self.at.advance(seconds=lengths[self.number % 4])

    def check(self) -> None:
        """The issuer and the model say the same of every token there ever was."""
        now = clock.now()
        for family in self.families:
            for access in family.access:
                expected = family.live and not access.given_back and now < access.until
                assert self.site.active(access.text) == expected
                if not access.signed:
                    scheme = "DPoP" if family.key else "Bearer"
                    answer = self.site.showing(family.key).userinfo(access.text, scheme)
                    assert answer.status == (200 if expected else 401)
            for link in family.chain:
                expected = family.live and link.used is None and now < link.until
                assert self.site.active(link.text) == expected

    def _keep(self, family: Family, told: dict[str, str]) -> None:
        now, text = clock.now(), told["access_token"]
        family.access.append(Access(text, "." in text, now + TEN_MINUTES))
        if "refresh_token" in told and (self.rotates or not family.chain):
            until = min(now + SEVEN_DAYS, family.until) if self.rotates else family.until
            family.chain.append(Link(told["refresh_token"], until))


Step = tuple[Callable[[Walk], None], int]

TOURS: dict[str, list[Step]] = {
    "a chain, a repeat in time, one too late": [
        *((Walk.refresh, 0), (Walk.refresh, 0), (Walk.refresh, 1), (Walk.wait, 1)),
        *((Walk.refresh, 0), (Walk.refresh, 2)),
    ],
    "given back, one by one and as a whole": [
        *((Walk.give_back, 0), (Walk.refresh, 0), (Walk.give_back, 0), (Walk.give_back, 1)),
    ],
    "time goes by": [(Walk.wait, 2), (Walk.refresh, 0), (Walk.wait, 3), (Walk.refresh, 1)],
    "signed out, then everywhere": [
        *((Walk.sign_in, 4), (Walk.sign_out, 2), (Walk.sign_out, 0), (Walk.everywhere, 0)),
    ],
    "taken from the site, and given again": [
        *((Walk.withdraw, 0), (Walk.sign_in, 7), (Walk.refresh, 2), (Walk.refresh, 0)),
    ],
}
STEPS = (
    *(Walk.sign_in, Walk.refresh, Walk.refresh, Walk.give_back, Walk.sign_out),
    *(Walk.everywhere, Walk.withdraw, Walk.wait),
)
SITES = pytest.mark.parametrize("kind", [caller, fapi2], ids=["ordinary", "fapi2"])


@SITES
@pytest.mark.parametrize("steps", TOURS.values(), ids=TOURS)
def test_fixed_tours(
    world: World, at: FrozenClock, kind: Callable[[World], Caller], steps: list[Step]
) -> None:
    walked(Walk(world, kind(world), at), steps)


@pytest.mark.slow
@SITES
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1000)), min_size=4, max_size=12))
def test_any_tour(
    world: World, at: FrozenClock, kind: Callable[[World], Caller], steps: list[Step]
) -> None:
    walked(Walk(world, kind(world), at), steps)


def walked(walk: Walk, steps: list[Step]) -> None:
    for step, number in [(Walk.sign_in, 6), (Walk.sign_in, 3), *steps]:
        walk.number = number
        step(walk)
        walk.check()
