"""MGEN Connect: a standalone OAuth2 and OpenID Connect identity provider.

Storeys, imports only downward (checked by import-linter):
flows, oidc, cli (what people and machines touch) > accounts (rules) > storage, delivery > models.
"""
