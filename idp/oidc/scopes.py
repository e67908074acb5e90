"""RFC 6749 §3.3, OIDC Core §5.4: the scopes that this issuer fills, and the claims each opens.

`phone` tells of a number that its owner has proved by a code, and of no other.
"""

from collections.abc import Mapping

CLAIMS: Mapping[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "profile": ("name", "given_name", "family_name", "birthdate"),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
    "member": ("member_number", "contracts"),
    "membership": ("is_member",),
    "roles": ("roles",),
    "offline_access": (),
}
SUPPORTED_SCOPES = tuple(CLAIMS)
