"""`mgen-connect member unblock`: who has no e-mail yet is blocked by the NIR (states: blocked)."""

import pytest
from sqlalchemy import select

from idp.accounts import lockout
from idp.accounts.nir import Nir
from idp.cli.common import operator
from idp.models import Event, Lockout
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts.register_support import BCRYPT, attach, person, run
from tests.cli.conftest import KEYS, Command

NUMBER = "F0000001"
DONE, NOT = "The member is not blocked any more.\n", "It was not blocked.\n"


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it, with a member of old, blocked."""
    opened = Database.open(Settings.from_env({**command.environ, **KEYS}))
    run(opened, person(1, legacy_password_hash=BCRYPT), person(2))
    block(opened, nir=True)
    return opened


def block(database: Database, *, nir: bool) -> None:
    with database.writing() as session:
        email = f"{NUMBER}@exemple.test"
        by_nir = lockout.key_for_nir(session, Nir(person(1)["nir"]))
        for _ in range(3):
            lockout.claim(session, by_nir if nir else lockout.key_for_email(session, email))


def blocks(database: Database) -> int:
    with database.reading() as session:
        query = select(Lockout.key).where(Lockout.blocked_until.is_not(None))
        return len(session.scalars(query).all())


def test_a_block_of_the_nir(command: Command, database: Database) -> None:
    for said in (DONE, NOT):
        result = command("member", "unblock", NUMBER)
        assert (result.exit_code, result.stdout) == (0, said)
        assert blocks(database) == 0


def test_attached_it_is_that_of_the_e_mail(command: Command, database: Database) -> None:
    attach(database)
    block(database, nir=False)
    assert blocks(database) == 2
    assert command("member", "unblock", NUMBER).stdout == DONE
    assert blocks(database) == 0


def test_of_another_member_none_is_ended(command: Command, database: Database) -> None:
    assert command("member", "unblock", "F0000002").stdout == NOT
    assert blocks(database) == 1
    nobody = command("member", "unblock", "F0000003")
    assert (nobody.exit_code, nobody.stderr) == (
        3,
        "Error: There is no member with this number.\n",
    )


@pytest.mark.parametrize("attached", [False, True])
def test_cl3_one_event_with_the_operator_and_no_nir(
    command: Command, database: Database, attached: bool
) -> None:
    if attached:
        attach(database)
    command("member", "unblock", NUMBER)
    with database.reading() as session:
        query = select(Event).where(Event.kind == "admin:identity:unblocked")
        event = session.scalars(query).one()
    assert event.detail["by"] == operator()
    assert (event.identity_id is not None) is attached
    assert person(1)["nir"] not in str(event.detail)
