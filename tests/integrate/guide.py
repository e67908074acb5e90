"""The programs of docs/integrate.md: what runs in these tests is what stands there, word for word.

A fenced block whose first line names a file ("```js node/site.mjs") is a program or a command. Only
addresses and the two placeholders of the registration are replaced, as a reader replaces them.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.stories.stack import Stack

GUIDE = Path(__file__).parents[2] / "docs" / "integrate.md"
_BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ISSUER, _SITE = "http://localhost:8000", 4000
_ID, _SECRET = "your-client-id", "your-client-secret"


@cache
def blocks() -> Mapping[str, str]:
    """The text of each named block, by its name."""
    found = _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len({name for _, name, _ in found}) == len(found)
    return {name: text for _, name, text in found}


@dataclass
class Reader:
    """Somebody who follows one section: a folder, a port, and what `client create` has printed."""

    stack: Stack
    folder: Path
    port: int
    registered: dict[str, Any] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """The address of the site that the section makes, without a slash at the end."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the programs are started with: the registration, and the tools of the checkout."""
        given = {
            "CLIENT_ID": self.registered.get("client_id", ""),
            "CLIENT_SECRET": self.registered.get("client_secret", ""),
            "SECRET_KEY": "a-long-random-text-of-your-own",
        }
        tools = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "MGEN_CONNECT_STATE_DIR": str(self.stack.layout.state_dir),
        }
        return {**os.environ, **given, **tools}

    def register(self, name: str) -> None:
        """Run the block that registers the site, and keep what it prints."""
        self.registered = json.loads(self.sh(name))

    def sh(self, name: str) -> str:
        """What a block of commands prints, run in the reader's folder."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.text(name)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def text(self, name: str) -> str:
        """A block with the reader's own addresses and registration."""
        text = blocks()[name].replace(_ISSUER, self.stack.idp)
        text = re.sub(rf"\b{_SITE}\b", str(self.port), text)
        text = text.replace(_ID, self.registered.get("client_id", _ID))
        return text.replace(_SECRET, self.registered.get("client_secret", _SECRET))

    def save(self, *names: str) -> None:
        """Write each block to the file that it names."""
        for name in names:
            (self.folder / Path(name).name).write_text(self.text(name), encoding="utf-8")
