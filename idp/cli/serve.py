"""`mgen-connect serve`: the web process, granian in front of the Flask app.

Header reading is limited in time, connections in number (AV1). No access log: paths hold link
tokens. The private keys are read once before anything listens, so that a bad one stops the start.
"""

import logging
import socket

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from sqlalchemy.orm import Session

from idp import logs
from idp.cli.common import opened, read_settings
from idp.oidc import keys
from idp.settings import Settings

log = logging.getLogger("idp.serve")

APP = "idp.app:create_app"
# what the smaller of both connection pools hands out at once (SQLAlchemy's default, 5 + 10)
THREADS = 15
CONNECTIONS = 128
BACKLOG = 256
HEADER_MS = 10_000
DRAIN_SECONDS = 8  # SIGTERM to exit within 10 (AV10)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Run the web process until SIGTERM; requests in hand are finished first."""
    settings = read_settings()
    settings.check()
    with opened() as database, database.reading() as session:
        _look_at_keys(session, settings)
    logs.configure(settings)
    server = build(_free_address(host, port), port)
    server.on_startup(lambda: log.info("server.listening", extra={"host": host, "port": port}))
    server.serve()


def _look_at_keys(session: Session, settings: Settings) -> None:
    """Each algorithm has a key that is held and safe; NoSigningKeyError, UnsafeKeyFileError."""
    store = keys.KeyStore(settings)
    for alg in keys.ALGORITHMS:
        store.signing(session, alg)
    keys.reseal(session, settings)


def _free_address(host: str, port: int) -> str:
    """The IP address of `host`, where nobody listens yet; OSError otherwise (granian panics)."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    ip = str(address[0])
    with socket.create_server((ip, port), family=family):
        return ip


def build(host: str, port: int, app: str = APP) -> MPServer:
    """The server, not yet listening, for an IP address; `app` names a factory."""
    return MPServer(
        app,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        workers_kill_timeout=DRAIN_SECONDS,
        # its warnings only say that there are more threads than cores: they wait, mostly
        log_level=LogLevels.error,
        log_access=False,
    )
