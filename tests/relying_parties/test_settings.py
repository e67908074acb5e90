"""What a deployment may say, and what is refused with a sentence."""

from pathlib import Path

import pytest

from relying_parties.common.settings import SettingsError, from_environ


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "ISSUER": "http://localhost:8000",
        "CLIENT_ID": "espace-personnel",
        "CLIENT_SECRET": "a-made-up-client-secret",
        "DATABASE": str(tmp_path / "deep" / "site.sqlite3"),
    }


def test_the_least_that_is_needed(environ: dict[str, str]) -> None:
    settings = from_environ(environ, 8001)

    assert settings.base_url == "http://localhost:8001"
    assert settings.url("/auth/callback") == "http://localhost:8001/auth/callback"
    assert settings.cookie_name("forum", "session") == "forum_8001_session"


@pytest.mark.parametrize("name", ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "DATABASE"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_is_named(environ: dict[str, str], name: str, value: str | None) -> None:
    environ.pop(name)
    if value is not None:
        environ[name] = value

    with pytest.raises(SettingsError, match=f"{name} is missing"):
        from_environ(environ, 8001)


@pytest.mark.parametrize("name", ["ISSUER", "BASE_URL"])
@pytest.mark.parametrize(
    "address",
    [
        "http://connect.example",
        "ftp://connect.example",
        "//connect.example",
        "connect.example",
        "https://user@connect.example",
        "https://connect.example?x=1",
        "https://connect.example#x",
        "https://connect.example;x",
        "https://connect.example:port",
        "https://[::1",
        "https://",
        "http://localhost.evil.test",
    ],
)
def test_an_address_that_is_no_safe_place_is_refused(
    environ: dict[str, str], name: str, address: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environ(environ | {name: address}, 8001)


def test_a_path_belongs_to_an_issuer_and_not_to_a_site(environ: dict[str, str]) -> None:
    address = "https://connect.example/mgen/"

    assert from_environ(environ | {"ISSUER": address}, 8001).issuer == address
    with pytest.raises(SettingsError, match="no path"):
        from_environ(environ | {"BASE_URL": address}, 8001)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8001/", "http://[::1]:8001"])
def test_loopback_needs_no_https(environ: dict[str, str], address: str) -> None:
    settings = from_environ(environ | {"BASE_URL": address}, 9)

    assert settings.base_url == address.rstrip("/")
    assert settings.cookie_name("forum", "session") == "forum_8001_session"


def test_a_key_is_made_once_and_kept_for_the_owner(environ: dict[str, str]) -> None:
    first, second = from_environ(environ, 8001), from_environ(environ, 8001)

    kept = Path(environ["DATABASE"] + ".key")
    assert first.secret_key == second.secret_key == kept.read_text()
    assert len(first.secret_key) == 64
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_is_refused(environ: dict[str, str]) -> None:
    from_environ(environ, 8001)
    Path(environ["DATABASE"] + ".key").chmod(0o644)

    with pytest.raises(SettingsError, match="chmod 600"):
        from_environ(environ, 8001)


def test_a_given_key_is_used_and_nothing_is_kept(environ: dict[str, str]) -> None:
    key = "k" * 32

    assert from_environ(environ | {"SECRET_KEY": key}, 8001).secret_key == key
    assert not Path(environ["DATABASE"] + ".key").exists()


def test_a_short_key_is_refused_and_not_quoted(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY") as refusal:
        from_environ(environ | {"SECRET_KEY": "short-and-secret"}, 8001)

    assert "short-and-secret" not in str(refusal.value)


def test_secrets_are_not_printed(environ: dict[str, str]) -> None:
    settings = from_environ(environ, 8001)

    assert settings.client_secret not in repr(settings)
    assert settings.secret_key not in repr(settings)
