"""OIDC Core §3.1.2.1: prompt, max_age, acr_values, hints (OA19)."""

import pytest
from sqlalchemy import delete

from idp.clock import FrozenClock
from idp.models import Subject
from tests.oidc.test_rfc6749_authorize import refused
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed
from tests.oidc.world import ONE_ENGINE, Person, Site, World

pytestmark = ONE_ENGINE


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("none", ("none",)),
        ("login", ("login",)),
        ("consent", ("consent",)),
        ("select_account", ("select_account",)),
        ("create", ("create",)),
        ("select_account consent", ("select_account", "consent")),
        ("login consent", ("login", "consent")),
        ("login login", ("login",)),
    ],
)
def test_prompts(world: World, site: Site, prompt: str, kept: tuple[str, ...]) -> None:
    assert parsed(world, pairs(site, prompt=prompt)).prompt == kept


@pytest.mark.parametrize("prompt", ["none login", "create none", "creat", "LOGIN", "login,x", " "])
def test_bad_prompts(world: World, site: Site, prompt: str) -> None:
    assert refused(world, pairs(site, prompt=prompt)).error == "invalid_request"


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("1", 1), ("15000", 15000), ("007", 7)])
def test_oa19_max_age(world: World, site: Site, text: str, seconds: int) -> None:
    """Authlib passes over max_age=0."""
    assert parsed(world, pairs(site, max_age=text)).max_age == seconds


def test_a_client_may_be_registered_with_an_age(world: World) -> None:
    """OIDC Registration §2: default_max_age, where the request says none of its own."""
    strict = world.site(default_max_age=3600)
    assert parsed(world, pairs(strict)).max_age == 3600
    assert parsed(world, pairs(strict, max_age="0")).max_age == 0
    assert parsed(world, pairs(strict, max_age="9000")).max_age == 9000


@pytest.mark.parametrize("text", ["-1", "+1", "1.0", "abc", "1e3", "٣", "²", " 1", "9" * 11])
def test_bad_max_age(world: World, site: Site, text: str) -> None:
    assert refused(world, pairs(site, max_age=text)).error == "invalid_request"


def test_acr_values_keep_their_order_and_unknown_ones(world: World, site: Site) -> None:
    """They are voluntary: values that nobody knows must not fail."""
    asked = parsed(world, pairs(site, acr_values="2 eidas1-mfa 1 eidas0"))
    assert asked.acr_values == ("2", "eidas1-mfa", "1", "eidas0")
    too_many = " ".join(str(n) for n in range(21))
    assert refused(world, pairs(site, acr_values=too_many)).error == "invalid_request"


def test_oa19_a_login_hint_is_only_kept(world: World, site: Site) -> None:
    hint = '"><script>é@mgen-connect.test'
    assert parsed(world, pairs(site, login_hint=hint)).login_hint == hint
    assert parsed(world, pairs(site, login_hint="x" * 321)).login_hint is None


def test_oa19_an_id_token_hint_names_somebody(
    world: World, site: Site, person: Person, at: FrozenClock
) -> None:
    token = world.tokens(site, person)["id_token"]
    assert parsed(world, pairs(site, id_token_hint=token)).hinted_identity_id == person.id
    at.advance(days=20)  # long expired
    assert parsed(world, pairs(site, id_token_hint=token)).hinted_identity_id == person.id


def test_oa19_a_hint_made_for_another_client_is_refused(
    world: World, site: Site, person: Person
) -> None:
    token = world.tokens(world.site(), person)["id_token"]
    assert refused(world, pairs(site, id_token_hint=token)).error == "invalid_request"


def test_oa19_a_hint_of_somebody_who_is_gone_can_only_be_refused(
    world: World, site: Site, person: Person
) -> None:
    token = world.tokens(site, person)["id_token"]
    world.change(delete(Subject))
    assert refused(world, pairs(site, id_token_hint=token)).error == "login_required"
