"""Finds whoever reads a clock of their own: dates, times and the database's now()."""

import ast
from collections.abc import Iterator

_ATTRIBUTES = {
    "datetime": {"now", "utcnow", "today", "utcfromtimestamp"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
    "func": {"now", "current_timestamp", "current_date", "localtime", "localtimestamp"},
}
_IMPORTS = {"time": _ATTRIBUTES["time"]}


def own_clocks(source: str) -> list[str]:
    """`line: expression` of each reading of the time. time.monotonic() dates nothing: allowed."""
    return [f"{node.lineno}: {ast.unparse(node)}" for node in _readings(ast.parse(source))]


def _readings(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if node.attr in _ATTRIBUTES.get(name, ()):
                yield node
        elif isinstance(node, ast.ImportFrom):
            forbidden = _IMPORTS.get(node.module or "", set())
            if any(alias.name in forbidden for alias in node.names):
                yield node
        elif isinstance(node, ast.Import) and any(
            alias.asname and alias.name in {"time", "datetime"} for alias in node.names
        ):
            yield node  # under another name the rule would not see it
