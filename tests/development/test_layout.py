"""PORT_BASE, STATE_DIR and KEYS_DIR: two copies side by side share nothing."""

import socket
from pathlib import Path

import pytest

from idp.development.layout import CannotStartError, Layout
from idp.settings import Settings
from tests.development.support import free_ports


def test_defaults_are_the_addresses_of_the_documentation() -> None:
    layout = Layout.from_env({})
    assert layout.ports == {
        "identity provider": 8000,
        "espace personnel": 8001,
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


def test_a_busy_port_is_named_with_what_wanted_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        layout = Layout(port - 1, Path("var"), Path("keys"))
        with pytest.raises(CannotStartError, match=rf"{port} \(espace personnel\)"):
            layout.check_ports()


def test_free_ports_are_no_reason_to_refuse() -> None:
    (port,) = free_ports(1)
    Layout(min(port, 65500), Path("var"), Path("keys")).check_ports()
