"""What no file of ours may hold: paths of one machine, work left for later, private keys."""

import re

import pytest

from tests.house import tree

RULES = {
    "a path of one machine": re.compile(
        r"(?<![\w.~$}/-])/(?:home|root|Users|tmp|work|workspace|builds?|mnt)/[\w.-]|[A-Z]:\\\\?Users"
    ),
    "work left for later": re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" r" KEY-----"),
    "a conflict of a merge": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
    "a registry's host": re.compile(r"pythonhosted" r"\.org|npmjs" r"\.(?:org|com)"),
}


def broken_rules(text: str) -> list[str]:
    """`rule: what was found` for each rule that the text breaks."""
    hits = ((rule, pattern.search(text)) for rule, pattern in RULES.items())
    return [f"{rule}: {hit.group()}" for rule, hit in hits if hit]


def test_no_file_holds_what_none_may() -> None:
    found = {
        tree.named(path): broken_rules(path.read_text(encoding="utf-8"))
        for path in tree.files()
        if path.name != "test_text.py"
    }
    assert len(found) > 100
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    "text",
    [
        "cd /home/somebody/project",
        "see '/root/x'",
        "# TODO later",
        "-----BEGIN RSA PRIVATE KEY-----",
        "<<<<<<< ours",
        "https://files.pythonhosted.org/x",
    ],
)
def test_the_rules_see_what_they_forbid(text: str) -> None:
    assert broken_rules(text)


@pytest.mark.parametrize("text", ["https://x.test/home/page", "var/lib", "$ROOT/work/x", "todos"])
def test_the_rules_see_nothing_else(text: str) -> None:
    assert broken_rules(text) == []
