"""RFC 6749 §4.1.2, RFC 9207 §2: what is sent back to the site, and where; not yet how.

An answer goes as the query of a redirect, or in a form that the browser posts (idp/flows/answers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from authlib.oauth2.base import invalid_error_characters

from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.issuer import Issuer

QUERY, FORM_POST = "query", "form_post"
RESPONSE_MODES = (QUERY, FORM_POST)


class RedirectableError(Exception):
    """A bad request of a known client at a registered address: the site itself is told."""

    def __init__(
        self,
        error: str,
        description: str,
        redirect_uri: str,
        state: str | None = None,
        *,
        response_mode: str = QUERY,
        client_id: str = "",
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.redirect_uri = redirect_uri
        self.state = state
        self.response_mode = response_mode
        self.client_id = client_id


@dataclass(frozen=True)
class Answer:
    """What a site is told: at its address, in the asked mode (query or form_post), these members.

    `client_id` is whose answer it is.
    """

    redirect_uri: str
    mode: str
    members: Mapping[str, str]
    client_id: str


def success(issuer: Issuer, request: AuthorizationRequest, code: str) -> Answer:
    """The code, state as it came, and iss."""
    return _answer(issuer, request, {"code": code})


def error(
    issuer: Issuer,
    request: AuthorizationRequest | RedirectableError,
    name: str,
    description: str = "",
) -> Answer:
    """The same with an error; a description outside RFC 6749's characters is left out."""
    told = {"error": name}
    if description and not invalid_error_characters(description):
        told["error_description"] = description
    return _answer(issuer, request, told)


def of_error(issuer: Issuer, found: RedirectableError) -> Answer:
    """What tells the site of this very error."""
    return error(issuer, found, found.error, found.description)


def query_address(answer: Answer) -> str:
    """The registered address with the answer in its query."""
    return with_query(answer.redirect_uri, answer.members)


def _answer(
    issuer: Issuer, request: AuthorizationRequest | RedirectableError, members: dict[str, str]
) -> Answer:
    if request.state is not None:
        members["state"] = request.state
    members["iss"] = issuer.address
    return Answer(request.redirect_uri, request.response_mode, members, request.client_id)


def with_query(address: str, members: Mapping[str, str]) -> str:
    """`address` byte for byte, its own query kept, `members` after it (RFC 6749 §3.1.2)."""
    if not members:
        return address
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return address + joint + urlencode(members, quote_via=quote)
