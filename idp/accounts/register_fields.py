"""The columns of the members file, and what each must look like."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from idp.accounts import legacy, nir, register_cells
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import Address, Civil
from idp.accounts.members import Status
from idp.accounts.nir import LENGTH, BadNirError, Nir
from idp.accounts.phones import BadPhoneError, canonical_phone
from idp.accounts.register_cells import BadCellError, Cells
from idp.accounts.register_findings import Finding, Outcome, Reason
from idp.accounts.spelling import bare

COLUMNS = (
    *("member_number", "nir", "nir_key", "family_name", "birth_name", "given_name", "birth_date"),
    *("email", "mobile", "landline", "address_line", "postal_code", "city"),
    *("contract", "status", "legacy_password_hash"),
)


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


def parse(number: int, values: Mapping[str, str], *, development: bool) -> Line | list[Finding]:
    """The member that a line speaks of, or everything that is wrong with it."""
    fields = Cells(values)
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


def _nir(fields: Cells) -> Nir | None:
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
        raise BadCellError(Reason(f"bad_nir_{error.detail}")) from None


def _civil(fields: Cells) -> Civil:
    return Civil(
        family_name=fields.read("family_name", register_cells.name, required=True),
        birth_name=fields.read("birth_name", register_cells.name) or "",
        given_name=fields.read("given_name", register_cells.name) or "",
        birth_date=fields.read("birth_date", register_cells.birth_date, required=True),
    )


def _channels(fields: Cells, development: bool) -> dict[ChannelKind, str | None]:
    return {
        ChannelKind.CONTACT_EMAIL: fields.read("email", partial(register_cells.email, development)),
        ChannelKind.MOBILE: fields.read("mobile", _phone),
        ChannelKind.LANDLINE: fields.read("landline", _phone),
    }


def _member_number(found: Nir | None, text: str) -> str:
    return _clear(found, register_cells.member_number(text))


def _clear(found: Nir | None, text: str) -> str:
    """A text that is stored as it is: no place for the NIR (PII1)."""
    if found and found.number in bare(text).upper():
        raise BadCellError(Reason.HOLDS_A_NIR)
    return text


def _phone(text: str) -> str:
    try:
        return canonical_phone(text)
    except BadPhoneError:
        raise BadCellError(Reason.BAD_PHONE) from None


def _status(text: str) -> Status:
    try:
        return Status(text.lower())
    except ValueError:
        raise BadCellError(Reason.BAD_STATUS) from None


def _verifier(text: str) -> str:
    if not legacy.is_known(text):
        raise BadCellError(Reason.UNKNOWN_VERIFIER)
    return text
