"""What one sign-in costs, and that nobody can tell from the cost whether an address is known."""

from collections.abc import Callable
from dataclasses import dataclass, field

import argon2
import pytest

from idp.clock import FrozenClock
from idp.models import Outgoing
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import DENIS, authorize, count, person, with_code
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")

AT_MOST = 12
# each request with the pages it leads to; they may go down (one of "code" is the test's own)
CEILINGS = {"first page": 3, "password, code page": 21, "code": 16, "silent": 4}
WRONG = "Une+Lampe?9-Verte"


@dataclass
class Argon2:
    """What was asked of the library itself, whoever asked: the verifiers looked at, the hashes."""

    verified: list[str] = field(default_factory=list)
    hashed: int = 0

    @property
    def costs(self) -> list[tuple[int, int, int]]:
        """Memory, passes and lanes of each verification (EN2: all at the current cost)."""
        read = [argon2.extract_parameters(stored) for stored in self.verified]
        return [(one.memory_cost, one.time_cost, one.parallelism) for one in read]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Argon2:
    """Counts below the hasher, where no call of any kind can pass it by."""
    seen = Argon2()
    verify, hashing = argon2.PasswordHasher.verify, argon2.PasswordHasher.hash

    def counted_verify(self: argon2.PasswordHasher, stored: str, secret: str) -> bool:
        seen.verified.append(stored)
        return bool(verify(self, stored, secret))

    def counted_hash(self: argon2.PasswordHasher, secret: str) -> str:
        seen.hashed += 1
        return hashing(self, secret)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted_verify)
    monkeypatch.setattr(argon2.PasswordHasher, "hash", counted_hash)
    return seen


def test_one_sign_in(store: Database, site: Registered, member: Member, work: Argon2) -> None:
    """One verification, at most twelve statements: the POST that ends with the site's code."""
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    work.verified.clear()
    work.hashed = 0
    statements = Statements(store)
    sign_in(member)
    assert "code" in member.answer
    assert (len(work.verified), work.hashed) == (1, 0)
    assert 0 < len(statements) <= AT_MOST, "\n".join(statements)


def test_the_other_requests_of_a_sign_in(
    store: Database, site: Registered, member: Member, work: Argon2
) -> None:
    """Each of them too; only the password page verifies."""
    person(store)
    cost = {}
    statements = Statements(store)

    def spent(name: str) -> None:
        cost[name] = (len(statements), len(work.verified))
        statements.clear()
        work.verified.clear()

    member.open(authorize(site))
    spent("first page")
    sign_in(member)
    spent("password, code page")
    member.submit("Valider", code=member.code(EMAIL))
    spent("code")
    assert "code" in member.open(authorize(site)).answer
    spent("silent")
    assert {name for name, (_, verified) in cost.items() if verified} == {"password, code page"}
    assert cost["password, code page"][1] == 1
    over = {name: ran for name, (ran, _) in cost.items() if ran > CEILINGS[name]}
    assert over == {}


Cost = tuple[list[str], list[tuple[int, int, int]], int, int]


@pytest.fixture
def tried(
    at: FrozenClock, store: Database, browsers: Callable[[], Member], work: Argon2
) -> Callable[[str, str], Cost]:
    """One try with a wrong sign-in: kinds of statements, Argon2 work, messages queued, status."""
    statements = Statements(store)

    def attempt(email: str, password: str) -> Cost:
        member = browsers().open("/connexion")
        queued = count(store, Outgoing)
        statements.clear()
        work.verified.clear()
        work.hashed = 0
        sign_in(member, email, password)
        ran = [statement.split("\n")[0] for statement in statements]
        assert work.hashed == 0
        return ran, work.costs, count(store, Outgoing) - queued, member.page.status_code

    return attempt


def test_nobody_can_tell_who_is_known_from_the_cost(
    at: FrozenClock, store: Database, tried: Callable[[str, str], Cost]
) -> None:
    """EN2, D1: unknown, wrong, disabled even with the right password; from first try to block."""
    person(store)
    person(store, DENIS, "disabled")
    person(store, "frozen@exemple.test", "frozen")
    tried("first@exemple.test", WRONG)  # the verifier of nobody is made once
    asked = {
        "wrong": (EMAIL, WRONG),
        "disabled": (DENIS, PASSWORD),
        "frozen": ("frozen@exemple.test", PASSWORD),
        "unknown": ("nobody@exemple.test", PASSWORD),
    }
    expected = {1: (400, 0), 2: (400, 0), 3: (400, 1), 4: (403, 0)}
    for number, (status, messages) in expected.items():
        costs = {name: tried(*typed) for name, typed in asked.items()}
        for name, cost in costs.items():
            assert cost == costs["wrong"], (number, name)
        assert costs["wrong"][2:] == (messages, status)
        assert len(costs["wrong"][1]) == (0 if status == 403 else 1)
        assert len(costs["wrong"][0]) <= AT_MOST
        at.advance(minutes=3)
