"""The issuer: who the sites are, what they are told, and the endpoints they speak to.

Functions of an Issuer and a small request, free of Flask; mount.py alone knows it.

/token                 token.py, then code_grant.py or refresh_grant.py; client_auth.py
/userinfo              userinfo.py
/jwks.json             jwks.py
/.well-known/openid-configuration, /.well-known/oauth-authorization-server: discovery.py
/authorize             authorize.py says what a request may ask; its pages are in idp/flows
/deconnexion           end_session.py says where it may lead; its page is in idp/flows

Beside them: clients (clients.py, client_*.py), keys (keys.py, key_*.py), what is kept
(authorization_code.py, grants.py, tokens.py, refresh_store.py, subjects.py), what is signed
(id_token.py) and read back (hints.py), and the grammar (http.py, forms.py, errors.py).
Not here: who signed in and how well that is proved (idp/accounts).
"""
