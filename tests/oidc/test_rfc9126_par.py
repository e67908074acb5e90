"""RFC 9126: a request pushed by its site, judged there and then, and used up once (OA2, OA12)."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from idp.clock import FrozenClock
from idp.models import Client, PushedRequest
from idp.oidc import clients, pushed_requests
from idp.oidc.authorize import AuthorizationRequest
from idp.oidc.http import MachineResponse
from idp.oidc.issuer import Issuer
from idp.storage.engine import keys_of
from tests.at_once import at_once
from tests.oidc.test_rfc6749_authorize import refused
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed, unsafe
from tests.oidc.world import CALLBACK, FORM, ONE_ENGINE, Site, World, body, header, refusal

HANDLE = re.compile(r"urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}")


def push(
    world: World, site: Site, *more: tuple[str, str], headers: Any = None, **changes: str
) -> MachineResponse:
    given = [*pairs(site, **changes), *more]
    return world.post("/par", given, site.basic() if headers is None else headers)


def handle(world: World, site: Site, **changes: str) -> str:
    answer = push(world, site, **changes)
    assert answer.status == 201, answer
    return str(body(answer)["request_uri"])


def beside(site: Site, request_uri: str, **more: str) -> list[tuple[str, str]]:
    return list({"client_id": site.id, "request_uri": request_uri, **more}.items())


def rows(world: World) -> int:
    with world.database.reading() as session:
        return len(session.scalars(select(PushedRequest)).all())


@ONE_ENGINE
def test_a_handle_for_sixty_seconds(world: World, site: Site) -> None:
    answer = push(world, site)
    assert (answer.status, header(answer, "Content-Type")) == (201, "application/json")
    assert header(answer, "Cache-Control") == "no-store"  # OA22
    told = body(answer)
    assert told.keys() == {"request_uri", "expires_in"}
    assert told["expires_in"] == 60
    assert HANDLE.fullmatch(told["request_uri"])
    assert handle(world, site) != told["request_uri"]


def test_what_was_pushed_is_what_is_asked(world: World) -> None:
    """All of it, as if it had come in the open; on both engines."""
    api = "https://api.mgen-connect.test"
    site = world.site(resource=[api])
    asked = {
        "state": "-._~" * 32,
        "nonce": "n" * 384,
        "prompt": "login consent",
        "claims": '{"userinfo": {"email": {"essential": true}}}',
        "login_hint": "membre@mgen-connect.test",
        "response_mode": "form_post",
        "dpop_jkt": "j" * 43,
    }
    answer = push(world, site, ("resource", api), ("resource", world.issuer.address), **asked)
    found = parsed(world, beside(site, body(answer)["request_uri"]))
    both = [("resource", api), ("resource", world.issuer.address)]
    plain = parsed(world, [*pairs(site, **asked), *both])
    assert found.pushed is not None
    assert found == AuthorizationRequest(**{**vars(plain), "pushed": found.pushed})


@ONE_ENGINE
def test_everything_beside_the_handle_is_ignored(world: World, site: Site) -> None:
    """RFC 9126 §4, FAPI: other values, bad values, values twice."""
    uri = handle(world, site, state="dedans")
    plain = parsed(world, beside(site, uri))
    odd = [("state", "dehors"), ("state", "deux"), ("response_type", "token"), ("request", "x")]
    address = [("redirect_uri", "https://evil.test"), ("prompt", "none login")]
    assert parsed(world, [*beside(site, uri), *odd, *address]) == plain
    assert plain.state == "dedans"


@ONE_ENGINE
def test_it_may_be_looked_at_again_and_is_used_once(world: World, site: Site) -> None:
    uri = handle(world, site)
    pushed = parsed(world, beside(site, uri)).pushed or ""
    assert parsed(world, beside(site, uri)).pushed == pushed
    with world.database.writing() as session:
        assert pushed_requests.use(session, pushed)
    with world.database.writing() as session:
        assert not pushed_requests.use(session, pushed)
    assert unsafe(world, beside(site, uri)) == "pushed"


def test_of_two_uses_at_once_one_is_the_first(world: World, site: Site) -> None:
    pushed = parsed(world, beside(site, handle(world, site))).pushed or ""

    def use(_: int) -> bool:
        with world.database.writing() as session:
            return pushed_requests.use(session, pushed)

    assert sum(at_once(8, use)) == 1


@ONE_ENGINE
def test_nothing_is_redirected_by_a_handle_that_is_not_good(
    world: World, site: Site, at: FrozenClock
) -> None:
    """OA2: unknown, another's, expired, of a client that has changed: one answer, a page."""
    uri, other = handle(world, site), world.site()
    assert unsafe(world, beside(other, uri)) == "pushed"
    assert unsafe(world, beside(site, uri[:-1])) == "pushed"
    assert unsafe(world, beside(site, uri + "x")) == "pushed"
    assert unsafe(world, beside(site, pushed_requests.PREFIX)) == "pushed"
    assert unsafe(world, beside(site, pushed_requests.PREFIX + "é\ud800")) == "pushed"
    assert unsafe(world, [("request_uri", uri)]) == "client"
    assert unsafe(world, [*beside(site, uri), ("client_id", site.id)]) == "repeated"
    assert unsafe(world, [*beside(site, uri), ("request_uri", uri)]) == "repeated"
    assert unsafe(world, [*beside(site, uri), ("request_uri", "https://evil.test/")]) == "repeated"
    assert unsafe(world, beside(site, uri, extra="x" * 8192)) == "too_large"
    at.advance(seconds=59)
    assert parsed(world, beside(site, uri))
    at.advance(seconds=1)
    assert unsafe(world, beside(site, uri)) == "pushed"


