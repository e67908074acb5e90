"""/compte/deux-etapes attacked: codes, tabs, browsers, budgets, others' numbers (OTC3-5, LK8)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp.accounts import budgets, devices
from idp.accounts.channels import ChannelKind
from idp.accounts.declared import declare
from idp.clock import FrozenClock
from idp.models import Channel, Device, Interaction
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.factories import HERE, dump
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.phone_support import (
    ACCOUNT,
    MASK,
    MOBILE,
    OTHER_MASK,
    OTHER_MOBILE,
    activated,
    texts,
)
from tests.flows.support import (
    DENIS,
    authorize,
    count,
    person,
    tab,
    with_code,
)
from tests.flows.support_b import CODE_PAGE, distinct_codes, not_the, post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
TITLE, NONE, ON = "Validation en deux étapes", "Aucun téléphone", "Votre téléphone est activé."
SENT = f"un code par SMS au {MASK}"
Browsers = Callable[[], Member]


@pytest.fixture(autouse=True)
def no_two_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    distinct_codes(monkeypatch)


@pytest.fixture
def claire(store: Database) -> str:
    return person(store)


@pytest.fixture
def page(claire: str, member: Member) -> Member:
    """On the page, a moment after a sign-in with a code."""
    with_code(member.open(ACCOUNT))
    assert TITLE in member.text
    return member


def typed(browser: Member, number: str = "06 12 34 56 78") -> Member:
    return browser.submit("par SMS", mobile=number)


def added(browser: Member) -> Member:
    """The whole walk."""
    return typed(browser).submit("Valider", code=browser.code(MOBILE))


def token(browser: Member) -> dict[str, str]:
    return {"csrf_token": browser.forms[0].values["csrf_token"]}


def phones(store: Database, standing: str = "proved") -> int:
    return count(store, Channel, Channel.standing == standing)


def test_another_code_a_minute_later(at: FrozenClock, page: Member) -> None:
    """LK8."""
    typed(page).submit("Renvoyer un code")
    assert len(texts(page)) == 1
    assert "un nouvel envoi le samedi 21 novembre 2026 à 10 h 01" in page.text
    at.advance(minutes=1)
    old = page.code(MOBILE)
    page.submit("Renvoyer un code")
    assert "Seul le nouveau code est valable" in page.text
    page.submit("Valider", code=old)
    assert "Ce code est incorrect. Essais restants : 4" in page.text
    page.submit("Valider", code=page.code(MOBILE))
    assert ON in page.text


def test_otc3_five_wrong_codes_end_it(store: Database, page: Member) -> None:
    typed(page)
    digits = not_the(page.code(MOBILE).replace(" ", ""))
    for _ in range(5):
        page.submit("Valider", code=digits)
    assert "Le code a été mal saisi trop de fois." in page.text
    assert page.address.startswith(ACCOUNT + "?")
    assert count(store, Channel) == 0


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1" * 33])
def test_what_is_no_code_burns_no_try(store: Database, page: Member, code: str) -> None:
    typed(page).submit("Valider", code=code)
    assert page.page.status_code == 400
    page.submit("Valider", code=page.code(MOBILE))
    assert ON in page.text


def test_two_tabs_ask_for_two_numbers_and_the_later_waits(
    at: FrozenClock, store: Database, page: Member
) -> None:
    other = tab(page).open(ACCOUNT)
    typed(page)
    first = page.code(MOBILE)
    typed(other, "07 23 45 67 89")
    page.submit("Valider", code=first)
    assert "Cette demande n'est plus en cours." in page.text
    other.submit("Valider", code=other.code(OTHER_MOBILE))
    assert f"Par SMS : {OTHER_MASK}" in other.text
    assert phones(store) == 1


def test_two_tabs_remove_one_telephone(store: Database, page: Member) -> None:
    added(page)
    other = tab(page).open(ACCOUNT)
    page.submit("Retirer")
    other.submit("Retirer")
    assert "déjà été changé ou retiré" in other.text
    assert page.mails(EMAIL, "phone_removed")[1:] == []


def test_otc5_a_code_of_another_session_or_purpose_is_worth_nothing(
    at: FrozenClock, store: Database, page: Member, browsers: Browsers
) -> None:
    """Nor does the address of the page tell another browser anything."""
    typed(page)
    code_page, digits = page.address, page.code(MOBILE)
    other = with_code(browsers().open(ACCOUNT))
    other.open(code_page)
    assert "Cette demande n'est plus en cours." in other.text
    assert SENT not in other.text
    answer = post(other, code_page, {**token(other), "code": digits})
    assert "message=termine" in answer.headers["Location"]
    person(store, DENIS)
    denis = with_code(browsers().open(ACCOUNT), DENIS)
    post(denis, code_page, {**token(denis), "code": digits})
    assert phones(store) == 0
    # a second step's code is none of these
    mailed = sign_in(browsers().open(ACCOUNT)).code(EMAIL)
    page.open(code_page).submit("Valider", code=mailed)
    assert "Ce code est incorrect" in page.text
    assert phones(store) == 0


def test_otc5_nor_is_this_code_a_second_step(
    at: FrozenClock, store: Database, site: Registered, page: Member, browsers: Browsers
) -> None:
    added(page)
    at.advance(minutes=2)
    typed(page, "07 23 45 67 89")
    other = browsers().open(authorize(site))
    sign_in(other).submit("Recevoir un code", method="sms")
    other.submit("Valider", code=page.code(OTHER_MOBILE))
    assert "Ce code est incorrect" in other.text


def test_a_number_of_somebody_else_is_taken_without_a_word(store: Database, page: Member) -> None:
    """Couples share one; nobody learns that it is known."""
    activated(store, person(store, DENIS))
    added(page)
    assert ON in page.text
    assert phones(store) == 2
    assert page.mails(DENIS) == []


def test_a_number_given_at_the_sign_up_waits_in_the_field(
    store: Database, claire: str, member: Member
) -> None:
    with store.writing() as session:
        declare(session, claire, {ChannelKind.MOBILE: MOBILE})
    with_code(member.open(ACCOUNT))
    assert 'value="06 12 34 56 78"' in member.page.get_data(as_text=True)
    assert NONE in member.text
    assert "Saisir ce code" not in member.text


def test_li7_what_was_declared_and_never_proved_serves_nothing(
    store: Database, page: Member
) -> None:
    typed(page)
    page.open("/deconnexion").submit("déconnecter")
    sign_in(page.open(ACCOUNT))
    assert CODE_PAGE in page.text
    with store.reading() as session:
        row = session.scalars(select(Channel)).one()
    assert (row.standing, row.serves_recovery_from) == ("declared", None)


def test_td4_no_browser_is_trusted_any_more(
    store: Database, site: Registered, page: Member, claire: str
) -> None:
    """E4: the page says so beforehand."""
    with store.writing() as session:
        devices.trust(session, claire, HERE)
    assert "dans tous vos navigateurs" in page.text
    added(page)
    assert count(store, Device, Device.revoked_at.is_(None)) == 0


def test_three_changes_a_month_then_the_page_says_when(
    store: Database, claire: str, page: Member
) -> None:
    with store.writing() as session:
        for _ in range(3):
            budgets.take(session, "phone_changes", claire)
    typed(page)
    assert page.page.status_code == 429
    assert "trois fois en trente jours" in page.text
    assert "lundi 21 décembre 2026" in page.text
    assert texts(page) == []


def test_lk8_the_budget_of_a_number_is_that_of_every_door(store: Database, page: Member) -> None:
    with store.writing() as session:
        budgets.take(session, "sms_number", f"number|{MOBILE}")
    typed(page)
    assert page.page.status_code == 429
    assert "Trop de SMS demandés" in page.text
    assert count(store, Channel) == 0


def test_an_interaction_of_this_page_is_of_its_own_browser(
    store: Database, claire: str, member: Member, browsers: Browsers
) -> None:
    """OA23; and it opens nothing but this page."""
    member.open(ACCOUNT)
    page = member.address
    other = browsers()
    assert "n'est plus en cours" in other.open(page).text
    with_code(member)
    with store.reading() as session:
        row = session.scalars(select(Interaction)).one()
    assert row.completed_at is not None
    assert (row.leads_to, row.request) == ("two_step", None)
    with store.writing() as session:
        session.execute(update(Interaction).values(leads_to="elsewhere", completed_at=None))
    assert member.open(page).address == "/"


def test_the_number_is_in_no_address_no_log_and_no_table(
    app: Flask, store: Database, page: Member, caplog: pytest.LogCaptureFixture
) -> None:
    """AU3."""
    typed(page)
    addresses = [page.address]
    page.submit("Renvoyer un code")
    addresses.append(page.address)
    page.submit("Valider", code=page.code(MOBILE))
    addresses.append(page.address)
    said = "".join([*addresses, *(str(vars(record)) for record in caplog.records), dump(store)])
    for shape in ("612345678", "12 34 56 78", "12+34+56+78", "12%2034"):
        assert shape not in said


def test_the_home_page_leads_here_once_signed_in(page: Member, browsers: Browsers) -> None:
    link = f'href="{ACCOUNT}"'
    assert link in page.open("/").page.get_data(as_text=True)
    assert link not in browsers().open("/").page.get_data(as_text=True)
