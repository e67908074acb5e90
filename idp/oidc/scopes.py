"""RFC 6749 §3.3, OIDC Core §5.4: the scopes that this issuer fills, and the claims each opens.

`phone` is not among them yet: a number that nobody has proved would be told as the person's own.
"""

from collections.abc import Mapping

CLAIMS: Mapping[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "profile": ("name", "given_name", "family_name", "birthdate"),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "member": ("member_number", "contracts"),
    "membership": ("is_member",),
    "roles": ("roles",),
    "offline_access": (),
}
SUPPORTED_SCOPES = tuple(CLAIMS)
