"""The issuer: who the sites are, what they are told, and the endpoints they speak to.

Functions of an Issuer and a small request, free of Flask; mount.py alone knows it.

/token                 client_auth.py and dpop.py say who asks; token.py, then code_grant.py,
                       refresh_grant.py (both answer by issuing.py) or client_credentials.py
/userinfo              userinfo.py
/introspect, /revoke   introspection.py, revocation.py
/jwks.json             jwks.py
/openapi.json          openapi.py, openapi_schemas.py: all of these, described for programs
/.well-known/openid-configuration, /.well-known/oauth-authorization-server: discovery.py
/authorize             authorize.py says what a request may ask; its pages are in idp/flows
/par                   par.py: the same, pushed by the site before
/deconnexion           end_session.py says where it may lead; its page is in idp/flows

Whoever proves something by a signature is read by signed_input.py: assertions of clients
(client_assertion.py, their published keys in client_keys*.py), DPoP (dpop.py, dpop_nonce.py),
hints; their keys by public_jwk.py. Which other origins may read an answer: cors.py,
cors_origins.py.

When a sign-in ends, its sites are told: ending.py, logout_*.py, backchannel_delivery.py. The worker
alone calls sites, and by outbound*.py alone.

Beside them: clients (clients.py, client_*.py), keys (keys.py, key_*.py), what is kept
(authorization_code.py, grants.py, tokens.py, refresh_store.py, subjects.py), what a person lets a
third party have (consents.py) and where they have been (used_sites.py), what one may do at a site
(roles.py), what is signed (id_token.py, access_token.py) and read back (hints.py), and the grammar
(http.py, forms.py, strict_json.py, base64url.py, errors.py).
Not here: who signed in and how well that is proved (idp/accounts).
"""
