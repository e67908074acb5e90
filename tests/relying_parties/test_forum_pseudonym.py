"""The choice of a pseudonym: once a person, one person's, no look-alike (H2)."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.relying_parties.browsing import Browser
from tests.relying_parties.forum_visits import XSS, Enter


@pytest.mark.parametrize("then", ["//evil.test", "https://evil.test/", "/\\evil.test", "/nowhere"])
def test_the_choice_leads_to_no_other_place(enter: Enter, then: str) -> None:
    assert enter("s1").send("/pseudonyme", pseudonym="Zoé", next=then).location == "/"


def test_a_pseudonym_is_chosen_once_h2(enter: Enter) -> None:
    browser = enter("s1", "Zoé")

    assert browser.send("/pseudonyme", pseudonym="Autre").status_code == 303
    assert "sous le pseudonyme <strong>Zoé</strong>" in browser.get("/pseudonyme").text
    assert "Autre" not in browser.get("/").text


@pytest.mark.parametrize("twin", ["Zoé", "zoe", "ZOÉ", "Zo-é", "Z0e"])
def test_a_pseudonym_is_one_persons_h2(enter: Enter, twin: str) -> None:
    enter("s1", "Zoé")
    other = enter("s2")

    refused = other.send("/pseudonyme", pseudonym=twin)

    assert refused.status_code == 400
    assert "déjà pris, ou ressemble trop" in refused.text
    assert f'value="{twin}"' in refused.text
    assert other.send("/pseudonyme", pseudonym="Paul").status_code == 303


@pytest.mark.parametrize("typed", ["", "ab", "x" * 21, "a@b.fr", XSS, "Admin"])
def test_a_pseudonym_that_may_not_be_is_told_in_a_sentence(enter: Enter, typed: str) -> None:
    browser = enter("s1")

    refused = browser.send("/pseudonyme", pseudonym=typed)

    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert "<script" not in refused.text
    assert "Choisir ce pseudonyme" in refused.text


def test_of_many_who_want_one_pseudonym_at_once_one_has_it(enter: Enter) -> None:
    people = [enter(f"s{number}") for number in range(6)]
    tokens = [browser.form_token() for browser in people]

    def choose(pair: tuple[Browser, str]) -> int:
        data = {"csrf_token": pair[1], "pseudonym": "Zoé"}
        return pair[0].post("/pseudonyme", data=data).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(choose, zip(people, tokens, strict=True))) == [303] + [400] * 5


def test_of_two_pseudonyms_of_one_person_at_once_one_stays(enter: Enter, tmp_path: Path) -> None:
    browsers = [enter("s1"), enter("s1")]
    tokens = [browser.form_token() for browser in browsers]

    def choose(number: int) -> int:
        data = {"csrf_token": tokens[number], "pseudonym": ["Zoé", "Paul"][number]}
        return browsers[number].post("/pseudonyme", data=data).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(choose, range(2))) == [303, 303]
    with closing(sqlite3.connect(tmp_path / "forum.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (1,)
