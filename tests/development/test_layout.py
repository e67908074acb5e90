"""PORT_BASE, STATE_DIR and KEYS_DIR: two copies side by side share nothing."""

import socket
from pathlib import Path

import pytest

from idp.development.layout import CannotStartError, Layout
from idp.development.sites import SITES
from idp.settings import Settings
from tests.development.support import free_base


def test_defaults_are_the_addresses_of_the_documentation() -> None:
    layout = Layout.from_env({})
    assert layout.ports == {
        "identity provider": 8000,
        "Espace personnel": 8001,
        "MGEN Avantage": 8002,
        "Forum": 8003,
        "inbox": 8025,
        "inbox SMTP": 8026,
    }
    assert layout.state_dir == Path("var").resolve()
    assert layout.keys_dir == Path("keys").resolve()


def test_everything_moves_with_port_base_and_folders(tmp_path: Path) -> None:
    state, keys = tmp_path / "state", tmp_path / "keys"
    environ = {"PORT_BASE": "9100", "STATE_DIR": str(state), "KEYS_DIR": str(keys)}
    settings = Settings.from_env(Layout.from_env(environ).settings())
    assert settings.issuer == "http://localhost:9100"
    assert settings.smtp_url == "smtp://127.0.0.1:9126"
    assert settings.sms_url == "kannel://127.0.0.1:9125"
    assert (settings.state_dir, settings.keys_dir) == (state, keys)
    assert settings.development


def test_unprefixed_folder_wins_over_the_prefixed_one() -> None:
    environ = {"STATE_DIR": "/srv/a", "MGEN_CONNECT_STATE_DIR": "/srv/b"}
    assert Layout.from_env(environ).state_dir == Path("/srv/a")
    assert Layout.from_env({"MGEN_CONNECT_STATE_DIR": "/srv/b"}).state_dir == Path("/srv/b")


@pytest.mark.parametrize("raw", ["80", "65510", "eight", "-1", "8000.5", " 8000"])
def test_a_port_base_that_cannot_be_is_refused(raw: str) -> None:
    with pytest.raises(CannotStartError, match="PORT_BASE"):
        Layout.from_env({"PORT_BASE": raw})


@pytest.mark.parametrize("raw", ["example.org", "192.0.2.1", "LOCALHOST", " "])
def test_the_sites_are_on_this_machine_only(raw: str) -> None:
    with pytest.raises(CannotStartError, match="SITES_HOST"):
        Layout.from_env({"SITES_HOST": raw})


def test_the_sites_may_be_of_another_site_than_the_issuer() -> None:
    layout = Layout.from_env({"SITES_HOST": "127.0.0.1"})
    assert [layout.site_url(site) for site in SITES] == [
        "http://127.0.0.1:8001",
        "http://127.0.0.1:8002",
        "http://127.0.0.1:8003",
    ]
    assert Settings.from_env(layout.settings()).issuer == "http://localhost:8000"


def test_no_two_sites_share_anything() -> None:
    assert len({site.package for site in SITES}) == len({site.name for site in SITES}) == 3
    assert len(set(Layout.from_env({}).ports.values())) == 6


def test_a_busy_port_is_named_with_what_wanted_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        layout = Layout(port - 1, Path("var"), Path("keys"))
        with pytest.raises(CannotStartError, match=rf"{port} \(Espace personnel\)"):
            layout.check_ports()


def test_free_ports_are_no_reason_to_refuse() -> None:
    Layout(free_base(), Path("var"), Path("keys")).check_ports()
