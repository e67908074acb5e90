"""A whole run comes from one person at one address within minutes: no limit may end it (LK4)."""

import pytest

from tests.conformance.browser import Browser
from tests.conformance.suite import Party, Server


@pytest.mark.slow
def test_sixty_sign_ins_of_one_person_within_one_minute(registered: Party, server: Server) -> None:
    """Each in a browser of its own, with the right password."""
    for _ in range(60):
        registered.sign_in(Browser(server.app))


def test_a_credential_is_the_same_form_encoded_or_not(registered: Party) -> None:
    """RFC 6749 §2.3.1 wants it encoded before base64, and many a library does not."""
    for part in (registered.id, registered.secret):
        assert part.replace("-", "").replace("_", "").isalnum()
        assert part.isascii()
