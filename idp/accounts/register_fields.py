"""The columns of the members file, and what each must look like."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from idp import clock
from idp.accounts import legacy, nir
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import Address, Civil
from idp.accounts.identifiers import BadEmailError, canonical_email
from idp.accounts.members import Status
from idp.accounts.nir import LENGTH, BadNirError, Nir
from idp.accounts.phones import BadPhoneError, canonical_phone
from idp.accounts.register_findings import Finding, Outcome, Reason
from idp.accounts.spelling import bare, letters

COLUMNS = (
    *("member_number", "nir", "nir_key", "family_name", "birth_name", "given_name", "birth_date"),
    *("email", "mobile", "landline", "address_line", "postal_code", "city"),
    *("contract", "status", "legacy_password_hash"),
)
_LONGEST = 512
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,31}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EARLIEST = date(1880, 1, 1)


@dataclass(frozen=True, repr=False)
class Line:
    """One member, in canonical form; `line` is the number of the line in the file."""

    line: int
    member_number: str
    nir: Nir | None
    civil: Civil
    channels: Mapping[ChannelKind, str | None]
    address: Address
    contract: str
    status: Status
    verifier: str

    def content(self) -> str:
        """All it says, as one text: two spellings of one line give one content."""
        civil, address = self.civil, self.address
        return json.dumps(
            [
                *(self.member_number, self.nir and self.nir.number, self.contract),
                *(civil.family_name, civil.birth_name, civil.given_name, str(civil.birth_date)),
                *(address.line, address.postal_code, address.city),
                *(self.channels[kind] for kind in ChannelKind),
                *(self.status.value, self.verifier),
            ]
        )


class _BadFieldError(ValueError):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class _Fields:
    """The fields of one line; what is wrong with them is collected, not raised."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[tuple[str, Reason]] = []

    def given(self, field: str) -> bool:
        """Whether the line says anything there."""
        return bool(self._values[field].strip())

    def read(self, field: str, parser: Callable[[str], Any], *, required: bool = False) -> Any:
        """What `parser` makes of the field, without surplus spaces; None if empty or wrong."""
        text = " ".join(self._values[field].split())
        try:
            if not text:
                return _absent() if required else None
            if len(text) > _LONGEST:
                raise _BadFieldError(Reason.TOO_LONG)
            if not text.isprintable():
                raise _BadFieldError(Reason.UNPRINTABLE)
            return parser(text)
        except _BadFieldError as error:
            self.problems.append((field, error.reason))
        return None


def parse(number: int, values: Mapping[str, str], *, development: bool) -> Line | list[Finding]:
    """The member that a line speaks of, or everything that is wrong with it."""
    fields = _Fields(values)
    found = _nir(fields)
    line = Line(
        line=number,
        member_number=fields.read("member_number", partial(_member_number, found), required=True),
        nir=found,
        civil=_civil(fields),
        channels=_channels(fields, development),
        address=Address(
            line=fields.read("address_line", str) or "",
            postal_code=fields.read("postal_code", str) or "",
            city=fields.read("city", str) or "",
        ),
        contract=fields.read("contract", partial(_clear, found)) or "",
        status=fields.read("status", _status) or Status.ACTIVE,
        verifier=fields.read("legacy_password_hash", _verifier) or "",
    )
    if fields.problems:
        return [Finding(number, Outcome.REFUSED, *problem) for problem in fields.problems]
    return line


def _nir(fields: _Fields) -> Nir | None:
    """None where there is no NIR; else its key is there too, behind it or in its own column."""
    found = fields.read("nir", _nir_and_key)
    found_nir, has_key = found or (None, False)
    key = fields.read("nir_key", bare, required=found_nir is not None and not has_key)
    if key and found_nir and key.zfill(2) != found_nir.key:  # a spreadsheet loses the first 0
        fields.problems.append(("nir_key", Reason.BAD_NIR_KEY))
    if key and not fields.given("nir"):
        fields.problems.append(("nir_key", Reason.KEY_WITHOUT_NIR))
    return found_nir


def _nir_and_key(text: str) -> tuple[Nir, bool]:
    try:
        return nir.parse(text), len(bare(text)) > LENGTH
    except BadNirError as error:
        raise _BadFieldError(Reason(f"bad_nir_{error.detail}")) from None


def _civil(fields: _Fields) -> Civil:
    return Civil(
        family_name=fields.read("family_name", _name, required=True),
        birth_name=fields.read("birth_name", _name) or "",
        given_name=fields.read("given_name", _name) or "",
        birth_date=fields.read("birth_date", _birth_date, required=True),
    )


def _channels(fields: _Fields, development: bool) -> dict[ChannelKind, str | None]:
    return {
        ChannelKind.CONTACT_EMAIL: fields.read("email", partial(_email, development)),
        ChannelKind.MOBILE: fields.read("mobile", _phone),
        ChannelKind.LANDLINE: fields.read("landline", _phone),
    }


def _absent() -> None:
    raise _BadFieldError(Reason.MISSING)


def _member_number(found: Nir | None, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise _BadFieldError(Reason.BAD_MEMBER_NUMBER)
    return _clear(found, text)


def _clear(found: Nir | None, text: str) -> str:
    """A text that is stored as it is: no place for the NIR (PII1)."""
    if found and found.number in bare(text).upper():
        raise _BadFieldError(Reason.HOLDS_A_NIR)
    return text


def _name(text: str) -> str:
    if not letters(text):
        raise _BadFieldError(Reason.BAD_NAME)
    return text


def _birth_date(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day <= clock.now().date():
        raise _BadFieldError(Reason.BAD_DATE)
    return day


def _email(development: bool, text: str) -> str:
    try:
        return canonical_email(text, development=development)
    except BadEmailError:
        raise _BadFieldError(Reason.BAD_EMAIL) from None


def _phone(text: str) -> str:
    try:
        return canonical_phone(text)
    except BadPhoneError:
        raise _BadFieldError(Reason.BAD_PHONE) from None


def _status(text: str) -> Status:
    try:
        return Status(text.lower())
    except ValueError:
        raise _BadFieldError(Reason.BAD_STATUS) from None


def _verifier(text: str) -> str:
    if not legacy.is_known(text):
        raise _BadFieldError(Reason.UNKNOWN_VERIFIER)
    return text
