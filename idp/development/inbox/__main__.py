"""`python -m idp.development.inbox --port N --smtp-port M --state DIR`."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from werkzeug.serving import make_server

from idp.development.inbox.smtp import controller
from idp.development.inbox.store import Store
from idp.development.inbox.web import create_app
from idp.development.layout import HOST


def main() -> None:
    """Serve both ends until a signal asks to stop."""
    options = _options()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else it chooses INFO
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    store = Store(options.state / "inbox.sqlite3")
    mail = controller(store, HOST, options.smtp_port)
    mail.start()
    try:
        make_server(HOST, options.port, create_app(store), threaded=True).serve_forever()
    finally:
        mail.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="inbox")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
