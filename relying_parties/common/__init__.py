"""What every member site shares: sign-in, sign-out, sessions, errors, headers, look, server.

settings.py   what a deployment says (environment variables)
site.py       Site (what a site's code says) and create_site(site, settings), the factory
auth.py       /auth/login, /auth/callback, /auth/logout; returns.py where they may lead, wants.py
              what they may ask for
backchannel.py  /auth/backchannel-logout; logout_token.py its checks, logouts.py what it ended
oidc.py       the OpenID Connect client; issuer.py the issuer's documents; attempts.py, one a tab
claims.py     which claims a site keeps; notices.py what a page tells on top
services.py   signed_in(), and the parts of a running site
sessions.py   who is signed in, on the server; database.py the site's own SQLite file
errors.py     French pages for whatever goes wrong; texts.py their words, refusals.py the issuer's
headers.py    security headers; server.py the process; clock.py the only clock

A new site is a package with a `Site`, a blueprint "site" that has a page "home", templates, colours
(static/tokens.css, static/icon.svg) and a `__main__` of three lines.
"""
