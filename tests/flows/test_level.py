"""A level that a site demands (OIDC Core §5.5.1.1, RFC 9470): reached, offered, or told unmet."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import AuthorizationCode
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.conftest import register as register_site
from tests.flows.opening_support import code_of, give_coordinates, give_nir, on_file
from tests.flows.partner import ALLOW, CONSENT_PAGE, partner
from tests.flows.support import authorize, claims, count, is_lost, person, tab, trusted, with_code
from tests.flows.support_b import CODE_PAGE, form_token, post
from tests.flows.test_levels import enrol
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
PAGE = "Votre dossier d'adhérent est nécessaire"
BACK = "Revenir sur"
UNMET = "unmet_authentication_requirements"


def demanding(site: Registered, *levels: str, **changes: str | None) -> str:
    """A request that takes one of these levels or nothing."""
    acr = {"essential": True, "values": list(levels)}
    return authorize(site, claims=json.dumps({"id_token": {"acr": acr}}), **changes)


@pytest.mark.parametrize("prompt", [None, "none", "login"])
def test_a_level_that_nobody_has_is_told_at_once_and_without_a_page(
    store: Database, site: Registered, member: Member, prompt: str | None
) -> None:
    """Before any password is asked for in vain; state and iss are there."""
    told = member.open(demanding(site, "urn:gold", prompt=prompt)).answer
    assert (told["error"], told["state"]) == (UNMET, "s1")
    assert told["iss"] == "http://localhost:8000"


def test_rfc9470_the_second_step_that_raises_is_offered_first(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """A trusted device is not one (TD3): in silence a page could help, so that is what is said."""
    person(store)
    trusted(member, site)
    assert claims(app, site, member)["acr"] == "eidas0"
    silent = demanding(site, "eidas0-mfa", prompt="none")
    assert member.open(silent).answer["error"] == "interaction_required"
    assert CODE_PAGE in member.open(demanding(site, "eidas0-mfa")).text
    member.submit("Recevoir un code").submit("Valider", code=member.code(EMAIL))
    assert claims(app, site, member)["acr"] == "eidas0-mfa"


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        (("eidas0",), "eidas0"),
        (("eidas1", "eidas1-mfa"), "eidas1"),
        (("eidas1-mfa", "eidas0"), "eidas1-mfa"),
        (("urn:gold", "eidas0-mfa"), "eidas0-mfa"),
    ],
)
def test_what_is_told_is_a_level_that_the_site_named(
    app: Flask, store: Database, site: Registered, member: Member, levels: tuple[str], told: str
) -> None:
    """A member who typed a code holds all four; the first that the site prefers is the answer."""
    enrol(store, person(store))
    with_code(member.open(demanding(site, *levels)))
    assert claims(app, site, member)["acr"] == told


def test_a_wish_stays_a_wish(app: Flask, store: Database, site: Registered, member: Member) -> None:
    """RFC 9470 §5: acr_values, or claims without essential, never refuse."""
    person(store)
    with_code(member.open(authorize(site, acr_values="eidas1-mfa urn:gold")))
    assert claims(app, site, member)["acr"] == "eidas0-mfa"
    wish = json.dumps({"id_token": {"acr": {"values": ["eidas1", "urn:gold"]}}})
    member.open(authorize(site, claims=wish))
    assert claims(app, site, member)["acr"] == "eidas0-mfa"


def test_who_has_no_record_is_offered_it_or_goes_back_and_the_site_is_told(
    store: Database, site: Registered, member: Member
) -> None:
    person(store)
    with_code(member.open(demanding(site, "eidas1")))
    assert PAGE in member.text
    assert "ouvrir sur Espace personnel est réservé aux adhérents" in member.text
    assert "Annuler" not in member.text, "one way back, not two"
    told = member.submit(BACK).answer
    assert (told["error"], told["state"]) == (UNMET, "s1")
    assert count(store, AuthorizationCode) == 0


def test_in_silence_it_is_told_unmet(store: Database, site: Registered, member: Member) -> None:
    """OA19."""
    person(store)
    with_code(member.open(authorize(site)))
    assert member.open(demanding(site, "eidas1", prompt="none")).answer["error"] == UNMET
    assert member.open(authorize(site, prompt="none", acr_values="eidas1")).answer["code"]


@pytest.mark.parametrize("level", ["eidas1", "eidas1-mfa"])
def test_the_record_is_joined_on_the_way_and_the_site_is_answered(
    app: Flask, store: Database, site: Registered, member: Member, level: str
) -> None:
    person(store)
    line = on_file(store)
    with_code(member.open(demanding(site, level)))
    start = member.address.replace("/connexion/niveau", "/creer-mon-espace")
    assert f'href="{start}"' in member.page.get_data(as_text=True)
    give_coordinates(give_nir(member, line["nir"], start), line)
    member.submit("Valider", code=code_of(member))
    assert claims(app, site, member)["acr"] == level


def test_the_joining_given_up_comes_back_here(
    store: Database, site: Registered, member: Member
) -> None:
    person(store)
    with_code(member.open(demanding(site, "eidas1")))
    start = member.address.replace("/connexion/niveau", "/creer-mon-espace")
    give_nir(member, on_file(store)["nir"], start).submit("sans rattacher")
    assert PAGE in member.text
    assert member.submit(BACK).answer["error"] == UNMET


def test_it_comes_before_consent(store: Database, member: Member) -> None:
    """Nobody agrees to what cannot be had."""
    identity_id = person(store)
    other = partner(store)
    with_code(member.open(demanding(other, "eidas1")))
    assert PAGE in member.text
    enrol(store, identity_id)
    assert CONSENT_PAGE in member.open(member.address).text
    assert "code" in member.submit(ALLOW).answer


def test_at_a_site_that_asks_for_no_step_the_page_waits_for_the_password_alone(
    store: Database, member: Member
) -> None:
    person(store)
    site = register_site(store, step_up="on_request")
    sign_in(member.open(demanding(site, "eidas1")))
    assert PAGE in member.text


def test_oa23_wb1_only_its_own_tab_and_only_a_button_ends_it(
    store: Database, site: Registered, member: Member, browsers: Callable[[], Member]
) -> None:
    person(store)
    with_code(member.open(demanding(site, "eidas1")))
    page, again = member.address, tab(member)
    again.page, again.address = member.page, member.address
    stranger = browsers()
    assert is_lost(stranger.open(page))
    assert post(stranger, page, {"csrf_token": form_token(stranger)}).status_code == 400
    assert member.client.head(page).status_code == 405
    assert PAGE in member.open(page).text
    assert member.submit(BACK).answer["error"] == UNMET
    assert is_lost(again.submit(BACK))


def test_se4_before_the_step_the_button_leads_to_what_is_due(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    member.open(demanding(site, "eidas1"))
    page, token = member.address.replace("/connexion", "/connexion/niveau"), form_token(member)
    for _ in range(2):
        assert "Mot de passe" in member.open(page).text
        answer = post(member, page, {"csrf_token": token})
        assert answer.headers["Location"].startswith("/connexion?")
