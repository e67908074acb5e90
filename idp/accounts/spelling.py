"""What people write around the characters that count: spaces, dots, hyphens, accents, width."""

import unicodedata

_AROUND = {"Zs", "Pd", "Cf"}  # spaces, hyphens, invisible characters
# letters that do not come apart into a letter and an accent
_PLAIN = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def bare(typed: str) -> str:
    """Full width made narrow (NFKC); spaces of every kind, dots and hyphens left out."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(
        c for c in text if c != "." and not c.isspace() and unicodedata.category(c) not in _AROUND
    )


def letters(name: str) -> str:
    """A name as it is compared: without accents, case, hyphens, apostrophes or spaces (A4)."""
    text = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isalnum())
