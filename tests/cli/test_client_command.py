"""`mgen-connect client`: shapes, exit codes, and a secret that is printed once (CL1-CL3)."""

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from idp.models import Event
from idp.settings import Settings
from idp.storage.engine import Database
from tests.cli.conftest import Command

FIELDS = {
    "client_id",
    "client_name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "initiate_login_uri",
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "scope",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "subject_type",
    "sector_identifier",
    "step_up",
    "first_party",
    "application_type",
    "jwks",
    "jwks_uri",
    "token_endpoint_auth_signing_alg",
    "id_token_signed_response_alg",
    "profile",
    "resource",
    "dpop_bound_access_tokens",
    "require_pushed_authorization_requests",
    "require_pkce",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "contacts",
    "default_max_age",
    "disabled",
    "secrets_expire_at",
}
NewSite = Callable[..., Any]


def test_create_prints_metadata_and_secret(new_site: NewSite) -> None:
    made = new_site(
        *("--redirect-uri", "https://site.example/cb2"),
        *("--post-logout-redirect-uri", "https://site.example/"),
        *("--initiate-login-uri", "https://site.example/start"),
        *("--scope", "openid email offline_access"),
        *("--grant-type", "authorization_code", "--grant-type", "refresh_token"),
        *("--auth-method", "client_secret_post", "--subject-type", "public"),
        *("--sector-identifier", "sites.example", "--step-up", "on_request", "--first-party"),
    )
    assert set(made) == FIELDS | {"client_secret"}
    assert made["redirect_uris"] == ["https://site.example/cb", "https://site.example/cb2"]
    assert made["post_logout_redirect_uris"] == ["https://site.example/"]
    assert made["initiate_login_uri"] == "https://site.example/start"
    assert made["scope"] == "openid email offline_access"
    assert made["grant_types"] == ["authorization_code", "refresh_token"]
    assert made["token_endpoint_auth_method"] == "client_secret_post"
    assert (made["subject_type"], made["sector_identifier"]) == ("public", "sites.example")
    assert (made["step_up"], made["first_party"]) == ("on_request", True)


def test_show_and_list_tell_the_same_without_the_secret(
    command: Command, new_site: NewSite
) -> None:
    made = new_site()
    shown = command.json("client", "show", made["client_id"])
    assert set(shown) == FIELDS
    assert {**made, **shown} == made
    assert command.json("client", "list") == [shown]


