"""OIDC Core §3.1.2.1, RFC 6749 §3.1, RFC 7636 §4.3: one rule per parameter of a request.

Ignored, as the RFCs ask: unknown parameters; display, ui_locales and claims_locales, since every
page is one for all screens and in French. `claims` is in authorize_claims.py.
"""

import re
from collections.abc import Mapping

from idp.oidc import pkce
from idp.oidc.authorization_response import FORM_POST, QUERY
from idp.oidc.clients import ClientInfo
from idp.oidc.forms import CONTROL
from idp.oidc.scopes import SUPPORTED_SCOPES

PROMPTS = ("none", "login", "consent", "select_account", "create")
REPEATABLE = "resource"  # RFC 8707 §2, and no other
MAX_OPAQUE = 2048
MAX_ITEMS = 20
MAX_HINT = 320

_VSCHAR = re.compile(rf"[\x20-\x7e]{{1,{MAX_OPAQUE}}}")  # RFC 6749 §A.5
_SCOPE_ITEM = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §A.4
_SECONDS = re.compile(r"[0-9]{1,10}")
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")  # RFC 7638 §3, of SHA-256
# answered, never fetched and never passed over in silence (OA12, OIDC Core §3.1.2.6)
_NOT_SUPPORTED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


class BadParameterError(Exception):
    """What is wrong, in the words of RFC 6749 §4.1.2.1."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


def bad(description: str) -> BadParameterError:
    """The usual error."""
    return BadParameterError("invalid_request", description)


def state_of(pairs: list[tuple[str, str]]) -> str | None:
    """The state to echo even in an error: only a single, well-formed one."""
    values = [value for name, value in pairs if name == "state"]
    return values[0] if len(values) == 1 and _VSCHAR.fullmatch(values[0]) else None


def mode_sent(client: ClientInfo, redirect_uri: str, pairs: list[tuple[str, str]]) -> str:
    """How even an error is sent: as asked, if what was asked can be done; else by query."""
    modes = [value for name, value in pairs if name == "response_mode"]
    return FORM_POST if modes == [FORM_POST] and _may_post(client, redirect_uri) else QUERY


def mode_of(client: ClientInfo, redirect_uri: str, given: Mapping[str, str]) -> str:
    """query or form_post; no form can be posted to an app's scheme, nor by FAPI 2.0."""
    mode = given.get("response_mode", QUERY)
    if mode != QUERY and (mode != FORM_POST or not _may_post(client, redirect_uri)):
        raise bad("This response_mode is not supported here")
    return mode


def _may_post(client: ClientInfo, redirect_uri: str) -> bool:
    return not client.fapi2 and redirect_uri.startswith(("https://", "http://"))


def check_pushed(client: ClientInfo, given: Mapping[str, str], *, pushed: bool) -> None:
    """RFC 9126 §2.1, §5: what only a request that comes in the open may hold, and who may not."""
    if pushed and "request_uri" in given:
        raise bad("A pushed request holds no request_uri")
    if not pushed and (client.require_par or client.fapi2):
        raise bad("This client has to push its requests (RFC 9126)")


def check_form(client: ClientInfo, given: Mapping[str, str]) -> None:
    """What concerns the request as a whole; BadParameterError."""
    if any(CONTROL.search(name) or CONTROL.search(value) for name, value in given.items()):
        raise bad("A parameter holds a control character")
    for name, error in _NOT_SUPPORTED.items():
        if name in given:
            raise BadParameterError(error, f"The parameter {name} is not supported")
    if "response_type" not in given:
        raise bad("response_type is missing")
    if given["response_type"] != "code":
        raise BadParameterError("unsupported_response_type", "The only response_type is code")
    if "authorization_code" not in client.grant_types:
        raise BadParameterError("unauthorized_client", "The client may not ask for a code")


