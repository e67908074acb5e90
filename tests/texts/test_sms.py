"""The SMS as they are sent: one part each, code first, no link beside a code."""

import re
from string import Formatter
from typing import Any

import pytest

from idp.delivery.gsm import is_gsm, is_one_part
from idp.delivery.sms import render_sms
from idp.texts import sentence, sms

# the longest that each can be: an issuer's name of 42 characters, a code of the longest life
VALUES: dict[str, Any] = {
    "code_shown": "671 - 482 913",
    "minutes": 15,
    "password_shown": "7KQ4M X2RTB",
    "link": f"https://connexion.mutuelle-de-l-exemple.fr/annulation/{'x' * 43}",
}


def _rendered(name: str) -> str:
    return render_sms(name, {key: VALUES[key] for key in sms.VARIABLES[name]})


@pytest.mark.parametrize("name", sorted(sms.VARIABLES))
def test_each_is_one_part_of_the_seven_bit_alphabet(name: str) -> None:
    text = _rendered(name)
    assert is_gsm(text), set(text)
    assert is_one_part(text), len(text)
    assert not re.search(r"[{}]|None", text)


@pytest.mark.parametrize("name", sorted(sms.VARIABLES))
def test_the_variables_listed_are_those_that_it_shows(name: str) -> None:
    shown = {part[1] for part in Formatter().parse(sentence(f"sms.{name}")) if part[1]}
    made = {"prefix", "digits"} if "code_shown" in sms.VARIABLES[name] else set()
    assert shown == (set(sms.VARIABLES[name]) - {"code_shown"}) | made


def test_every_sms_has_its_variables_listed() -> None:
    assert set(sms.TEXTS) == set(sms.VARIABLES)


def test_the_code_comes_first_in_one_piece_and_no_link_beside_it() -> None:
    text = _rendered("code")
    assert text.startswith("482913 est votre code ")
    assert "message 671" in text
    assert re.findall(r"\d{4,}", text) == ["482913"], "a telephone must not offer another number"
    assert not re.search(r"https?:|www\.|\w\.\w", text)


def test_the_notice_bears_its_link_whole_and_last() -> None:
    assert _rendered("space_attached").endswith(f" {VALUES['link']}")


@pytest.mark.parametrize(
    ("text", "gsm", "one_part"),
    [
        ("a" * 160, True, True),
        ("a" * 161, True, False),
        ("é" * 160, True, True),
        ("€" * 80, True, True),
        ("€" * 80 + "a", True, False),
        ("ê" * 70, False, True),
        ("ê" * 71, False, False),
        ("\U0001f98a" * 35, False, True),
        ("\U0001f98a" * 36, False, False),
        ("ç", False, True),
        ("Ç", True, True),
        ("`", False, True),
        ("\u00a0", False, True),
        ("", True, True),
    ],
)
def test_what_a_part_holds(text: str, *, gsm: bool, one_part: bool) -> None:
    assert (is_gsm(text), is_one_part(text)) == (gsm, one_part)
