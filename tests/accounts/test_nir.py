"""The NIR: one canonical form however it is typed, and a form that never shows (PII2, PII3)."""

import logging
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from idp.accounts import nir as nirs
from idp.accounts.nir import BadNirError, Nir, parse
from idp.logs import JsonLines
from idp.storage.engine import Database
from idp.storage.keyring import Keyring
from tests.fixtures import settings_for

# keys worked out apart: A and B count as 0, less one or two million (the other published rule)
KEYS = {
    "1850575999001": "50",
    "2850575999001": "97",
    "185052A999001": "10",
    "185052B999001": "37",
    "1850599999001": "81",
    "7850575999001": "41",
    "8850575999001": "88",
}
GOOD = [
    *KEYS,
    "1850175999001",
    "1851275999001",
    "1852075999001",
    "1854275999001",
    "1855075999001",
    "1859975999001",
    "1850501999001",
    "1850520999001",
    "1850595999001",
    "1850597999001",
    "1000175001001",
]
SPELLINGS = [
    "1850575999001",
    " 1 85 05 75 999 001 ",
    "1\u00a085\u00a005\u00a075\u00a0999\u00a0001",
    "1\u202f85\u202f05\u202f75\u202f999\u202f001",
    "1.85.05.75.999.001",
    "1-85-05-75-999-001",
    "1\u201185\u201105\u201375\u2014999\u2010001",
    "１８５０５７５９９９００１",
    "１\u3000８５\u3000０５\u3000７５\u3000９９９\u3000００１",
    "１．８５．０５．７５．９９９．００１",
    "\t1850575\r\n999001\u200b",
    "\ufeff1850575999001",
    "185057599900150",
    "1 85 05 75 999 001 50",
    "1.85.05.75.999.001-50",
]
REFUSED = {
    "length": [
        "",
        " ",
        "185057599900",
        "18505759990012",
        "1850575999001250",
        "1" * 64,
        " " * 60 + "1850575999001",
        "1" * 1_000_000,
    ],
    "form": [
        "0850575999001",
        "3850575999001",
        "5850575999001",
        "9850575999001",
        "1850075999001",
        "1851375999001",
        "1851975999001",
        "1854375999001",
        "1854975999001",
        "1850500999001",
        "185052C999001",
        "185053A999001",
        "185A575999001",
        "1850575000001",
        "1850575999000",
        "185057599900O",
        "A850575999001",
        "185052À999001",
        "١٨٥٠٥٧٥٩٩٩٠٠١",
        "1850575/99901",
        "+850575999001",
    ],
    "key": ["185057599900149", "185057599900100", "1850575999001 98", "1850575999001４9"],
}


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Thirteen characters of a right form, in a commune that is no commune."""
    months = [*range(1, 13), *range(20, 43), *range(50, 100)]
    places = [*(f"{number:02}" for number in range(1, 100)), "2A", "2B"]
    return (
        draw(st.sampled_from("1278"))
        + f"{draw(st.integers(0, 99)):02}{draw(st.sampled_from(months)):02}"
        + draw(st.sampled_from(places))
        + f"999{draw(st.integers(1, 999)):03}"
    )


@st.composite
def spellings(draw: st.DrawFn, number: str) -> str:
    """One of the many ways to type a number."""
    text = number + draw(st.sampled_from(["", nirs.key_of(number)]))
    around = st.text("\u00a0\u202f\u2007 \t.-\u2011\u2013\u200b", max_size=2)
    wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789ABab"}
    typed = "".join(draw(around) + (c.translate(wide) if draw(st.booleans()) else c) for c in text)
    return draw(st.sampled_from([str.upper, str.lower]))(typed)


def other_rule(number: str) -> str:
    """The key by the other published rule."""
    less = {"A": 1_000_000, "B": 2_000_000}.get(number[6], 0)
    rest = (int(number.replace("A", "0").replace("B", "0")) - less) % 97
    return f"{97 - rest:02}"


@pytest.mark.parametrize(("number", "key"), KEYS.items())
def test_pii2_the_key(number: str, key: str) -> None:
    assert nirs.key_of(number) == parse(number).key == key == other_rule(number)
    assert parse(number + key) == parse(number)


@given(numbers())
def test_pii2_one_key_alone_is_right(number: str) -> None:
    right = []
    for key in (f"{value:02}" for value in range(100)):
        try:
            parse(number + key)
        except BadNirError:
            continue
        right.append(key)
    assert right == [other_rule(number)]


@pytest.mark.parametrize("number", GOOD)
def test_pii2_every_form_that_exists_is_read(number: str) -> None:
    assert parse(number).number == number
    assert parse(number.lower()).number == number


@pytest.mark.parametrize("typed", SPELLINGS)
def test_pii2_spellings(typed: str) -> None:
    assert parse(typed).number == "1850575999001"


@pytest.mark.parametrize(
    ("problem", "typed"), [(problem, typed) for problem in REFUSED for typed in REFUSED[problem]]
)
def test_what_is_no_nir_is_refused(problem: str, typed: str) -> None:
    with pytest.raises(BadNirError) as refused:
        parse(typed)
    assert refused.value.detail == problem


@pytest.mark.parametrize(
    ("number", "provisional", "abroad"),
    [
        ("1850575999001", False, False),
        ("185052A999001", False, False),
        ("1850599999001", False, True),
        ("7850575999001", True, False),
        ("8850599999001", True, True),
        ("1990575999001", False, False),
    ],
)
def test_provisional_and_born_abroad(number: str, provisional: bool, abroad: bool) -> None:
    assert (parse(number).provisional, parse(number).born_abroad) == (provisional, abroad)


@given(st.data())
def test_pii2_all_spellings_of_one_nir_give_one_index(data: st.DataObject) -> None:
    keys = Keyring(settings_for(Path("unused")))
    number = data.draw(numbers())
    typed = data.draw(st.lists(spellings(number), min_size=2, max_size=4))
    assert {keys.digest("pii", "member.nir.index", parse(each).number) for each in typed} == {
        keys.digest("pii", "member.nir.index", number)
    }


@given(numbers(), numbers())
@tuned(max_examples=30)
def test_two_nirs_are_two(one: str, other: str) -> None:
    assert (parse(one) == parse(other)) == (one == other)


def test_sealed_and_found_again(database: Database) -> None:
    found = parse("185052A999001")
    with database.reading() as session:
        sealed = [nirs.seal_nir(session, found) for _ in range(2)]
        assert [nirs.open_nir(session, each) for each in sealed] == [found, found]
        assert sealed[0] != sealed[1]
        assert nirs.nir_index(session, found) == nirs.nir_index(session, parse("185052a99900110"))
        assert nirs.nir_index(session, found) != nirs.nir_index(session, parse("185052B999001"))


def test_pii3_it_never_shows(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found = parse("1 85 05 75 999 001 50")
    logging.getLogger("idp.test").info("%s %r", found, found, extra={"nir": found, "in": [found]})
    shown = [
        repr(found),
        str(found),
        f"{found}",
        f"{[found]!r}",
        JsonLines().format(caplog.records[0]),
    ]
    assert not [text for text in shown if "9990" in text]
    assert "Nir(*****)" in shown[0]


@pytest.mark.parametrize("typed", ["1850575999001 49", "1850075999001", "18505759990012"])
def test_pii3_an_error_does_not_quote_it(typed: str) -> None:
    with pytest.raises(BadNirError) as refused:
        parse(typed)
    told = "".join(traceback.format_exception(refused.value)) + repr(vars(refused.value))
    assert "99900" not in told


def test_a_nir_is_a_value() -> None:
    assert {parse("1850575999001"), Nir("1850575999001")} == {Nir("1850575999001")}
    with pytest.raises(AttributeError):
        Nir("1850575999001").number = "2850575999001"  # type: ignore[misc]
