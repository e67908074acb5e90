"""The files of the checkout that are ours, found without git so that an archive can be checked."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ROOMS = ("idp", "relying_parties", "tests", "docs", "requirements", "deploy", "keys", ".ci")
_LEFT_BY_TOOLS = {"__pycache__", ".hypothesis"}
_TEXT = {
    *(".py", ".html", ".css", ".js", ".svg", ".mako", ".cfg", ".toml", ".txt", ".md", ".json"),
    *(".xml", ".yaml", ".yml", ".sh", ".conf", ".service", ".timer", ".csv", ""),
}
_NOT_OURS = {".env", ".coverage", ".git"}


@lru_cache
def files() -> tuple[Path, ...]:
    """Every text file that is or would be committed."""
    loose = (path for path in ROOT.iterdir() if path.is_file() and path.name not in _NOT_OURS)
    inside = (path for room in _ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    return tuple(
        path
        for path in sorted([*loose, *inside])
        if path.suffix in _TEXT and not _LEFT_BY_TOOLS & set(path.parts)
    )


def named(path: Path) -> str:
    """The path as a developer would type it."""
    return str(path.relative_to(ROOT))


def python_files(*rooms: str) -> list[Path]:
    """The Python modules of these top folders; of all when none is named."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and (not rooms or path.relative_to(ROOT).parts[0] in rooms)
    ]


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function, its decorators apart."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
