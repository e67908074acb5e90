"""RFC 6749 §2.3: who speaks at the token endpoint, by the registered method only (OA15, OA17)."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from idp.clock import FrozenClock
from idp.oidc import client_auth, clients
from idp.oidc.http import MachineResponse
from idp.oidc.issuer import Issuer
from tests.oidc.corpora.corpus import cases
from tests.oidc.corpora.speaker import header_of
from tests.oidc.world import ONE_ENGINE, Site, World, basic, header, refusal

pytestmark = ONE_ENGINE

# a known client gets as far as this answer
LET_IN = (400, "invalid_grant")
OUT = "invalid_client"
METHODS = ("client_secret_basic", "client_secret_post", "none")


def knock(world: World, headers: dict[str, str], **form: str) -> MachineResponse:
    good = {"grant_type": "refresh_token", "refresh_token": "unknown"}
    return world.token({**good, **form}, headers)


def by(method: str, site: Site, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    """Header and form of each method."""
    if method == "client_secret_basic":
        return {"authorization": basic(f"{site.id}:{secret}")}, {}
    if method == "client_secret_post":
        return {}, {"client_id": site.id, "client_secret": secret}
    return {}, {"client_id": site.id}


@pytest.mark.parametrize("registered", METHODS)
@pytest.mark.parametrize("used", METHODS)
def test_oa17_only_the_registered_method(world: World, registered: str, used: str) -> None:
    site = world.site(token_endpoint_auth_method=registered)
    headers, form = by(used, site, site.secret or "x" * 43)
    answer = knock(world, headers, **form)
    if used == registered:
        assert refusal(answer) == LET_IN
    else:
        assert refusal(answer) == (401 if headers else 400, OUT)


def test_oa17_every_malformed_header_is_refused_alike(world: World, site: Site) -> None:
    """Authlib answers 500 to some of them."""
    assert refusal(knock(world, site.basic())) == LET_IN
    corpus = {case["why"]: header_of(case, site) for case in cases("basic_headers")}
    assert len(corpus) >= 30
    answers = {name: knock(world, {"authorization": value}) for name, value in corpus.items()}
    for name, answer in answers.items():
        assert refusal(answer) == (401, OUT), name
        assert header(answer, "WWW-Authenticate") == 'Basic realm="MGEN Connect"', name
    assert len({answer.body for answer in answers.values()}) == 1


def test_basic_credentials_are_form_encoded_first(world: World, site: Site) -> None:
    """RFC 6749 §2.3.1: both spellings of the same secret are the secret."""
    encoded = "".join(f"%{ord(char):02X}" for char in site.secret)
    assert refusal(knock(world, {"authorization": basic(f"{site.id}:{encoded}")})) == LET_IN
    assert quote(site.secret) == site.secret, "made so that sites that do not encode are right"


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_scheme_has_no_case(world: World, site: Site, scheme: str) -> None:
    value = site.basic()["authorization"].replace("Basic", scheme)
    assert refusal(knock(world, {"authorization": value})) == LET_IN


@pytest.mark.parametrize(
    "form",
    [{"client_secret": "x"}, {"client_assertion": "x"}, {"client_id": "another"}],
    ids=str,
)
def test_oa17_two_methods_at_once_are_refused(
    world: World, site: Site, form: dict[str, str]
) -> None:
    assert refusal(knock(world, site.basic(), **form)) == (400, "invalid_request")
    right = {"client_id": site.id, "client_secret": site.secret}
    assert refusal(knock(world, site.basic(), **right)) == (400, "invalid_request")


def test_the_same_client_id_beside_basic_is_harmless(world: World, site: Site) -> None:
    assert refusal(knock(world, site.basic(), client_id=site.id)) == LET_IN


@pytest.mark.parametrize("client_id", ["nobody", "é", "' --", "x" * 5000, "a b"])
def test_an_odd_client_id_is_just_unknown(world: World, client_id: str) -> None:
    assert refusal(knock(world, {}, client_id=client_id)) == (400, OUT)
    answer = knock(world, {}, client_id=client_id, client_secret="x")
    assert refusal(answer) == (400, OUT)


def test_nobody_at_all_is_refused(world: World) -> None:
    assert refusal(knock(world, {})) == (400, OUT)
    assert refusal(knock(world, {}, client_secret="x")) == (400, OUT)


@pytest.mark.parametrize("method", METHODS[:2])
def test_oa17_unknown_and_wrong_are_one_answer_after_the_same_work(
    world: World, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Authlib says "The client does not exist on this server."; here nobody is told which."""
    known = world.site(token_endpoint_auth_method=method)
    unknown = Site(replace(known.client, id="f" * 32), known.secret)
    disabled = world.site(token_endpoint_auth_method=method)
    with world.database.writing() as session:
        clients.disable(session, disabled.id)
    compared: list[int] = []
    real = clients.ClientInfo.has_secret

    def counted(client: clients.ClientInfo, secret: str) -> bool:
        compared.append(len(client.secret_hashes))
        return real(client, secret)

    monkeypatch.setattr(clients.ClientInfo, "has_secret", counted)
    answers = []
    for site, secret in ((known, "x" * 43), (unknown, "x" * 43), (disabled, disabled.secret)):
        headers, form = by(method, site, secret)
        answers.append(knock(world, headers, **form))
    assert len(set(answers)) == 1
    assert refusal(answers[0])[1] == OUT
    assert compared == [1, 1, 1]


def test_oa15_two_secrets_live_while_a_site_rotates(
    world: World, site: Site, at: FrozenClock
) -> None:
    with world.database.writing() as session:
        newer = clients.rotate_secret(session, site.id, timedelta(hours=1))
    for secret in (site.secret, newer):
        assert refusal(knock(world, {"authorization": basic(f"{site.id}:{secret}")})) == LET_IN
    at.advance(hours=1)
    assert refusal(knock(world, site.basic())) == (401, OUT)
    assert refusal(knock(world, {"authorization": basic(f"{site.id}:{newer}")})) == LET_IN


def test_a_public_client_has_no_secret_to_guess(world: World) -> None:
    site = world.site(token_endpoint_auth_method="none")
    assert site.secret == ""
    assert refusal(knock(world, {}, client_id=site.id)) == LET_IN
    assert refusal(knock(world, {}, client_id=site.id, client_secret="x")) == (400, OUT)
    assert refusal(knock(world, {"authorization": basic(f"{site.id}:")})) == (401, OUT)


def test_an_odd_id_is_not_even_looked_up(world: World, issuer: Issuer) -> None:
    with world.database.reading() as session:
        assert client_auth.find_client(issuer, session, "x\x00") is None
        assert not session.in_transaction()
