"""OIDC Core §5.5: the parameter `claims`, and what stays of it (CL4, OA19)."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from idp.models import AuthorizationCode, Subject
from idp.oidc import subjects
from tests.oidc.test_rfc6749_authorize import refused
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed
from tests.oidc.world import ONE_ENGINE, Person, Site, World

pytestmark = ONE_ENGINE

MALFORMED = [
    "not even JSON {",
    "[]",
    "null",
    '"name"',
    "{} {}",
    '{"userinfo": []}',
    '{"userinfo": "name"}',
    '{"id_token": 1}',
    '{"userinfo": {"email": true}}',
    '{"userinfo": {"email": ["x"]}}',
    '{"userinfo": {"email": {"essential": "true"}}}',
    '{"userinfo": {"email": {"essential": null}}}',
    '{"userinfo": {"email": {"values": "x"}}}',
    '{"userinfo": {"email": null}, "userinfo": {}}',
    '{"id_token": {"acr": {"value": 1}}}',
    '{"id_token": {"acr": {"value": null}}}',
    '{"id_token": {"acr": {"values": ["eidas1", 1]}}}',
    '{"id_token": {"acr": {"values": [""]}}}',
    '{"id_token": {"acr": {"value": "a b"}}}',
    '{"id_token": {"acr": {"value": "é"}}}',
    '{"id_token": {"acr": {"value": "' + "x" * 257 + '"}}}',
    '{"id_token": {"sub": {"value": {"sub": "x"}}}}',
    json.dumps({"id_token": {"acr": {"values": [str(n) for n in range(21)]}}}),
    '{"userinfo": {"email": NaN}}',
    '{"userinfo": {"email": {"value": Infinity}}}',
    "[" * 4000,
    '{"userinfo": {"email": {"value": ' + "9" * 5000 + "}}}",
]


def claims(document: Any) -> str:
    return json.dumps(document)


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: text[:50])
def test_what_is_malformed_is_refused(world: World, site: Site, text: str) -> None:
    assert refused(world, pairs(site, claims=text)).error == "invalid_request"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({}, {}),
        ({"userinfo": None, "id_token": {}}, {}),
        ({"userinfo": {"email": None}}, {"userinfo": {"email": None}}),
        ({"userinfo": {"email": {}}}, {"userinfo": {"email": None}}),
        (
            {"id_token": {"email": {"essential": True}, "email_verified": {"essential": False}}},
            {"id_token": {"email": {"essential": True}, "email_verified": None}},
        ),
        # a value wished for of a person's claim changes nothing, and is not kept
        ({"userinfo": {"email": {"value": {"deep": [1e99]}}}}, {"userinfo": {"email": None}}),
        ({"userinfo": {"unheard_of": {"essential": True}, "x#fr": None}}, {}),
        ({"verified_claims": [], "userinfo": {"email": None}}, {"userinfo": {"email": None}}),
        ({"userinfo": {"sub": None, "acr": None, "auth_time": {"essential": True}}}, {}),
    ],
)
def test_known_names_are_kept(world: World, site: Site, asked: Any, kept: Any) -> None:
    found = parsed(world, pairs(site, claims=claims(asked)))
    assert (found.claims, found.acr_values, found.acr_essential) == (kept, (), ())
    assert type(found).from_json(json.loads(json.dumps(found.to_json()))) == found


def test_cl4_only_what_the_client_is_registered_for(world: World) -> None:
    """Essential or not: what is not allowed is passed over, as §5.5.1 says."""
    names = {"name": {"essential": True}, "email": None, "phone_number": None, "roles": None}
    plain = world.site(scope="openid profile", grant_types=["authorization_code"])
    found = parsed(world, pairs(plain, claims=claims({"userinfo": names, "id_token": names})))
    kept = {"name": {"essential": True}}
    assert found.claims == {"userinfo": kept, "id_token": kept}


@pytest.mark.parametrize(
    ("acr", "voluntary", "essential"),
    [
        (None, (), ()),
        ({"essential": True}, (), ()),  # any level at all
        ({"value": "eidas1"}, ("eidas1",), ()),
        ({"values": ["eidas1-mfa", "eidas1", "eidas1"]}, ("eidas1-mfa", "eidas1"), ()),
        ({"essential": True, "value": "eidas1"}, (), ("eidas1",)),
        ({"essential": True, "values": ["eidas1-mfa", "gold"]}, (), ("eidas1-mfa", "gold")),
    ],
)
def test_acr_essential_and_voluntary(
    world: World, site: Site, acr: Any, voluntary: Any, essential: Any
) -> None:
    """§5.5.1.1; RFC 9470 asks by acr_values, which stay the first."""
    asked = claims({"id_token": {"acr": acr}})
    found = parsed(world, pairs(site, claims=asked))
    assert (found.acr_values, found.acr_essential) == (voluntary, essential)
    both = parsed(world, pairs(site, claims=asked, acr_values="eidas0 eidas1"))
    assert both.acr_values == tuple(dict.fromkeys(("eidas0", "eidas1", *voluntary)))
    elsewhere = parsed(world, pairs(site, claims=claims({"userinfo": {"acr": acr}})))
    assert (elsewhere.acr_values, elsewhere.acr_essential) == ((), ())


def sub_of(world: World, site: Site, person: Person) -> str:
    with world.database.writing() as session:
        return subjects.get_or_create(session, person.id, subjects.sector_of(site.client))


@pytest.mark.parametrize("place", ["id_token", "userinfo"])
def test_oa19_a_sub_asks_for_one_person(
    world: World, site: Site, person: Person, place: str
) -> None:
    sub = sub_of(world, site, person)
    for how in ({"value": sub}, {"values": [sub]}, {"essential": True, "value": sub}):
        asked = pairs(site, claims=claims({place: {"sub": how}}))
        assert parsed(world, asked).hinted_identity_id == person.id


def test_oa19_sub_and_hint_have_to_agree(world: World, site: Site, person: Person) -> None:
    other = world.person("autre@mgen-connect.test")
    token = world.tokens(site, person)["id_token"]
    same, another = (
        claims({"id_token": {"sub": {"value": sub_of(world, site, one)}}})
        for one in (person, other)
    )
    asked = parsed(world, pairs(site, id_token_hint=token, claims=same))
    assert asked.hinted_identity_id == person.id
    found = refused(world, pairs(site, id_token_hint=token, claims=another))
    assert found.error == "login_required"
    several = [sub_of(world, site, person), sub_of(world, site, other)]
    asks = claims({"id_token": {"sub": {"values": several}}})
    assert refused(world, pairs(site, claims=asks)).error == "login_required"


def test_pii5_the_sub_of_another_sector_is_nobody_here(
    world: World, site: Site, person: Person
) -> None:
    """Else two sites could find out, by asking, that their two subs are one person's."""
    other = world.site()
    world.change(update(Subject).values(sector="elsewhere.test"))
    told = sub_of(world, other, person)
    with world.database.writing() as session:
        foreign = subjects.get_or_create(session, person.id, "elsewhere.test")
    for sub in (foreign, "nobody"):
        asks = claims({"id_token": {"sub": {"value": sub}}})
        assert refused(world, pairs(site, claims=asks)).error == "login_required"
    assert told != foreign


def test_the_code_carries_them_to_the_exchange(world: World, site: Site, person: Person) -> None:
    """Together with the resources, and the key that it is bound to (RFC 9449 §10)."""
    world.code(
        site,
        person,
        claims={"id_token": {"email": None}},
        resources=("https://api.mgen-connect.test",),
        dpop_jkt="j" * 43,
    )
    with world.database.reading() as session:
        row = session.scalars(select(AuthorizationCode)).one()
    assert (row.claims, row.resources) == (
        {"id_token": {"email": None}},
        ["https://api.mgen-connect.test"],
    )
    assert row.dpop_jkt == "j" * 43
