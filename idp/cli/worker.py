"""`mgen-connect worker`: sends what the outbox holds, until SIGTERM or Ctrl-C."""

import signal
import threading

import click

from idp import logs
from idp.cli.common import opened, read_settings
from idp.delivery import worker as delivery


@click.command()
def worker() -> None:
    """Run the message sender until SIGTERM; the message in hand is finished first."""
    settings = read_settings()
    settings.check()
    logs.configure(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as database:
        delivery.run(database, settings, stop)