@ONE_ENGINE
def test_cl4_a_client_that_has_changed_since(world: World, site: Site) -> None:
    uri = handle(world, site)
    with world.database.writing() as session:
        clients.update(session, site.id, {"redirect_uris": ["http://localhost:8001/autre"]})
    assert unsafe(later(world), beside(site, uri)) == "pushed"
    with world.database.writing() as session:
        clients.disable(session, site.id)
    assert unsafe(later(world), beside(site, uri)) == "client"


REFUSED = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"redirect_uri": ""}, "invalid_request"),
    ({"redirect_uri": CALLBACK + "/random"}, "invalid_request"),
    ({"code_challenge": ""}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": ""}, "invalid_request"),
    ({"scope": "email"}, "invalid_scope"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"claims": "{"}, "invalid_request"),
    ({"resource": "https://unregistered.test"}, "invalid_target"),
    ({"request": "e30.e30."}, "request_not_supported"),
    ({"request_uri": "https://site.test/object"}, "invalid_request"),
    ({"request_uri": pushed_requests.PREFIX + "x" * 43}, "invalid_request"),
    ({"dpop_jkt": "short"}, "invalid_request"),
    ({"id_token_hint": "x"}, "invalid_request"),
    ({"state": "é"}, "invalid_request"),
    ({"state": "\n"}, "invalid_request"),
]


@ONE_ENGINE
def test_what_is_wrong_is_told_at_once(world: World, site: Site) -> None:
    for changes, error in REFUSED:
        answer = push(world, site, **changes)
        assert refusal(answer) == (400, error), changes
        assert body(answer).keys() == {"error", "error_description"}
        assert header(answer, "Cache-Control") == "no-store"
        assert header(answer, "Location") is None
    assert rows(world) == 0


@ONE_ENGINE
@pytest.mark.parametrize("name", ["state", "client_id", "claims", "request_uri", "nonce"])
def test_oa7_nothing_is_repeated(world: World, site: Site, name: str) -> None:
    assert refusal(push(world, site, (name, "1"), (name, "1"))) == (400, "invalid_request")


@ONE_ENGINE
def test_oa22_eight_kibibytes_at_most(world: World, site: Site) -> None:
    assert refusal(push(world, site, extra="x" * 8192)) == (413, "invalid_request")
    assert push(world, site, extra="x" * 7000).status == 201


