"""finish(): all or nothing, once, whoever races (C4, C5, C12, C13, LI1, AV9)."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from idp import clock
from idp.accounts import identifiers, joining, links, lockout, members
from idp.accounts.activity import NOWHERE
from idp.accounts.migrating import ProvedBy
from idp.accounts.nir import open_nir
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import (
    Identity,
    Interaction,
    Lockout,
    Member,
    Migration,
    Proof,
    new_id,
)
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.migration_support import (
    CHOSEN,
    FILED,
    finish,
    hang,
    legacy_member,
    make_migration,
    ready,
    tab,
    token_of,
    validated,
    wanted,
)

COUNT = 6


@pytest.fixture
def member(database: Database, at: FrozenClock) -> str:
    """A legacy member of the register."""
    return legacy_member(database, mobile="06 12 34 56 78")


def test_c13_one_stroke_and_the_nir_is_dead(database: Database, member: str) -> None:
    row = ready(database, member)
    with database.writing() as session:
        sealed = session.get_one(Member, member).nir_sealed
        assert sealed is not None
        number = open_nir(session, sealed)
        for key in (
            lockout.key_for_nir(session, number),
            lockout.key_for_email(session, CHOSEN),
        ):
            for _ in range(3):
                lockout.claim(session, key)
    made = finish(database, row)
    with database.reading() as session:
        found, identity = session.get_one(Member, member), session.get_one(Identity, made)
        assert (found.identity_id, found.legacy_sealed) == (made, None)
        assert (identity.state, identity.activated_at) == (State.ACTIVE, clock.now())
        assert identifiers.open_email(session, identity.email_sealed) == CHOSEN
        assert identity.password_hash == wanted().password_hash
        assert (identity.question, identity.answer_hash) == (
            wanted().question,
            wanted().answer_hash,
        )
        assert set(session.scalars(select(Lockout.failures))) == {0}
        done = session.get_one(Migration, row)
        assert (done.done_at, done.identity_id, done.chosen) == (clock.now(), made, None)
        assert members.count(session, members.Access.ATTACHED) == 1
        assert members.count(session, members.Access.LEGACY) == 0


def test_c13_both_addresses_and_the_mobile_are_told(database: Database, member: str) -> None:
    finish(database, ready(database, member))
    told = {(mail["purpose"], mail["to"]) for mail in factories.mails(database)}
    assert told == {
        ("migration_done", CHOSEN),
        ("space_attached", FILED),
        ("space_attached", "+33612345678"),
    }
    kinds = factories.kinds(database)
    assert kinds.count("member:migration:done") == kinds.count("member:record:attached") == 1


def test_it_is_finished_once(database: Database, member: str) -> None:
    row = ready(database, member)
    assert finish(database, row)
    before = factories.dump(database)
    assert finish(database, row) is None
    assert factories.dump(database) == before


@pytest.mark.parametrize("missing", ["proof", "choice", "time"])
def test_li4_nothing_ends_without_its_proof(
    database: Database, member: str, at: FrozenClock, missing: str
) -> None:
    changes: dict[str, dict[str, Any]] = {
        "proof": {"proved_at": None},
        "choice": {"chosen": None},
        "time": {"expires_at": clock.now()},
    }
    with database.writing() as session:
        row = make_migration(session, member, proved_by=ProvedBy.MAIL, chosen=CHOSEN).id
        session.execute(update(Migration).values(**changes[missing]))
    before = factories.dump(database)
    assert finish(database, row) is None
    assert factories.dump(database) == before


@pytest.mark.parametrize("state", [s for s in State if s not in (State.PENDING, State.INVITED)])
def test_c5_an_address_that_is_taken_ends_nothing(
    database: Database, member: str, state: State
) -> None:
    """LI1: whatever its identity may do."""
    row = ready(database, member)
    with database.writing() as session:
        factories.make_identity(session, CHOSEN, state=state)
    before = factories.dump(database)
    assert finish(database, row) is None
    assert factories.dump(database) == before


def test_li1_a_holder_who_is_found_by_an_older_key(
    database: Database, settings: Settings, member: str
) -> None:
    """While keys rotate, the index is not all that keeps an address to one identity."""
    row = ready(database, member)
    with database.writing() as session:
        factories.make_identity(session, CHOSEN)
    newer = Database.open(replace(settings, pii_keys=(b"n" * 32, *settings.pii_keys)))
    try:
        assert finish(newer, row) is None
    finally:
        newer.close()


def test_c6_an_unfinished_sign_up_holds_nothing(database: Database, member: str) -> None:
    with database.writing() as session:
        factories.make_pending(session, CHOSEN)
        factories.make_identity(session, CHOSEN, state=State.INVITED)
    made = finish(database, ready(database, member))
    with database.reading() as session:
        assert list(session.scalars(select(Identity.id))) == [made]


@pytest.mark.parametrize("obstacle", ["attached", "left"])
def test_a_record_that_cannot_be_attached_makes_no_identity(
    database: Database, member: str, obstacle: str
) -> None:
    row = ready(database, member)
    with database.writing() as session:
        other = factories.make_identity(session, "autre@exemple.test").id
        change = {"identity_id": other} if obstacle == "attached" else {"status": "left"}
        session.execute(update(Member).values(**change))
    before = factories.dump(database)
    assert finish(database, row) is None
    assert factories.dump(database) == before


def test_c5_the_link_to_a_taken_address_validates_nothing(database: Database, member: str) -> None:
    with database.writing() as session:
        holder = factories.make_identity(session, CHOSEN).id
    token = token_of(database, ready(database, member))
    assert factories.purposes(database) == ["migration_taken"]
    assert not validated(database, token)
    with database.reading() as session:
        link = links.look(session, "association", token)
        assert link.identity_id == holder
        assert session.get_one(Member, member).identity_id is None


def test_the_tab_that_began_goes_on_with_what_was_proved_in_it(
    database: Database, member: str
) -> None:
    """And nothing of who else had begun to sign in there counts any more."""
    with database.writing() as session:
        somebody = factories.make_identity(session, "autre@exemple.test").id
    paused = tab(database, identity_id=somebody)
    with database.writing() as session:
        session.add(
            Proof(id=new_id(), interaction_id=paused, kind="trusted_device", proved_at=clock.now())
        )
    row = ready(database, member)
    hang(database, paused, row)
    made = finish(database, row)
    with database.reading() as session:
        here = session.get_one(Interaction, paused)
        assert (here.identity_id, here.migration_id) == (made, None)
        query = select(Proof.kind).where(Proof.interaction_id == paused, Proof.voided_at.is_(None))
        assert sorted(session.scalars(query)) == ["mail_code", "password"]


@pytest.mark.parametrize("why", ["left", "completed", "expired"])
def test_a_tab_that_went_elsewhere_is_left_alone(
    database: Database, member: str, at: FrozenClock, why: str
) -> None:
    paused, row = tab(database), ready(database, member)
    hang(database, paused, row)
    change = {
        "left": {"migration_id": None},
        "completed": {"completed_at": clock.now()},
        "expired": {"expires_at": clock.now()},
    }[why]
    with database.writing() as session:
        session.execute(update(Interaction).values(**change))
    assert finish(database, row)
    with database.reading() as session:
        assert session.get_one(Interaction, paused).identity_id is None
        assert list(session.scalars(select(Proof.id))) == []


def test_c5_joining_brings_no_proof_of_the_row_to_the_identity(
    database: Database, member: str
) -> None:
    with database.writing() as session:
        joined = factories.make_identity(session, "forum@exemple.test").id
        key = lockout.key_for_email(session, "forum@exemple.test")
        for _ in range(3):
            lockout.claim(session, key)
    paused, row = tab(database), ready(database, member)
    hang(database, paused, row)
    assert finish(database, row, joined) == joined
    with database.reading() as session:
        assert session.get_one(Member, member).identity_id == joined
        assert session.get_one(Interaction, paused).identity_id is None
        assert list(session.scalars(select(Proof.id))) == []
        assert lockout.blocked_until(session, key) is not None, "LI11: the stronger block stays"
    mails = factories.mails(database)
    assert ("migration_done", "forum@exemple.test") in [(m["purpose"], m["to"]) for m in mails]


@pytest.mark.parametrize("state", [s for s in State if s is not State.ACTIVE])
def test_c5_only_an_active_identity_is_joined(
    database: Database, member: str, state: State
) -> None:
    with database.writing() as session:
        joined = factories.make_identity(session, "forum@exemple.test", state=state).id
    row = ready(database, member)
    before = factories.dump(database)
    assert finish(database, row, joined) is None
    assert factories.dump(database) == before


def test_r9_the_undo_of_a_migration_gives_no_way_in_back(database: Database, member: str) -> None:
    """It freezes and detaches; the old password is gone for good."""
    made = finish(database, ready(database, member))
    told = next(mail for mail in factories.mails(database) if mail["to"] == FILED)
    with database.writing() as session:
        assert joining.undo(session, told["values"]["link"].rpartition("/")[2], NOWHERE) == made
    with database.reading() as session:
        found = session.get_one(Member, member)
        assert (found.identity_id, found.legacy_sealed) == (None, None)
        assert session.get_one(Identity, made).state == State.FROZEN
        assert members.access_of(session, found) is members.Access.NEVER_CREATED
