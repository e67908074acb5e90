"""Consent, and a site that is registered otherwise meanwhile: before the button, or after it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from idp.flows import dispatch
from idp.flows.visit import Visit
from idp.models import AuthorizationCode, Client
from idp.oidc import clients, consents
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.partner import (
    ALLOW,
    CONSENT_PAGE,
    PARTNER,
    REFUSE,
    agreed,
    asked,
    change,
    kept,
    partner,
)
from tests.flows.support import (
    authorize,
    count,
    exchange,
    is_lost,
    person,
    tab,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
SILENT = {"prompt": "none"}


@pytest.fixture
def other(store: Database) -> Registered:
    """The site of somebody else."""
    return partner(store)


@pytest.fixture
def claire(store: Database) -> str:
    """An active identity; its id."""
    return person(store)


@pytest.mark.parametrize(
    "changes", [{"client_name": "Un autre nom"}, {"scope": "openid profile"}], ids=["name", "scope"]
)
def test_a_site_that_changed_meanwhile_is_shown_anew(
    app: Flask,
    store: Database,
    other: Registered,
    claire: str,
    member: Member,
    changes: dict[str, str],
) -> None:
    asked(member, other)
    change(app, other, **changes)
    assert CONSENT_PAGE in member.submit(ALLOW).text
    assert kept(store) == []
    assert ("votre adresse e-mail" in member.text) is ("scope" not in changes)
    assert "code" in member.submit(ALLOW).answer


def test_what_it_could_not_have_when_the_person_agreed_comes_with_no_code_of_then(
    app: Flask, store: Database, other: Registered, claire: str, member: Member
) -> None:
    """Narrowed before the button, enlarged again before the exchange."""
    asked(member, other, scope="openid email phone")
    change(app, other, scope="openid phone")
    assert "votre adresse e-mail" not in member.open(member.address).text
    code = member.submit(ALLOW).answer["code"]
    change(app, other, scope="openid email phone")
    tokens = exchange(app, other, code)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert "email" not in app.test_client().get("/userinfo", headers=bearer).get_json()


@pytest.mark.parametrize(
    "changes",
    [{"redirect_uris": [f"{PARTNER}/autre"]}, {"scope": "profile"}],
    ids=["address", "openid"],
)
def test_an_address_that_is_no_more_the_sites_gets_no_answer(
    app: Flask,
    store: Database,
    other: Registered,
    claire: str,
    member: Member,
    changes: dict[str, object],
) -> None:
    """OA1, also for what was paused before: neither a code nor an error."""
    asked(member, other)
    page = member.address
    with store.writing() as session:
        row = session.get_one(Client, other.client.id)
        row.registered = {**row.registered, **changes}
    app.extensions["idp"].issuer.clients._max_age = 0.0
    again = tab(member)
    again.page, again.address = member.page, member.address
    assert is_lost(member.submit(ALLOW))
    assert is_lost(again.submit(REFUSE))
    assert is_lost(member.open(page))
    assert count(store, AuthorizationCode) == 0


def test_withdrawn_at_the_instant_of_the_answer_the_site_gets_no_code(
    store: Database,
    other: Registered,
    claire: str,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was read before is read again, and held, where the code is made."""
    agreed(member, other)
    real, codes = dispatch.answer, count(store, AuthorizationCode)

    def withdrawn_just_now(session: Session, visit: Visit) -> str:
        assert consents.withdraw(session, claire, other.client.id)
        return real(session, visit)

    monkeypatch.setattr(dispatch, "answer", withdrawn_just_now)
    assert member.open(authorize(other, **SILENT)).answer["error"] == "consent_required"
    assert count(store, AuthorizationCode) == codes


def test_what_the_site_may_no_longer_have_is_not_asked_for_and_not_missed(
    app: Flask, store: Database, other: Registered, claire: str, member: Member
) -> None:
    """Scopes narrowed after consent, then enlarged again."""
    agreed(member, other, scope="openid email phone")
    change(app, other, scope="openid email offline_access")
    assert "code" in member.open(authorize(other, **SILENT)).answer
    change(app, other, scope="openid email phone address")
    wide = authorize(other, scope="openid email address", **SILENT)
    assert member.open(wide).answer["error"] == "consent_required"


def test_a_site_that_becomes_ours_or_is_no_more(
    app: Flask, other: Registered, claire: str, member: Member
) -> None:
    asked(member, other)
    change(app, other, first_party=True)
    member.open(member.address)
    assert "code" in member.answer, "nothing is left to ask"
    change(app, other, first_party=False)
    assert member.open(authorize(other, **SILENT)).answer["error"] == "consent_required"


def test_a_disabled_site_is_answered_no_more(
    app: Flask, store: Database, other: Registered, claire: str, member: Member
) -> None:
    asked(member, other)
    app.extensions["idp"].issuer.clients._max_age = 0.0
    with store.writing() as session:
        clients.disable(session, other.client.id)
    assert is_lost(member.submit(ALLOW))
    assert kept(store) == []
