"""The process of a member site: `python -m relying_parties.<site> --host 127.0.0.1 --port N`."""

import argparse
import ctypes
import logging
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from relying_parties.common.database import Database
from relying_parties.common.settings import Settings, SettingsError, from_environ

_SECRETS = ("CLIENT_SECRET", "SECRET_KEY")
# one thread a request: some wait for the issuer, whose time is bounded in oidc.py
_THREADS = 16
_DRAIN_SECONDS = 8
_PR_SET_PDEATHSIG = 1  # prctl(2)
_ANNOUNCE_TRIES, _ANNOUNCE_PAUSE = 500, 0.02  # ten seconds in all


def main(
    title: str, create: Callable[[Settings], Flask], argv: Sequence[str] | None = None
) -> None:
    """Serve the site until SIGTERM or SIGINT. Exits 2 with a sentence for settings of no use."""
    parser = _parser(title)
    options = parser.parse_args(argv)
    try:
        settings = from_environ(os.environ, options.port)
        Database(settings.database)
        _require_free(options.host, options.port)
    except (SettingsError, OSError, sqlite3.Error) as error:
        parser.error(str(error))
    for name in _SECRETS:  # the server copies the environment into every request
        os.environ.pop(name, None)
    server = Granian(
        target=create.__module__,
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        blocking_threads=_THREADS,
        workers_kill_timeout=_DRAIN_SECONDS,
        respawn_failed_workers=True,
        log_enabled=False,
    )
    line = f"{title} : {settings.base_url}"
    loader = partial(_load, create, settings, (options.host, options.port), line)
    server.serve(target_loader=loader, wrap_loader=False)


def _require_free(host: str, port: int) -> None:
    """Raise OSError for a port in use: the server would share it (SO_REUSEPORT)."""
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _load(
    create: Callable[[Settings], Flask], settings: Settings, address: tuple[str, int], line: str
) -> Flask:
    """Runs in the worker process. No access log: addresses of /auth/callback hold codes."""
    _end_with_parent()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create(settings)
    threading.Thread(target=_announce, args=(address, line), daemon=True).start()
    return app


def _end_with_parent() -> None:
    """A worker whose parent was killed would hold the port for ever: Linux then stops it too."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died in between
        sys.exit(1)


def _announce(address: tuple[str, int], line: str) -> None:
    """Print `line` once the port answers: whoever started the site may wait for it."""
    for _ in range(_ANNOUNCE_TRIES):
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(_ANNOUNCE_PAUSE)
        else:
            click.echo(line)
            return


def _parser(title: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=title, description="Serve a member site; its settings are environment variables."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    return parser
