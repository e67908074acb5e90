"""What is packaged, what is ignored, and which settings a deployment is shown."""

import configparser
import re
from dataclasses import fields
from fnmatch import fnmatch
from pathlib import Path

from idp.settings import PREFIX, Settings
from tests.house import tree
from tests.house.tree import ROOT


def _setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def _is_packaged(path: Path, patterns: dict[str, list[str]]) -> bool:
    package = next(parent for parent in path.parents if (parent / "__init__.py").exists())
    inside = str(path.relative_to(package))
    name = tree.named(package).replace("/", ".")
    wanted = [*patterns.get("*", []), *patterns.get(name, [])]
    return any(fnmatch(inside, pattern.replace("**/", "")) for pattern in wanted)


def test_every_template_and_asset_is_packaged() -> None:
    section = _setup()["options.package_data"]
    patterns = {package: lines.split() for package, lines in section.items()}
    rooms = [ROOT / "idp", ROOT / "relying_parties"]
    data = [
        path
        for room in rooms
        for path in room.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]
    assert len(data) > 20
    assert [tree.named(path) for path in data if not _is_packaged(path, patterns)] == []


def test_every_module_is_in_a_package_or_listed() -> None:
    outside = {
        tree.named(path.parent)
        for path in tree.python_files("idp", "relying_parties")
        if not (path.parent / "__init__.py").exists()
    }
    assert outside <= {"idp/storage/migrations/versions"}, "setuptools would leave these out"


def test_secrets_and_state_are_ignored_by_git() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split("\n")
    assert {"/.venv/", "/var/", "/var-*/", "/.env", "/keys/*", "!/keys/README.md"} <= set(ignored)


def test_the_example_shows_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(rf'^#{PREFIX}(\w+)="?(.*?)"?$', text, flags=re.MULTILINE))
    defaults = Settings()
    values = {item.metadata["env"]: getattr(defaults, item.name) for item in fields(Settings)}
    written = {True: "yes", False: "no"}
    expected = {
        name: "" if value in ("", (), None) else str(value)
        for name, value in values.items()
        if not isinstance(value, bool)
    }
    expected |= {k: written[value] for k, value in values.items() if isinstance(value, bool)}
    assert shown == expected


def test_no_line_of_the_example_is_in_force() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []
