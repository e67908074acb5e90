"""What holds for every test: nothing is skipped in silence. Fixtures live in plugin modules."""

from collections import Counter

import pytest
from hypothesis import settings

# the same examples at every run: a gate must not depend on luck
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.load_profile("gate")

pytest_plugins = ["tests.fixtures", "tests.quick"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once more, and loudly, what was not tested and why; and the timing table of test-all."""
    for report in terminalreporter.stats.get("passed", []):
        for name, lines in report.user_properties:
            if name == "timing":
                terminalreporter.section("does time tell who is known?")
                terminalreporter.write_line("\n".join(lines))
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for report in skipped
    )
    if not reasons:
        return
    terminalreporter.section("NOT TESTED HERE", sep="#", red=True, bold=True)
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:>5}  {reason.removeprefix('Skipped: ')}", red=True)
