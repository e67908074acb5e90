"""What people type, made into plain text: no control, nothing that turns the reading direction."""

import re
import unicodedata

TITLE_LENGTHS = (5, 100)
BODY_LENGTHS = (2, 4000)
_JOINER = "\u200d"  # holds emoji together
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co"})


def line(raw: str) -> str:
    """One line: runs of spaces become one."""
    return " ".join(_clean(raw.replace("\n", " ")).split())


def paragraphs(raw: str) -> str:
    """Several lines, "\\n" between them, at most one of two in a row empty."""
    lines = [_clean(each).rstrip() for each in re.split(r"\r\n|[\r\n\u2028\u2029]", raw)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def fits(text: str, lengths: tuple[int, int]) -> bool:
    """Whether the text has between the least and the most characters, both allowed."""
    return lengths[0] <= len(text.strip()) and len(text) <= lengths[1]


def _clean(raw: str) -> str:
    spaced = re.sub(r"[\t\r\u2028\u2029]", " ", unicodedata.normalize("NFC", raw))
    return "".join(
        char for char in spaced if char == _JOINER or unicodedata.category(char) not in _DROPPED
    )