def scope_of(client: ClientInfo, given: Mapping[str, str]) -> tuple[str, ...]:
    """The known scopes asked for, each once; unknown ones are ignored (OIDC Core §3.1.2.1)."""
    asked = _items(given, "scope", "invalid_scope")
    if "openid" not in asked:
        raise BadParameterError("invalid_scope", "The scope lacks openid")
    known = tuple(scope for scope in asked if scope in SUPPORTED_SCOPES)
    if not set(known) <= set(client.scopes):
        raise BadParameterError("invalid_scope", "The client is not registered for this scope")
    return known


def challenge_of(client: ClientInfo, given: Mapping[str, str]) -> str:
    """The PKCE challenge, by S256 and named so; none only for who is registered for it (OA3)."""
    challenge = given.get("code_challenge")
    if challenge is None and not client.require_pkce and "code_challenge_method" not in given:
        return pkce.WITHOUT
    if challenge is None:
        raise bad("code_challenge is missing")
    # left out it would mean plain (RFC 7636 §4.3)
    if given.get("code_challenge_method") != pkce.METHOD:
        raise bad("code_challenge_method is not S256")
    if not pkce.is_challenge(challenge):
        raise bad("code_challenge is not an S256 challenge")
    return challenge


def opaque_of(given: Mapping[str, str], name: str) -> str | None:
    """`state` or `nonce`: printable ASCII, at most 2048 characters."""
    value = given.get(name)
    if value is not None and not _VSCHAR.fullmatch(value):
        raise bad(f"{name} is too long or not printable ASCII")
    return value


def prompt_of(given: Mapping[str, str]) -> tuple[str, ...]:
    """The prompts, each once; none stands alone (OIDC Core §3.1.2.1)."""
    prompts = _items(given, "prompt", "invalid_request")
    if not set(prompts) <= set(PROMPTS):
        raise bad("prompt holds an unknown value")
    if "none" in prompts and len(prompts) > 1:
        raise bad("prompt none stands alone")
    return prompts


def max_age_of(client: ClientInfo, given: Mapping[str, str]) -> int | None:
    """Seconds, or None; unsaid, what the client is registered with."""
    value = given.get("max_age")
    if value is None:
        return client.default_max_age
    if not _SECONDS.fullmatch(value):
        raise bad("max_age is not a number of seconds")
    return int(value)


def acr_values_of(given: Mapping[str, str]) -> tuple[str, ...]:
    """The levels asked for, best first; those we do not know are voluntary and harmless."""
    return _items(given, "acr_values", "invalid_request")


def login_hint_of(given: Mapping[str, str]) -> str | None:
    """What may pre-fill the form; one too long to be an address is only a hint ignored."""
    hint = given.get("login_hint", "")
    return hint if 0 < len(hint) <= MAX_HINT else None


def resources_of(issuer: str, client: ClientInfo, pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    """RFC 8707 §2: the registered APIs asked for, each once; the issuer's own is its userinfo."""
    asked = tuple(dict.fromkeys(value for name, value in pairs if name == REPEATABLE and value))
    # registered ones are absolute and without fragment: what is equal to one of them is, too
    if not set(asked) <= {*client.resources, issuer}:
        raise BadParameterError("invalid_target", "The client is not registered for this resource")
    return asked


def dpop_jkt_of(given: Mapping[str, str]) -> str | None:
    """RFC 9449 §10: the thumbprint of the key that the code shall be bound to."""
    value = given.get("dpop_jkt")
    if value is not None and not _THUMBPRINT.fullmatch(value):
        raise bad("dpop_jkt is not a SHA-256 thumbprint")
    return value


def _items(given: Mapping[str, str], name: str, error: str) -> tuple[str, ...]:
    """The items of a list, each once, in order: separated by one space (RFC 6749 §3.3)."""
    value = given.get(name)
    if value is None:
        return ()
    # one more is split off than may be there, however long the rest is
    items = value.split(" ", MAX_ITEMS)
    if len(items) > MAX_ITEMS or not all(_SCOPE_ITEM.fullmatch(item) for item in items):
        raise BadParameterError(error, f"{name} is not a list of at most {MAX_ITEMS} items")
    return tuple(dict.fromkeys(items))
