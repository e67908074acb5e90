"""The lock files: every version pinned and hashed, nothing that says where it came from."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house import tree
from tests.house.tree import ROOT

LOCKS = ("run", "all")
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def _text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")


def _entries(lock: str) -> list[str]:
    bare = re.sub(r"^\s*#.*\n", "", _text(lock), flags=re.MULTILINE)
    return re.split(r"(?<!\\)\n(?=\S)", bare.strip())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    entries = _entries(lock)
    assert len(entries) > 20
    assert [entry for entry in entries if not _PIN.match(entry) or not _HASH.search(entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_says_where_it_came_from(lock: str) -> None:
    for trace in ("://", " @ ", "--index", "--extra-index", "--find-links", "--trusted-host"):
        assert trace not in _text(lock)


def test_both_locks_hold_the_same_versions() -> None:
    small, whole = (dict(_PIN.findall(_text(lock))) for lock in LOCKS)
    assert small.items() < whole.items()


def test_a_run_needs_no_test_tool() -> None:
    names = dict(_PIN.findall(_text("run")))
    assert {"flask", "authlib", "aiosmtpd", "granian"} <= set(names)
    assert not {"pytest", "ruff", "mypy", "playwright"} & set(names)


def _imported(paths: list[Path]) -> set[str]:
    """Top-level names of all absolute imports."""

    def names(path: Path) -> Iterator[str]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield (node.module or "").partition(".")[0]

    return {name for path in paths for name in names(path)}


def _not_locked(paths: list[Path], lock: str) -> set[str]:
    pinned = set(dict(_PIN.findall(_text(lock))))
    owners = packages_distributions()
    foreign = _imported(paths) - sys.stdlib_module_names - {"idp", "relying_parties", "tests"}
    return {
        name
        for name in foreign
        if not pinned & {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners.get(name, ())}
    }


def test_whatever_is_imported_is_locked() -> None:
    assert _not_locked(tree.python_files("idp", "relying_parties"), "run") == set()
    assert _not_locked(tree.python_files("tests"), "all") == set()


def test_an_import_that_is_not_locked_is_seen() -> None:
    assert "pytest" in _not_locked(tree.python_files("tests"), "run")
