"""`mgen-connect identity disable|enable|sign-out`: what each says, its status, its event (CL3)."""

import pytest
from sqlalchemy import func, select, update

from idp import clock
from idp.accounts import devices, sessions
from idp.accounts.states import PENDING_LIFE, State
from idp.cli.common import operator
from idp.models import BrowserSession, Device, Event, Identity
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.cli.conftest import KEYS, Command

EMAIL = "camille.exemple@courriel.test"
DONE = {"disable": "The identity is disabled.\n", "enable": "The identity is active.\n"}
ALREADY = {"disable": "It was disabled already.\n", "enable": "It was active already.\n"}


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it, with one identity signed in twice."""
    opened = Database.open(Settings.from_env({**command.environ, **KEYS}))
    with opened.writing() as session:
        identity_id = factories.make_identity(session, EMAIL).id
        sessions.open_new(session, identity_id)
        sessions.open_new(session, identity_id)
        devices.trust(session, identity_id, factories.HERE)
    return opened


def left(database: Database) -> tuple[int, int]:
    """Sessions and trusted devices."""
    with database.reading() as session:
        open_ones = select(func.count()).where(BrowserSession.ended_at.is_(None))
        trusted = select(func.count()).where(Device.revoked_at.is_(None))
        return session.scalar(open_ones) or 0, session.scalar(trusted) or 0


@pytest.mark.parametrize("typed", [EMAIL, f" {EMAIL.upper()} "])
def test_disabled_and_enabled_again(command: Command, database: Database, typed: str) -> None:
    for verb in ("disable", "enable"):
        for said in (DONE[verb], ALREADY[verb]):
            result = command("identity", verb, typed)
            assert (result.exit_code, result.stdout, result.stderr) == (0, said, "")
        assert left(database) == (0, 0)


@pytest.mark.parametrize(
    ("verb", "before", "words"),
    [
        ("disable", State.PENDING, "not been activated"),
        ("disable", State.INVITED, "first code"),
        ("disable", State.ERASED, "erased"),
        ("enable", State.PENDING, "only its mailbox"),
        ("enable", State.INVITED, "only its mailbox"),
        ("enable", State.CLOSING, "only a sign-in of theirs"),
        ("enable", State.ERASED, "erased"),
    ],
)
def test_what_no_administrator_decides_is_refused_with_a_reason(
    command: Command, database: Database, verb: str, before: State, words: str
) -> None:
    with database.writing() as session:
        session.execute(
            update(Identity).values(state=before.value, expires_at=clock.now() + PENDING_LIFE)
        )
    result = command("identity", verb, EMAIL)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert left(database) == (2, 1)


@pytest.mark.parametrize("before", [State.FROZEN, State.DISABLED])
def test_frozen_is_enabled_too(command: Command, database: Database, before: State) -> None:
    with database.writing() as session:
        session.execute(update(Identity).values(state=before.value))
    assert command("identity", "enable", EMAIL).stdout == DONE["enable"]


@pytest.mark.parametrize(
    ("options", "said", "after"),
    [
        ((), "Signed out: 2 live sessions ended.\n", (0, 1)),
        (
            ("--all",),
            "Signed out, tokens and trusted devices included: 2 live sessions ended.\n",
            (0, 0),
        ),
    ],
)
def test_signed_out(
    command: Command,
    database: Database,
    options: tuple[str, ...],
    said: str,
    after: tuple[int, int],
) -> None:
    result = command("identity", "sign-out", EMAIL, *options)
    assert (result.exit_code, result.stdout) == (0, said)
    assert left(database) == after


def test_help_says_exactly_what_ends(command: Command) -> None:
    told = " ".join(command("identity", "sign-out", "--help").stdout.split())
    for words in ("refresh tokens of every site, and trusted devices", "Never: the password"):
        assert words in told
    told = " ".join(command("identity", "disable", "--help").stdout.split())
    assert "Enabling brings none of it back" in told


@pytest.mark.parametrize("verb", ["disable", "enable", "sign-out"])
def test_nobody_and_nonsense(command: Command, database: Database, verb: str) -> None:
    nobody = command("identity", verb, "personne@courriel.test")
    assert (nobody.exit_code, nobody.stderr) == (
        3,
        "Error: There is no identity with this address.\n",
    )
    nonsense = command("identity", verb, "no address")
    assert (nonsense.exit_code, nonsense.stderr) == (1, "Error: This is no e-mail address.\n")
    assert command("identity", verb).exit_code == 2
    assert left(database) == (2, 1)


def test_cl3_the_events_name_the_operator_and_no_address(
    command: Command, database: Database
) -> None:
    for verb in ("disable", "disable", "enable", "enable", "sign-out"):
        command("identity", verb, EMAIL)
    with database.reading() as session:
        query = select(Event).where(Event.kind.like("admin:identity:%")).order_by(Event.kind)
        events = session.scalars(query).all()
        identity_id = session.scalar(select(Identity.id))
    verbs = ["disabled", "enabled", "signed_out"]
    assert [event.kind for event in events] == [f"admin:identity:{verb}" for verb in verbs]
    assert {event.detail["by"] for event in events} == {operator()}
    assert {event.identity_id for event in events} == {identity_id}
    assert EMAIL not in str([event.detail for event in events])
