"""docs/integrate.md as a document: a test runs every program in it, every link leads somewhere."""

import re
from pathlib import Path

import click

from idp.cli.client import client
from tests.integrate.guide import GUIDE, blocks

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?$", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PROSE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _document() -> str:
    return GUIDE.read_text(encoding="utf-8")


def test_every_program_is_run_by_a_test() -> None:
    tests = [path for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)]
    run = "".join(path.read_text(encoding="utf-8") for path in tests)
    assert len(blocks()) > 12
    assert [name for name in blocks() if f'"{name}"' not in run] == []


def test_what_is_not_run_is_how_to_reach_the_sandbox() -> None:
    unnamed = [language for language, name in _FENCE.findall(_document()) if not name]
    assert unnamed == ["sh"]


def test_every_link_inside_leads_to_a_heading() -> None:
    prose = _PROSE.sub("", _document())
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(prose)
    }
    links = re.findall(r"\]\(#([^)]+)\)", prose)
    assert len(links) > 7
    assert [link for link in links if link not in headings] == []


def test_every_command_and_option_is_the_command_lines() -> None:
    spans = re.findall(r"`([^`\n]*)`", _PROSE.sub("", _document()))
    ours = [span for span in spans if re.match(r"(mgen-connect )?client |--", span)]
    ours += [text for name, text in blocks().items() if name.endswith("/create")]
    options = {name for command in client.commands.values() for name in _options(command)}
    verbs = {verb for span in ours for verb in re.findall(r"\bclient ([a-z-]+)", span)}
    assert len(verbs) > 6
    assert verbs <= set(client.commands)
    assert {option for span in ours for option in re.findall(r"--[a-z-]+", span)} <= options


def _options(command: click.Command) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
