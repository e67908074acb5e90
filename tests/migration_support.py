"""Members on the way from a NIR to an e-mail, without the pages before: rows, and who they are."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import migrating, migrating_end
from idp.accounts.activity import NOWHERE
from idp.accounts.migrating import ProvedBy
from idp.accounts.signup import Application
from idp.errors import BadLinkError
from idp.models import Interaction, Member, Migration
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import BCRYPT, person, run
from tests.member import Member as Browser

FILED = "contact.officiel@exemple.test"
CHOSEN = "nouvelle.adresse@exemple.test"
BROWSER = "b" * 64


def legacy_member(database: Database, rank: int = 1, **changes: str) -> str:
    """A member of the register with a NIR and an old password, FILED on file; the id."""
    nothing = {"email": FILED, "mobile": "", "landline": "", "legacy_password_hash": BCRYPT}
    line = person(rank, **{**nothing, **changes})
    run(database, line)
    with database.reading() as session:
        number = line["member_number"]
        return session.scalars(select(Member.id).where(Member.member_number == number)).one()


def make_migration(
    session: Session,
    member_id: str,
    *,
    proved_by: ProvedBy | None = None,
    index: str | None = None,
    chosen: str | None = None,
    browser_hash: str = BROWSER,
    interaction_id: str | None = None,
    password_at: datetime | None = None,
    **columns: Any,
) -> Migration:
    """A row where the old password was right; proved, and with an access chosen, if asked.

    `index`: of the channel that proved it. `chosen`: the address; the password is PASSWORD.
    """
    row = migrating.begin(
        session,
        browser_hash,
        member_id,
        password_at=password_at or clock.now(),
        interaction_id=interaction_id,
        client_id=None,
    )
    if proved_by is not None:
        migrating.prove(session, row, proved_by, index=index, where=NOWHERE)
    if chosen is not None:
        migrating.choose(session, row, wanted(chosen))
    if columns:
        session.execute(update(Migration).where(Migration.id == row.id).values(**columns))
        session.refresh(row)
    return row


def wanted(email: str = CHOSEN) -> Application:
    """An access as the form gives it, hashed once a process."""
    return Application(email, factories.hashed(), "first_pet", factories.hashed("la riviere"))


def put_under_way(browser: Browser, start: str, member_id: str, **row: Any) -> str:
    """The browser, sent to `start`, has a migration in that tab; the id of its paused request.

    It stands where the row says (make_migration): follow the interaction to any page.
    """
    browser.open(start)
    if "interaction=" not in browser.address:
        raise AssertionError(browser.address)
    handle = parse_qs(urlsplit(browser.address).query)["interaction"][0]
    with browser.database.writing() as session:
        tab = session.get_one(Interaction, handle)
        made = make_migration(
            session, member_id, browser_hash=tab.browser_hash, interaction_id=handle, **row
        )
        session.execute(update(Migration).values(client_id=tab.client_id).where(_is(made.id)))
        session.execute(
            update(Interaction).where(Interaction.id == handle).values(migration_id=made.id)
        )
    return handle


def ready(database: Database, member: str, email: str = CHOSEN, **changes: Any) -> str:
    """Proved, and an access chosen; the id of the row."""
    row = {"proved_by": ProvedBy.MAIL, "chosen": email, **changes}
    with database.writing() as session:
        return make_migration(session, member, **row).id


def finish(database: Database, migration_id: str, identity_id: str | None = None) -> str | None:
    """As a page does."""
    with database.writing() as session:
        row = session.get_one(Migration, migration_id)
        return migrating_end.finish(session, row, identity_id=identity_id, where=NOWHERE)


def tab(database: Database, **columns: Any) -> str:
    """A paused request of the browser that began; its id."""
    with database.writing() as session:
        row = factories.make_interaction(session)
        session.execute(
            update(Interaction)
            .where(Interaction.id == row.id)
            .values(browser_hash=BROWSER, **columns)
        )
        return row.id


def hang(database: Database, tab_id: str, migration_id: str) -> None:
    """The migration is under way in that tab."""
    with database.writing() as session:
        session.execute(update(Interaction).values(migration_id=migration_id))
        session.execute(
            update(Migration).where(Migration.id == migration_id).values(interaction_id=tab_id)
        )


def token_of(database: Database, migration_id: str) -> str:
    """The link to the address chosen is on its way."""
    with database.writing() as session:
        migrating_end.send(session, session.get_one(Migration, migration_id), None, NOWHERE)
    link: str = factories.mails(database)[-1]["values"]["link"]
    return link.rpartition("/")[2]


def validated(database: Database, token: str) -> bool:
    """The button behind a link."""
    try:
        with database.writing() as session:
            migrating_end.validate(session, token, NOWHERE)
    except BadLinkError:
        return False
    return True


def migrations(database: Database) -> list[dict[str, Any]]:
    """The rows, oldest first."""
    with database.reading() as session:
        rows = session.scalars(select(Migration).order_by(Migration.created_at, Migration.id))
        return [{c.key: getattr(row, c.key) for c in Migration.__table__.columns} for row in rows]


def _is(migration_id: str) -> ColumnElement[bool]:
    return Migration.id == migration_id
