"""Secret answers: only ever an extra step after a proof, and hashed like a password (R2, PW7)."""

import unicodedata


def normal_answer(answer: str) -> str:
    """Without accents, case or surplus spaces: what is remembered, not how it was typed."""
    bare = unicodedata.normalize("NFKD", answer)
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())
