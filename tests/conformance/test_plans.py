"""Every module of every plan is one test and one line of docs/conformance.md; and no other is."""

import ast
from pathlib import Path

import pytest

from tests.conformance import plans
from tests.conformance.plans import PLANS, Plan

HERE = Path(__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
HEAD = ["| module | test in tests/conformance | state |", "| --- | --- | --- |"]


def places() -> dict[str, str]:
    """The file of each test of a module, by its name; a name is there once."""
    found: dict[str, str] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            if node.name.startswith(("test_oidcc_", "test_fapi2_")):
                assert node.name not in found, node.name
                found[node.name] = path.name
    return found


def test_every_module_has_one_test_of_its_name_and_no_test_is_of_no_module() -> None:
    wanted = [plans.test_of(module) for plan in PLANS for module in plan.modules]
    assert len(set(wanted)) == len(wanted)
    assert set(places()) == set(wanted)


def test_the_plans_are_as_long_as_those_of_the_suite() -> None:
    assert [len(plan.modules) for plan in PLANS] == [38, 1, 11, 2, 56]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.names[0].partition(" ")[0])
def test_the_page_says_what_the_plans_say(plan: Plan) -> None:
    """Compared as a whole: to mend it, paste the lines that are missing."""
    expected = [*HEAD, *plans.rows(plan, places())]
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    [section] = [part for part in sections if all(f"`{name}`" in part for name in plan.names)]
    assert [line for line in section.splitlines() if line.startswith("|")] == expected


def test_the_page_has_no_table_of_another_plan() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(HEAD[0]) == len(PLANS)
