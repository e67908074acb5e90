"""The forum's rules: what a pseudonym may be, who looks like whom, what is plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_parties.forum import plain_text, pseudonyms
from relying_parties.forum.dates import day_and_time


@pytest.mark.parametrize(
    "name", ["Zoé", "abc", "Jean-Paul", "le chat d'Anne", "m.petit_pas", "x" * 20, "Éole 2026"]
)
def test_a_good_pseudonym(name: str) -> None:
    assert pseudonyms.problem(pseudonyms.normalised(name)) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "pseudonym_length"),
        ("ab", "pseudonym_length"),
        (" ab ", "pseudonym_length"),
        ("x" * 21, "pseudonym_length"),
        ("1abc", "pseudonym_form"),
        ("-abc", "pseudonym_form"),
        ("abc-", "pseudonym_form"),
        ("a--b", "pseudonym_form"),
        ("a@b.fr", "pseudonym_form"),
        ("<b>abc", "pseudonym_form"),
        ("abc\u202edef", "pseudonym_form"),
        ("abc\u200bdef", "pseudonym_form"),
        ("Раул", "pseudonym_form"),  # Cyrillic
        ("Ζωή", "pseudonym_form"),  # Greek
        ("ａｂｃ", "pseudonym_form"),  # full width
        ("a\u0301\u0301\u0301bc", "pseudonym_form"),
        ("tel0612345678", "pseudonym_digits"),
        ("Admin", "pseudonym_reserved"),
        ("ADM1N-2", "pseudonym_reserved"),
        ("modérateur", "pseudonym_reserved"),
        ("le moderateur", "pseudonym_reserved"),
        ("M.G.E.N", "pseudonym_reserved"),
        ("Conseiller Paul", "pseudonym_reserved"),
    ],
)
def test_a_pseudonym_that_may_not_be(name: str, why: str) -> None:
    assert pseudonyms.problem(pseudonyms.normalised(name)) == why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Camille", "camille"),
        ("Camille", "CAMILLE"),
        ("Zoé", "Zoe"),
        ("Zoe\u0301", "Zoé"),
        ("Cœur", "coeur"),
        ("Jean-Paul", "jean paul"),
        ("Jean-Paul", "jeanpaul"),
        ("Camille", "Cami11e"),
        ("Camille", "CamiIle"),
        ("Marne", "Mame"),
        ("Olivia", "0livia".replace("0", "O")),
        ("Bobo", "B0b0"),
        ("Watt", "vvatt"),
        ("l'ours", "l’ours"),
        ("Claude", "daude"),
    ],
)
def test_look_alikes_are_one(one: str, other: str) -> None:
    first, second = (pseudonyms.skeleton(pseudonyms.normalised(name)) for name in (one, other))
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"), [("Camille", "Camilla"), ("Paul", "Paule"), ("Anne 3", "Anne 6")]
)
def test_others_are_two(one: str, other: str) -> None:
    assert pseudonyms.skeleton(one) != pseudonyms.skeleton(other)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_judged(name: str) -> None:
    shown = pseudonyms.normalised(name)
    if pseudonyms.problem(shown) is None:
        assert pseudonyms.LENGTHS[0] <= len(shown) <= pseudonyms.LENGTHS[1]
        assert pseudonyms.normalised(shown) == shown
        assert shown.isprintable()
        for twin in (shown.upper(), shown.lower()):
            assert pseudonyms.skeleton(twin) == pseudonyms.skeleton(shown)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\n\n a\n\n\n\n\nb \n", " a\n\nb"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("\u202etext\u2066x", "textx"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("e\u0301", "é"),
        ("a\tb", "a b"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_paragraphs_keep_words_and_lines(raw: str, kept: str) -> None:
    assert plain_text.paragraphs(raw) == kept


@pytest.mark.parametrize(
    ("raw", "kept"), [("  a \n b\t c ", "a b c"), ("a\u202eb", "ab"), ("a\x00", "a")]
)
def test_a_line_is_one(raw: str, kept: str) -> None:
    assert plain_text.line(raw) == kept


@given(st.text())
def test_text_made_plain_stays_so(raw: str) -> None:
    once = plain_text.paragraphs(raw)
    assert plain_text.paragraphs(once) == once
    assert "\r" not in once
    assert "\n\n\n" not in once
    assert plain_text.line(plain_text.line(raw)) == plain_text.line(raw)


@pytest.mark.parametrize(
    ("timestamp", "read"),
    [
        (1772352300, "1er mars 2026 à 9\u00a0h\u00a005"),
        (1784635260, "21 juillet 2026 à 14\u00a0h\u00a001"),  # summer time
    ],
)
def test_an_instant_is_read_in_french(timestamp: int, read: str) -> None:
    assert day_and_time(timestamp) == read
