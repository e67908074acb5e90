"""Where one development copy lives: its ports and its folders. Two layouts never share any."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from idp.development.sites import SITES, MemberSite
from idp.settings import PREFIX

HOST = "127.0.0.1"
_HIGHEST_OFFSET = 26
_SITES_HOSTS = ("localhost", "127.0.0.1")


class CannotStartError(Exception):
    """The run cannot begin; the text tells a developer why and what to change."""


@dataclass(frozen=True)
class Layout:
    """PORT_BASE, STATE_DIR and KEYS_DIR, and every address that follows from them.

    SITES_HOST is how browsers name the member sites: under 127.0.0.1 they are of another site than
    the issuer on localhost (RFC 6265bis §5.2), as they are in production.
    """

    base: int
    state_dir: Path
    keys_dir: Path
    sites_host: str = _SITES_HOSTS[0]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Layout":
        """Read the unprefixed names first, then MGEN_CONNECT_*; CannotStartError if unusable."""

        def folder(name: str, default: str) -> Path:
            return Path(environ.get(name) or environ.get(PREFIX + name) or default).resolve()

        return cls(
            base=_port_base(environ.get("PORT_BASE") or "8000"),
            state_dir=folder("STATE_DIR", "var"),
            keys_dir=folder("KEYS_DIR", "keys"),
            sites_host=_sites_host(environ.get("SITES_HOST") or _SITES_HOSTS[0]),
        )

    @property
    def idp_port(self) -> int:
        return self.base

    def site_port(self, site: MemberSite) -> int:
        """Where a member site listens."""
        return self.base + site.offset

    def site_url(self, site: MemberSite) -> str:
        """The public address of a member site, without a slash at the end."""
        return f"http://{self.sites_host}:{self.site_port(site)}"

    @property
    def inbox_port(self) -> int:
        return self.base + 25

    @property
    def smtp_port(self) -> int:
        return self.base + _HIGHEST_OFFSET

    @property
    def ports(self) -> dict[str, int]:
        """What listens where."""
        return {
            "identity provider": self.idp_port,
            **{site.name: self.site_port(site) for site in SITES},
            "inbox": self.inbox_port,
            "inbox SMTP": self.smtp_port,
        }

    def settings(self) -> dict[str, str]:
        """The settings of the identity provider that follow from the layout, by full name."""
        values = {
            "ISSUER": f"http://localhost:{self.idp_port}",
            "ENVIRONMENT": "development",
            "STATE_DIR": str(self.state_dir),
            "KEYS_DIR": str(self.keys_dir),
            "SMTP_URL": f"smtp://{HOST}:{self.smtp_port}",
            "SMS_URL": f"kannel://{HOST}:{self.inbox_port}",
        }
        return {PREFIX + name: value for name, value in values.items()}

    def check_ports(self) -> None:
        """CannotStartError that names each port which somebody else already listens on."""
        busy = [f"{port} ({what})" for what, port in self.ports.items() if _is_busy(port)]
        if busy:
            raise CannotStartError(
                f"Already in use: port {', '.join(busy)}.\n"
                "Stop what listens there, or choose other ports: make run PORT_BASE=9000"
            )


def _port_base(raw: str) -> int:
    highest = 65535 - _HIGHEST_OFFSET
    if not raw.isdecimal() or not 1024 <= int(raw) <= highest:
        raise CannotStartError(f"PORT_BASE={raw} is not a number from 1024 to {highest}.")
    return int(raw)


def _sites_host(raw: str) -> str:
    if raw not in _SITES_HOSTS:
        raise CannotStartError(f"SITES_HOST={raw} is neither of: {', '.join(_SITES_HOSTS)}.")
    return raw


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        # as servers do: a port that merely waits out old connections is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
