"""Which claims a site is told (PII3, PII5, PII6): by its own list, from the register or here."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from idp.accounts import channels
from idp.models import Channel, Member, new_id
from idp.oidc import clients, roles, scopes
from tests.accounts import register_support as register
from tests.fixtures import Statements
from tests.oidc.world import ONE_ENGINE, Person, Site, World, body, claims_of, refusal

EVERYTHING = " ".join(scopes.CLAIMS)
NUMBER = "+33612345678"
PROFILE = {"name", "given_name", "family_name", "birthdate"}
# the three sites of the group, and what each may know: PII6 word for word
SITES = {
    "forum": ("openid roles", {"sub", "roles"}),
    "avantage": ("openid membership", {"sub", "is_member"}),
    "espace": (
        "openid profile email phone member membership",
        {"sub", "email", "email_verified", "is_member", "member_number", "contracts"}
        | {"phone_number", "phone_number_verified"}
        | PROFILE,
    ),
}


def enrol(world: World, person: Person, **changes: str) -> dict[str, str]:
    """Put a member into the register and attach it to the person; the line of the file."""
    line = register.person(1, **changes)
    register.run(world.database, line)
    world.change(
        update(Member)
        .where(Member.member_number == line["member_number"])
        .values(identity_id=person.id)
    )
    return line


def give(world: World, person: Person, site: Site, *names: str) -> None:
    with world.database.writing() as session:
        for name in names:
            assert roles.grant(session, person.id, site.id, name, by="operator")


def phone(world: World, person: Person, standing: str = "proved") -> None:
    """A mobile of the person's own, proved or only declared."""
    with world.database.writing() as session:
        said = channels.said(session, NUMBER, source=channels.Source.PERSON, waits=True)
        row = said | {"standing": standing, "kind": "mobile", "identity_id": person.id}
        session.execute(insert(Channel).values(id=new_id(), **row))


def asked(world: World, site: Site, person: Person) -> dict[str, Any]:
    """What userinfo tells the site of all that it may ask."""
    given = world.tokens(site, person, scope=tuple(site.client.scopes))
    answer = world.userinfo(given["access_token"])
    assert answer.status == 200
    return body(answer)


def test_pii6_each_of_the_three_sites_learns_its_own_claims_only(
    world: World, person: Person
) -> None:
    """PII5 with it: the three `sub`s are three. The id_tokens tell nothing of the person at all."""
    enrol(world, person)
    phone(world, person)
    made = {
        name: world.site(scope=scope, sector_identifier=f"{name}.exemple.fr")
        for name, (scope, _) in SITES.items()
    }
    told = {name: asked(world, site, person) for name, site in made.items()}
    assert {name: set(claims) for name, claims in told.items()} == {
        name: claims for name, (_, claims) in SITES.items()
    }
    assert len({claims["sub"] for claims in told.values()}) == 3
    for site in made.values():
        token = claims_of(world.tokens(site, person, scope=site.client.scopes)["id_token"])
        assert token.keys() == {
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr"),
            *("at_hash", "sid"),
        }


@pytest.mark.parametrize("name", SITES)
def test_pii6_a_token_of_wider_scope_opens_no_more_than_the_site_may_have(
    world: World, person: Person, name: str
) -> None:
    """CL4: what it was granted, and what it is registered for now."""
    enrol(world, person)
    phone(world, person)
    site = world.site(scope=EVERYTHING)
    token = world.tokens(site, person, scope=tuple(scopes.CLAIMS))["access_token"]
    scope, claims = SITES[name]
    with world.database.writing() as session:
        clients.update(session, site.id, {"scope": scope, "grant_types": None})
    world.issuer.clients._kept.clear()  # five seconds later
    assert set(body(world.userinfo(token))) == claims


def test_what_the_register_says(world: World, person: Person) -> None:
    enrol(world, person, given_name="Camille", family_name="Fictif")
    site = world.site(scope=EVERYTHING)
    told = asked(world, site, person)
    del told["sub"], told["email"], told["email_verified"]
    assert told == {
        "name": "Camille Fictif",
        "given_name": "Camille",
        "family_name": "Fictif",
        "birthdate": "1985-05-31",
        "address": {
            "formatted": "1, rue Imaginaire\n67000 Villefictive",
            "street_address": "1, rue Imaginaire",
            "postal_code": "67000",
            "locality": "Villefictive",
        },
        "member_number": "F0000001",
        "contracts": ["Prévoyance"],
        "is_member": True,
        "roles": [],
    }


def test_what_the_register_leaves_empty_is_left_out(world: World, person: Person) -> None:
    empty = {"address_line": "", "postal_code": "", "city": "", "contract": "", "given_name": ""}
    enrol(world, person, family_name="Fictif", **empty)
    told = asked(world, world.site(scope=EVERYTHING), person)
    assert {"address", "given_name"}.isdisjoint(told)
    assert (told["name"], told["contracts"]) == ("Fictif", [])


