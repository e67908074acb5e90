"""`mgen-connect identity show`: what an administrator sees of a person, and what never shows."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from idp import clock
from idp.accounts import channels, devices, lockout, sessions
from idp.accounts.channels import ChannelKind, Source, Standing
from idp.accounts.states import State
from idp.cli.common import operator
from idp.models import Channel, Event, Identity, Member, new_id
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import nir, person, run
from tests.cli.conftest import KEYS, Command

EMAIL = "f0000001@exemple.test"
NUMBER = "+33612345678"


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it."""
    return Database.open(Settings.from_env({**command.environ, **KEYS}))


@pytest.fixture
def claire(database: Database) -> str:
    """Somebody with a record, a telephone, a session, a trusted device, and blocked; the id."""
    run(database, person(1))
    with database.writing() as session:
        known = factories.make_identity(session, EMAIL)
        session.scalars(select(Member)).one().identity_id = known.id
        sessions.open_new(session, known.id)
        sessions.open_new(session, known.id)
        devices.trust(session, known.id, factories.HERE)
        session.execute(
            insert(Channel).values(
                id=new_id(),
                identity_id=known.id,
                kind=ChannelKind.MOBILE.value,
                **{
                    **channels.said(session, NUMBER, source=Source.PERSON),
                    "standing": Standing.PROVED.value,
                },
            )
        )
        for _ in range(3):
            lockout.claim(session, lockout.key_for_email(session, EMAIL))
        return known.id


def test_all_that_is_known_of_a_person(
    command: Command, claire: str, new_site: Callable[..., Any]
) -> None:
    site = new_site("--scope", "openid roles")["client_id"]
    command("identity", "role", "grant", EMAIL, site, "moderator")
    shown = command.json("identity", "show", f" {EMAIL.upper()} ")
    assert shown.pop("created_at") == shown.pop("activated_at") == shown["factors"][0].pop("since")
    assert shown.pop("blocked_until") > clock.now().isoformat()
    assert shown["factors"][1].pop("since")
    assert shown["roles"][0].pop("granted_at")
    assert shown == {
        "id": claire,
        "email": EMAIL,
        "state": "active",
        "expires_at": None,
        "frozen_before": None,
        "member_number": "F0000001",
        "member_access": "attached",
        "factors": [
            {"kind": "email", "value": EMAIL},
            {"kind": "sms", "value": "** ** ** ** 78"},
        ],
        "secret_question": True,
        "trusted_devices": 1,
        "sessions": 2,
        "offline_sites": 0,
        "roles": [{"client_id": site, "client_name": "Site", "role": "moderator"}],
    }


def test_the_same_for_a_reader(command: Command, claire: str, new_site: Callable[..., Any]) -> None:
    site = new_site("--scope", "openid roles")["client_id"]
    command("identity", "role", "grant", EMAIL, site, "moderator")
    lines = command("identity", "show", EMAIL).stdout.splitlines()
    told = [" ".join(line.split()) for line in lines]
    for line in (f"email {EMAIL}", "sessions 2", f"factor email, {EMAIL}"):
        assert line in told
    assert told[-1] == "role moderator at Site"
    assert "factor sms, ** ** ** ** 78" in told


def test_cl3_no_secret_and_no_nir_shows(command: Command, database: Database, claire: str) -> None:
    for arguments in (("identity", "show", EMAIL), ("identity", "show", EMAIL, "--json")):
        printed = command(*arguments).output
        for secret in ("$argon2", nir(2), NUMBER, "612345678", "question_", "first_pet"):
            assert secret not in printed
        with database.reading() as session:
            held = session.get_one(Identity, claire)
            assert held.email_index not in printed


def test_cl3_the_look_is_noted_with_the_operator(
    command: Command, database: Database, claire: str
) -> None:
    command("identity", "show", EMAIL)
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "admin:identity:shown")).one()
    assert (event.identity_id, event.detail) == (claire, {"by": operator()})


@pytest.mark.parametrize("state", list(State))
def test_people_in_every_state_are_found(
    command: Command, database: Database, state: State
) -> None:
    """Those too that wait for an activation or, invited, for a first code."""
    with database.writing() as session:
        factories.make_identity(session, EMAIL, state=state)
    shown = command.json("identity", "show", EMAIL)
    waits = state in (State.PENDING, State.INVITED)
    assert (shown["state"], shown["expires_at"] is not None) == (state, waits)


def test_who_holds_the_address_comes_first(command: Command, database: Database) -> None:
    """A stranger's sign-up of the same address hides nobody."""
    for state in (State.PENDING, State.INVITED, State.DISABLED, State.PENDING):
        with database.writing() as session:
            factories.make_identity(session, EMAIL, state=state)
    assert command.json("identity", "show", EMAIL)["state"] == "disabled"


def test_what_has_run_out_is_nobody_s(command: Command, database: Database) -> None:
    with database.writing() as session:
        factories.make_pending(session, EMAIL).expires_at = clock.now()
    result = command("identity", "show", EMAIL)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "Error: There is no identity with this address.\n"


def test_unblock_finds_who_was_invited_too(command: Command, database: Database) -> None:
    with database.writing() as session:
        factories.make_identity(session, EMAIL, state=State.INVITED)
        key = lockout.key_for_email(session, EMAIL)
        for _ in range(3):
            lockout.claim(session, key)
    assert "not blocked any more" in command("identity", "unblock", EMAIL).stdout


def test_td4_unblock_leaves_sessions_and_devices_and_says_why(
    command: Command, database: Database, claire: str
) -> None:
    """Who calls for help has proved nothing: to end them is a decision of its own."""
    command("identity", "unblock", EMAIL)
    shown = json.loads(command("identity", "show", EMAIL, "--json").stdout)
    assert (shown["blocked_until"], shown["sessions"], shown["trusted_devices"]) == (None, 2, 1)
    told = " ".join(command("identity", "unblock", "--help").stdout.split())
    assert "trusted devices and refresh tokens stay as they are: whoever calls for help has" in told


def test_a_role_waits_for_an_address_that_is_proved(
    command: Command, database: Database, new_site: Callable[..., Any]
) -> None:
    """Whoever signs up, or is invited, may have typed anybody's."""
    site = new_site("--scope", "openid roles")["client_id"]
    for state in (State.PENDING, State.INVITED):
        with database.writing() as session:
            factories.make_identity(session, EMAIL, state=state)
        result = command("identity", "role", "grant", EMAIL, site, "moderator")
        assert result.exit_code == 1
        assert "not been activated" in result.stderr
