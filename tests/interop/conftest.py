"""One running copy for each test process, and the folder where the programs run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import node
from tests.stories import stack as copies
from tests.stories.stack import Stack

HERE = Path(__file__).parent


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with copies.running(tmp_path_factory.mktemp("copy")) as running:
        yield running


@pytest.fixture(scope="package")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every .mjs of this folder beside its packages."""
    return node.placed(tmp_path_factory.mktemp("programs") / "here", *HERE.glob("*.mjs"))