def test_pii3_no_claim_bears_a_nir(world: World, person: Person) -> None:
    line = enrol(world, person)
    told = asked(world, world.site(scope=EVERYTHING), person)
    assert told["member_number"] == line["member_number"]
    assert line["nir"] not in str(told)
    assert "gender" not in told


@pytest.mark.parametrize("status", ["left", "deceased"])
def test_a_closed_record_says_nothing(world: World, person: Person, status: str) -> None:
    enrol(world, person)
    enrol(world, person, status=status)
    told = asked(world, world.site(scope=EVERYTHING), person)
    assert set(told) == {"sub", "email", "email_verified", "is_member", "roles"}
    assert told["is_member"] is False


def test_nobody_is_a_member_by_somebody_else_s_record(world: World, person: Person) -> None:
    enrol(world, world.person("autre@mgen-connect.test"))
    told = asked(world, world.site(scope=EVERYTHING), person)
    assert told["is_member"] is False
    assert "member_number" not in told


def test_oidc_core_5_1_a_proved_phone_is_told_as_e164(world: World, person: Person) -> None:
    """Without any record: it is the person's own."""
    phone(world, person)
    told = asked(world, world.site(scope="openid phone"), person)
    del told["sub"]
    assert told == {"phone_number": NUMBER, "phone_number_verified": True}


def test_li9_a_number_that_nobody_proved_is_told_to_nobody(world: World, person: Person) -> None:
    """Neither what the person typed, nor what the register says, nor anybody else's."""
    enrol(world, person, mobile="0698765432")
    phone(world, person, standing="declared")
    phone(world, world.person("autre@mgen-connect.test"))
    told = asked(world, world.site(scope=EVERYTHING), person)
    assert not {name for name in told if name.startswith("phone")}


def test_pii6_who_was_not_granted_the_phone_does_not_learn_it(world: World, person: Person) -> None:
    phone(world, person)
    for scope in ("openid email", "openid roles", "openid membership"):
        assert "phone" not in str(asked(world, world.site(scope=scope), person))


def test_roles_are_those_of_that_site_and_that_person(world: World, person: Person) -> None:
    forum, other = world.site(scope="openid roles"), world.site(scope="openid roles")
    somebody = world.person("autre@mgen-connect.test")
    give(world, person, forum, "moderator", "author")
    give(world, person, other, "admin")
    give(world, somebody, forum, "banned")
    assert asked(world, forum, person)["roles"] == ["author", "moderator"]
    assert asked(world, other, person)["roles"] == ["admin"]


def test_a_role_taken_away_is_gone_at_once(world: World, person: Person) -> None:
    forum = world.site(scope="openid roles")
    give(world, person, forum, "moderator")
    token = world.tokens(forum, person, scope=("openid", "roles"))["access_token"]
    assert body(world.userinfo(token))["roles"] == ["moderator"]
    with world.database.writing() as session:
        assert roles.revoke(session, person.id, forum.id, "moderator", by="operator")
    assert body(world.userinfo(token))["roles"] == []


@pytest.mark.parametrize("role", ["", "Moderator", "a b", "é", "1a", "a" * 65, "a\n", "-"])
def test_a_role_has_a_plain_name(world: World, person: Person, site: Site, role: str) -> None:
    with pytest.raises(roles.BadRoleError), world.database.writing() as session:
        roles.grant(session, person.id, site.id, role, by="operator")


def test_a_refresh_keeps_what_was_granted(world: World, person: Person) -> None:
    """No more than the first sign-in asked for, whatever the site may have."""
    enrol(world, person)
    site = world.site(scope=EVERYTHING)
    first = world.tokens(site, person, scope=("openid", "membership", "offline_access"))
    second = body(world.refresh(site, first["refresh_token"]))
    assert set(body(world.userinfo(second["access_token"]))) == {"sub", "is_member"}
    wider = world.refresh(site, second["refresh_token"], scope="openid profile")
    assert refusal(wider) == (400, "invalid_scope")


def test_userinfo_costs_two_statements_whatever_is_asked(world: World, person: Person) -> None:
    enrol(world, person)
    phone(world, person)
    site = world.site(scope=EVERYTHING)
    give(world, person, site, "moderator", "author", "admin")
    token = world.tokens(site, person, scope=tuple(scopes.CLAIMS))["access_token"]
    world.userinfo(token)
    ran = Statements(world.database)
    assert len(body(world.userinfo(token))) > 10
    assert len(ran) == 2, ran


@ONE_ENGINE
def test_what_is_offered_is_what_is_given(world: World, person: Person) -> None:
    """Discovery names every scope and every claim, and no other."""
    document = body(world.send("GET", "/.well-known/openid-configuration"))
    assert document["scopes_supported"] == [
        *("openid", "profile", "email", "address", "phone", "member", "membership", "roles"),
        "offline_access",
    ]
    enrol(world, person)
    phone(world, person)
    given = world.tokens(world.site(scope=EVERYTHING), person, scope=tuple(scopes.CLAIMS))
    told = {*claims_of(given["id_token"]), *body(world.userinfo(given["access_token"]))}
    assert told == set(document["claims_supported"])
