"""The pages of a migration in the tests: a legacy member who stands before each of them."""

from idp.accounts import channels
from idp.accounts.migrating import ProvedBy
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.support import authorize
from tests.member import ANSWER, PASSWORD, Member
from tests.migration_support import CHOSEN, FILED, legacy_member, put_under_way

CODE_PAGE = "/connexion/nir/code"
CHOICE, SENT = "/migration", "/migration/message-envoye"
CONFIRM = "Confirmer mon adresse"


def index_of(store: Database, email: str = FILED) -> str:
    """Of the channel that proved the member."""
    with store.reading() as session:
        return channels.channel_index(session, email)


def at_code(member: Member, site: Registered, store: Database, **line: str) -> Member:
    """Before the code, on the way to the site."""
    handle = put_under_way(member, authorize(site), legacy_member(store, **line))
    return member.open(f"{CODE_PAGE}?interaction={handle}")


def at_choice(
    member: Member,
    site: Registered,
    store: Database,
    proved_by: ProvedBy = ProvedBy.MAIL,
    **line: str,
) -> Member:
    """Proved, by the code that went to FILED or by another; before the choice of an address."""
    who = legacy_member(store, **line)
    index = index_of(store) if proved_by is ProvedBy.MAIL else None
    row = {"proved_by": proved_by, "index": index}
    handle = put_under_way(member, authorize(site), who, **row)
    return member.open(f"{CHOICE}?interaction={handle}")


def choose(member: Member, email: str = CHOSEN, **changes: str) -> Member:
    """The second fold of /migration."""
    fields = {
        "email": email,
        "password": PASSWORD,
        "confirm_password": PASSWORD,
        "secret_answer": ANSWER,
        **changes,
    }
    return member.submit("Valider mon nouvel identifiant", have_account="no", **fields)


def code_of(member: Member, to: str = FILED) -> str:
    """The digits of the newest code that went to a channel on file."""
    purpose = "code" if to.startswith("+") else "migration_code"
    shown: str = member.mails(to, purpose)[-1]["values"]["code_shown"]
    return shown.partition(" - ")[2]


def link_to(member: Member, email: str = CHOSEN) -> str:
    """The newest validation link."""
    link: str = member.mails(email, "migration_validate")[-1]["values"]["link"]
    return link


def handle_of(member: Member) -> str:
    """The paused request that the address of the page names."""
    return member.address.partition("interaction=")[2].partition("&")[0]
