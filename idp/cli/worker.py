"""`mgen-connect worker`: what is sent and done apart from pages, until SIGTERM or Ctrl-C."""

import signal
import threading

import click

from idp import logs
from idp.accounts import legacy_wrap
from idp.accounts.passwords import Hasher
from idp.cli.common import opened, read_settings
from idp.delivery import worker as delivery
from idp.oidc import backchannel_delivery as sign_outs
from idp.oidc import client_keys_fetch


@click.command()
def worker() -> None:
    """Run the senders until SIGTERM; what they have in hand is finished first."""
    settings = read_settings()
    settings.check()
    logs.configure(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as database:
        others = (
            threading.Thread(target=sign_outs.run, args=(database, settings, stop)),
            threading.Thread(target=client_keys_fetch.run, args=(database, settings, stop)),
            threading.Thread(target=legacy_wrap.run, args=(database, Hasher.of(settings), stop)),
        )
        for thread in others:
            thread.start()
        try:
            delivery.run(database, settings, stop)
        finally:
            stop.set()
            for thread in others:
                thread.join()
