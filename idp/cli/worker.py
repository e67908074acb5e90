"""`mgen-connect worker`: sends what is queued, messages and sign-outs, until SIGTERM or Ctrl-C."""

import signal
import threading

import click

from idp import logs
from idp.cli.common import opened, read_settings
from idp.delivery import worker as delivery
from idp.oidc import backchannel_delivery as sign_outs


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
        to_sites = threading.Thread(target=sign_outs.run, args=(database, settings, stop))
        to_sites.start()
        try:
            delivery.run(database, settings, stop)
        finally:
            stop.set()
            to_sites.join()
