"""A WSGI app for test_serve.py: /slow answers once somebody has written to the pipe FIFO."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def create_app() -> Callable[..., Iterable[bytes]]:
    """The app; named as a factory, as the product's own is."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        slow = environ["PATH_INFO"] == "/slow"
        body = Path(os.environ["FIFO"]).read_bytes() if slow else b"quick"
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return app
