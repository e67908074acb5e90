"""One running copy, and a reader of the guide with an empty folder and a free port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.development.support import free_base
from tests.integrate.guide import Reader
from tests.stories import stack as copies
from tests.stories.stack import Stack


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with copies.running(tmp_path_factory.mktemp("copy")) as running:
        yield running


@pytest.fixture
def reader(stack: Stack, tmp_path: Path) -> Reader:
    return Reader(stack, tmp_path, free_base())
