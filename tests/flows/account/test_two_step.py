"""/compte/deux-etapes (F5): a telephone added, changed, removed, behind a second step (F9, SE7)."""

import pytest
from sqlalchemy import update

from idp.clock import FrozenClock
from idp.models import Channel, Outgoing
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.phone_support import (
    ACCOUNT,
    MASK,
    METHOD,
    MOBILE,
    OTHER_MASK,
    OTHER_MOBILE,
    activated,
    texts,
)
from tests.flows.support import (
    count,
    person,
    set_state,
    trusted,
    with_code,
)
from tests.flows.support_b import CODE_PAGE, distinct_codes, post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
TITLE, NONE, ON = "Validation en deux étapes", "Aucun téléphone", "Votre téléphone est activé."
CODE, RESEND, REMOVE = f"{ACCOUNT}/code", f"{ACCOUNT}/code/renvoyer", f"{ACCOUNT}/retirer"
SENT = f"un code par SMS au {MASK}"


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


def test_f5_the_page_says_what_is_on(page: Member) -> None:
    assert page.address == ACCOUNT
    assert "Par e-mail : cla*****@exemple.test" in page.text
    assert NONE in page.text
    assert EMAIL not in page.text
    assert "Retirer" not in page.text


def test_f5_a_telephone_is_activated_changed_and_removed(
    at: FrozenClock, store: Database, page: Member
) -> None:
    added(page)
    assert ON in page.text
    assert f"Par SMS : {MASK}" in page.text
    assert "à partir du mardi 24 novembre 2026" in page.text  # F10: 72 hours
    at.advance(minutes=4)
    typed(page, "07 23 45 67 89").submit("Valider", code=page.code(OTHER_MOBILE))
    assert f"Par SMS : {OTHER_MASK}" in page.text
    assert MASK not in page.text
    assert texts(page) == ["code", "phone_gone"]
    page.submit("Retirer")
    assert "Votre téléphone est retiré." in page.text
    assert NONE in page.text
    told = [mail["purpose"] for mail in page.mails(EMAIL) if mail["purpose"] != "code"]
    assert told == ["phone_added", "phone_changed", "phone_removed"]
    assert texts(page, OTHER_MOBILE) == ["code", "phone_gone"]
    assert phones(store) == 0


def test_the_next_sign_in_offers_it(page: Member) -> None:
    """E5."""
    added(page)
    page.open("/deconnexion").submit("déconnecter")
    sign_in(page.open(ACCOUNT))
    assert METHOD in page.text


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("01 23 45 67 89", "en 06 ou 07"),
        ("06 92 12 34 56", "en 06 ou 07"),
        ("0639123456", "en 06 ou 07"),
        ("+44 7911 123456", "en 06 ou 07"),
        ("06 12 34", "n'est pas valable"),
        ("6" * 65, "n'est pas valable"),
        ("abc", "n'est pas valable"),
        ("", "Saisissez votre numéro"),
    ],
)
def test_lk9_what_takes_no_sms_is_told_and_nothing_is_sent(
    store: Database, page: Member, number: str, said: str
) -> None:
    before = count(store, Outgoing)
    typed(page, number)
    assert page.page.status_code == 400
    assert said in page.text
    assert count(store, Outgoing) == before
    assert count(store, Channel) == 0


def test_the_number_that_is_on_already_is_told(page: Member) -> None:
    typed(added(page))
    assert "Ce numéro est déjà activé." in page.text
    assert page.page.status_code == 400


def test_f9_nobody_comes_here_without_signing_in_and_is_led_back(
    store: Database, claire: str, member: Member
) -> None:
    member.open(ACCOUNT)
    assert member.address.startswith("/connexion?interaction=")
    with_code(member)
    assert member.address == ACCOUNT
    assert TITLE in member.text


def test_td3_a_trusted_device_is_no_second_step_here(
    store: Database, site: Registered, claire: str, member: Member
) -> None:
    """Neither to look nor to change; the code leads back."""
    assert "code" in trusted(member, site).answer
    member.open(ACCOUNT)
    assert CODE_PAGE in member.text
    assert "cla*****" in member.text
    member.submit("Recevoir un code").submit("Valider", code=member.code(EMAIL))
    assert member.address == ACCOUNT


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        (ACCOUNT, {"mobile": "07 23 45 67 89"}),
        (CODE, {"code": "123456"}),
        (RESEND, {}),
        (REMOVE, {}),
    ],
)
def test_se7_each_change_takes_a_second_step_of_five_minutes(
    at: FrozenClock,
    store: Database,
    claire: str,
    page: Member,
    address: str,
    fields: dict[str, str],
) -> None:
    """It is asked for where it is too old; a code goes out, which leads back here."""
    form, phone_id = token(page), activated(store, claire)
    with store.writing() as session:
        session.execute(update(Channel).values(standing="declared"))
    at.advance(minutes=5, seconds=1)
    answer = post(page, f"{address}?telephone={phone_id}", {**form, **fields})
    assert answer.headers["Location"].startswith("/connexion/code?interaction=")
    assert texts(page) == []
    assert texts(page, OTHER_MOBILE) == []
    assert count(store, Channel) == 1
    page.open(answer.headers["Location"]).submit("Valider", code=page.code(EMAIL))
    assert page.address == ACCOUNT


def test_se7_a_code_that_waits_is_good_after_the_second_step(at: FrozenClock, page: Member) -> None:
    """An SMS that takes its time costs a code by mail, not the number typed."""
    typed(page)
    code_page = page.address
    at.advance(minutes=6)
    page.submit("Valider", code=page.code(MOBILE))
    assert CODE_PAGE in page.text
    assert "cla*****" in page.text
    page.submit("Valider", code=page.code(EMAIL))
    assert page.address == ACCOUNT
    assert SENT in page.text
    assert f'href="{code_page}"' in page.page.get_data(as_text=True)
    page.open(code_page).submit("Valider", code=page.code(MOBILE))
    assert ON in page.text


def test_f9_a_look_takes_it_too_and_sends_nothing_by_itself(at: FrozenClock, page: Member) -> None:
    sent = len(page.mails(EMAIL))
    at.advance(minutes=5, seconds=1)
    for address in (ACCOUNT, CODE):
        assert CODE_PAGE in page.open(address).text
    assert len(page.mails(EMAIL)) == sent


def test_se7_five_minutes_are_enough(at: FrozenClock, page: Member) -> None:
    at.advance(minutes=5)
    typed(page)
    assert SENT in page.text


def test_se7_a_disabled_person_s_session_is_over(
    store: Database, claire: str, page: Member
) -> None:
    typed(page)
    set_state(store, claire, "disabled")
    page.submit("Valider", code=page.code(MOBILE))
    assert page.address.startswith("/connexion?")
    assert phones(store) == 0


def test_sessions_end_and_nothing_is_changed(
    at: FrozenClock, store: Database, page: Member
) -> None:
    typed(page)
    at.advance(minutes=31)
    page.submit("Valider", code=page.code(MOBILE))
    assert page.address.startswith("/connexion?")
    assert phones(store) == 0


def test_with_a_phone_the_second_step_here_may_be_either(
    at: FrozenClock, store: Database, page: Member
) -> None:
    added(page)
    at.advance(minutes=6)
    page.submit("Retirer")
    assert METHOD in page.text
    page.submit("Recevoir un code", method="sms").submit("Valider", code=page.code(MOBILE))
    assert page.address == ACCOUNT
    page.submit("Retirer")
    assert phones(store) == 0
    assert NONE in page.text  # who removes it is not asked again for what it proved
