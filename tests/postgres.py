"""A real PostgreSQL of the tests' own: a fresh cluster on a socket, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, delete, text

from idp.models import Base

_PROGRAMS = Path("/usr/lib/postgresql")
_DISCONNECT_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def programs() -> Path | None:
    """The folder of initdb and postgres, newest version first; None when not installed."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def cluster(bin_dir: Path) -> Iterator[str]:
    """Start a server; the SQLAlchemy address of its first database, `{name}` left to fill in."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        as_user = _unprivileged(home)
        data = home / "data"
        init = [bin_dir / "initdb", "-D", data, "-U", "tests"]
        _run([*as_user, *init, "-A", "trust", "--no-sync", "-E", "UTF8"])
        options = f"-k {home} -h '' -c fsync=off -c full_page_writes=off -c max_connections=200"
        control = [*as_user, bin_dir / "pg_ctl", "-D", data, "-w", "-s", "-l", home / "log"]
        _run([*control, "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://tests@/{{name}}?host={home}&connect_timeout=30"
        finally:
            _run([*control, "-m", "immediate", "stop"])


def copy_of(address: str, template: str, name: str) -> None:
    """Make database `name` as a copy of `template`: milliseconds, no migration."""
    engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()


def empty(address: str) -> None:
    """Delete every row of the members' tables, whoever is still connected: milliseconds."""
    with _emptier(address).begin() as connection:
        connection.exec_driver_sql(_everything())


@lru_cache(maxsize=2)
def _emptier(address: str) -> Engine:
    """It keeps its one connection: what the server learns about the tables is dear to learn."""
    return create_engine(address, pool_size=1, pool_pre_ping=True)


@lru_cache(maxsize=1)
def _everything() -> str:
    # no order of keys; one trip for all the tables
    deletes = [str(delete(table)) for table in Base.metadata.tables.values()]
    alone = [_DISCONNECT_OTHERS, "SET LOCAL session_replication_role = replica"]
    return "; ".join([*alone, *deletes])


def _unprivileged(home: Path) -> list[str]:
    """PostgreSQL refuses root: as root, run it as the user that Debian made for it."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(home, user.pw_uid, user.pw_gid)
    home.chmod(0o755)
    return ["runuser", "-u", "postgres", "--"]


def _run(command: list[object]) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/")
