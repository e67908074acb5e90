"""What `make run` runs, in starting order, and what it tells the developer about it."""

import sys
from collections.abc import Mapping
from pathlib import Path

from idp.development.layout import HOST, Layout
from idp.development.processes import Program
from idp.development.sites import SITES, MemberSite
from idp.settings import PREFIX


def programs(
    layout: Layout,
    environ: Mapping[str, str],
    values: Mapping[str, str],
    credentials: Mapping[str, Mapping[str, str]],
) -> tuple[Program, ...]:
    """`values` are the settings of the idp, `credentials` those of each site, by package."""
    # the sites and the inbox see no secret of the identity provider, nor of one another
    plain = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}
    issuer = {"ISSUER": values[f"{PREFIX}ISSUER"]}
    return (
        _inbox(layout, plain),
        *_idp(layout, {**plain, **values}),
        *(_site(layout, site, {**plain, **credentials[site.package], **issuer}) for site in SITES),
    )


def _inbox(layout: Layout, environ: dict[str, str]) -> Program:
    ports = ("--port", str(layout.inbox_port), "--smtp-port", str(layout.smtp_port))
    arguments = ("idp.development.inbox", *ports, "--state", str(layout.state_dir))
    return Program("inbox", arguments, environ, layout.inbox_port)


def _idp(layout: Layout, environ: dict[str, str]) -> tuple[Program, Program]:
    serve = ("idp.cli", "serve", "--host", HOST, "--port", str(layout.idp_port))
    return (
        Program("identity provider", serve, environ, layout.idp_port, "/health/ready"),
        Program("worker", ("idp.cli", "worker"), environ),
    )


def _site(layout: Layout, site: MemberSite, environ: dict[str, str]) -> Program:
    port = layout.site_port(site)
    arguments = (f"relying_parties.{site.package}", "--host", HOST, "--port", str(port))
    environ = {
        **environ,
        "DATABASE": str(layout.state_dir / f"{site.package}.sqlite3"),
        "BASE_URL": layout.site_url(site),
        "SECRET_KEY": "",  # each makes its own and keeps it beside its database
    }
    return Program(site.name, arguments, environ, port)


def welcome(layout: Layout, demo: Mapping[str, str]) -> str:
    """The table that a developer reads once everything answers."""
    command = Path(sys.executable).with_name("mgen-connect")
    rows = (
        ("identity provider", f"http://localhost:{layout.idp_port}"),
        *((site.name, layout.site_url(site)) for site in SITES),
        ("inbox", f"http://localhost:{layout.inbox_port}  (SMTP {HOST}:{layout.smtp_port})"),
        ("", ""),
        ("demo sign-in", demo["EMAIL"]),
        ("password", demo["PASSWORD"]),
        ("demo NIR sign-in", demo["OLD_NIRS"]),
        ("old password", demo["OLD_PASSWORD"]),
        ("demo members", demo["MEMBERS"]),
        ("", ""),
        ("logs", str(layout.state_dir / "log")),
        ("commands", f"{PREFIX}STATE_DIR={layout.state_dir} {command} --help"),
    )
    table = "\n".join(f"  {name:<18} {value}".rstrip() for name, value in rows)
    return f"\nMGEN Connect is running, Ctrl-C stops it.\n\n{table}\n"
