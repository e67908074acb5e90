"""ASVS 16.2.5: no token, code, secret or header in any log at DEBUG (PII7, AU2, AU3)."""

import logging

import pytest

from idp.clock import FrozenClock
from idp.logs import JsonLines
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