def test_cl2_the_secret_is_never_shown_again(
    command: Command, new_site: NewSite, here: Settings
) -> None:
    made = new_site()
    client_id, first = made["client_id"], made["client_secret"]
    second = command.json("client", "rotate-secret", client_id)["client_secret"]
    assert first != second
    later = [
        command("client", verb, *rest, *form)
        for form in ((), ("--json",))
        for verb, *rest in (
            ("list",),
            ("show", client_id),
            ("update", client_id, "--name", "Autre"),
        )
    ]
    later += [command("client", "disable", client_id), command("config", "show")]
    assert [result.exit_code for result in later] == [0] * len(later)
    for secret in (first, second):
        assert not [result.output for result in later if secret in result.output]
        files = [path for path in here.state_dir.parent.rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_cl2_a_secret_may_go_to_a_private_file(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    site = ("--name", "Site", "--redirect-uri", "https://site.example/cb")
    made = command.json("client", "create", *site, "--secret-file", str(path))
    assert "client_secret" not in made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text()) >= 43
    again = command("client", "create", *site, "--secret-file", str(path))
    assert again.exit_code == 1
    assert len(command.json("client", "list")) == 1


def test_a_person_reads_columns_and_is_told_to_keep_the_secret(command: Command) -> None:
    site = ("--name", "Site", "--redirect-uri", "https://site.example/cb")
    result = command("client", "create", *site)
    assert result.exit_code == 0
    assert "client_secret " in result.stdout
    assert "keep it now" in result.stderr
    listed = command("client", "list").stdout.splitlines()
    assert listed[0].split() == ["client_id", "client_name", "disabled", "redirect_uris"]
    assert listed[1].split()[1:] == ["Site", "no", "https://site.example/cb"]


def test_a_public_client_has_no_secret(command: Command, new_site: NewSite) -> None:
    made = new_site("--auth-method", "none")
    assert set(made) == FIELDS
    result = command("client", "rotate-secret", made["client_id"])
    assert (result.exit_code, "no secret" in result.stderr) == (1, True)


def test_oa15_the_old_secret_has_an_end(command: Command, new_site: NewSite) -> None:
    client_id = new_site()["client_id"]
    rotated = command.json("client", "rotate-secret", client_id, "--keep-old", "1")
    old, new = rotated["secrets_expire_at"]
    assert new is None
    assert old.endswith("+00:00")


def test_update_changes_and_clears(command: Command, new_site: NewSite) -> None:
    made = new_site("--initiate-login-uri", "https://site.example/start", "--first-party")
    changed = command.json(
        *("client", "update", made["client_id"], "--name", "Autre"),
        *("--redirect-uri", "https://site.example/new", "--third-party"),
        *("--clear", "initiate_login_uri"),
    )
    assert changed["client_name"] == "Autre"
    assert changed["redirect_uris"] == ["https://site.example/new"]
    assert changed["initiate_login_uri"] is None
    assert changed["first_party"] is False
    assert changed["scope"] == made["scope"]


def test_disable_enable_delete(command: Command, new_site: NewSite) -> None:
    client_id = new_site()["client_id"]
    assert command("client", "disable", client_id).exit_code == 0
    assert command.json("client", "show", client_id)["disabled"] is True
    assert command("client", "enable", client_id).exit_code == 0
    assert command.json("client", "show", client_id)["disabled"] is False
    assert command("client", "delete", client_id).exit_code == 0
    assert command("client", "show", client_id).exit_code == 3
    assert command.json("client", "list") == []


@pytest.mark.parametrize("verb", ["show", "update", "rotate-secret", "disable", "enable", "delete"])
def test_an_unknown_client_is_status_3(command: Command, verb: str) -> None:
    options = ("--name", "Autre") if verb == "update" else ()
    result = command("client", verb, "nobody", *options)
    assert result.exit_code == 3
    assert result.stderr == "Error: There is no client 'nobody'.\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--redirect-uri", "JavaScript:alert(1)"), "redirect_uris"),
        (("--redirect-uri", "http://localhost.evil.test/cb"), "redirect_uris"),
        (("--redirect-uri", "https://other.example/cb"), "sector_identifier"),
        (("--post-logout-redirect-uri", "https://*.site.example/"), "wildcard"),
        (("--initiate-login-uri", "http://site.example/"), "initiate_login_uri"),
        (("--scope", "openid telephone"), "scope"),
        (("--name", "<script>"), "client_name"),
    ],
)
def test_cl1_refused_metadata_is_status_1(
    command: Command, options: tuple[str, ...], reason: str
) -> None:
    site = ("--name", "Site", "--redirect-uri", "https://site.example/cb")
    result = command("client", "create", *site, *options)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stdout == ""
    assert command.json("client", "list") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--name", "Site"),
        ("create", "--redirect-uri", "https://site.example/cb"),
        ("create", "--name", "S", "--redirect-uri", "https://s.example/", "--profile", "fapi1"),
        ("create", "--name", "S", "--redirect-uri", "https://s.example/", "--jwks", "x.json"),
        ("create", "--name", "S", "--redirect-uri", "https://s.example/", "--auth-method", "x"),
        ("update", "someone"),
        ("rotate-secret", "someone", "--keep-old", "-1"),
        ("show",),
        ("forget",),
    ],
)
def test_wrong_usage_is_status_2(command: Command, arguments: tuple[str, ...]) -> None:
    assert command("client", *arguments).exit_code == 2


def test_production_registers_no_address_of_this_machine(command: Command) -> None:
    site = ("client", "create", "--name", "Local", "--redirect-uri", "http://localhost:8001/cb")
    assert command(*site).exit_code == 0
    assert command(*site, ENVIRONMENT="production").exit_code == 1


def test_cl3_events_name_the_operating_system_user(
    command: Command, new_site: NewSite, here: Settings
) -> None:
    client_id = new_site()["client_id"]
    command("client", "disable", client_id)
    database = Database.open(here)
    with database.reading() as session:
        events = session.scalars(select(Event).order_by(Event.at)).all()
    database.close()
    assert [event.kind for event in events] == ["admin:client:created", "admin:client:disabled"]
    assert {event.detail["by"] for event in events} == {pwd.getpwuid(os.getuid()).pw_name}


def test_a_site_may_ask_to_be_told_of_the_end(command: Command, new_site: NewSite) -> None:
    """OIDC Back-Channel Logout §2.2; the address follows the rules of every other (OA13)."""
    uri = "https://site.example/auth/backchannel-logout"
    made = new_site("--backchannel-logout-uri", uri, "--backchannel-logout-session-required")
    told = ("backchannel_logout_uri", "backchannel_logout_session_required")
    assert [made[name] for name in told] == [uri, True]
    client = ("client", "update", made["client_id"])
    assert command(*client, "--backchannel-logout-uri", "https://10.0.0.1/").exit_code == 1
    cleared = command.json(*client, "--clear", "backchannel_logout_uri")
    assert [cleared[name] for name in told] == [None, True]
