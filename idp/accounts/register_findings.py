"""What an import tells of a line: its number, the field, the reason. Never what the line holds."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of the line."""

    REFUSED = "refused"
    NOTICED = "noticed"


class Reason(StrEnum):
    """Why; a new one is a new line here."""

    # the line cannot be read
    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    NOT_CSV = "not_csv"
    FIELD_COUNT = "field_count"
    # a field cannot be read
    MISSING = "missing"
    UNPRINTABLE = "unprintable"
    BAD_MEMBER_NUMBER = "bad_member_number"
    HOLDS_A_NIR = "holds_a_nir"
    BAD_NIR_LENGTH = "bad_nir_length"
    BAD_NIR_FORM = "bad_nir_form"
    BAD_NIR_KEY = "bad_nir_key"
    KEY_WITHOUT_NIR = "key_without_nir"
    BAD_NAME = "bad_name"
    BAD_DATE = "bad_date"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    BAD_STATUS = "bad_status"
    UNKNOWN_VERIFIER = "unknown_verifier"
    FORMULA = "formula"
    # the line says other than what is known
    MEMBER_NUMBER_TWICE = "member_number_twice"
    NIR_OF_ANOTHER_MEMBER = "nir_of_another_member"
    # an invitation
    MEMBER_CLOSED = "member_closed"
    PERSON_DIFFERS = "person_differs"
    INVITED_OTHERWISE = "invited_otherwise"
    # applied; somebody should know
    PROVISIONAL = "provisional"
    BORN_ABROAD = "born_abroad"
    NIR_CHANGED = "nir_changed"
    NIR_MOVED = "nir_moved"
    NIR_KEPT = "nir_kept"
    NO_SMS = "no_sms"
    CHANNEL_KEPT = "channel_kept"
    NUMBER_GIVEN = "number_given"
    HAS_IDENTITY = "has_identity"
    HAS_LEGACY = "has_legacy_access"


@dataclass(frozen=True)
class Finding:
    """One remark about one line of the file, counted from 1, the header included."""

    line: int
    outcome: Outcome
    field: str
    reason: Reason
