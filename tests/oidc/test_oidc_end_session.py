"""OIDC RP-Initiated Logout §2, §3: where a sign-out may lead (OA20, conformance A.5)."""

from string import ascii_letters, digits
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import RSAKey

from idp.clock import FrozenClock
from idp.oidc import clients
from idp.oidc.end_session import LogoutRequest, parse, redirect_url
from tests import spare_keys
from tests.oidc.hint_forgery import forgeries
from tests.oidc.world import AFTER_LOGOUT, ONE_ENGINE, Person, Site, World, claims_of

pytestmark = ONE_ENGINE

NOTHING = LogoutRequest()
# letters, digits and marks as certification draws them, and the three that it avoids
STATE = ascii_letters + digits + "%&=#\"<>\\'/!$()*,:?@[]^`{|}~ +;"


@pytest.fixture
def token(world: World, site: Site, person: Person) -> str:
    """An ID token of the site and person."""
    return str(world.tokens(site, person)["id_token"])


def parsed(world: World, *pairs: tuple[str, str], **given: str) -> LogoutRequest:
    with world.database.reading() as session:
        return parse(world.issuer, session, [*given.items(), *pairs])


def test_oa20_a_good_hint_leads_back(world: World, site: Site, person: Person, token: str) -> None:
    asked = parsed(world, id_token_hint=token, post_logout_redirect_uri=AFTER_LOGOUT, state=STATE)
    assert not asked.needs_confirmation
    assert asked.client is not None
    assert (asked.client.id, asked.identity_id) == (site.id, person.id)
    assert (asked.session_id, asked.sid) == (person.session_id, claims_of(token)["sid"])
    url = redirect_url(asked)
    assert url.startswith(AFTER_LOGOUT + "?")
    assert parse_qsl(urlsplit(url).query, strict_parsing=True) == [("state", STATE)]
    assert urlsplit(url).fragment == ""


def test_oa20_no_state_is_made_up(world: World, token: str) -> None:
    asked = parsed(world, id_token_hint=token, post_logout_redirect_uri=AFTER_LOGOUT)
    assert redirect_url(asked) == AFTER_LOGOUT


def test_oa20_an_expired_hint_is_fine(world: World, token: str, at: FrozenClock) -> None:
    at.advance(days=300)
    asked = parsed(world, id_token_hint=token, post_logout_redirect_uri=AFTER_LOGOUT)
    assert (asked.needs_confirmation, redirect_url(asked)) == (False, AFTER_LOGOUT)


def test_oa20_a_hint_alone_signs_out_and_leads_nowhere(world: World, token: str) -> None:
    asked = parsed(world, id_token_hint=token)
    assert asked.client is not None
    assert not asked.needs_confirmation
    assert asked.post_logout_redirect_uri is None
    with pytest.raises(ValueError, match="nowhere"):
        redirect_url(asked)


@pytest.mark.parametrize(
    "uri",
    [
        AFTER_LOGOUT + "?foo=bar",
        AFTER_LOGOUT + "x",
        AFTER_LOGOUT.upper(),
        AFTER_LOGOUT[:-1],
        AFTER_LOGOUT + "#",
        "http://localhost:8001@evil.test/",
        "https://evil.test/",
        "//localhost:8001/",
        "javascript:alert(1)",
        "http://localhost:8001/auth/callback",  # registered, but for something else
    ],
)
def test_oa20_an_unregistered_address_is_never_followed(world: World, token: str, uri: str) -> None:
    asked = parsed(world, id_token_hint=token, post_logout_redirect_uri=uri, state="x")
    assert asked.post_logout_redirect_uri is None
    assert asked.needs_confirmation


def test_oa20_without_a_hint_there_is_only_our_own_page(world: World, site: Site) -> None:
    there = {"post_logout_redirect_uri": AFTER_LOGOUT}
    assert parsed(world) == NOTHING
    assert parsed(world, state="x") == NOTHING
    assert parsed(world, **there) == NOTHING
    assert parsed(world, **there, client_id=site.id, state="x") == NOTHING
    assert parsed(world, **there, id_token_hint="") == NOTHING
    assert NOTHING.needs_confirmation


def test_oa20_oa11_a_forged_hint_is_no_hint(world: World, token: str, signing_key: RSAKey) -> None:
    corpus = forgeries(token, signing_key, spare_keys.named("theirs"), world.issuer.address)
    for name, forged in corpus.items():
        asked = parsed(world, id_token_hint=forged, post_logout_redirect_uri=AFTER_LOGOUT)
        assert asked == NOTHING, name


def test_oa20_client_id_must_be_the_hints(world: World, site: Site, token: str) -> None:
    there = {"id_token_hint": token, "post_logout_redirect_uri": AFTER_LOGOUT}
    assert parsed(world, **there, client_id=site.id).post_logout_redirect_uri == AFTER_LOGOUT
    assert parsed(world, **there, client_id=world.site().id) == NOTHING


def test_oa20_anothers_address_is_not_ours(world: World, token: str) -> None:
    other = world.site(post_logout_redirect_uris=["http://localhost:8003/"])
    uri = other.client.post_logout_redirect_uris[0]
    asked = parsed(world, id_token_hint=token, post_logout_redirect_uri=uri)
    assert asked.post_logout_redirect_uri is None


@pytest.mark.parametrize(
    "odd",
    [
        ("post_logout_redirect_uri", AFTER_LOGOUT),
        ("state", "y"),
        ("x", "a\nb"),
        ("x", "a\x00b"),
        ("x", "y" * 40000),
    ],
    ids=lambda pair: str(pair)[:40],
)
def test_odd_requests_ask_first(world: World, token: str, odd: tuple[str, str]) -> None:
    good = {"id_token_hint": token, "post_logout_redirect_uri": AFTER_LOGOUT, "state": "x"}
    assert not parsed(world, **good).needs_confirmation
    assert parsed(world, odd, **good) == NOTHING


def test_a_state_longer_than_any_is_not_carried(world: World, token: str) -> None:
    good = {"id_token_hint": token, "post_logout_redirect_uri": AFTER_LOGOUT}
    assert not parsed(world, **good, state="x" * 2048).needs_confirmation
    assert parsed(world, **good, state="x" * 2049) == NOTHING


def test_cl4_a_disabled_site_sends_nobody_anywhere(world: World, site: Site, token: str) -> None:
    with world.database.writing() as session:
        clients.disable(session, site.id)
    world.issuer.clients._kept.clear()
    asked = parsed(world, id_token_hint=token, post_logout_redirect_uri=AFTER_LOGOUT)
    assert asked == NOTHING
