"""ASVS 16.2.5: no token, code, secret or header in any log at DEBUG (PII7, AU2, AU3)."""

import logging

import pytest

from idp.clock import FrozenClock
from idp.logs import JsonLines
from tests.oidc.caller import fapi2
from tests.oidc.world import CALLBACK, ONE_ENGINE, VERIFIER, Person, Site, World, basic, body

pytestmark = ONE_ENGINE


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All loggers of all libraries at DEBUG, the database's too."""
    caplog.set_level(logging.DEBUG)
    for name in ("idp", "authlib", "joserfc", "sqlalchemy.engine", "werkzeug"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def written(caplog: pytest.LogCaptureFixture) -> str:
    formatter = JsonLines()
    return "\n".join(formatter.format(record) + record.getMessage() for record in caplog.records)


def test_pii7_nothing_secret_is_logged(
    world: World,
    site: Site,
    person: Person,
    at: FrozenClock,
    everything: pytest.LogCaptureFixture,
) -> None:
    """Authlib writes every access token it issues ("Issue token %r")."""
    everything.clear()
    codes = [world.code(site, person) for _ in range(2)]
    first = body(world.exchange(site, codes[0]))
    second = body(world.refresh(site, first["refresh_token"]))
    world.refresh(site, first["refresh_token"])
    world.userinfo(second["access_token"])
    world.exchange(site, codes[1], code_verifier="f" * 43)
    world.exchange(site, codes[1], redirect_uri=CALLBACK + "?")
    at.advance(seconds=11)
    world.refresh(site, first["refresh_token"])
    world.exchange(site, codes[0])
    world.userinfo(second["access_token"])
    world.token({"grant_type": "x"}, {"authorization": basic(f"{site.id}:wrong-{site.secret}")})
    secrets = [*codes, VERIFIER, "f" * 43, site.secret, "membre@mgen-connect.test"]
    for answer in (first, second):
        secrets += [answer[name] for name in ("access_token", "refresh_token", "id_token")]
    secrets += [site.basic()["authorization"][6:]]
    lines = written(everything)
    assert "refresh_reused" in lines, "the log is being read"
    assert "SELECT" in lines, "the database's log too"
    assert [secret for secret in secrets if secret in lines] == []


def test_pii7_nor_what_binds_introspects_and_revokes(
    world: World, person: Person, everything: pytest.LogCaptureFixture
) -> None:
    everything.clear()
    site = fapi2(world)
    code = world.code(site.site, person)
    first = body(site.exchange(code))
    second = body(site.refresh(first["refresh_token"]))
    own = body(site.for_itself())
    site.showing(None).refresh(first["refresh_token"])
    seen = [code]
    for tokens in (first, second, own):
        seen += [tokens[name] for name in tokens.keys() & {"access_token", "id_token"}]
    seen.append(first["refresh_token"])
    for token in seen:
        site.userinfo(token, jti="canari-jti")
        site.userinfo(token, "Bearer")
        site.introspect(token, token_type_hint="canari")
        site.revoke(token)
    lines = written(everything)
    assert "dpop_missing" in lines, "the log is being read"
    assert "client:token:revoked" in lines
    assert [secret for secret in seen if secret in lines] == []
    ours = "".join(JsonLines().format(one) for one in everything.records if one.name[:3] == "idp")
    assert "canari" not in ours


def test_au2_what_a_stranger_writes_is_not_logged(
    world: World, everything: pytest.LogCaptureFixture
) -> None:
    canary = 'canari\r\n{"event":"forged"}\u2028\x1b[31m'
    everything.clear()
    world.token({"grant_type": canary, "client_id": canary, canary: canary})
    world.token({"grant_type": "x", "client_id": "canari", "client_secret": "canari"})
    world.post("/userinfo", {"access_token": canary})
    world.send("GET", "/userinfo", {"authorization": f"Bearer {canary}", "user-agent": canary})
    ours = "\n".join(
        JsonLines().format(record) for record in everything.records if record.name.startswith("idp")
    )
    assert "endpoint.refused" in ours
    assert "canari" not in ours
    assert "forged" not in ours
