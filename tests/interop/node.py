"""Node.js with the packages of package-lock.json, and programs that talk with a test by lines.

A program reads what it is given from GIVEN (JSON), prints {"visit": address} where a browser is
needed and reads from stdin where that browser was sent in the end, and prints {"done": result}.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[1] / ".interop_cache"
_OLDEST = 20  # the libraries want WebCrypto as a global
_SECONDS = 60
_NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
_PATIENCE = ["--fetch-retries=1", "--fetch-timeout=30000"]


@cache
def packages() -> Path:
    """The node_modules folder with what package-lock.json pins; skips, loudly, without it."""
    if shutil.which("npm") is None or _version() < _OLDEST:
        pytest.skip(f"NO npm, OR NO NODE.JS FROM {_OLDEST} ON: no JavaScript client was tested")
    locked = (_HERE / "package-lock.json").read_bytes() + (_HERE / "package.json").read_bytes()
    folder = _CACHE / hashlib.sha256(locked).hexdigest()[:16]
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes take turns
        if not (folder / "complete").exists():
            _install(folder)
    return folder / "node_modules"


def _version() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


def _install(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    made = subprocess.run(
        ["npm", *_NPM, *_PATIENCE], cwd=folder, capture_output=True, text=True, check=False
    )
    if made.returncode:
        if "EINTEGRITY" in made.stderr:  # not what was pinned: no reason to pass over it
            raise AssertionError(made.stderr)
        pytest.skip("npm ci COULD NOT FETCH THE PACKAGES: no JavaScript client was tested")
    (folder / "complete").touch()


def placed(folder: Path, *programs: Path) -> Path:
    """A folder that holds copies of these programs beside the packages that they import."""
    folder.mkdir(exist_ok=True)
    (folder / "node_modules").symlink_to(packages())
    for program in programs:
        shutil.copy(program, folder)
    return folder


def run(program: Path, given: Mapping[str, Any], visit: Callable[[str], Any]) -> dict[str, Any]:
    """What the program has done; `visit` is the browser. AssertionError with its stderr."""
    process = subprocess.Popen(
        ["node", program],
        env={**os.environ, "GIVEN": json.dumps(given)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    limit = threading.Timer(_SECONDS, process.kill)
    limit.start()
    try:
        result = _conversation(process, visit)
        errors = process.communicate()[1]
    finally:
        limit.cancel()
        process.kill()
        process.communicate()
    assert result is not None, errors or f"it did not end within {_SECONDS} seconds"
    return result


def _conversation(
    process: "subprocess.Popen[str]", visit: Callable[[str], Any]
) -> dict[str, Any] | None:
    assert process.stdin is not None
    assert process.stdout is not None
    for line in process.stdout:
        said: dict[str, Any] = json.loads(line)
        if "done" in said:
            done: dict[str, Any] = said["done"]
            return done
        process.stdin.write(json.dumps(visit(said["visit"])) + "\n")
        process.stdin.flush()
    return None
