"""`mgen-connect client`: what a site of certification grade registers (CL1, OA16)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from idp.models import ClientKeys
from idp.settings import Settings
from idp.storage.engine import Database
from tests.cli.conftest import Command
from tests.oidc.client_fields_corpus import EC, RSA

NewSite = Callable[..., Any]
URI = "https://site.example/jwks.json"
SITE = ("client", "create", "--name", "Site", "--redirect-uri", "https://site.example/cb")


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    """A file as a site's maker sends it."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [{**EC, "kid": "a"}]}))
    return path


def asked(here: Settings) -> list[tuple[str, str]]:
    """Whose keys the worker fetches, and where."""
    database = Database.open(here)
    with database.reading() as session:
        rows = session.execute(select(ClientKeys.client_id, ClientKeys.uri)).all()
    database.close()
    return [(client_id, uri) for client_id, uri in rows]


def test_every_option_of_a_site(command: Command, jwks: Path) -> None:
    made = command.json(
        *SITE,
        *("--grant-type", "authorization_code", "--grant-type", "client_credentials"),
        *("--auth-method", "private_key_jwt", "--jwks", str(jwks), "--auth-signing-alg", "ES256"),
        *("--id-token-alg", "PS256", "--application-type", "web", "--dpop-bound", "--require-par"),
        *("--resource", "https://api.site.example/", "--resource", "https://b.example/v1"),
        *("--client-uri", "https://site.example/", "--logo-uri", "https://site.example/l.svg"),
        *("--policy-uri", "https://site.example/p", "--tos-uri", "https://site.example/t"),
        *("--contact", "equipe@site.example", "--default-max-age", "3600"),
    )
    assert "client_secret" not in made
    assert made["jwks"] == {"keys": [{**EC, "kid": "a"}]}
    assert made["token_endpoint_auth_signing_alg"] == "ES256"
    assert made["id_token_signed_response_alg"] == "PS256"
    assert made["dpop_bound_access_tokens"] is made["require_pushed_authorization_requests"] is True
    assert made["resource"] == ["https://api.site.example/", "https://b.example/v1"]
    assert (made["logo_uri"], made["contacts"]) == (
        "https://site.example/l.svg",
        ["equipe@site.example"],
    )
    assert made["default_max_age"] == 3600


def test_a_fapi2_site_in_one_line(command: Command, jwks: Path) -> None:
    made = command.json(*SITE, "--profile", "fapi2", "--jwks", str(jwks))
    assert made["token_endpoint_auth_method"] == "private_key_jwt"
    assert made["dpop_bound_access_tokens"] is made["require_pushed_authorization_requests"] is True
    assert made["id_token_signed_response_alg"] == "ES256"
    assert "client_secret" not in made


def test_a_site_becomes_fapi2_and_loses_its_secret(
    command: Command, new_site: NewSite, jwks: Path
) -> None:
    client_id = new_site()["client_id"]
    changed = command.json("client", "update", client_id, "--profile", "fapi2", "--jwks", str(jwks))
    assert changed["dpop_bound_access_tokens"] is True
    assert changed["id_token_signed_response_alg"] == "ES256"
    assert changed["secrets_expire_at"] == []
    result = command("client", "rotate-secret", client_id)
    assert (result.exit_code, "private_key_jwt: there is no secret" in result.stderr) == (1, True)


def test_a_machine_needs_no_address(command: Command) -> None:
    machine = ("client", "create", "--name", "Robot", "--grant-type", "client_credentials")
    made = command.json(*machine, "--resource", "https://api.example/")
    assert (made["redirect_uris"], made["response_types"], made["scope"]) == ([], [], "")
    assert made["client_secret"]
    without = command(*machine)
    assert (without.exit_code, without.stderr[:15]) == (1, "Error: resource")


def test_an_app_has_no_secret(command: Command) -> None:
    app = ("client", "create", "--name", "App", "--redirect-uri", "com.example.app:/cb")
    native = (*app, "--application-type", "native")
    assert command(*native).exit_code == 1
    made = command.json(*native, "--auth-method", "none")
    assert made["sector_identifier"] == "app.example.com"
    assert "client_secret" not in made


def test_oa16_the_worker_is_asked_for_the_keys_at_an_address(
    command: Command, here: Settings, jwks: Path
) -> None:
    by_uri = ("--auth-method", "private_key_jwt", "--jwks-uri", URI)
    client_id = command.json(*SITE, *by_uri)["client_id"]
    assert asked(here) == [(client_id, URI)]
    update = ("client", "update", client_id)
    command.json(*update, "--jwks-uri", f"{URI}?b")
    assert asked(here) == [(client_id, f"{URI}?b")]
    # one takes the other's place
    assert command.json(*update, "--jwks", str(jwks))["jwks_uri"] is None
    assert asked(here) == []
    assert command.json(*update, "--jwks-uri", URI)["jwks"] is None
    assert asked(here) == [(client_id, URI)]
    command.json(*update, "--auth-method", "client_secret_basic")
    assert asked(here) == []


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        ("no JSON", 2, "holds no JSON"),
        ('{"keys": [], "keys": []}', 2, "holds no JSON"),
        ("[]", 1, "jwks is not a JWK set"),
        ('{"keys": []}', 1, "jwks does not hold"),
        (json.dumps({"keys": [EC, {**RSA, "d": "AQAB"}]}), 1, "key 1 holds a private"),
        ("é", 2, "holds no JSON"),
    ],
)
def test_cl1_a_file_of_keys_that_will_not_do(
    command: Command, jwks: Path, content: str, status: int, words: str
) -> None:
    jwks.write_bytes(content.encode("latin-1"))
    result = command(*SITE, "--auth-method", "private_key_jwt", "--jwks", str(jwks))
    assert (result.exit_code, words in result.stderr) == (status, True)
    assert command.json("client", "list") == []


def test_clearing_what_is_needed_is_refused(command: Command, jwks: Path) -> None:
    client_id = command.json(*SITE, "--profile", "fapi2", "--jwks", str(jwks))["client_id"]
    assert command("client", "update", client_id, "--clear", "jwks").exit_code == 1
    cleared = command.json("client", "update", client_id, "--clear", "profile")
    assert (cleared["profile"], cleared["token_endpoint_auth_method"]) == (None, "private_key_jwt")