@ONE_ENGINE
def test_only_the_client_itself_may_push(world: World, site: Site) -> None:
    """Authenticated as at /token (§2.1), public ones by their client_id."""
    none: dict[str, str] = {}
    assert refusal(push(world, site, headers=none)) == (400, "invalid_client")
    wrong = {"authorization": world.site().basic()["authorization"]}
    assert refusal(push(world, site, headers=wrong))[0] == 400
    assert push(world, site, headers=none, client_secret=site.secret).status == 400
    by_post = world.site(token_endpoint_auth_method="client_secret_post")
    assert push(world, by_post, headers=none, client_secret=by_post.secret).status == 201
    public = world.site(
        token_endpoint_auth_method="none", grant_types=["authorization_code"], scope="openid"
    )
    assert push(world, public, headers=none).status == 201
    assert push(world, public, headers=none, redirect_uri="https://evil.test").status == 400


@ONE_ENGINE
def test_client_id_may_be_left_to_the_header(world: World, site: Site) -> None:
    given = [pair for pair in pairs(site) if pair[0] != "client_id"]
    answer = world.post("/par", given, site.basic())
    assert parsed(world, beside(site, body(answer)["request_uri"])).client_id == site.id


@ONE_ENGINE
def test_post_a_form_and_nothing_else(world: World, site: Site) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        answer = world.send(method, "/par", {"content-type": FORM, **site.basic()})
        assert answer.status == 405, method
    queried = world.send("POST", "/par", {"content-type": FORM, **site.basic()}, query=b"state=1")
    assert refusal(queried) == (400, "invalid_request")
    as_json = {"content-type": "application/json", **site.basic()}
    assert world.send("POST", "/par", as_json, json.dumps(dict(pairs(site)))).status == 415
    assert rows(world) == 0


@ONE_ENGINE
def test_a_client_that_must_push(world: World, site: Site) -> None:
    """§5: its plain requests are refused, to the address that they proved."""
    set_metadata(world, site, require_pushed_authorization_requests=True)
    found = refused(world, pairs(site, state="etat"))
    assert (found.error, found.state) == ("invalid_request", "etat")
    assert refused(world, pairs(site, request="e30.e30.")).error == "invalid_request"
    assert parsed(world, beside(site, handle(world, site)))


@ONE_ENGINE
def test_a_fapi2_client_pushes_and_is_answered_by_query(world: World, site: Site) -> None:
    """FAPI 2.0 §5.3.2.2: PAR alone, S256 alone; no other response mode is certified."""
    set_metadata(world, site, profile="fapi2")
    assert refused(world, pairs(site)).error == "invalid_request"
    found = refused(world, pairs(site, response_mode="form_post"))
    assert (found.error, found.response_mode) == ("invalid_request", "query")
    assert refusal(push(world, site, response_mode="form_post")) == (400, "invalid_request")
    assert refusal(push(world, site, code_challenge_method="plain")) == (400, "invalid_request")
    assert parsed(world, beside(site, handle(world, site, response_mode="query")))


def test_neither_the_handle_nor_a_hint_is_stored(world: World, site: Site) -> None:
    """PII8: the handle by its hash, the request sealed."""
    uri = handle(world, site, login_hint="membre@mgen-connect.test")
    with world.database.reading() as session:
        row = session.scalars(select(PushedRequest)).one()
        assert uri.removeprefix(pushed_requests.PREFIX) not in repr(vars(row))
        assert b"membre" not in row.request
        opened = json.loads(keys_of(session).open("pii", "pushed.request", row.request))
    assert opened["login_hint"] == "membre@mgen-connect.test"


def later(world: World) -> World:
    """The same issuer, some seconds on: it has forgotten the clients that it knew."""
    return World(Issuer.of(world.issuer.settings, world.database))


def set_metadata(world: World, site: Site, **changes: object) -> None:
    """Straight into the row: what else such a client must have is not tested here."""
    with world.database.reading() as session:
        registered = session.scalars(select(Client.registered).where(Client.id == site.id)).one()
    mine = update(Client).where(Client.id == site.id)
    world.change(mine.values(registered={**registered, **changes}))
