"""What the tests of the telephone share: numbers, one that is active, the SMS of a number."""

from sqlalchemy import insert, update

from idp import clock
from idp.accounts import channels
from idp.accounts.channels import Source
from idp.models import Channel, new_id
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.member import Member

MOBILE, OTHER_MOBILE = "+33612345678", "+33723456789"
MASK, OTHER_MASK = "** ** ** ** 78", "** ** ** ** 89"
ACCOUNT = "/compte/deux-etapes"
METHOD = "Choisir où recevoir le code"


def activated(store: Database, identity_id: str, number: str = MOBILE) -> str:
    """A telephone that this person proved a moment ago; the id of its row."""
    phone_id = new_id()
    with store.writing() as session:
        row = channels.said(session, number, source=Source.PERSON, waits=True)
        values = row | {"standing": "proved", "kind": "mobile", "identity_id": identity_id}
        session.execute(insert(Channel).values(id=phone_id, **values))
    return phone_id


def settle(store: Database) -> None:
    """The telephones have been on for 72 hours and more."""
    with store.writing() as session:
        session.execute(update(Channel).values(serves_recovery_from=clock.now()))


def by_sms(browser: Member, email: str = EMAIL) -> Member:
    """From the sign-in page to the page of the code, by SMS."""
    return sign_in(browser, email).submit("Recevoir un code", method="sms")


def in_by_sms(browser: Member, email: str = EMAIL, **box: str) -> Member:
    """The whole sign-in."""
    return by_sms(browser, email).submit("Valider", code=browser.code(MOBILE), **box)


def texts(browser: Member, number: str = MOBILE) -> list[str]:
    """The purposes of the SMS to a number, oldest first."""
    return [sms["purpose"] for sms in browser.mails(number)]
