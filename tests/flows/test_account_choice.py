"""/connexion/compte (prompt=select_account), and prompt=create: who the site shall know."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import AuthorizationCode
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, register, sign_in
from tests.flows.partner import CONSENT_PAGE, partner
from tests.flows.support import (
    DENIS,
    authorize,
    claims,
    count,
    email_at,
    is_lost,
    person,
    tab,
    with_code,
)
from tests.flows.support_b import form_token, post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
PAGE = "Avec quel compte continuer ?"
THIS, SELECT = "Continuer avec ce compte", {"prompt": "select_account"}
SIGN_UP = "Créer un compte"


@pytest.fixture
def signed_in(store: Database, site: Registered, member: Member) -> Member:
    """Claire, with a session."""
    person(store)
    return with_code(member.open(authorize(site)))


def test_oa19_who_is_signed_in_is_asked_and_goes_on_without_a_password(
    at: FrozenClock, app: Flask, site: Registered, signed_in: Member
) -> None:
    """The account is masked; the sign-in is as old as it was."""
    first = claims(app, site, signed_in)["auth_time"]
    at.advance(minutes=5)
    signed_in.open(authorize(site, **SELECT))
    assert PAGE in signed_in.text
    assert "cla*****@exemple.test" in signed_in.text
    assert EMAIL not in signed_in.text
    signed_in.submit(THIS)
    assert claims(app, site, signed_in)["auth_time"] == first


def test_or_takes_another(app: Flask, store: Database, site: Registered, signed_in: Member) -> None:
    person(store, DENIS)
    signed_in.open(authorize(site, **SELECT))
    signed_in.open(signed_in.address.replace("/connexion/compte", "/connexion"))
    assert "Mot de passe" in signed_in.text
    with_code(signed_in, DENIS)
    assert email_at(app, site, signed_in) == DENIS


def test_an_app_that_nobody_can_know_for_sure_gets_no_code_unseen(
    store: Database, signed_in: Member
) -> None:
    """RFC 8252 §8.6: another program can listen there, and knows the client_id."""
    back = "http://127.0.0.1/retour"
    app = register(
        store,
        client_name="Une application",
        redirect_uris=[back],
        post_logout_redirect_uris=[],
        application_type="native",
        token_endpoint_auth_method="none",
        sector_identifier="app.exemple.test",
    )
    asked = authorize(app, redirect_uri="http://127.0.0.1:50123/retour")
    signed_in.open(f"{asked}&prompt=none")
    assert signed_in.answer["error"] == "account_selection_required"
    signed_in.open(asked)
    assert PAGE in signed_in.text
    signed_in.submit(THIS)
    assert "code" in signed_in.answer


def test_each_request_asks_anew_and_nobody_is_asked_where_nobody_is_signed_in(
    store: Database, site: Registered, member: Member
) -> None:
    """A password typed for this request is a choice."""
    person(store)
    member.open(authorize(site, **SELECT))
    assert "Mot de passe" in member.text
    assert "code" in with_code(member).answer
    for _ in range(2):
        assert PAGE in member.open(authorize(site, **SELECT)).text


def test_with_a_password_too_old_the_page_of_the_sign_in_asks_both(
    at: FrozenClock, site: Registered, signed_in: Member
) -> None:
    at.advance(minutes=5)
    signed_in.open(authorize(site, max_age="60", **SELECT))
    assert "Mot de passe" in signed_in.text
    assert "code" in sign_in(signed_in).answer


def test_a_second_step_that_is_due_still_comes(
    store: Database, site: Registered, signed_in: Member
) -> None:
    """TD3, R7: the choice proves nothing."""
    signed_in.open("/deconnexion").submit("déconnecter")
    signed_in.open(authorize(site))
    with_code(signed_in, trust=True)
    signed_in.open("/deconnexion").submit("déconnecter").open(authorize(site))
    sign_in(signed_in)  # on the trusted device
    signed_in.open(authorize(site, acr_values="eidas0-mfa", **SELECT)).submit(THIS)
    assert "Authentification renforcée" in signed_in.text


def test_a_choice_is_of_this_session_and_of_no_later_one(
    at: FrozenClock, store: Database, site: Registered, signed_in: Member
) -> None:
    """Chosen, not finished (consent waits); then another signs in in the same browser."""
    other = partner(store)
    person(store, DENIS)
    signed_in.open(authorize(other, **SELECT)).submit(THIS)
    assert CONSENT_PAGE in signed_in.text
    page = signed_in.address
    at.advance(seconds=1)
    second = tab(signed_in).open("/deconnexion").submit("déconnecter").open("/connexion")
    with_code(second, DENIS)
    signed_in.open(page)
    assert PAGE in signed_in.text
    assert "den*****@exemple.test" in signed_in.text


def test_the_button_of_another_session_chooses_nobody(
    store: Database, site: Registered, signed_in: Member
) -> None:
    """Claire's page is open, Denis signs in, her button is pressed: his page comes."""
    person(store, DENIS)
    signed_in.open(authorize(site, **SELECT))
    second = tab(signed_in).open("/deconnexion").submit("déconnecter").open("/connexion")
    with_code(second, DENIS)
    before = count(store, AuthorizationCode)
    signed_in.submit(THIS)
    assert "den*****@exemple.test" in signed_in.text
    assert count(store, AuthorizationCode) == before


def test_oa23_wb1_neither_a_stranger_nor_a_get_chooses(
    store: Database, site: Registered, signed_in: Member, browsers: Callable[[], Member]
) -> None:
    signed_in.open(authorize(site, **SELECT))
    page = signed_in.address
    stranger = browsers()
    assert is_lost(stranger.open(page))
    assert post(stranger, page, {"csrf_token": form_token(stranger)}).status_code == 400
    assert signed_in.client.head(page).status_code == 405
    before = count(store, AuthorizationCode)
    assert PAGE in signed_in.open(page).text
    assert post(signed_in, page, {"csrf_token": "x"}).status_code in (303, 400)
    assert count(store, AuthorizationCode) == before
    signed_in.submit(THIS)
    assert is_lost(signed_in.open(page)), "once"


def test_prompt_create_opens_the_sign_up_first(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """Initiating User Registration 1.0: also for who is signed in; the request goes on after it."""
    member.open(authorize(site, prompt="create"))
    assert member.address.startswith("/creer-un-compte?")
    assert SIGN_UP in member.text
    member.sign_up(EMAIL, start=member.address)
    member.open(member.link(EMAIL)).submit("Activer")
    assert "Votre compte est activé" in member.text
    with_code(member)
    assert email_at(app, site, member) == EMAIL
    member.open(authorize(site, prompt="create"))
    assert member.address.startswith("/creer-un-compte?")


def test_who_has_an_account_after_all_signs_in(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    member.open(authorize(site, prompt="create"))
    with_code(member.open(member.address.replace("/creer-un-compte", "/connexion")))
    assert email_at(app, site, member) == EMAIL
