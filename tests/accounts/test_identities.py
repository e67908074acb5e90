"""A sign-up reserves nothing: the first to prove the address has it, alone (A6, LI1, LI2)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from idp.accounts import identities, links, lockout
from idp.accounts.identifiers import BadEmailError
from idp.accounts.passwords import Hasher, WeakPasswordError
from idp.accounts.states import RULES, State
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Identity
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.factories import EMAIL, HERE, PASSWORD
from tests.fixtures import START

OTHERS = [state for state in State if RULES[state].holds_email]


def _apply(database: Database, password: str = PASSWORD) -> tuple[str, bool, str]:
    """A sign-up for EMAIL: its id, whether the address was free, and a token of its link."""
    with database.writing() as session:
        identity_id, free = identities.add_pending(
            session,
            EMAIL,
            password_hash=factories.hashed(password),
            question="first_pet",
            answer_hash=factories.hashed("la riviere"),
        )
        return identity_id, free, links.make(session, "activation", identity_id=identity_id)


def _pending(database: Database) -> tuple[str, str]:
    """A rival sign-up that no later one replaced: its id and a token of its link."""
    with database.writing() as session:
        identity = factories.make_pending(session)
        return identity.id, links.make(session, "activation", identity_id=identity.id)


def _activate(database: Database, token: str) -> bool:
    try:
        with database.writing() as session:
            identities.activate(session, token, HERE)
    except BadLinkError:
        return False
    return True


def _all(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return sorted((row.id, row.state) for row in session.scalars(select(Identity)))


def _found(database: Database, email: str = EMAIL) -> str | None:
    with database.reading() as session:
        found = identities.find(session, email)
        return found.id if found else None


def test_a6_pending_until_its_link_is_used_and_then_active(
    database: Database, at: FrozenClock
) -> None:
    identity_id, free, token = _apply(database)
    assert free
    assert _all(database) == [(identity_id, "pending")]
    at.advance(hours=1)
    assert _activate(database, token)
    with database.reading() as session:
        row = session.scalars(select(Identity)).one()
    assert (row.id, row.state, row.expires_at) == (identity_id, "active", None)
    assert (row.created_at, row.activated_at) == (START, START + timedelta(hours=1))
    assert not _activate(database, token)
    assert factories.kinds(database) == ["member:identity:activated"]


def test_a6_a_later_sign_up_replaces_an_unfinished_one(database: Database, at: FrozenClock) -> None:
    _first, _free, old = _apply(database)
    second, free, new = _apply(database)
    assert free
    assert _all(database) == [(second, "pending")]
    assert not _activate(database, old)
    assert _activate(database, new)


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a6_unfinished_for_15_days_and_no_longer(
    database: Database, at: FrozenClock, seconds: int, *, good: bool
) -> None:
    identity_id, _free, _token = _apply(database)
    at.advance(days=14)
    with database.writing() as session:
        later = links.make(session, "activation", identity_id=identity_id)
    at.advance(days=1, seconds=seconds)
    assert (_found(database) is not None) is good
    assert _activate(database, later) is good


@pytest.mark.parametrize("state", OTHERS)
def test_a8_a_sign_up_for_a_taken_address_can_never_be_activated(
    database: Database, at: FrozenClock, state: State
) -> None:
    with database.writing() as session:
        holder = factories.make_identity(session, state=state).id
    decoy, free, token = _apply(database, "Une+Lampe?9-Verte")
    assert not free
    assert not _activate(database, token)
    assert _all(database) == sorted([(holder, state.value), (decoy, "pending")])
    assert _found(database) == holder


def test_a8_not_even_once_the_address_is_free_again(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        holder = factories.make_identity(session)
    _decoy, _free, token = _apply(database, "Une+Lampe?9-Verte")
    with database.writing() as session:
        session.delete(session.merge(holder))
    assert not _activate(database, token)
    assert _found(database) is None


def test_pw8_nothing_opens_the_sign_up_of_a_taken_address(
    database: Database, at: FrozenClock
) -> None:
    with database.writing() as session:
        factories.make_identity(session)
    decoy, _free, _token = _apply(database, "Une+Lampe?9-Verte")
    with database.reading() as session:
        row = session.get_one(Identity, decoy)
    assert not Hasher.of(Settings()).verify(row.password_hash, "Une+Lampe?9-Verte")
    assert row.answer_hash == row.password_hash == "!"


@pytest.mark.parametrize("state", OTHERS)
def test_li1_who_took_the_address_meanwhile_keeps_it(
    database: Database, at: FrozenClock, state: State
) -> None:
    _rival, token = _pending(database)
    with database.writing() as session:
        holder = factories.make_identity(session, state=state).id
    assert not _activate(database, token)
    assert (holder, state.value) in _all(database)


@pytest.mark.parametrize("_round", range(3))
def test_li1_of_rivals_that_activate_at_once_one_wins(
    database: Database, at: FrozenClock, _round: int
) -> None:
    """Each would lock itself, then wait for the others: they must take turns."""
    tokens = [_pending(database)[1] for _ in range(4)]
    assert sum(at_once(4, lambda number: _activate(database, tokens[number]))) == 1
    assert [state for _id, state in _all(database)] == ["active"]


def test_otc7_of_twenty_uses_of_one_link_at_once_one_activates(
    database: Database, at: FrozenClock
) -> None:
    _id, _free, token = _apply(database)
    assert sum(at_once(20, lambda _number: _activate(database, token))) == 1
    assert factories.kinds(database) == ["member:identity:activated"]


def test_otc7_a_failed_activation_does_not_use_up_its_link(
    database: Database, at: FrozenClock
) -> None:
    identity_id, _free, token = _apply(database)
    with database.writing() as session:
        session.get_one(Identity, identity_id).state = State.DISABLED.value
    assert not _activate(database, token)
    with database.reading() as session:
        assert links.look(session, "activation", token).used_at is None


def test_activating_lifts_the_block_of_its_address_only(
    database: Database, at: FrozenClock
) -> None:
    _id, _free, token = _apply(database)
    other = "autre@exemple.test"
    with database.writing() as session:
        for email in [EMAIL] * 3 + [other] * 3:
            lockout.claim(session, lockout.key_for_email(session, email))
    assert _activate(database, token)
    with database.reading() as session:
        keys = [lockout.key_for_email(session, email) for email in (EMAIL, other)]
        blocks = [lockout.blocked_until(session, key) for key in keys]
    assert blocks == [None, START + timedelta(hours=24)]


def test_who_holds_the_address_is_found_before_who_waits(
    database: Database, at: FrozenClock
) -> None:
    with database.writing() as session:
        holder = factories.make_identity(session).id
    at.advance(hours=1)
    with database.writing() as session:
        factories.make_pending(session)
    assert _found(database) == _found(database, " CLAIRE@Exemple.test ") == holder


def test_of_those_who_wait_the_newest_is_found(database: Database, at: FrozenClock) -> None:
    _pending(database)
    at.advance(seconds=1)
    newest, _token = _pending(database)
    assert _found(database) == newest
    assert _found(database, "autre@exemple.test") is None


def test_an_identity_made_by_those_who_vouch_is_active_at_once(
    database: Database, at: FrozenClock
) -> None:
    def create(password: str = PASSWORD, email: str = " CLAIRE@exemple.test") -> str:
        with database.writing() as session:
            return identities.create_active(
                session, email=email, password=password, question="first_pet", answer=" La Rivière "
            )

    created = create()
    assert _all(database) == [(created, "active")]
    with database.reading() as session:
        row = session.get_one(Identity, created)
    assert Hasher.of(Settings()).verify(row.password_hash, PASSWORD)
    assert Hasher.of(Settings()).verify(row.answer_hash, "la riviere")
    with pytest.raises(IntegrityError):
        create()
    with pytest.raises(WeakPasswordError):
        create("claire")
    with pytest.raises(BadEmailError):
        create(email="claire")
