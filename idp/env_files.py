"""Private NAME=value files, which a shell can source as well; what a developer keeps in them."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from idp.settings import PREFIX


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, over `.env`, over what `make run` left in STATE_DIR: in development only.

    So `mgen-connect` speaks of the copy that runs here without anything to source.
    """
    full = {**read(Path(".env")), **environ}
    if full.get(f"{PREFIX}ENVIRONMENT", "development") != "development":
        return dict(environ)
    state_dir = Path(full.get(f"{PREFIX}STATE_DIR", "var"))
    return {**read(state_dir / "idp.env"), **full}


def private_dir(path: Path) -> Path:
    """The folder, made 0700 if it was not there; one that exists keeps its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def read(path: Path) -> dict[str, str]:
    """Name to value; empty when there is no such file."""
    return parse(path.read_text(encoding="utf-8")) if path.exists() else {}


def parse(text: str) -> dict[str, str]:
    """Name to value; shell quotes are undone, comments and lines without `=` passed over."""
    lines = (line.strip() for line in text.split("\n"))
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): " ".join(shlex.split(value)) for name, _, value in pairs}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file as a whole, mode 0600: a crash leaves the old one or the new one."""
    body = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    # mkstemp behind it creates with 0600 from the first instant
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as draft:
        try:
            draft.write(body)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
