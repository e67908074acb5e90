"""The options of `client create` and `client update`: each parameter is named as its field."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import click

from idp.oidc.client_fields import CHOICES, LINKS, SUPPORTED, URI_LISTS, URIS
from idp.oidc.strict_json import parsed

# what an update may take away again
CLEARABLE = sorted(
    {*URI_LISTS, *URIS, *LINKS, "resource", "contacts", "jwks", "profile", "default_max_age"}
    | {"token_endpoint_auth_signing_alg"}
)

secret_file = click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help="Write the secret to this new file (0600) instead of printing it.",
)


def _key_set(_: click.Context, __: click.Parameter, file: BinaryIO | None) -> object:
    """What the file says; whether its keys will do is the validator's question."""
    if file is None:
        return None
    try:
        return parsed(file.read().decode())
    except ValueError:
        raise click.BadParameter(f"{file.name} holds no JSON") from None


def _choice(option: str, field: str, help_text: str = "") -> Callable[..., Any]:
    return click.option(option, field, type=click.Choice(CHOICES[field]), help=help_text)


def _several(option: str, field: str, help_text: str = "") -> Callable[..., Any]:
    return click.option(option, field, multiple=True, help=help_text)


_PEOPLE = (
    _several("--redirect-uri", "redirect_uris", "Where answers go; byte for byte."),
    _several("--post-logout-redirect-uri", "post_logout_redirect_uris"),
    click.option("--initiate-login-uri"),
    click.option("--backchannel-logout-uri", help="Told by POST when a session has ended."),
    click.option(
        "--backchannel-logout-session-required/--backchannel-logout-session-optional",
        default=None,
    ),
    click.option("--scope", help="Space-separated; openid by default."),
    _choice("--subject-type", "subject_type"),
    click.option("--sector-identifier", help="Host; sites of one host share one `sub`."),
    _choice("--step-up", "step_up", "When a second step is asked."),
    click.option("--first-party/--third-party", "first_party", default=None),
    click.option("--default-max-age", type=click.IntRange(0), help="Seconds a sign-in is good."),
)
_PROTOCOL = (
    click.option(
        "--grant-type",
        "grant_types",
        type=click.Choice(SUPPORTED["grant_types_supported"]),
        multiple=True,
    ),
    _choice("--auth-method", "token_endpoint_auth_method"),
    click.option(
        "--jwks",
        type=click.File("rb"),
        callback=_key_set,
        help="File of its public keys (a JWK set).",
    ),
    click.option("--jwks-uri", help="Where its public keys are; fetched by the worker."),
    _choice("--auth-signing-alg", "token_endpoint_auth_signing_alg", "Only by this one."),
    _choice("--id-token-alg", "id_token_signed_response_alg", "RS256 by default."),
    _choice("--application-type", "application_type", "native: an app (RFC 8252)."),
    _choice("--profile", "profile", "fapi2: the FAPI 2.0 security profile."),
    _several("--resource", "resource", "Address of an API it may have tokens for (RFC 8707)."),
    click.option("--dpop-bound/--dpop-optional", "dpop_bound_access_tokens", default=None),
    click.option(
        "--require-par/--par-optional", "require_pushed_authorization_requests", default=None
    ),
    click.option(
        "--require-pkce/--pkce-optional",
        "require_pkce",
        default=None,
        help="Optional only for a site with a secret whose library has no PKCE.",
    ),
)
_SHOWN = (
    *(
        click.option(f"--{name.replace('_', '-')}", name)
        for name in ("client_uri", "logo_uri", "policy_uri", "tos_uri")
    ),
    _several("--contact", "contacts", "E-mail address of whom to write to."),
)


def fields(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Every field as an option; `required`: a site cannot be without a name."""
    name = click.option("--name", "client_name", required=required, help="As members read it.")

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed((name, *_PEOPLE, *_PROTOCOL, *_SHOWN)):
            command = option(command)
        return command

    return decorate


def typed(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were typed."""
    return {name: value for name, value in options.items() if value is not None and value != ()}


def keep(path: Path, secret: str) -> None:
    """Write to a new file that its owner alone can read. OSError when there is one already."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
