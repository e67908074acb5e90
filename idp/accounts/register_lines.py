"""Reading the members file, and others like it: UTF-8 CSV, the header checked by name.

Each physical line stands for itself: a quote left open spoils its own line and none after it, so
a field holds no line break. Nothing of a line gets into an error.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from idp.accounts.register_fields import COLUMNS, Line, parse
from idp.accounts.register_findings import Finding, Outcome, Reason

LONGEST = 16 * 1024  # bytes of a line
WHOLE_LINE = "line"  # the field of a finding that is about no single field


class BadFileError(ValueError):
    """Not the file it should be: nothing of it was read. The text names only our columns."""


class _BadLineError(ValueError):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def physical_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of `stream`; one above LONGEST comes cut, so that it is seen and costs nothing."""
    while line := stream.readline(LONGEST + 1):
        rest = line
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST + 1)
        yield line


def read(lines: Iterable[bytes], *, development: bool) -> Iterator[Line | list[Finding]]:
    """Each line of a members file below the header, in order: parsed, or why not.

    Raises BadFileError. `development` lets e-mail addresses of the domain .test through.
    """
    for line in cells_of(lines, COLUMNS):
        yield line if isinstance(line, list) else parse(*line, development=development)


def cells_of(
    lines: Iterable[bytes], columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]] | list[Finding]]:
    """Each line below the header: its number and its cells by column, or why it cannot be read.

    Empty lines are passed over; an optional column that is not there is empty. BadFileError.
    """
    numbered = enumerate(lines, start=1)
    names = _header(next(numbered, (0, b""))[1], columns, optional)
    absent = dict.fromkeys(optional, "")
    for number, raw in numbered:
        if not raw.strip():
            continue
        try:
            values = _values(raw)
            if len(values) != len(names):
                raise _BadLineError(Reason.FIELD_COUNT)
        except _BadLineError as error:
            yield [Finding(number, Outcome.REFUSED, WHOLE_LINE, error.reason)]
        else:
            yield number, absent | dict(zip(names, values, strict=True))


def _header(raw: bytes, columns: Sequence[str], optional: Sequence[str]) -> list[str]:
    """The columns in the file's order. A first line that is no header may be somebody's data."""
    try:
        names = [name.strip().lower() for name in _values(raw.removeprefix(b"\xef\xbb\xbf"))]
    except _BadLineError as error:
        raise BadFileError("The first line is not a line of UTF-8 CSV.") from error
    missing = [name for name in columns if name not in names]
    if missing:
        raise BadFileError(f"The header lacks: {', '.join(missing)}.")
    if len(names) > len(set(names)) or not set(names) <= {*columns, *optional}:
        raise BadFileError("The header has a column that is unknown or named twice.")
    return names


def _values(raw: bytes) -> list[str]:
    if len(raw) > LONGEST:
        raise _BadLineError(Reason.TOO_LONG)
    try:
        return next(csv.reader([raw.decode("utf-8")], strict=True), [])
    except UnicodeDecodeError:
        raise _BadLineError(Reason.NOT_UTF8) from None
    except csv.Error:
        raise _BadLineError(Reason.NOT_CSV) from None
