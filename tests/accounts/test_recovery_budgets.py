"""How often one may ask for the way back, known or not, and what is always left (LK7, LK8, D10)."""

from datetime import date, timedelta

import pytest

from idp.accounts.activity import Where
from idp.accounts.channels import ChannelKind
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.storage.engine import Database
from tests import factories
from tests.accounts import recovery_support as here
from tests.accounts.recovery_support import FILED, NIR, OTHER_DAY
from tests.accounts.register_support import nir

# nothing here depends on the engine; what may be used once is tested on both, in its own place
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ELSEWHERE = Where(address="198.51.100.9", browser="Firefox sur Linux")


def _until_full(database: Database, ask: str, times: int, born: date = OTHER_DAY) -> None:
    for number in range(times):
        here.ask(database, ask, born, where=Where(address=f"203.0.113.{number}"))


@pytest.mark.parametrize("known", [True, False])
def test_lk7_five_a_day_of_one_identifier_then_a_link_an_hour(
    database: Database, at: FrozenClock, *, known: bool
) -> None:
    """D10: strangers who try other dates do not use up its owner's."""
    number = NIR if known else here.of_kinds(database, "contact_email", "mobile")
    if known:
        here.on_file(database)
    _until_full(database, number, 4)
    assert not here.ask(database, number).mail_only
    recovery = here.ask(database, number)
    assert recovery.mail_only
    assert [offer.kind for offer in here.offered(database, recovery)] == [ChannelKind.CONTACT_EMAIL]
    here.send(database, recovery)
    with pytest.raises(TooManyError) as full:
        here.ask(database, number)
    assert (full.value.budget, full.value.retry_at) == (
        "recovery_hourly",
        at() + timedelta(hours=1),
    )
    at.advance(hours=1)
    assert here.ask(database, number).mail_only
    at.advance(hours=23)
    assert not here.ask(database, number).mail_only


def test_lk7_twenty_a_day_of_one_network_then_a_link_an_hour(
    database: Database, at: FrozenClock
) -> None:
    here.on_file(database)
    for number in range(20):
        assert not here.ask(database, nir(100 + number), where=ELSEWHERE).mail_only
    recovery = here.ask(database, where=ELSEWHERE)
    assert recovery.mail_only
    here.send(database, recovery)
    assert here.sent(database) == [("reset", FILED)]
    with pytest.raises(TooManyError):
        here.ask(database, where=ELSEWHERE)
    assert not here.ask(database).mail_only, "another network"


def test_d10_whatever_strangers_ask_the_owner_has_the_link(
    database: Database, at: FrozenClock
) -> None:
    """A hundred wrong dates over budget, each of which takes its own hour."""
    here.on_file(database)
    _until_full(database, NIR, 5)
    for day in range(1, 29):
        here.ask(database, NIR, date(1985, 6, day))
    recovery = here.ask(database)
    here.send(database, recovery)
    assert here.sent(database)[-1] == ("reset", FILED)


@pytest.mark.parametrize("known", [True, False])
def test_lk8_mails_and_then_one_an_hour(
    database: Database, at: FrozenClock, *, known: bool
) -> None:
    """3/15 min of a mailbox, and beyond them the link that is always left."""
    if known:
        here.on_file(database, mobile="")
    recovery = here.ask(database, NIR if known else here.of_kinds(database, "contact_email"))
    for _ in range(4):
        here.send(database, recovery)
    with pytest.raises(TooManyError) as full:
        here.send(database, recovery)
    assert full.value.budget == "recovery_hourly"
    assert factories.purposes(database) == ["reset" if known else "nothing"] * 4
    at.advance(minutes=29)
    here.send(database, recovery)
    for _ in range(2):
        here.send(database, recovery)
    with pytest.raises(TooManyError):
        here.send(database, recovery)


@pytest.mark.parametrize("known", [True, False])
def test_lk8_sms_are_counted_for_nobody_too(
    database: Database, at: FrozenClock, *, known: bool
) -> None:
    if known:
        here.on_file(database, email="")
    recovery = here.ask(database, NIR if known else here.of_kinds(database, "mobile"))
    refused = []
    for _ in range(6):
        try:
            here.send(database, recovery)
        except TooManyError as full:
            refused.append((full.budget, full.retry_at - at()))
        at.advance(seconds=30)
    minute, day = timedelta(seconds=30), timedelta(days=1, seconds=-150)
    assert refused == [("sms_number", minute)] * 2 + [("sms_anonymous", day)]
