"""`mgen-connect worker` as it runs: what is due is done within a moment, and SIGTERM ends it."""

import os
import signal
import subprocess
import sys

from sqlalchemy import insert

from idp import clock
from idp.models import LogoutNotice
from idp.oidc import clients, keys, logout_notices
from idp.settings import Settings
from idp.storage.engine import Database
from tests.cli.conftest import KEYS, Command
from tests.oidc.listener import Listener, listening

DEADLINE = 20


def queue(settings: Settings, machine: Listener, published: Listener) -> None:
    """A site that listens, one ended session that it is to be told of, and keys to be fetched."""
    database = Database.open(settings)
    keys.ensure_signing_key(database, settings)
    site = {
        "client_name": "Site",
        "redirect_uris": ["http://localhost:8001/cb"],
        "backchannel_logout_uri": machine.address,
    }
    with database.writing() as session:
        client = clients.create(session, site).client
        now = clock.now()
        notice = {"client_id": client.id, "sid": "s", "created_at": now, "next_attempt_at": now}
        until = now + logout_notices.LIFE
        session.execute(insert(LogoutNotice).values(**notice, attempts=0, expires_at=until))
        by_key = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": published.address}
        clients.create(session, {**site, **by_key, "client_name": "Site à clés"})
    database.close()


def test_sign_outs_leave_and_keys_come_by_the_worker(command: Command) -> None:
    environ = {**os.environ, **command.environ}
    with listening() as machine, listening() as published:
        queue(Settings.from_env({**command.environ, **KEYS}), machine, published)
        process = subprocess.Popen(
            [sys.executable, "-m", "idp.cli", "worker"],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert machine.arrived.wait(DEADLINE)
            assert published.arrived.wait(DEADLINE)
            process.send_signal(signal.SIGTERM)
            assert process.wait(DEADLINE) == 0
        finally:
            process.kill()
            process.wait()
    assert len(machine.tokens) == 1
