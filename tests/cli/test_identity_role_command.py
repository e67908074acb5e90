"""`mgen-connect identity role`: grant, revoke, list; who did it is an event (CL3)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from idp.models import Event, Identity
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.cli.conftest import KEYS, Command

EMAIL = "camille.exemple@courriel.test"
NewSite = Callable[..., Any]


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it, with one identity."""
    opened = Database.open(Settings.from_env({**command.environ, **KEYS}))
    with opened.writing() as session:
        factories.make_identity(session, EMAIL)
    return opened


@pytest.fixture
def forum(database: Database, new_site: NewSite) -> str:
    """A site; its client_id. Its name is Site."""
    return str(new_site("--scope", "openid roles")["client_id"])


def held(command: Command, *more: str) -> list[tuple[str, str]]:
    found = command.json("identity", "role", "list", EMAIL, *more)
    return [(row["client_id"], row["role"]) for row in found]


@pytest.mark.parametrize("named", ["by its id", "Site"])
@pytest.mark.parametrize("typed", [EMAIL, f" {EMAIL.upper()} "])
def test_granted_and_revoked(command: Command, forum: str, named: str, typed: str) -> None:
    client = forum if named == "by its id" else named
    verbs = [("grant", "granted"), ("grant", "granted already")]
    verbs += [("revoke", "revoked"), ("revoke", "not granted")]
    after = []
    for verb, said in verbs:
        result = command("identity", "role", verb, typed, client, "moderator")
        assert (result.exit_code, result.stdout) == (0, f"moderator at Site: {said}.\n")
        after.append(held(command))
    assert after == [[(forum, "moderator")], [(forum, "moderator")], [], []]


def test_json_says_whether_it_changed_anything(command: Command, forum: str) -> None:
    shown = {"client_id": forum, "client_name": "Site", "role": "moderator"}
    grant = ("identity", "role", "grant", EMAIL, forum, "moderator")
    assert command.json(*grant) == {**shown, "changed": True}
    assert command.json(*grant) == {**shown, "changed": False}


def test_the_list_may_be_of_one_site(command: Command, forum: str, new_site: NewSite) -> None:
    other = str(new_site("--name", "Ailleurs")["client_id"])
    for client, role in ((forum, "moderator"), (forum, "author"), (other, "admin")):
        assert command("identity", "role", "grant", EMAIL, client, role).exit_code == 0
    assert held(command) == [(other, "admin"), (forum, "author"), (forum, "moderator")]
    assert held(command, "Ailleurs") == [(other, "admin")]
    printed = command("identity", "role", "list", EMAIL).stdout
    assert printed.splitlines()[0].split() == ["client_id", "client_name", "role", "granted_at"]


def test_cl3_the_event_names_the_operator_and_no_address(
    command: Command, database: Database, forum: str
) -> None:
    for verb in ("grant", "grant", "revoke", "revoke"):
        command("identity", "role", verb, EMAIL, forum, "moderator")
    with database.reading() as session:
        events = session.scalars(select(Event).where(Event.kind.like("admin:role:%"))).all()
        identity_id = session.scalar(select(Identity.id))
    assert sorted(event.kind for event in events) == ["admin:role:granted", "admin:role:revoked"]
    for event in events:
        assert (event.identity_id, event.client_id) == (identity_id, forum)
        assert event.detail["role"] == "moderator"
        assert event.detail["by"]
        assert EMAIL not in str(event.detail)


def test_nobody_nowhere_and_nonsense(command: Command, forum: str, new_site: NewSite) -> None:
    new_site()  # a second site of that name
    role = ("identity", "role", "grant")
    assert command(*role, "personne@courriel.test", forum, "moderator").exit_code == 3
    assert command(*role, EMAIL, "no-such-client", "moderator").exit_code == 3
    assert command(*role, "no address", forum, "moderator").exit_code == 1
    assert command(*role, EMAIL, forum, "Not A Role").exit_code == 1
    ambiguous = command(*role, EMAIL, "Site", "moderator")
    assert (ambiguous.exit_code, forum in ambiguous.stderr) == (1, True)
    assert command(*role, EMAIL, forum).exit_code == 2
    assert held(command) == []


def test_no_role_before_the_address_is_proved(
    command: Command, database: Database, forum: str
) -> None:
    """A pending identity may be anybody's: whoever typed that address."""
    with database.writing() as session:
        factories.make_pending(session, "autre@courriel.test")
    result = command("identity", "role", "grant", "autre@courriel.test", forum, "moderator")
    assert (result.exit_code, "not been activated" in result.stderr) == (1, True)
