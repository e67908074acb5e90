"""The columns of the invitations file, and what each must look like.

What a line says of an employer goes into mails, pages and lists as it is: no formula of a
spreadsheet, no NIR.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from idp.accounts import nir, register_cells
from idp.accounts.nir import BadNirError
from idp.accounts.register_cells import BadCellError, Cells
from idp.accounts.register_findings import Finding, Outcome, Reason
from idp.accounts.register_lines import cells_of
from idp.accounts.spelling import bare, letters

COLUMNS = ("email", "given_name", "family_name", "birth_date", "employer", "contract")
OPTIONAL = ("member_number",)
_LONGEST = 120  # characters of a name, an employer or a contract
_FORMULA = frozenset("=+-@")
_LIKE_A_NIR = re.compile(r"(?=(\d{5}[0-9AB]{2}\d{6}))", re.ASCII)


@dataclass(frozen=True, repr=False)
class Line:
    """One invited person, in canonical form; `member_number` may be empty."""

    line: int
    email: str
    given_name: str
    family_name: str
    birth_date: date
    employer: str
    contract: str
    member_number: str

    def content(self) -> str:
        """All it says, as one text: two spellings of one line give one content."""
        said = (self.email, self.person(), self.employer, self.contract, self.member_number)
        return json.dumps(said)

    def person(self) -> str:
        """Who it is, however the names are spelled."""
        return f"{letters(self.given_name)}|{letters(self.family_name)}|{self.birth_date}"


def read(lines: Iterable[bytes], *, development: bool) -> Iterator[Line | list[Finding]]:
    """Each line below the header, in order: parsed, or everything that is wrong with it.

    Raises BadFileError. `development` lets e-mail addresses of the domain .test through.
    """
    for line in cells_of(lines, COLUMNS, OPTIONAL):
        yield line if isinstance(line, list) else _parse(*line, development)


def _parse(number: int, values: Mapping[str, str], development: bool) -> Line | list[Finding]:
    cells = Cells(values)
    line = Line(
        line=number,
        email=cells.read("email", partial(register_cells.email, development), required=True),
        given_name=cells.read("given_name", _name, required=True),
        family_name=cells.read("family_name", _name, required=True),
        birth_date=cells.read("birth_date", register_cells.birth_date, required=True),
        employer=cells.read("employer", _clear, required=True),
        contract=cells.read("contract", _clear) or "",
        member_number=cells.read("member_number", _number) or "",
    )
    if cells.problems:
        return [Finding(number, Outcome.REFUSED, *problem) for problem in cells.problems]
    return line


def _name(text: str) -> str:
    return register_cells.name(_clear(text))


def _number(text: str) -> str:
    return register_cells.member_number(_clear(text))


def _clear(text: str) -> str:
    """A text that is stored and shown as it is."""
    if len(text) > _LONGEST:
        raise BadCellError(Reason.TOO_LONG)
    if text[0] in _FORMULA:
        raise BadCellError(Reason.FORMULA)
    if any(_is_nir(found) for found in _LIKE_A_NIR.findall(bare(text).upper())):
        raise BadCellError(Reason.HOLDS_A_NIR)
    return text


def _is_nir(text: str) -> bool:
    try:
        nir.parse(text)
    except BadNirError:
        return False
    return True
