"""Keys: one label and one family never stand in for another; the newest seals, all held open."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.storage.keyring import Family, Keyring, UnreadableError, new_token, token_hash
from tests.fixtures import settings_for

OLD, NEW = b"o" * 32, b"n" * 32
PLACES: list[tuple[Family, str]] = [
    ("secret", "code"),
    ("secret", "signup.sent"),
    ("pii", "code"),
    ("pii", "outbox.payload"),
]


def _ring(*keys: bytes) -> Keyring:
    """The same roots in both families: only the derivation keeps them apart."""
    return Keyring(settings_for(Path("unused"), secret_keys=keys, pii_keys=keys))


def test_ke4_each_family_and_label_has_a_key_of_its_own() -> None:
    ring = _ring(NEW)
    derived = [ring.keys(*place)[0] for place in PLACES]
    assert len({*derived, NEW}) == len(PLACES) + 1
    assert {len(key) for key in derived} == {32}
    assert len({ring.digest(*place, "same") for place in PLACES}) == len(PLACES)


@pytest.mark.parametrize("sealed_at", PLACES)
@pytest.mark.parametrize("opened_at", PLACES)
def test_ke4_what_is_sealed_in_one_place_opens_only_there(
    sealed_at: tuple[Family, str], opened_at: tuple[Family, str]
) -> None:
    ring = _ring(NEW)
    blob = ring.seal(*sealed_at, "claire")
    if sealed_at == opened_at:
        assert ring.open(*opened_at, blob) == "claire"
    else:
        with pytest.raises(UnreadableError):
            ring.open(*opened_at, blob)


def test_ke4_one_family_never_falls_back_on_the_other() -> None:
    ring = Keyring(settings_for(Path("unused"), pii_keys=()))
    assert ring.seal("secret", "code", "text")
    with pytest.raises(IndexError):
        ring.seal("pii", "code", "text")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_and_no_two_seals_are_alike(text: str) -> None:
    ring = _ring(NEW)
    first, second = (ring.seal("pii", "identity.email", text) for _ in range(2))
    assert first != second
    assert ring.open("pii", "identity.email", first) == text


def test_every_altered_byte_is_noticed() -> None:
    ring = _ring(NEW)
    blob = ring.seal("pii", "identity.email", "claire@exemple.test")
    for place in range(len(blob)):
        altered = bytearray(blob)
        altered[place] ^= 1
        with pytest.raises(UnreadableError):
            ring.open("pii", "identity.email", bytes(altered))


def test_whatever_is_cut_short_or_longer_is_unreadable() -> None:
    ring = _ring(NEW)
    blob = ring.seal("secret", "signup.sent", "note")
    for bad in [blob[:length] for length in range(len(blob))] + [blob + b"\0", b"\0" * 64]:
        with pytest.raises(UnreadableError):
            ring.open("secret", "signup.sent", bad)


def test_rotation_the_newest_seals_and_every_held_key_opens() -> None:
    before, during, after = _ring(OLD), _ring(NEW, OLD), _ring(NEW)
    old, new = before.seal("pii", "x", "old"), during.seal("pii", "x", "new")
    assert during.open("pii", "x", old) == "old"
    assert after.open("pii", "x", new) == "new"
    for ring, blob in ((before, new), (after, old)):
        with pytest.raises(UnreadableError):
            ring.open("pii", "x", blob)


def test_rotation_look_ups_know_the_digest_of_every_held_key_newest_first() -> None:
    during = _ring(NEW, OLD)
    expected = [_ring(key).digest("pii", "x", "claire") for key in (NEW, OLD)]
    assert during.digests("pii", "x", "claire") == expected
    assert during.digest("pii", "x", "claire") == expected[0]


def test_a_digest_needs_the_key_and_the_whole_value() -> None:
    ring = _ring(NEW)
    values = ["a", "b", "", "aa", token_hash("a")]
    assert len({ring.digest("pii", "x", value) for value in values}) == len(values)
    assert token_hash("a") not in [ring.digest("pii", "x", "a")]


def test_otc7_a_token_has_256_bits_and_only_its_hash_is_kept() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}
    assert token_hash("abc").startswith("ba7816bf8f01cfea")  # FIPS 180-2, appendix B.1
