"""Log lines: one JSON object each, that nothing typed can forge, colour or stop (AU2, AU3)."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idp import logs
from idp.logs import JsonLines
from tests.fixtures import settings_for

FORGED = '{"level": "INFO", "event": "member:session:signed_in"}'
HOSTILE = [
    f"claire\n{FORGED}",
    f"claire\r\n{FORGED}",
    f"claire\r{FORGED}",
    f"claire\x0b{FORGED}\x0c",
    f"claire\x1c\x1d\x1e{FORGED}",
    f"claire\x85{FORGED}",
    f"claire\u2028{FORGED}\u2029",
    "\x1b[2J\x1b[31mrouge\x1b[0m",
    "\x9b31m",
    "\x07\x08\x7f\x00",
    '", "level": "ERROR", "x": "',
    "\\u000a",
    "\u202etxet",
    "\ud800",
    "🦊",
]


def _record(event: str = "e", /, *args: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("idp.test").makeRecord(
        "idp.test", logging.INFO, "file.py", 1, event, args, None, extra=extra
    )


def _line(record: logging.LogRecord) -> dict[str, Any]:
    """The one line that a record becomes, read again."""
    written = JsonLines().format(record)
    assert written.isascii()
    assert written.isprintable()
    assert len(written.splitlines()) == 1
    read: dict[str, Any] = json.loads(written)
    return read


class _Mute:
    def __str__(self) -> str:
        raise RuntimeError("no words")


class _Looped(dict[str, object]):
    def __init__(self) -> None:
        self["self"] = self


def _nested(depth: int) -> list[object]:
    found: list[object] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("typed", HOSTILE)
def test_au2_nothing_typed_makes_a_second_line_or_colours_one(typed: str) -> None:
    line = _line(_record(typed, agent=typed, **{"k" + typed: 1}))
    assert line["event"] == line["agent"] == typed
    assert line["level"] == "INFO"


def test_what_every_line_says() -> None:
    line = _line(_record("member:session:%s", "signed_in", identity="i", client=None))
    at = line.pop("at")
    assert at.endswith("+00:00")
    assert len(at) == len("2026-11-21T09:00:00.000+00:00")
    assert line == {
        "level": "INFO",
        "logger": "idp.test",
        "event": "member:session:signed_in",
        "identity": "i",
    }


@pytest.mark.parametrize("name", ["at", "level", "logger", "event"])
def test_au2_a_field_cannot_pass_for_what_the_line_says_itself(name: str) -> None:
    plain = _line(_record("e", seen=1))
    forged = _line(_record("e", seen=1, **{name: "forged"}))
    assert "forged" not in forged.values()
    assert set(forged) == set(plain)


@pytest.mark.parametrize(
    "odd",
    [
        b"bytes",
        {1, 2},
        {("a", "b"): 1},
        object(),
        float("nan"),
        float("inf"),
        _Mute(),
        {"in": _Mute()},
        _Looped(),
        _nested(100_000),
        ValueError("v"),
        Path("x"),
        10**400,
    ],
    ids=lambda odd: type(odd).__name__,
)
def test_no_odd_value_stops_a_line(odd: object) -> None:
    line = _line(_record("e", odd=odd, sound="kept"))
    assert line["event"] == "e"
    assert line["sound"] == "kept"


@pytest.mark.parametrize(("event", "args"), [("%s %s", ("one",)), ("%d", ("x",)), ("%z", ("x",))])
def test_arguments_that_do_not_fit_stop_no_line(event: str, args: tuple[str, ...]) -> None:
    assert _line(_record(event, *args))["event"] == event


def _caught(error: BaseException, cause: BaseException | None = None) -> logging.LogRecord:
    record = _record("page.failed")
    try:
        raise error from cause
    except type(error):
        record.exc_info = sys.exc_info()
    return record


def test_au3_a_trace_says_what_failed_and_where_not_what_was_typed() -> None:
    record = _caught(ValueError("CANARY 1"), KeyError(f"CANARY 2\n{FORGED}"))
    line = _line(record)
    assert [place for place in line["trace"] if "Error" in place] == ["ValueError", "KeyError"]
    assert any(place.endswith(" _caught") for place in line["trace"])
    assert "CANARY" not in JsonLines().format(record)


def test_an_error_that_is_its_own_cause_is_told_to_an_end() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    record = _record("page.failed")
    record.exc_info = (ValueError, one, None)
    assert len(_line(record)["trace"]) == logs._MOST_PLACES


@pytest.fixture
def configured(tmp_path: Path) -> Iterator[Path]:
    """The loggers as they were, once the test is over."""
    names = ["idp", *logs._QUIET]
    kept = {
        name: (logger.handlers[:], logger.level, logger.propagate)
        for name in names
        for logger in [logging.getLogger(name)]
    }
    yield tmp_path
    for name, (handlers, level, propagate) in kept.items():
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_pii7_the_libraries_stay_quiet_even_at_debug(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(settings_for(configured, log_level="DEBUG"))
    logging.getLogger("idp.flows").debug("ours")
    for name in ("authlib.oauth2", "joserfc", "urllib3", "sqlalchemy.engine.Engine"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        logging.getLogger(name).debug("Issue token CANARY")
    out = capsys.readouterr()
    assert [json.loads(line)["event"] for line in out.out.splitlines()] == ["ours"]
    assert "CANARY" not in out.out + out.err


def test_configuring_twice_writes_once_and_only_from_the_level_on(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        logs.configure(settings_for(configured, log_level="WARNING"))
    logging.getLogger("idp.pages").info("not this")
    logging.getLogger("idp.pages").warning("this")
    assert [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()] == ["this"]
