"""RFC 6749 §5.2, RFC 6750 §3.1: the errors of machine endpoints, built on Authlib's error class.

The class checks the grammar of a description, so ours are constants: nothing that a caller sent is
ever put in one (five of Authlib's own answers become a 500 that way).
"""

from authlib.oauth2.base import OAuth2Error

from idp.oidc.http import Headers, MachineResponse, json_response

REALM = "MGEN Connect"
DPOP_ALGS = ("ES256", "PS256")  # told in every challenge of that scheme (RFC 9449 §7.1)


class EndpointError(OAuth2Error):
    """An error answer. `reason` is stable and goes to the log; the caller sees the rest.

    `client_id` is set once the client has proved itself; `scheme` asks for a challenge; `headers`
    are added to the answer.
    """

    def __init__(
        self,
        error: str,
        reason: str,
        description: str | None = None,
        *,
        status: int = 400,
        scheme: str | None = None,
        headers: Headers = (),
    ) -> None:
        super().__init__(description, error=error, status_code=status)
        self.reason = reason
        self.scheme = scheme
        self.headers = headers
        self.client_id: str | None = None

    def told(self) -> dict[str, str | None]:
        """What the log is told: nothing that a stranger wrote."""
        return {"reason": self.reason, "client": self.client_id}

    def response(self) -> MachineResponse:
        """The RFC's JSON, not to be kept by anyone; a challenge when `scheme` names one."""
        headers = tuple(
            header for header in self.get_headers() if header[0].lower() != "content-type"
        )
        if self.scheme:
            headers += (("WWW-Authenticate", self._challenge(self.scheme)),)
        return json_response(dict(self.get_body()), self.status_code, headers + self.headers)

    def _challenge(self, scheme: str) -> str:
        told = ""
        if scheme in {"Bearer", "DPoP"}:
            told = f', error="{self.error}", error_description="{self.description}"'
        if scheme == "DPoP":
            told += f', algs="{" ".join(DPOP_ALGS)}"'
        return f'{scheme} realm="{REALM}"{told}'


def invalid_request(reason: str, description: str, status: int = 400) -> EndpointError:
    """The request is malformed: missing, repeated or misplaced parameters."""
    return EndpointError("invalid_request", reason, description, status=status)


def invalid_client(reason: str, *, challenge: bool) -> EndpointError:
    """One answer for every failed authentication (OA17); 401 when a header was tried."""
    return EndpointError(
        "invalid_client",
        reason,
        "Client authentication failed",
        status=401 if challenge else 400,
        scheme="Basic" if challenge else None,
    )


def invalid_grant(reason: str) -> EndpointError:
    """One answer for every code or refresh token that is not good, whatever the reason."""
    return EndpointError(
        "invalid_grant", reason, "The grant is unknown, expired, used or not for this request"
    )


def invalid_scope(reason: str) -> EndpointError:
    """More scope than was granted, or not a list of scopes at all."""
    return EndpointError("invalid_scope", reason, "The scope is malformed or was not granted")


def invalid_token(reason: str, scheme: str = "Bearer") -> EndpointError:
    """One answer for unknown, expired and revoked access tokens (RFC 6750 §3.1)."""
    return EndpointError(
        "invalid_token",
        reason,
        "The access token is unknown, expired or revoked",
        status=401,
        scheme=scheme,
    )
