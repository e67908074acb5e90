"""Consents: what covers what, one row a person and site, and nothing that outlives a withdrawal."""

from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from idp.models import Consent
from idp.oidc import authorization_code, consents, grants
from idp.oidc.authorization_code import Redemption
from idp.oidc.authorize import AuthorizationRequest
from idp.oidc.consents import NOTHING, Agreed
from idp.oidc.scopes import CLAIMS
from tests.oidc.test_everywhere_race import granted
from tests.oidc.world import CALLBACK, CHALLENGE, Person, Site, World, body, refusal

API = "https://api.exemple.test/"
some = st.builds(
    Agreed,
    st.frozensets(st.sampled_from(sorted(CLAIMS))),
    st.frozensets(st.sampled_from(sorted(name for names in CLAIMS.values() for name in names))),
    st.frozensets(st.sampled_from([API, f"{API}v2"])),
)


def scopes(*names: str) -> Agreed:
    return Agreed(frozenset(names))


@pytest.fixture
def partner(world: World) -> Site:
    """A third party."""
    return world.site(first_party=False, resource=[API], scope="openid email phone offline_access")


def give(world: World, site: Site, person: Person, more: Agreed) -> None:
    with world.database.writing() as session:
        consents.give(session, person.id, site.id, more)


def agreed(world: World, site: Site, person: Person) -> Agreed:
    with world.database.reading() as session:
        return consents.agreed(session, person.id, site.id)


def withdraw(world: World, site: Site, person: Person) -> bool:
    with world.database.writing() as session:
        return consents.withdraw(session, person.id, site.id)


def request(**changes: Any) -> AuthorizationRequest:
    base = AuthorizationRequest("c", CALLBACK, ("openid", "email"), CHALLENGE)
    return replace(base, **changes)


@given(some, some)
def test_who_agreed_to_both_agreed_to_each_and_to_nothing_more(one: Agreed, other: Agreed) -> None:
    both = one | other
    assert both.covers(one)
    assert both.covers(other)
    assert one.covers(NOTHING)
    if one.covers(other):
        assert other.scopes <= one.scopes
        assert other.resources <= one.resources
        opened = {name for scope in one.scopes for name in CLAIMS[scope]} | one.claims
        assert other.claims <= opened


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, scopes("openid", "email")),
        ({"claims": {"userinfo": {"email_verified": None}}}, scopes("openid", "email")),
        (
            {"claims": {"id_token": {"phone_number": {"essential": True}, "acr": None}}},
            Agreed(frozenset({"openid", "email"}), frozenset({"phone_number"})),
        ),
        ({"claims": {"userinfo": {"birthdate": None}}}, scopes("openid", "email")),
        ({"scope": ("openid", "profile")}, scopes("openid")),
        (
            {"resources": (API, f"{API}v2")},
            replace(scopes("openid", "email"), resources=frozenset({API})),
        ),
    ],
    ids=["scopes", "of a scope", "single", "not registered", "no more registered", "api"],
)
def test_what_is_asked_is_what_the_site_may_have(
    partner: Site, changes: dict[str, Any], wanted: Agreed
) -> None:
    assert consents.asked(partner.client, request(**changes)) == wanted


def test_one_row_widens_and_keeps_its_date(
    world: World, partner: Site, person: Person, at: Any
) -> None:
    """Another person and another site have their own."""
    give(world, partner, person, scopes("openid"))
    with world.database.reading() as session:
        first = session.scalars(select(Consent.given_at)).one()
    at.advance(seconds=5)
    more = Agreed(frozenset({"email"}), frozenset({"phone_number"}), frozenset({API}))
    give(world, partner, person, more)
    assert agreed(world, partner, person) == scopes("openid") | more
    assert agreed(world, partner, world.person("autre@exemple.test")) == NOTHING
    assert agreed(world, world.site(), person) == NOTHING
    with world.database.reading() as session:
        assert session.scalars(select(Consent.given_at)).one() == first


def test_two_tabs_at_once_widen_one_row(world: World, partner: Site, person: Person) -> None:
    threads = [
        Thread(target=give, args=(world, partner, person, scopes(name)))
        for name in ("openid", "email", "phone")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert agreed(world, partner, person) == scopes("openid", "email", "phone")
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 1


def test_withdrawn_codes_tokens_and_grants_of_that_site_alone_are_dead(
    world: World, partner: Site, person: Person
) -> None:
    """Once; another person's and another site's stay."""
    other, neighbour = world.site(), world.person("autre@exemple.test")
    give(world, partner, person, scopes("openid", "email", "offline_access"))
    mine, theirs = world.tokens(partner, person), world.tokens(partner, neighbour)
    elsewhere = world.tokens(other, person)
    on_its_way = world.code(partner, person)
    assert withdraw(world, partner, person)
    assert not withdraw(world, partner, person)
    assert agreed(world, partner, person) == NOTHING
    assert world.userinfo(mine["access_token"]).status == 401
    dead = world.refresh(partner, mine["refresh_token"])
    assert refusal(dead) == refusal(world.exchange(partner, on_its_way)) == (400, "invalid_grant")
    for site, held in ((partner, theirs), (other, elsewhere)):
        assert world.userinfo(held["access_token"]).status == 200
        assert "access_token" in body(world.refresh(site, held["refresh_token"]))


def test_a_code_presented_again_after_a_withdrawal_is_still_known_for_used(
    world: World, partner: Site, person: Person
) -> None:
    """OA5: what was spent is not made to look as if it had run out."""
    give(world, partner, person, scopes("openid"))
    code = world.code(partner, person)
    assert world.exchange(partner, code).status == 200
    withdraw(world, partner, person)
    with world.database.writing() as session:
        asked = Redemption(code, partner.id, CALLBACK, CHALLENGE)
        assert authorization_code.refuse(session, asked) == "code_reused"


def test_an_exchange_under_way_leaves_no_grant_behind(
    world: World, partner: Site, person: Person
) -> None:
    """The withdrawal waits for the code's row, and then finds the grant."""
    give(world, partner, person, scopes("openid"))
    asked = Redemption(world.code(partner, person), partner.id, CALLBACK, CHALLENGE)
    thread = Thread(target=withdraw, args=(world, partner, person))
    with world.database.writing() as session:
        assert authorization_code.claim(session, asked, "g" * 32) is not None
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()
        grants.save(session, granted(partner, person))
    thread.join()
    with world.database.writing() as session:
        assert not grants.revoke(session, "g" * 32, "late"), "the withdrawal has not found it"


def test_an_answer_under_way_holds_what_it_rests_on(
    world: World, partner: Site, person: Person
) -> None:
    """Held, the consent cannot go before the code is there; and the code goes with it."""
    give(world, partner, person, scopes("openid"))
    thread = Thread(target=withdraw, args=(world, partner, person))
    with world.database.writing() as session:
        assert consents.agreed(session, person.id, partner.id, hold=True) != NOTHING
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()
        code = authorization_code.issue_code(
            session,
            request(client_id=partner.id),
            identity_id=person.id,
            session_id=person.session_id,
            auth_time=0,
            acr="eidas0",
            amr=[],
        )
    thread.join()
    assert refusal(world.exchange(partner, code)) == (400, "invalid_grant")
