"""RFC 6749 §4.1.2, §5.1, RFC 9700 §4.14: how long what the issuer hands out lives."""

from datetime import timedelta

from idp.accounts.lifetimes import SESSION_ABSOLUTE

CODE = timedelta(seconds=60)
PUSHED_REQUEST = timedelta(seconds=60)
ACCESS_TOKEN = timedelta(minutes=10)
ID_TOKEN = timedelta(minutes=10)
REFRESH_IDLE = timedelta(days=7)
REFRESH_ABSOLUTE = timedelta(days=30)
REFRESH_GRACE = timedelta(seconds=10)
# without a refresh token the grant still tells which sites a session has opened
GRANT_OF_A_SESSION = SESSION_ABSOLUTE
