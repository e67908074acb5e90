"""Which claims a site keeps, and of which shape: its list, whatever the issuer sends (PII6)."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

Claim = str | bool | list[str]


class Shape(Enum):
    """What a claim must be to be kept; one of another shape is left out."""

    TEXT = "text"
    FLAG = "flag"
    TEXTS = "texts"


def kept(claims: Mapping[str, Any], wanted: Mapping[str, Shape]) -> dict[str, Claim]:
    """The claims that the site lists, each in the shape that its pages count on."""
    return {
        name: claims[name]
        for name, shape in sorted(wanted.items())
        if _has_shape(claims.get(name), shape)
    }


def _has_shape(value: object, shape: Shape) -> bool:
    if shape is Shape.TEXTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, bool if shape is Shape.FLAG else str)
