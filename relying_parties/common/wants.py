"""What a link of ours may ask of a sign-in beyond the usual, by name (`want=` of /auth/login).

strong   the level for sensitive pages: a member's record and a second step (RFC 9470 §4)
account  the choice between identifiers (OIDC Core §3.1.2.1, prompt=select_account)

prompt=none is not among them: no page of the sites asks in silence who is there.
"""

from collections.abc import Iterable, Mapping

from relying_parties.common.claims import Claim

STRONG = "strong"
ACCOUNT = "account"
STRONG_LEVEL = "eidas1-mfa"
_PARAMETERS: Mapping[str, Mapping[str, str]] = {
    STRONG: {"acr_values": STRONG_LEVEL},
    ACCOUNT: {"prompt": "select_account"},
}


def offered(claims: Iterable[str]) -> frozenset[str]:
    """What a site that keeps these claims can ask for: without `acr` it would not see a level."""
    return frozenset(_PARAMETERS) - (set() if "acr" in claims else {STRONG})


def parameters(want: str) -> dict[str, str]:
    """What the request to the issuer says for it."""
    return dict(_PARAMETERS.get(want, {}))


def granted(want: str, claims: Mapping[str, Claim]) -> bool:
    """Whether the issuer gave it; acr_values is a wish that it may leave (OIDC Core §3.1.2.1)."""
    return want != STRONG or is_strong(claims)


def is_strong(claims: Mapping[str, Claim]) -> bool:
    """Whether a person signed in at the level of sensitive pages; the site must keep `acr`."""
    return claims.get("acr") == STRONG_LEVEL


def lacks_record(claims: Mapping[str, Claim]) -> bool:
    """Whether no code can be enough for that level, since there is no member's record."""
    return claims.get("is_member") is False
