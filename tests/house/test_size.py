"""Files of about 100 lines, none above 300; functions short, 95 in 100 under 30 lines."""

from pathlib import Path

from tests.house import tree

LONGEST_FILE = 300
SHORT_FUNCTION, LONGEST_FUNCTION = 30, 45
SHORT_SHARE = 0.95
LISTS = "idp/storage/migrations/versions/"  # a migration is a list of tables, not a thought


def too_long(paths: list[Path]) -> list[str]:
    """`path: lines` for each file above the limit."""
    counted = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in paths)
    return [f"{path}: {lines}" for path, lines in counted if lines > LONGEST_FILE]


def _functions() -> list[tuple[str, int]]:
    return [
        (f"{tree.named(path)}:{name}", lines)
        for path in tree.python_files()
        if not tree.named(path).startswith(LISTS)
        for name, lines in tree.functions(path.read_text(encoding="utf-8"))
    ]


def test_modules_and_templates_are_short() -> None:
    ours = [path for path in tree.files() if path.suffix in {".py", ".html"}]
    assert len(ours) > 50
    assert too_long(ours) == []


def test_no_function_is_long() -> None:
    assert [(name, lines) for name, lines in _functions() if lines > LONGEST_FUNCTION] == []


def test_nearly_all_functions_are_short() -> None:
    everything = _functions()
    longer = [name for name, lines in everything if lines >= SHORT_FUNCTION]
    assert len(longer) <= (1 - SHORT_SHARE) * len(everything), longer


def test_the_measures_measure(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("x = 1\n" * 301)
    assert too_long([path]) == [f"{path}: 301"]
    source = "@decorated\ndef one():\n    def two():\n        pass\n    return two\n"
    assert dict(tree.functions(source)) == {"one": 4, "two": 2}
