"""No clock but the one of each package: what dates, expires or counts can be stopped in tests."""

import pytest

from tests.house import tree
from tests.house.clock_rule import own_clocks

CLOCKS = {"idp/clock.py", "relying_parties/common/clock.py"}


def test_only_the_clock_modules_read_the_time() -> None:
    found = {
        tree.named(path): own_clocks(path.read_text(encoding="utf-8"))
        for path in tree.python_files("idp", "relying_parties")
    }
    assert set(found) >= CLOCKS
    assert {name: hits for name, hits in found.items() if hits and name not in CLOCKS} == {}
    assert all(found[name] for name in CLOCKS), "the rule sees no clock where there is one"


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "import time\nstamp = time.time_ns",
        "from time import time",
        "import time as t",
        "from sqlalchemy import func\nfunc.now()",
    ],
)
def test_the_rule_sees_a_clock(source: str) -> None:
    assert own_clocks(source)


@pytest.mark.parametrize(
    "source",
    [
        "from idp import clock\nclock.now()",
        "import time\ntime.monotonic()",
        "from datetime import datetime\ndatetime.fromtimestamp(0, UTC)",
    ],
)
def test_the_rule_sees_nothing_else(source: str) -> None:
    assert own_clocks(source) == []
