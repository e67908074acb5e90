"""Telephone numbers: one form however they are typed; SMS to metropolitan mobiles only (LK9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.phones import BadPhoneError, canonical_phone, takes_sms

# typed: canonical
NORMALISED = {
    "0123456789": "+33123456789",
    "01 23 45 67 89": "+33123456789",
    "01.23.45.67.89": "+33123456789",
    "01-23-45-67-89": "+33123456789",
    "01/23/45/67/89": "+33123456789",
    "01\u00a023\u202f45 67 89": "+33123456789",
    "０１２３４５６７８９": "+33123456789",
    "+33123456789": "+33123456789",
    "+33 1 23 45 67 89": "+33123456789",
    "+33 (0)1 23 45 67 89": "+33123456789",
    "+33 01 23 45 67 89": "+33123456789",
    "＋33 1 23 45 67 89": "+33123456789",
    "0033123456789": "+33123456789",
    "0033 (0) 1 23 45 67 89": "+33123456789",
    "33 1 23 45 67 89": "+33123456789",
    "(01) 23 45 67 89": "+33123456789",
    "(0)1 23 45 67 89": "+33123456789",
    "123456789": "+33123456789",
    "600000001": "+33600000001",
    "07 50 00 00 01": "+33750000001",
    "0899000000": "+33899000000",
    "0690000001": "+590690000001",
    "0691000001": "+590691000001",
    "0694000001": "+594694000001",
    "0696000001": "+596696000001",
    "0697000001": "+596697000001",
    "0692000001": "+262692000001",
    "0639000001": "+262639000001",
    "0262000001": "+262262000001",
    "0590000001": "+590590000001",
    "+590 690 00 00 01": "+590690000001",
    "+32 2 000 00 00": "+3220000000",
    "+32 (0)2 000 00 00": "+3220000000",
    "0032 2 000 00 00": "+3220000000",
    "+882 16 00 00 00 01": "+8821600000001",
}
REFUSED = [
    "",
    " ",
    "+",
    "0",
    "15",
    "112",
    "3646",
    "012345678",
    "01234567890",
    "000000000000",
    "+33 (0)6 12 AB 56 78",
    "+33 (0)6 00 00 00 0O",
    "+33 6 00 00 00 0",
    "+33 6 00 00 00 001",
    "+33",
    "+3312345678",
    "0033 12 34 56 78",
    "06 00 00 00 01 poste 2",
    "06 00 00 00 01, 01 23 45 67 89",
    "tel:+33600000001",
    "+0600000001",
    "++33600000001",
    "06000000\u0661\u0661",
    "0" * 40,
    "6" * 40,
    "+33600000001" + " " * 40,
    "+1234567890123456",
]
SMS = ["0600000001", "0638999999", "0640000001", "0689999999", "0698000001", "0699999999"]
SMS += ["0701000001", "0750000001", "0799999999", "+33 (0)6 00 00 00 01", "600000001"]
NO_SMS = ["0639000001", "0690000001", "0691123456", "0692000001", "0693000001", "0694000001"]
NO_SMS += ["0695000001", "0696000001", "0697999999", "0700000001", "0123456789", "0500000001"]
NO_SMS += ["0800000001", "0899000000", "+33 8 99 00 00 00", "0990000001", "+33639000001"]
NO_SMS += ["+33690000001", "+33700000001", "+590690000001", "+262692000001", "+262639000001"]
NO_SMS += ["+88216000000", "+32470000001", "+336000000011", "+3360000000"]


@pytest.mark.parametrize(("typed", "canonical"), NORMALISED.items())
def test_however_it_is_typed(typed: str, canonical: str) -> None:
    assert canonical_phone(typed) == canonical
    assert canonical_phone(canonical) == canonical


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BadPhoneError) as refused:
        canonical_phone(typed)
    assert str(refused.value) == "bad_phone"


@pytest.mark.parametrize("typed", SMS)
def test_lk9_metropolitan_mobiles_get_sms(typed: str) -> None:
    assert takes_sms(canonical_phone(typed))


@pytest.mark.parametrize("typed", NO_SMS)
def test_lk9_nothing_else_does(typed: str) -> None:
    try:
        canonical = canonical_phone(typed)
    except BadPhoneError:
        canonical = typed
    assert not takes_sms(canonical)
    assert not takes_sms(typed)


@given(st.text("0123456789+() ./-abcO６\u00a0", max_size=45))
def test_a_number_is_canonical_or_refused(typed: str) -> None:
    try:
        canonical = canonical_phone(typed)
    except BadPhoneError:
        return
    assert canonical_phone(canonical) == canonical
    assert canonical[0] == "+"
    assert canonical[1:].isascii()
    assert canonical[1:].isdigit()
    assert 8 <= len(canonical) <= 16


@given(st.integers(0, 99_999_999), st.sampled_from("67"))
def test_lk9_the_rule_by_blocks(rest: int, lead: str) -> None:
    national = f"0{lead}{rest:08}"
    reserved = national[:4] in {"0639", "0700"} or "0690" <= national[:4] <= "0697"
    assert takes_sms(canonical_phone(national)) is not reserved
