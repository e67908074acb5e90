"""RFC 6749 §4.1.2, RFC 9207 §2: the addresses that send an answer back to the site."""

from urllib.parse import quote, urlencode

from authlib.oauth2.base import invalid_error_characters

from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.issuer import Issuer


class RedirectableError(Exception):
    """A bad request of a known client at a registered address: the site itself is told."""

    def __init__(
        self, error: str, description: str, redirect_uri: str, state: str | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.redirect_uri = redirect_uri
        self.state = state


def success_url(issuer: Issuer, request: AuthorizationRequest, code: str) -> str:
    """The registered address with code, state as it came, and iss."""
    return _with(issuer, request, {"code": code})


def error_url(
    issuer: Issuer,
    request: AuthorizationRequest | RedirectableError,
    error: str,
    description: str = "",
) -> str:
    """The same with an error; a description outside RFC 6749's characters is left out."""
    told = {"error": error}
    if description and not invalid_error_characters(description):
        told["error_description"] = description
    return _with(issuer, request, told)


def error_redirect(issuer: Issuer, error: RedirectableError) -> str:
    """The address that tells the site of this very error."""
    return error_url(issuer, error, error.error, error.description)


def _with(
    issuer: Issuer, request: AuthorizationRequest | RedirectableError, members: dict[str, str]
) -> str:
    if request.state is not None:
        members["state"] = request.state
    members["iss"] = issuer.address
    return with_query(request.redirect_uri, members)


def with_query(address: str, members: dict[str, str]) -> str:
    """`address` byte for byte, its own query kept, `members` after it (RFC 6749 §3.1.2)."""
    if not members:
        return address
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return address + joint + urlencode(members, quote_via=quote)
