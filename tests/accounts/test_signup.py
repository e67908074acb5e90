"""Signing up: one mail whatever the address is, at the same cost, within a budget (A5, A7, A8)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from idp.accounts import identities, signup
from idp.accounts.signup import Application, Towards
from idp.accounts.states import RULES, State
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Identity
from idp.storage.engine import Database
from tests import factories
from tests.factories import EMAIL, HERE
from tests.fixtures import START, Statements

SITE = Towards("i" * 32, "site", "Un site")
SITUATIONS = ["free", "pending", *(state.value for state in State if state is not State.PENDING)]


def _application(email: str = EMAIL) -> Application:
    return Application(email, factories.hashed(), "first_pet", factories.hashed("la riviere"))


def _apply(database: Database, email: str = EMAIL, towards: Towards = SITE) -> str:
    with database.writing() as session:
        return signup.apply(session, _application(email), towards, HERE)


def _again_to(database: Database, email: str = EMAIL) -> None:
    with database.writing() as session:
        signup.send_again_to(session, email, Towards(), HERE)


def _refused_until(database: Database, email: str = EMAIL) -> datetime | None:
    try:
        _apply(database, email)
    except TooManyError as full:
        return full.retry_at
    return None


def _prepare(database: Database, situation: str, email: str = EMAIL) -> None:
    if situation != "free":
        with database.writing() as session:
            factories.make_identity(session, email, state=State(situation))


def _activates(database: Database, link: str) -> str:
    with database.writing() as session:
        return identities.activate(session, link.rpartition("/")[2], HERE).identity_id


def test_a5_a_free_address_gets_the_link_that_activates(
    database: Database, at: FrozenClock
) -> None:
    identity_id = _apply(database)
    (mail,) = factories.mails(database)
    link = mail["values"].pop("link")
    assert mail == {"purpose": "activation", "to": EMAIL, "values": {"site_name": "Un site"}}
    assert link.startswith("http://localhost:8000/activation/")
    assert _activates(database, link) == identity_id
    assert factories.kinds(database) == ["member:identity:activated", "member:identity:signed_up"]


def test_a8_the_owner_of_a_taken_address_is_told_how_to_sign_in(
    database: Database, at: FrozenClock
) -> None:
    _prepare(database, "active")
    _apply(database)
    assert factories.mails(database) == [
        {
            "purpose": "already_known",
            "to": EMAIL,
            "values": {"sign_in_url": "http://localhost:8000/connexion"},
        }
    ]
    assert factories.kinds(database) == ["member:identity:sign_up_taken"]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a8_one_mail_and_as_many_statements_whatever_the_address_is(
    database: Database, at: FrozenClock, situation: str
) -> None:
    _apply(database, "avant@exemple.test")
    _prepare(database, situation)
    run = Statements(database)
    _apply(database)
    assert [statement.split()[0] for statement in run] == [
        *("SELECT", "INSERT"),  # the budget
        *("SELECT", "DELETE", "INSERT"),  # the identity
        *("INSERT", "INSERT", "INSERT"),  # link, mail, event
    ]
    assert [mail["to"] for mail in factories.mails(database)] == ["avant@exemple.test", EMAIL]


def test_lk8_three_mails_in_15_minutes_and_ten_a_day(database: Database, at: FrozenClock) -> None:
    for sent in range(10):
        if sent and sent % 3 == 0:
            at.advance(minutes=15)
        assert _refused_until(database) is None
    at.advance(minutes=15)
    assert _refused_until(database) == START + timedelta(hours=24)
    assert _refused_until(database, "autre@exemple.test") is None
    at.instant = START + timedelta(hours=24)
    assert _refused_until(database) is None


def test_lk8_the_fourth_in_15_minutes_is_refused_and_changes_nothing(
    database: Database, at: FrozenClock
) -> None:
    for _ in range(3):
        assert _refused_until(database) is None
    before = factories.counts(database)
    assert _refused_until(database) == START + timedelta(minutes=15)
    assert factories.counts(database) == before


@pytest.mark.parametrize("situation", SITUATIONS)
def test_lk8_the_budget_is_the_same_for_all_and_shared_by_all_doors(
    database: Database, at: FrozenClock, situation: str
) -> None:
    _prepare(database, situation)
    identity_id = _apply(database)
    _again_to(database)
    with database.writing() as session:
        signup.send_again(session, identity_id, SITE, HERE)
    assert _refused_until(database) == START + timedelta(minutes=15)
    with pytest.raises(TooManyError):
        _again_to(database)


@pytest.mark.parametrize(
    ("situation", "purpose"),
    [("free", "activation"), ("pending", "activation"), ("active", "already_known")],
)
def test_a7_sending_again_repeats_what_was_sent(
    database: Database, at: FrozenClock, situation: str, purpose: str
) -> None:
    _prepare(database, situation)
    identity_id = _apply(database)
    at.advance(minutes=1)
    run = Statements(database)
    with database.writing() as session:
        signup.send_again(session, identity_id, SITE, HERE)
    assert len(run) == 8
    first, second = factories.mails(database)
    assert (first["purpose"], second["purpose"]) == (purpose, purpose)
    if purpose == "activation":
        assert first["values"]["link"] != second["values"]["link"]
        assert _activates(database, second["values"]["link"]) == identity_id


def test_a7_nothing_is_sent_again_for_what_waits_no_more(
    database: Database, at: FrozenClock
) -> None:
    replaced = _apply(database)
    active = _apply(database)
    _activates(database, factories.mails(database)[-1]["values"]["link"])
    before = factories.counts(database)
    for identity_id in (replaced, active, "0" * 32):
        with database.writing() as session:
            signup.send_again(session, identity_id, SITE, HERE)
    assert factories.counts(database) == before


@pytest.mark.parametrize(
    ("situation", "purpose"),
    [
        ("free", "no_account"),
        ("pending", "activation"),
        ("invited", "no_account"),  # its code alone activates it
        *((state.value, "already_known") for state in State if RULES[state].holds_email),
    ],
)
def test_en2_a_dead_link_one_mail_and_as_many_statements_whoever_asks(
    database: Database, at: FrozenClock, situation: str, purpose: str
) -> None:
    _prepare(database, situation)
    run = Statements(database)
    _again_to(database)
    assert len(run) == 7
    sent = [mail for mail in factories.mails(database) if mail["purpose"] != "nothing"]
    assert [(mail["purpose"], mail["to"]) for mail in sent] == [(purpose, EMAIL)]


def test_a_sign_up_lives_as_long_as_its_newest_link(database: Database, at: FrozenClock) -> None:
    identity_id = _apply(database)
    at.advance(days=14)
    _again_to(database)
    at.advance(days=14)
    link = factories.mails(database)[-1]["values"]["link"]
    assert _activates(database, link) == identity_id


def test_a_sign_up_past_its_15_days_has_no_account_to_activate(
    database: Database, at: FrozenClock
) -> None:
    _prepare(database, "pending")
    at.advance(days=15)
    _again_to(database)
    assert [mail["purpose"] for mail in factories.mails(database)][-1] == "no_account"


def test_otc8_links_bear_the_configured_issuer(database: Database, at: FrozenClock) -> None:
    _apply(database, towards=Towards())
    (mail,) = factories.mails(database)
    assert mail["values"]["link"].startswith("http://localhost:8000/activation/")
    assert mail["values"]["site_name"] is None


def test_pii8_neither_address_nor_token_is_in_the_database(
    database: Database, at: FrozenClock
) -> None:
    _apply(database)
    (mail,) = factories.mails(database)
    seen = factories.dump(database)
    assert "claire" not in seen
    assert mail["values"]["link"].rpartition("/")[2] not in seen


def test_a_sign_up_whose_holder_is_gone_stays_dead(database: Database, at: FrozenClock) -> None:
    _prepare(database, "active")
    _apply(database)
    with database.writing() as session:
        session.execute(
            update(Identity).where(Identity.state == "active").values(email_index="0" * 64)
        )
    at.advance(minutes=1)
    _again_to(database)
    assert [mail["purpose"] for mail in factories.mails(database)][-1] == "no_account"
