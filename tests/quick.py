"""What one test would work out again after another is kept: compiled pages, routes, SQL, keys.

Each test has an app, an engine and keys of its own. The same source compiles to the same code
and the same bytes are the same key, so a process works that out once; whatever an app is told,
holds or remembers stays its own. A new SQLAlchemy compiles by its own cache keys, as ever.
"""

import gc
from collections.abc import Callable, Generator, Iterable, Iterator
from types import CodeType
from typing import Any, ClassVar

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, make_url
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

from idp.oidc import key_files
from idp.storage import engine
from tests import spare_keys

SPARE = spare_keys.SpareKeys()
# half a minute of a browser, of servers or of walks in one file; `make test` keeps this order
LONGEST = (
    "tests/templates/test_in_chromium.py",
    "tests/flows/test_ways_machine.py",
    "tests/flows/test_states_machine.py",
    "tests/development/test_run.py",
    "tests/stories/",
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is collected lives to the end: the garbage collector need not walk it each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that two processes end together."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def kept() -> Iterator[None]:
    """For all apps of this process; servers and commands that a test starts know nothing of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Templates()})
        patch.setattr(Flask, "url_rule_class", Route)
        patch.setattr(engine, "create_engine", Engines().create)
        patch.setattr(key_files, "load_pem_private_key", spare_keys.load)
        patch.setattr(key_files, "new_rsa", SPARE.take)
        yield


@pytest.fixture(autouse=True)
def same_keys() -> Iterator[None]:
    """Each test makes the same keys in the same order."""
    with SPARE.of_a_test():
        yield


class Templates(BytecodeCache):
    """Code of templates, by name, file, source, and what the environment decides of it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives what is kept."""
        bucket.code = self._kept.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        assert bucket.code is not None
        self._kept[self._key(bucket)] = bucket.code

    @staticmethod
    def _key(bucket: Bucket) -> tuple[object, ...]:
        made = bucket.environment
        how = made.trim_blocks, made.lstrip_blocks, made.autoescape is False
        return bucket.key, bucket.checksum, *how


class Route(Rule):
    """What reads and builds an address depends on nothing but the text of the rule."""

    _kept: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}
    _read: ClassVar[dict[str, tuple[list[RulePart], list[tuple[bool, str]]]]] = {}

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        if "<" in rule:
            return super()._parse_rule(rule)
        if rule not in self._read:
            known = len(self._trace)
            parts = list(super()._parse_rule(rule))
            self._read[rule] = parts, self._trace[known:]
            return parts
        parts, trace = self._read[rule]
        self._trace.extend(trace)
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (self.rule, *self._trace, append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


class Engines:
    """Engines of one kind of database share the dialect and, by it, the statements it compiled."""

    def __init__(self) -> None:
        self._first: dict[str, Engine] = {}

    def create(self, *args: Any, **options: Any) -> Engine:
        """As SQLAlchemy does; the first that has met its database teaches those after it."""
        options = {"query_cache_size": 5000, **options}
        name = make_url(args[0]).get_backend_name()
        first = self._first.get(name)
        if first is None or first.dialect.server_version_info is None:
            self._first[name] = first = create_engine(*args, **options)
            return first
        made = create_engine(*args, **options, _initialize=False)
        made.dialect = made.pool._dialect = first.dialect
        made._compiled_cache = first._compiled_cache
        return made
