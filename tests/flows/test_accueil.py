"""/: what a visitor and a member find there."""

import pytest

from idp.oidc import clients
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import SITE, register, sign_in
from tests.flows.support import authorize, forum, person, with_code
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")


def links(member: Member) -> str:
    """The page as it is."""
    return member.page.get_data(as_text=True)


def test_a_visitor_may_sign_in_or_up(site: Registered, member: Member) -> None:
    member.open("/")
    assert 'href="/connexion"' in links(member)
    assert 'href="/creer-un-compte"' in links(member)
    assert "Me déconnecter" not in member.text
    assert f'href="{SITE}/auth/login"' in links(member)


def test_a_member_sees_the_way_out(store: Database, site: Registered, member: Member) -> None:
    person(store)
    with_code(member.open(authorize(site))).open("/")
    assert "Vous êtes connecté." in member.text
    assert 'href="/deconnexion"' in links(member)
    assert 'href="/connexion"' not in links(member)


def test_so_does_who_is_signed_in_by_a_password_alone(store: Database, member: Member) -> None:
    """Every session can be ended from here, also one that not all sites would take."""
    person(store)
    sign_in(member.open(authorize(forum(store, step_up="on_request")))).open("/")
    assert 'href="/deconnexion"' in links(member)


def test_only_our_own_sites_that_are_open_are_offered(store: Database, member: Member) -> None:
    register(store, client_name="Ailleurs", first_party=False)
    register(store, client_name="Muet", initiate_login_uri=None)
    gone = register(store, client_name="Fermé")
    register(store, client_name="L'espace & nous")
    with store.writing() as session:
        clients.disable(session, gone.client.id)
    member.open("/")
    assert "L'espace & nous" in member.text
    for name in ("Ailleurs", "Muet", "Fermé"):
        assert name not in member.text


def test_without_any_site_it_still_opens(member: Member) -> None:
    assert member.open("/").page.status_code == 200
    assert "Vos espaces" not in member.text
