"""The rule for choosing a password, row by row (A3, PW3, PW4, PW5)."""

import unicodedata
from typing import Any

import pytest

from idp.accounts import passwords
from idp.accounts.passwords import WeakPasswordError, acceptable_length, check_strength

ABOUT_ME = ["marion.delcourt@exemple.fr", "Le chat Pistache"]
LONG, WEAK = "forms.password_long", "forms.password_weak"
PERSONAL, COMMON = "forms.password_personal", "forms.password_common"
CANDIDATES = [
    ("Lampe!42Zèbre", None),
    ("Un-Cheval*7-Bleu", None),
    ("le potager derrière la gare", None),
    ("🦊 renard sous la pluie d'avril", None),
    ("correct horse battery staple", None),
    ("Tx9#kQ2!", None),
    ("lampe!42zèbre", WEAK),
    ("LAMPE!42ZÈBRE", WEAK),
    ("Lampe!Zèbre", WEAK),
    ("Lampe42Zèbre", WEAK),
    ("Tx9#kQ2", WEAK),
    ("", LONG),
    ("Password1!", COMMON),
    ("Azerty123!", COMMON),
    ("Qwerty!1", COMMON),
    ("aaaaaaaaaaaaaaaaaaaaaaaa", COMMON),
    ("123456789012345678901234", COMMON),
    ("Pistache1!", COMMON),
    ("Delcourt1!", COMMON),
    ("Je-suis-MGEN-2026!", PERSONAL),
    ("vive la ｍｇｅｎ et ses membres", PERSONAL),
    ("Marion.Delcourt-7!", PERSONAL),
    ("ici marion.delcourt habite encore", PERSONAL),
]


def _refusal(password: str, typed: list[str] = ABOUT_ME) -> str | None:
    try:
        check_strength(password, typed)
    except WeakPasswordError as weak:
        return weak.text_key
    return None


def test_pw5_there_are_at_least_twenty_candidates() -> None:
    assert len(CANDIDATES) >= 20


@pytest.mark.parametrize(("password", "expected"), CANDIDATES)
def test_pw5_each_candidate_is_judged_as_decided(password: str, expected: str | None) -> None:
    assert _refusal(password) == expected


@pytest.mark.parametrize("password", ["Pistache1!", "Delcourt1!", "Marion.Delcourt-7!"])
def test_pw5_only_what_this_person_typed_is_held_against_it(password: str) -> None:
    assert _refusal(password, ["somebody@exemple.fr"]) is None


def test_a_very_short_local_part_forbids_nothing() -> None:
    assert _refusal("Lampe!42Zèbre", ["la@exemple.fr"]) is None
    assert _refusal("Lampe!42Zèbre", []) is None


@pytest.mark.parametrize(
    ("length", "expected"), [(7, WEAK), (8, None), (64, None), (128, None), (129, LONG)]
)
def test_pw3_lengths(length: int, expected: str | None) -> None:
    assert _refusal(("Tx9#kQ2!vB7&mZ4?" * 9)[:length]) == expected


@pytest.mark.parametrize(("password", "fine"), [("🦊" * 128, True), ("🦊" * 129, False)])
def test_pw3_at_most_1024_bytes_and_128_characters(password: str, *, fine: bool) -> None:
    assert acceptable_length(password) is fine


def test_pw3_the_bound_in_bytes_holds_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MAX_CHARACTERS", 10_000)
    assert acceptable_length("🦊" * 256)
    assert not acceptable_length("🦊" * 256 + "a")
    assert _refusal("🦊" * 256 + "a") == LONG


def test_pw3_what_is_too_long_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("an over-long password was worked on")

    monkeypatch.setattr(passwords, "zxcvbn", never)
    assert _refusal("x" * 1_000_000) == LONG


def test_pw3_the_least_length_is_a_setting() -> None:
    with pytest.raises(WeakPasswordError):
        check_strength("Tx9#kQ2!", [], minimum=9)
    check_strength("le potager derrière la gare", [], minimum=64)


@pytest.mark.parametrize(("length", "expected"), [(19, WEAK), (20, None)])
def test_pw4_a_passphrase_needs_no_classes_from_20_characters(
    length: int, expected: str | None
) -> None:
    assert _refusal("potager sous la neige"[:length]) == expected


def test_pw4_what_is_judged_is_the_normal_form() -> None:
    composed = "Lampe!42Zèbre"
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert _refusal(unicodedata.normalize(form, composed)) is None  # type: ignore[arg-type]
    assert _refusal("Ｐａｓｓｗｏｒｄ１！") == COMMON


def test_pw5_nobody_is_judged_by_what_somebody_else_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """zxcvbn keeps the typed words in a dictionary of its module: two at once would mix them."""

    def judge(*_args: object, **_more: object) -> dict[str, Any]:
        assert not passwords._judge.acquire(blocking=False)
        return {"score": 4}

    monkeypatch.setattr(passwords, "zxcvbn", judge)
    assert _refusal("Lampe!42Zèbre") is None
    assert passwords._judge.acquire(blocking=False)
    passwords._judge.release()
