"""A member who came with the NIR and is proved, in a tab on the way to a site; without pages."""

from sqlalchemy import select

from idp.accounts import migrating, migrating_end
from idp.accounts.activity import NOWHERE
from idp.accounts.migrating import ProvedBy
from idp.accounts.states import State
from idp.models import Interaction, Migration
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests import factories
from tests.flows.support import authorize
from tests.flows.support_b import form_token
from tests.member import PASSWORD, Member
from tests.migration_support import put_under_way

HELD = "bastien.leroy@exemple.test"
WRONG = "Faux-Mot*2-Passe"
PAGE, CONFIRM = "/migration/association", "/migration/rattachement"


def person(
    store: Database, email: str = HELD, state: State = State.ACTIVE, password: str = PASSWORD
) -> str:
    """An identity, hashed once a process; the id."""
    with store.writing() as session:
        return factories.make_identity(session, email, state=state, password=password).id


def handle_of(browser: Member) -> str:
    """The paused request that the address of the page names."""
    return browser.address.partition("interaction=")[2].partition("&")[0]


def arrive(
    browser: Member,
    store: Database,
    site: Registered,
    member_id: str,
    *,
    proved: bool = True,
    chosen: str | None = None,
    prompt: str | None = None,
) -> str:
    """Past the code of C1 in this browser; the handle. `chosen`: a message went there (C4, C5)."""
    start = authorize(site, prompt=prompt)
    by = ProvedBy.MAIL if proved else None
    handle = put_under_way(browser, start, member_id, proved_by=by, chosen=chosen)
    if chosen:
        with store.writing() as session:
            tab = session.get_one(Interaction, handle)
            row = session.get_one(Migration, tab.migration_id)
            migrating_end.send(session, row, None, NOWHERE)
    return handle


def choose(browser: Member, handle: str, email: str, password: str = PASSWORD) -> Member:
    """The form of who has an account already."""
    browser.open(f"{PAGE}?interaction={handle}")
    return browser.submit("Me connecter et continuer", email=email, password=password)


def posted(browser: Member, address: str, **fields: str) -> Member:
    """A form sent with a good token, whether the page shows it or not."""
    token = form_token(browser, "/creer-un-compte")
    page = browser.client.post(address, data={"csrf_token": token, **fields})
    return browser._arrive(page, address)


def mailed(browser: Member, email: str = HELD, purpose: str = "migration_taken") -> str:
    """The newest link that went there."""
    link: str = browser.mails(email, purpose)[-1]["values"]["link"]
    return link


def follow(browser: Member, link: str, password: str = PASSWORD) -> Member:
    """The mailed link, and the password that its page asks for."""
    return browser.open(link).submit("Me connecter et continuer", password=password)


def code(browser: Member, email: str = HELD) -> Member:
    """The second step of that identity."""
    return browser.submit("Valider", code=browser.code(email))


def press(browser: Member, handle: str) -> Member:
    """The last button, whether the page shows it or not."""
    return posted(browser, f"{CONFIRM}?interaction={handle}")


def attached_to(store: Database, member_id: str) -> str | None:
    """Whose the record is."""
    with store.reading() as session:
        return session.scalars(select(Record.identity_id).where(Record.id == member_id)).one()


def old_password(store: Database, member_id: str) -> bool:
    """Whether the old verifier is still there."""
    with store.reading() as session:
        query = select(Record.legacy_sealed).where(Record.id == member_id)
        return session.scalars(query).one() is not None


def waiting(store: Database) -> int:
    """How many migrations still go on."""
    with store.reading() as session:
        return len(session.scalars(select(Migration.id).where(migrating.going_on())).all())
