"""RFC 7523, OIDC Core §9, private_key_jwt: who signs, for whom, until when, and once (OA16)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.clock import FrozenClock
from idp.oidc import clients
from idp.oidc.http import MachineResponse
from idp.oidc.issuer import Issuer
from idp.oidc.signed_input import SignedInput
from idp.storage.engine import Database
from tests.at_once import at_once
from tests.fixtures import Statements
from tests.oidc.holder import ABSENT, Holder, holder, keyed_site
from tests.oidc.published import LET_IN, OUT, tried
from tests.oidc.world import ONE_ENGINE, Site, World, basic, header, refusal

ALGS = ("ES256", "PS256", "RS256")


@pytest.fixture
def keys() -> Holder:
    return holder()


@pytest.fixture
def keyed(world: World, keys: Holder) -> Site:
    return keyed_site(world, keys.jwk)


def knock(world: World, **form: str) -> MachineResponse:
    return world.token({"grant_type": "refresh_token", "refresh_token": "unknown", **form})


@ONE_ENGINE
@pytest.mark.parametrize("alg", ALGS)
def test_oa16_a_key_of_the_client_lets_it_in(world: World, alg: str) -> None:
    keys = holder(alg)
    assert tried(world, keyed_site(world, keys.jwk), keys) == LET_IN


@ONE_ENGINE
def test_the_same_client_id_beside_it_is_harmless(world: World, keyed: Site, keys: Holder) -> None:
    form = keys.by_assertion(keyed, world.issuer.address)
    assert refusal(knock(world, **form, client_id=keyed.id)) == LET_IN
    form = keys.by_assertion(keyed, world.issuer.address)
    assert refusal(knock(world, **form, client_id="another")) == OUT


@ONE_ENGINE
def test_no_kid_means_every_key_that_fits(world: World, keys: Holder) -> None:
    others = [holder().jwk, holder("RS256").jwk]
    site = keyed_site(world, *others, keys.jwk)
    assert tried(world, site, keys, header={"kid": ABSENT}) == LET_IN
    assert tried(world, site, holder(), header={"kid": ABSENT}) == OUT
    nameless = keyed_site(world, keys.public)
    assert tried(world, nameless, keys) == LET_IN


@ONE_ENGINE
def test_oa11_another_key_under_the_clients_kid(world: World, keyed: Site, keys: Holder) -> None:
    thief = replace(holder(), kid=keys.kid)
    assert tried(world, keyed, thief) == OUT
    assert tried(world, keyed, thief, header={"jwk": thief.public}) == OUT


@ONE_ENGINE
def test_oa11_a_key_used_by_another_algorithm(world: World) -> None:
    rsa = holder("RS256")
    site = keyed_site(world, {**rsa.jwk, "alg": "PS256"})
    assert tried(world, site, rsa) == OUT
    assert tried(world, site, replace(rsa, alg="PS256")) == LET_IN
    encrypting = keyed_site(world, {**rsa.jwk, "use": "enc"})
    assert tried(world, encrypting, rsa) == OUT


@ONE_ENGINE
@pytest.mark.parametrize(
    ("registered", "allowed"),
    [
        ({}, {"ES256", "PS256", "RS256"}),
        ({"profile": "fapi2"}, {"ES256", "PS256"}),
        ({"token_endpoint_auth_signing_alg": "PS256"}, {"PS256"}),
        ({"token_endpoint_auth_signing_alg": "RS256", "profile": "fapi2"}, set()),
    ],
    ids=str,
)
def test_fapi_and_registration_narrow_the_algorithms(
    world: World, registered: dict[str, str], allowed: set[str]
) -> None:
    by = {alg: holder(alg) for alg in ALGS}
    site = keyed_site(world, by["ES256"].jwk, by["PS256"].jwk, **registered)
    rsa_kid = by["PS256"].kid
    for alg, keys in by.items():
        kid = keys.kid if alg == "ES256" else rsa_kid
        let_in = tried(world, site, keys, header={"kid": kid}) != OUT  # what comes next is DPoP's
        assert let_in is (alg in allowed), alg


@ONE_ENGINE
def test_oa16_an_assertion_is_good_once(
    world: World, keyed: Site, keys: Holder, at: FrozenClock
) -> None:
    form = keys.by_assertion(keyed, world.issuer.address)
    assert refusal(knock(world, **form)) == LET_IN
    for _ in range(2):
        assert refusal(knock(world, **form)) == OUT
    at.advance(seconds=69)  # the last second in which its date would do
    assert refusal(knock(world, **form)) == OUT


@ONE_ENGINE
def test_oa16_a_jti_belongs_to_its_client(world: World, keyed: Site, keys: Holder) -> None:
    other_keys = holder()
    other = keyed_site(world, other_keys.jwk)
    assert tried(world, keyed, keys, jti="one") == LET_IN
    assert tried(world, other, other_keys, jti="one") == LET_IN
    assert tried(world, keyed, keys, jti="one") == OUT


@ONE_ENGINE
def test_oa16_what_is_refused_spends_nothing(world: World, keyed: Site, keys: Holder) -> None:
    """Otherwise a stranger could use up the ids of a client that counts them."""
    thief = replace(holder(), kid=keys.kid)
    assert tried(world, keyed, thief, jti="next") == OUT
    assert tried(world, keyed, keys, jti="next", aud="another") == OUT
    assert tried(world, keyed, keys, jti="next") == LET_IN


def test_oa16_replayed_at_once_on_two_nodes(world: World, keyed: Site, keys: Holder) -> None:
    """Authlib's example gets and then sets: both nodes would take it."""
    nodes = [world, World(_another_node(world.issuer))]
    for _ in range(3):
        form = keys.by_assertion(keyed, world.issuer.address)
        answers = at_once(8, lambda n, form=form: refusal(knock(nodes[n % 2], **form)))  # type: ignore[misc]
        assert sorted(answers) == [*[OUT] * 7, LET_IN]
    nodes[1].database.close()


