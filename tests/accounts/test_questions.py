"""Secret answers: compared as they are remembered, not as they were typed (PW7)."""

import pytest

from idp.accounts.passwords import Hasher
from idp.accounts.questions import normal_answer
from idp.settings import Settings
from tests import factories


@pytest.mark.parametrize(
    "typed",
    [
        "La Rivière",
        "la riviere",
        "  LA   RIVIERE ",
        "la rivie\u0300re",
        "La\u00a0Rivière",
        "ｌａ rivière",
    ],
)
def test_pw7_case_accents_and_spaces_do_not_matter(typed: str) -> None:
    assert normal_answer(typed) == "la riviere"


@pytest.mark.parametrize("typed", ["la rivier", "lariviere", "le riviere", ""])
def test_pw7_another_answer_is_another(typed: str) -> None:
    assert normal_answer(typed) != "la riviere"


def test_pw7_an_answer_is_hashed_like_a_password() -> None:
    stored = factories.hashed(normal_answer("La Rivière"))
    assert stored.startswith("$argon2id$v=19$")
    assert Hasher.of(Settings()).verify(stored, normal_answer("LA riviere"))
