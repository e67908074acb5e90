"""OIDC Back-Channel Logout §2.1, `sid`: names a session to one site, and to that site alone."""

from idp.storage.keyring import Keyring

_LENGTH = 32


def of(keyring: Keyring, session_id: str, client_id: str) -> str:
    """A keyed digest of session and client: stable while both live, so two sites cannot link it.

    It is kept in the grant, which is where a session is found again after keys have rotated.
    """
    return keyring.digest("secret", "oidc.sid", f"{session_id}/{client_id}")[:_LENGTH]
