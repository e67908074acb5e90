"""What a pseudonym may be, and when two look alike (H2)."""

import re
import unicodedata

LENGTHS = (3, 20)
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœŸ"
# one script only: no Cyrillic or Greek letter can pass for a Latin one
_FORM = re.compile(rf"[{_LETTER}](?:[{_LETTER}0-9]|[ '._-](?=[{_LETTER}0-9]))*")
_MOST_DIGITS = 4  # no telephone, member or social security number
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ð": "d", "þ": "p", "ß": "ss"})
# as they are drawn, not as they are read
_SHAPES = str.maketrans("0123456789ij", "olzeasbtbgll")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_RESERVED_STARTS = ("admin", "support", "officiel", "webmaster", "conseiller", "equipe", "forum")
_RESERVED = ("moderat", "mgen")


def normalised(raw: str) -> str:
    """As it will be shown: composed letters, no space at the ends, one between words."""
    return " ".join(unicodedata.normalize("NFC", raw.replace("’", "'")).split())


def problem(pseudonym: str) -> str | None:
    """What is wrong with a normalised pseudonym, as a key of texts.py; None where nothing is."""
    if not LENGTHS[0] <= len(pseudonym) <= LENGTHS[1]:
        return "pseudonym_length"
    if not _FORM.fullmatch(pseudonym):
        return "pseudonym_form"
    if sum(char.isdigit() for char in pseudonym) > _MOST_DIGITS:
        return "pseudonym_digits"
    return "pseudonym_reserved" if _is_reserved(pseudonym) else None


def skeleton(pseudonym: str) -> str:
    """The same for two pseudonyms that look alike: case, accents, signs and shapes apart.

    After the idea of Unicode's UTS 39 §4, for Latin letters and digits alone.
    """
    folded = pseudonym.casefold().translate(_LETTERS)
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded) if char.isalnum())
    drawn = bare.translate(_SHAPES)
    for pair, letter in _PAIRS:
        drawn = drawn.replace(pair, letter)
    return drawn


def _is_reserved(pseudonym: str) -> bool:
    drawn = skeleton(pseudonym)
    starts = tuple(skeleton(word) for word in _RESERVED_STARTS)
    return drawn.startswith(starts) or any(skeleton(word) in drawn for word in _RESERVED)
