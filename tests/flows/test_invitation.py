"""/invitation/TOKEN: B1-B3, B6 as an invited person lives them, and as others would misuse them."""

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import BrowserSession
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.accounts.invitation_support import EMAIL, HOME, invited, links, member_of, run, states
from tests.flows.conftest import register, sign_in
from tests.flows.invitation_pages import QUESTION, SAVED, create, first_sign_in
from tests.flows.support import (
    authorize,
    claims,
    count,
    is_signed_in,
    person,
    tab,
    with_code,
)
from tests.flows.support_b import (
    CODE_PAGE,
)
from tests.member import ANSWER, Member

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture
def link(store: Database, at: FrozenClock) -> str:
    """The page of the only invitation."""
    run(store, invited())
    return links(store)[0]


def test_b1_the_landing_names_the_three_steps_and_no_birth_date(member: Member, link: str) -> None:
    member.open(link)
    assert member.page.status_code == 200
    for told in (
        "Camille",
        "Académie de l'Exemple",
        "Prévoyance Exemple",
        "créer votre identifiant sécurisé",
        "ajouter vos bénéficiaires",
        "signer les documents",
    ):
        assert told in member.text
    assert "1990" not in member.page.get_data(as_text=True)
    assert "Exemple," not in member.text.replace("Académie de l'Exemple,", "")
    (form,) = member.forms
    assert form.values["email"] == EMAIL
    assert form.names[1:] == ["email", "password", "confirm_password"]
    assert member.page.headers["Referrer-Policy"] == "no-referrer"


def test_b2_b3_kept_address_to_the_site(
    app: Flask, store: Database, site: Registered, member: Member, link: str
) -> None:
    """Created, active, no session yet; code, question, and the site has its answer: eidas1-mfa."""
    create(member, link)
    assert SAVED in member.text
    assert "Me connecter" in member.text
    assert count(store, BrowserSession) == 0
    first_sign_in(member.open(authorize(site)))
    told = claims(app, site, member)
    assert told["acr"] == "eidas1-mfa"
    assert is_signed_in(member, site)
    with_code(member.open("/deconnexion").submit("déconnecter").open(authorize(site)), EMAIL)
    assert "code" in member.answer, "the question is asked once"


def test_b3_changed_address_is_open_by_its_code_only(
    app: Flask, store: Database, site: Registered, member: Member, link: str
) -> None:
    create(member, link, HOME)
    assert SAVED in member.text
    sign_in(member.open(authorize(site)), HOME)
    assert CODE_PAGE in member.text
    assert "cam*****@maison.test" in member.text
    assert states(store) == ["open"]
    assert count(store, BrowserSession) == 0
    member.submit("Valider", code=member.code(HOME))
    assert states(store) == ["used"], "in the stroke of the code"
    assert member_of(store).identity_id is not None
    assert QUESTION in member.text
    member.submit(secret_question="first_pet", secret_answer=ANSWER)
    assert claims(app, site, member)["acr"] == "eidas1-mfa"


def test_se4_no_token_before_the_code(
    store: Database, site: Registered, member: Member, link: str
) -> None:
    create(member, link, HOME)
    sign_in(member.open(authorize(site)), HOME)
    for address in (authorize(site), "/", "/connexion/question-secrete", "/code-courrier"):
        tab(member).open(address)
        assert member.left_to is None
    assert not is_signed_in(tab(member), site)
    handle = member.address.partition("interaction=")[2]
    member.open(f"/connexion/question-secrete?interaction={handle}")
    assert CODE_PAGE in member.text, "no step is skipped by its address"


def test_b3_no_site_does_without_the_code(store: Database, member: Member, link: str) -> None:
    """step_up=on_request asks for none of who is proved; this address is not."""
    site = register(store, client_name="Forum", step_up="on_request")
    create(member, link, HOME)
    sign_in(member.open(authorize(site)), HOME)
    assert CODE_PAGE in member.text


def test_b3_a_trusted_browser_does_not_skip_the_code(
    store: Database, site: Registered, member: Member, link: str
) -> None:
    person(store, "claire@exemple.test")
    with_code(member.open(authorize(site)), "claire@exemple.test", trust=True)
    member.open("/deconnexion").submit("déconnecter")
    create(member, link, HOME)
    sign_in(member.open(authorize(site)), HOME)
    assert CODE_PAGE in member.text


def test_the_box_makes_a_trusted_browser_of_who_was_just_proved(
    store: Database, site: Registered, member: Member, link: str
) -> None:
    create(member, link, HOME)
    with_code(member.open(authorize(site)), HOME, trust=True)
    member.submit(secret_question="first_pet", secret_answer=ANSWER)
    member.open("/deconnexion").submit("déconnecter")
    assert "code" in sign_in(member.open(authorize(site)), HOME).answer
