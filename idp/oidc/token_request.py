"""RFC 6749 §4.1.3, RFC 9449 §5: who asks at the token endpoint, for what, holding which key."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from idp.oidc import dpop
from idp.oidc.clients import ClientInfo
from idp.oidc.dpop import Proof


@dataclass(frozen=True)
class TokenRequest:
    """A client that has proved itself, its form, and the DPoP proof beside it, None without one."""

    client: ClientInfo
    form: Mapping[str, str]
    proof: Proof | None = None

    @property
    def jkt(self) -> str | None:
        """The thumbprint of the key that was shown."""
        return self.proof.jkt if self.proof else None

    def spend_proof(self, session: Session) -> None:
        """The proof is used, when all else is right; EndpointError if it was before."""
        if self.proof:
            dpop.spend(session, self.proof)