def _another_node(issuer: Issuer) -> Issuer:
    return Issuer.of(issuer.settings, Database.open(issuer.settings))


@ONE_ENGINE
def test_oa17_two_methods_at_once_are_refused(world: World, keyed: Site, keys: Holder) -> None:
    form = keys.by_assertion(keyed, world.issuer.address)
    assert refusal(knock(world, **form, client_secret="x" * 43)) == (400, "invalid_request")
    posted = {"grant_type": "refresh_token", "refresh_token": "x", **form}
    for value in (basic(f"{keyed.id}:x"), "Bearer x", ""):
        answer = world.token(posted, {"authorization": value})
        assert refusal(answer) == (400, "invalid_request"), value
    assert refusal(knock(world, **form)) == LET_IN, "none of it was spent"


@ONE_ENGINE
def test_oa17_only_the_registered_method(world: World, site: Site, keyed: Site) -> None:
    thief = holder()
    public = world.site(token_endpoint_auth_method="none")
    for other in (site, public):
        assert tried(world, other, thief) == OUT
    assert refusal(knock(world, client_id=keyed.id)) == OUT
    assert refusal(knock(world, client_id=keyed.id, client_secret="x")) == OUT
    answer = world.token({"grant_type": "x"}, {"authorization": basic(f"{keyed.id}:x")})
    assert refusal(answer) == (401, "invalid_client")


@ONE_ENGINE
def test_oa17_unknown_and_wrong_are_one_answer_after_the_same_work(
    world: World, keyed: Site, keys: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    disabled = keyed_site(world, keys.jwk)
    with world.database.writing() as session:
        clients.disable(session, disabled.id)
    unknown = Site(replace(keyed.client, id="f" * 32), "")
    secret = world.site()
    verified: list[str] = []
    honest = SignedInput.signed_by

    def counted(signed: SignedInput, key: Any) -> bool:
        verified.append(signed.alg)
        return honest(signed, key)

    monkeypatch.setattr(SignedInput, "signed_by", counted)
    thief = replace(holder(), kid=keys.kid)
    attempts: dict[str, Callable[[], MachineResponse]] = {
        "wrong key": lambda: knock(world, **thief.by_assertion(keyed, world.issuer.address)),
        "unknown kid": lambda: knock(world, **holder().by_assertion(keyed, world.issuer.address)),
        "unknown": lambda: knock(world, **keys.by_assertion(unknown, world.issuer.address)),
        "disabled": lambda: knock(world, **keys.by_assertion(disabled, world.issuer.address)),
        "method": lambda: knock(world, **keys.by_assertion(secret, world.issuer.address)),
    }
    answers = {}
    for name, attempt in attempts.items():
        verified.clear()
        answers[name] = attempt()
        assert verified == ["ES256"], name
    assert len(set(answers.values())) == 1
    assert refusal(answers["unknown"]) == OUT
    plain = knock(world, client_id=secret.id, client_secret="x" * 43)
    assert plain.body == answers["unknown"].body
    assert header(plain, "WWW-Authenticate") is None


@ONE_ENGINE
def test_one_statement_when_the_client_is_known(world: World, keyed: Site, keys: Holder) -> None:
    tried(world, keyed, keys)
    statements = Statements(world.database)
    form = keys.by_assertion(keyed, world.issuer.address)
    assert refusal(world.token({"grant_type": "odd", **form}))[1] == "unsupported_grant_type"
    assert len(statements) == 1
    assert statements[0].startswith("INSERT INTO spent_ids")


@ONE_ENGINE
def test_oa17_keys_of_a_client_that_registered_another_method(world: World, keys: Holder) -> None:
    """A site that uses a secret may publish keys for something else."""
    registered = {"token_endpoint_auth_method": "client_secret_basic"}
    assert tried(world, keyed_site(world, keys.jwk, **registered), keys) == OUT


@ONE_ENGINE
def test_oa17_a_secret_tried_where_there_is_none_costs_the_same(
    world: World, keyed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time would say which ids are those of clients with keys, or of apps."""
    public = world.site(token_endpoint_auth_method="none")
    compared: list[int] = []
    honest = clients.ClientInfo.has_secret

    def counted(client: clients.ClientInfo, secret: str) -> bool:
        compared.append(len(client.secret_hashes))
        return honest(client, secret)

    monkeypatch.setattr(clients.ClientInfo, "has_secret", counted)
    answers = {
        knock(world, client_id=client_id, client_secret="x" * 43)
        for client_id in (keyed.id, public.id, world.site().id, "f" * 32)
    }
    assert compared == [1, 1, 1, 1]
    assert len(answers) == 1
