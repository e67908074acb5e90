"""The scopes that this issuer can fill today (RFC 6749 §3.3, OIDC Core §5.4)."""

SUPPORTED_SCOPES = ("openid", "email", "offline_access")
