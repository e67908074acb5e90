"""Telephone numbers: one form (E.164) however they are typed, and which of them may get an SMS.

Any number can be kept as a coordinate. An SMS goes to a metropolitan mobile only (LK9): what is
charged abroad, overseas or to machines is refused before anything is sent. The rule is a short
regular expression on purpose; tables of numbering plans differ from it and change by themselves.
"""

import re

from idp.accounts.spelling import bare
from idp.errors import DomainError

_LONGEST = 40  # characters that are looked at, spaces and all
_FRENCH = re.compile(r"(?:(?:\+|00)?330?|0)?([1-9]\d{8})", re.ASCII)
_FOREIGN = re.compile(r"(?:\+|00)(?!33)([1-9]\d{6,14})", re.ASCII)
_SMS = re.compile(r"\+33(?!639|69[0-7]|700)[67]\d{8}", re.ASCII)
# dialled like a French number, but of a plan of its own: country code by leading digits
_OVERSEAS = {
    **dict.fromkeys(("262", "263", "269", "639", "692", "693"), "262"),
    **dict.fromkeys(("590", "690", "691"), "590"),
    **dict.fromkeys(("594", "694"), "594"),
    **dict.fromkeys(("596", "696", "697"), "596"),
}


class BadPhoneError(DomainError):
    """What was typed is no telephone number."""

    reason = "bad_phone"
    text_key = "forms.phone_invalid"


def canonical_phone(typed: str) -> str:
    """`+33123456789` from 01 23 45 67 89, +33 (0)1 23 …, 0033 1 …, or 1 23 … whose 0 was lost.

    Overseas numbers get their own country code, foreign ones need theirs. Raises BadPhoneError.
    """
    text = bare(typed) if len(typed) <= _LONGEST else ""
    text = re.sub(r"[()/]", "", text.replace("(0)", "", 1))
    if french := _FRENCH.fullmatch(text):
        number = french[1]
        return f"+{_OVERSEAS.get(number[:3], '33')}{number}"
    if foreign := _FOREIGN.fullmatch(text):
        return f"+{foreign[1]}"
    raise BadPhoneError


def takes_sms(phone: str) -> bool:
    """Whether a canonical number is a metropolitan mobile: 06 or 07, reserved blocks apart."""
    return _SMS.fullmatch(phone) is not None
