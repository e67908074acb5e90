"""One running copy and one Chromium for all the stories of a test process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.stories import chromium as programs
from tests.stories import stack as copies
from tests.stories.stack import Stack


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    with programs.launched(driver) as browser:
        yield browser


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with copies.running(tmp_path_factory.mktemp("copy")) as running:
        yield running
