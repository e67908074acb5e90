"""People who have lost their way in, and how they come to the page of a new password."""

from dataclasses import dataclass

from sqlalchemy import select, update

from idp import clock
from idp.accounts.passwords import Hasher
from idp.accounts.questions import normal_answer
from idp.models import Identity
from idp.models import Member as Record
from idp.storage.engine import Database, settings_of
from tests.flows.conftest import EMAIL
from tests.flows.opening_support import MOBILE, on_file
from tests.flows.support import person
from tests.member import ANSWER, Member

NEW = "Trois.Petits*Chats-9"
BORN = "31/05/1985"
FORGOTTEN, UNBLOCK = "/mot-de-passe-oublie", "/debloquer"
PAGE = "Choisir un nouveau mot de passe"
SAVE = "Enregistrer"
DEAD = "Lien expiré ou invalide"


@dataclass(frozen=True)
class Lost:
    """Somebody: their identity, the NIR of their record, and when they were born."""

    id: str
    nir: str
    email: str = EMAIL
    born: str = BORN


def lost(store: Database, *, question: bool = False, email: str = EMAIL) -> Lost:
    """A member with an identity, a contact e-mail of their own and a mobile."""
    identity_id, line = person(store, email), on_file(store, mobile=MOBILE)
    with store.writing() as session:
        hasher = Hasher.of(settings_of(session))
        answer = hasher.hash(normal_answer(ANSWER)) if question else None
        theirs = update(Identity).where(Identity.id == identity_id)
        session.execute(theirs.values(answer_hash=answer, activated_at=clock.now()))
        record = session.scalars(select(Record)).one()
        record.identity_id, record.attached_at = identity_id, clock.now()
    return Lost(identity_id, line["nir"], email)


def detach(store: Database) -> None:
    """The member has no identity: the register alone knows them."""
    with store.writing() as session:
        session.execute(update(Record).values(identity_id=None, attached_at=None))


def ask(member: Member, identifier: str, born: str = BORN, start: str = FORGOTTEN) -> Member:
    """The first page; the browser is then before the channels, or before what was sent.

    In the tab where it is, if a site waits there.
    """
    paused = member.address.partition("interaction=")[2].partition("&")[0]
    member.open(f"{start}?interaction={paused}" if paused else start)
    return member.submit("Continuer", identifier=identifier, birth_date=born)


def link(member: Member, identifier: str, to: str = EMAIL, **how: str) -> str:
    """Asked for by e-mail: the link that came."""
    ask(member, identifier, **how)
    if "Envoyer" in member.text:
        member.submit("Envoyer", channel="email")
    return newest_link(member, to)


def newest_link(member: Member, to: str = EMAIL) -> str:
    """The newest reset link that was mailed to an address."""
    sent: str = member.mails(to, "reset")[-1]["values"]["link"]
    return sent


def temporary(member: Member, identifier: str, to: str = MOBILE, **how: str) -> str:
    """Asked for by SMS: the temporary password that came."""
    ask(member, identifier, **how)
    if "Envoyer" in member.text:
        member.submit("Envoyer", channel="sms")
    sent: str = member.mails(to, "temporary_password")[-1]["values"]["password_shown"]
    return sent


def save(member: Member, password: str = NEW, **answer: str) -> Member:
    """Fill the page."""
    return member.submit(SAVE, new_password=password, confirm_password=password, **answer)


def enter(member: Member, identifier: str, password: str) -> Member:
    """One of the two sign-in doors, whichever is the identifier's."""
    if "@" in identifier:
        return member.open("/connexion").submit("Me connecter", email=identifier, password=password)
    return member.open("/connexion/nir").submit("Me connecter", nir=identifier, password=password)


def opens(browser: Member, email: str, password: str) -> bool:
    """Whether this password is the one of now: a code is asked for."""
    return "/connexion/code" in enter(browser, email, password).address
