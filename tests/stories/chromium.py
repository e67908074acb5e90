"""Chromium for the stories: Debian's, quiet; and what its console complains of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

_PROGRAMS = ("chromium", "chromium-headless-shell", "/usr/lib/chromium/chromium-headless-shell")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
_PATIENCE_MS = 15_000  # a page may be slow on a busy machine; what is wrong stays wrong
_REFUSED = "Failed to load resource: the server responded with a status of 40"
_TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
});"""


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """A running Chromium; where there is none, the tests that need it are skipped."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None:
        pytest.skip("NO CHROMIUM ON THIS MACHINE: no story was lived in a browser")
    expect.set_options(timeout=_PATIENCE_MS)
    browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
    yield browser
    browser.close()


@contextmanager
def quiet(chromium: Browser, *, javascript: bool = True) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing, but of a status that a wrong answer has."""
    with chromium.new_context(java_script_enabled=javascript) as opened:
        complaints = complaints_of(opened)
        yield opened
        assert [each for each in complaints if not each.startswith(_REFUSED)] == []


def complaints_of(context: BrowserContext) -> list[str]:
    """The list that every console error, script error and policy violation will be added to."""
    told: list[str] = []
    context.on("console", lambda message: message.type == "error" and told.append(message.text))
    context.on("weberror", lambda error: told.append(str(error.error)))
    context.add_init_script(_TELL_VIOLATIONS)
    return told
