"""One JSON object a line on stdout: ASCII, so that nothing typed can forge or colour a line (AU2).

Only named fields leave: never a header, a body, a token or a form value (AU3).
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from idp.settings import Settings

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_MOST_PLACES = 200
# Authlib writes whole tokens at DEBUG (PII7); these libraries stay quiet whatever the level
_QUIET = ("authlib", "joserfc", "urllib3", "sqlalchemy.engine")


class JsonLines(logging.Formatter):
    """Formats a record with its `extra` fields; of an exception, its classes and places."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of ASCII JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        line |= {
            k: v for k, v in vars(record).items() if k not in _OWN | line.keys() and v is not None
        }
        if record.exc_info:
            line["trace"] = _trace(record.exc_info[1])
        return _dumped(line)


def _trace(error: BaseException | None) -> list[str]:
    """The exception and its causes, without their texts: these may quote what was typed (AU3)."""
    told: list[str] = []
    while error is not None and len(told) < _MOST_PLACES:  # an error may be its own cause
        told.append(type(error).__qualname__)
        frames = traceback.extract_tb(error.__traceback__)
        told += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or error.__context__
    return told


def _event(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # its arguments do not fit: say what can be said
        return str(record.msg)


def _dumped(line: dict[str, Any]) -> str:
    try:
        return json.dumps(line, default=_printable, skipkeys=True, allow_nan=False)
    except (ValueError, RecursionError):  # not a number, or a value that holds itself
        return json.dumps({key: _printable(value) for key, value in line.items()})


def _printable(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


def configure(settings: Settings) -> None:
    """Send the `idp` loggers to stdout at the level of the settings; safe to call twice."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger("idp")
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    root.propagate = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
