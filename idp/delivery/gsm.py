"""The alphabet of SMS (3GPP TS 23.038, once GSM 03.38), and how many parts a text takes."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # each an escape and a character


def is_gsm(text: str) -> bool:
    """Whether the seven-bit alphabet holds every character."""
    return set(text) <= _BASIC | _EXTENSION


def is_one_part(text: str) -> bool:
    """Whether it goes as one message: 160 septets, or 70 units of UCS-2."""
    if is_gsm(text):
        return len(text) + sum(character in _EXTENSION for character in text) <= 160
    return len(text.encode("utf-16-be")) <= 140
