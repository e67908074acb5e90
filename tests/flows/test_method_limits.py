"""The code by SMS: its budgets and ends, what it counts for, and when it is the only way (R8)."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from idp.accounts import budgets, joining, sessions
from idp.accounts.assurance import ProofKind, Shown
from idp.accounts.sessions import Made, Person
from idp.clock import FrozenClock
from idp.flows.visit import Visit
from idp.models import Budget, Channel, Identity, Interaction, Opening
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.fixtures import START
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.phone_support import (
    MASK,
    METHOD,
    MOBILE,
    activated,
    by_sms,
    in_by_sms,
    settle,
    texts,
)
from tests.flows.support import (
    authorize,
    claims,
    is_signed_in,
    person,
    tab,
    trusted,
)
from tests.flows.support_b import distinct_codes, not_the, post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture(autouse=True)
def no_two_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    distinct_codes(monkeypatch)


@pytest.fixture
def claire(store: Database) -> str:
    """Somebody with an activated telephone; the id."""
    identity_id = person(store)
    activated(store, identity_id)
    return identity_id


@pytest.fixture
def asked(site: Registered, claire: str, member: Member) -> Member:
    """In front of the choice."""
    sign_in(member.open(authorize(site)))
    assert METHOD in member.text
    return member


def test_over_the_sms_budget_the_page_says_when_and_the_e_mail_is_left(
    store: Database, site: Registered, claire: str, member: Member
) -> None:
    """LK8: one budget with every other door; the fall back."""
    with store.writing() as session:
        budgets.take(session, "sms_number", f"number|{MOBILE}")
    by_sms(member.open(authorize(site)))
    assert texts(member) == []
    assert "un nouvel envoi le samedi 21 novembre 2026 à 10 h 01" in member.text
    member.open(member.address.replace("/code", "/methode")).submit(
        "Recevoir un code", method="email"
    )
    member.submit("Valider", code=member.code(EMAIL))
    assert "code" in member.answer


def test_another_sms_a_minute_later(at: FrozenClock, asked: Member) -> None:
    asked.submit("Recevoir un code", method="sms")
    asked.submit("Renvoyer un code")
    assert len(texts(asked)) == 1
    at.advance(minutes=1)
    old = asked.code(MOBILE)
    asked.submit("Renvoyer un code")
    assert "Seul le nouveau code est valable" in asked.text
    assert len(texts(asked)) == 2
    asked.submit("Valider", code=old)
    assert "Ce code est incorrect" in asked.text
    asked.submit("Valider", code=asked.code(MOBILE))
    assert "code" in asked.answer


def test_a_code_by_sms_takes_nothing_from_the_mails(
    store: Database, asked: Member, claire: str
) -> None:
    """LK8: counted apart; and the other way round."""
    asked.submit("Recevoir un code", method="sms")
    with store.reading() as session:
        used = set(session.scalars(select(Budget.name)))
    assert used >= {"sms_number", "sms_signed", "sms_ip", "sms_daily"}
    assert "mail_signed" not in used


def wrong(browser: Member, to: str) -> str:
    return not_the(browser.code(to).replace(" ", ""))


def test_otc3_wrong_codes_count_over_both_ways(asked: Member) -> None:
    asked.submit("Recevoir un code", method="sms")
    for _ in range(5):
        asked.submit("Valider", code=wrong(asked, MOBILE))
    assert "Le code a été mal saisi trop de fois" in asked.text
    sign_in(asked)
    assert METHOD in asked.text  # the choice went with what was proved
    asked.submit("Recevoir un code", method="email")
    for _ in range(5):
        asked.submit("Valider", code=wrong(asked, EMAIL))
    sign_in(asked).submit("Recevoir un code", method="email")
    asked.submit("Valider", code=asked.code(EMAIL))
    assert asked.page.status_code == 429


def test_a_phone_removed_meanwhile_leaves_the_e_mail(store: Database, asked: Member) -> None:
    asked.submit("Recevoir un code", method="sms")
    form = asked.forms[0]
    code = asked.code(MOBILE)
    with store.writing() as session:
        session.execute(delete(Channel))
    answer = post(asked, asked.address, {**form.values, "code": code})
    assert answer.status_code == 400
    asked.open(asked.address)
    assert "cla*****" in asked.text
    asked.submit("Recevoir un code").submit("Valider", code=asked.code(EMAIL))
    assert "code" in asked.answer


def test_an_old_number_s_code_is_dead_once_it_was_changed(store: Database, asked: Member) -> None:
    asked.submit("Recevoir un code", method="sms")
    code = asked.code(MOBILE)
    with store.writing() as session:
        identity_id = session.scalars(select(Identity.id)).one()
        session.execute(delete(Channel))
    activated(store, identity_id, "+33698765432")
    answer = post(asked, asked.address, {**asked.forms[0].values, "code": code})
    assert answer.status_code == 400
    assert answer.headers.get("Location") is None


def test_sso_and_trusted_devices_go_on_by_themselves(
    app: Flask, site: Registered, claire: str, member: Member
) -> None:
    """E4, E7: silently by SMS, and from a browser that was trusted by SMS."""
    in_by_sms(member.open(authorize(site)), trust_device="yes")
    member.open(authorize(site, prompt="none"))
    assert claims(app, site, member)["amr"] == ["pwd", "sms", "otp", "mfa"]
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    sign_in(member)
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas0", ["pwd"])


@pytest.mark.parametrize(
    "asked_for", [{"prompt": "login"}, {"max_age": "60", "acr_values": "eidas0-mfa"}]
)
def test_a_fresh_sign_in_asks_for_both_again(
    at: FrozenClock,
    app: Flask,
    site: Registered,
    claire: str,
    member: Member,
    asked_for: dict[str, Any],
) -> None:
    """TD3: the trusted device does not count."""
    in_by_sms(member.open(authorize(site)), trust_device="yes")
    at.advance(minutes=2)
    sign_in(member.open(authorize(site, **asked_for)))
    assert METHOD in member.text
    member.submit("Recevoir un code", method="sms")
    member.submit("Valider", code=member.code(MOBILE))
    told = claims(app, site, member)
    assert told["auth_time"] == int(at.instant.timestamp())
    assert told["amr"][-3:] == ["sms", "otp", "mfa"]


def test_prompt_none_is_told_that_a_page_is_needed(
    site: Registered, claire: str, member: Member
) -> None:
    trusted_browser = in_by_sms(member.open(authorize(site)), trust_device="yes")
    trusted_browser.open("/deconnexion").submit("déconnecter").open(authorize(site))
    sign_in(trusted_browser)
    trusted_browser.open(authorize(site, prompt="none", acr_values="eidas0-mfa"))
    assert trusted_browser.answer["error"] == "interaction_required"


def test_a_trusted_device_meets_no_choice(
    site: Registered, store: Database, member: Member
) -> None:
    identity_id = person(store)
    trusted(member, site)
    activated(store, identity_id)
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    assert "code" in sign_in(member).answer


def recovered(kind: ProofKind, *, method: str | None = None, **person: object) -> Visit:
    """A visit whose first factor is a recovery."""
    tab_: Any = SimpleNamespace(method=method, opening_id=None, leads_to=None)
    proofs = (Shown(kind, START, here=True),)
    known = replace(
        Person(unproved=False, has_question=True, phone_from=START - timedelta(hours=1)),
        **person,  # type: ignore[arg-type]
    )
    return Visit(tab_, None, None, None, "id", proofs, person=known)


def test_r8_after_a_reset_by_mail_only_the_phone_is_left() -> None:
    """OTC11, whatever was chosen before."""
    for method in (None, "sms", "email"):
        assert not recovered(ProofKind.RECOVERY_MAIL, method=method).has_choice
        assert recovered(ProofKind.RECOVERY_MAIL, method=method).by_sms
    assert recovered(ProofKind.RECOVERY_SMS).has_choice
    assert not recovered(ProofKind.RECOVERY_SMS, method="email").by_sms
    assert recovered(ProofKind.RECOVERY_SMS, method="sms").by_sms
    for without in ({"phone_from": None}, {"unproved": True}):  # B3: an address has to be proved
        visit = recovered(ProofKind.RECOVERY_MAIL, method="sms", **without)
        assert not visit.has_choice
        assert not visit.by_sms


def test_r8_the_pages_offer_only_the_phone_then(
    app: Flask, store: Database, site: Registered, asked: Member, claire: str
) -> None:
    """OTC11: the choice is no way round it, nor one that was made before the reset."""
    asked.submit("Recevoir un code", method="email")
    mailed = asked.code(EMAIL)
    settle(store)
    with store.writing() as session:
        sessions.add_proofs(
            session,
            [Made(ProofKind.RECOVERY_MAIL, START)],
            interaction_id=session.scalars(select(Interaction.id)).one(),
        )
    code_page = asked.address
    assert f"SMS au {MASK}" in asked.open(code_page.replace("/code", "/methode")).text
    assert "Essayer autrement" not in asked.text
    token = asked.forms[0].values["csrf_token"]
    post(asked, code_page.replace("/code", "/methode"), {"csrf_token": token, "method": "email"})
    post(asked, code_page, {"csrf_token": token, "code": mailed})
    assert not is_signed_in(tab(asked), site)
    asked.open(code_page).submit("Recevoir un code")
    assert texts(asked) == ["code"]
    asked.submit("Valider", code=asked.code(MOBILE))
    assert claims(app, site, asked)["acr"] == "eidas0-mfa"


@pytest.mark.parametrize(("method", "attaches"), [("sms", 0), ("email", 1)])
def test_r9_a_code_by_sms_attaches_no_record_that_waits_for_the_mailbox(
    store: Database,
    site: Registered,
    claire: str,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    attaches: int,
) -> None:
    with store.writing() as session:
        session.add(
            Opening(
                id="o" * 32,
                browser_hash="",
                identity_id=claire,
                finished_at=START,
                created_at=START,
                expires_at=START,
                letter_tries=0,
            )
        )
    called: list[str] = []
    monkeypatch.setattr(joining, "at_sign_in", lambda _s, who, _w: called.append(who))
    sign_in(member.open(authorize(site))).submit("Recevoir un code", method=method)
    member.submit("Valider", code=member.code(MOBILE if method == "sms" else EMAIL))
    assert "code" in member.answer
    assert called == [claire] * attaches


def test_the_number_is_in_no_address_and_no_log(
    site: Registered, asked: Member, caplog: pytest.LogCaptureFixture
) -> None:
    """AU3."""
    asked.submit("Recevoir un code", method="sms")
    assert "612" not in asked.address
    asked.submit("Valider", code=asked.code(MOBILE))
    assert "612345678" not in "".join(str(vars(record)) for record in caplog.records)
