"""The native application of docs/integrate.md, with a browser that a test drives."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.integrate.guide import Reader
from tests.interop.visitor import Visitor

pytestmark = pytest.mark.slow
_SECONDS = 30
_PAUSE = 0.05
# what the system would call a browser: it leaves the address where the test finds it
_BROWSER = '#!/bin/sh\nprintf %s "$1" > address.new && mv address.new address\n'


def _address(folder: Path, process: "subprocess.Popen[str]") -> str:
    pause, deadline = threading.Event(), time.monotonic() + _SECONDS
    while not (folder / "address").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        pause.wait(_PAUSE)
    return (folder / "address").read_text()


def test_native(reader: Reader) -> None:
    """RFC 8252 §7.3: the loopback's port is chosen when the application starts."""
    reader.register("native/create")
    reader.save("native/app.py")
    browser = reader.folder / "browser"
    browser.write_text(_BROWSER)
    browser.chmod(0o700)
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=reader.folder,
        env={**reader.environment, "BROWSER": str(browser)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        visitor = Visitor(reader.stack)
        callback = visitor.visit(_address(reader.folder, process))
        assert "close this window" in visitor.web.get(callback, timeout=_SECONDS).text
        said, errors = process.communicate(timeout=_SECONDS)
    finally:
        process.kill()
        process.communicate()
    assert said == f"Hello {visitor.email}\n", errors
