"""RFC 6454 §6.2: the origin of a registered address, as browsers write it."""

import pytest

from idp.oidc.cors_origins import origin_of


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://app.exemple.fr/retour?x=1", "https://app.exemple.fr"),
        ("https://app.exemple.fr:443/", "https://app.exemple.fr"),
        ("https://app.exemple.fr:8443/", "https://app.exemple.fr:8443"),
        ("http://[::1]:8005/", "http://[::1]:8005"),
        ("http://localhost:80/", "http://localhost"),
        ("fr.exemple.app:/retour", None),
        ("fr.exemple.app://retour", None),
    ],
)
def test_an_origin_is_written_as_a_browser_writes_it(uri: str, origin: str | None) -> None:
    assert origin_of(uri) == origin
