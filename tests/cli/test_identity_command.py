"""`mgen-connect identity unblock`: ends a block, tells what it did, leaves an event (CL3)."""

import pytest
from sqlalchemy import select

from idp.accounts import identities, lockout
from idp.models import Event
from idp.settings import Settings
from idp.storage.engine import Database
from tests.cli.conftest import KEYS, Command

EMAIL = "camille.exemple@courriel.test"


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it, with one identity, blocked."""
    settings = Settings.from_env({**command.environ, **KEYS})
    opened = Database.open(settings)
    with opened.writing() as session:
        identities.create_active(
            session,
            email=EMAIL,
            password="Soleil-Bleu-42!",
            question="first_pet",
            answer="une tortue",
        )
        key = lockout.key_for_email(session, EMAIL)
        for _ in range(3):
            assert lockout.claim(session, key) is not None
    return opened


def blocked(database: Database) -> bool:
    with database.reading() as session:
        key = lockout.key_for_email(session, EMAIL)
        return lockout.blocked_until(session, key) is not None


@pytest.mark.parametrize("typed", [EMAIL, f" {EMAIL.upper()} "])
def test_a_block_is_ended(command: Command, database: Database, typed: str) -> None:
    assert blocked(database)
    result = command("identity", "unblock", typed)
    assert (result.exit_code, result.stdout) == (0, "The identity is not blocked any more.\n")
    assert not blocked(database)
    again = command("identity", "unblock", typed)
    assert (again.exit_code, again.stdout) == (0, "It was not blocked.\n")


def test_the_event_names_the_operator_and_no_address(command: Command, database: Database) -> None:
    command("identity", "unblock", EMAIL)
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.kind.like("admin:identity:%"))).one()
    assert event.detail["by"]
    assert EMAIL not in str(event.detail)


def test_nobody_and_nonsense(command: Command, database: Database) -> None:
    assert command("identity", "unblock", "personne@courriel.test").exit_code == 3
    assert command("identity", "unblock", "no address").exit_code == 1
    assert blocked(database)
