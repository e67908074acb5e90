"""OIDC Core §5.5, the parameter `claims`: single claims, beside or instead of whole scopes.

Kept are the names that the client's scopes allow (CL4); others are passed over in silence, as §5.5
asks. Two names are about the sign-in, not of the person: acr (§5.5.1.1) and sub (§3.1.2.1).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp.oidc import scopes, strict_json
from idp.oidc.clients import ClientInfo

PLACES = ("userinfo", "id_token")
MAX_VALUES = 20
_TEXT = re.compile(r"[\x21-\x7e]{1,256}")


class MalformedClaimsError(ValueError):
    """Not what §5.5 describes; the text says what is wrong, in the characters of RFC 6749."""


@dataclass(frozen=True)
class AskedClaims:
    """`kept` is {"userinfo": {name: None | {"essential": True}}, "id_token": …}, if it asks there.

    `acr_values`: levels wished for; `acr_essential`: one of these, or no answer. `subs`: the person
    is one of these, or no answer.
    """

    kept: dict[str, Any] = field(default_factory=dict)
    acr_values: tuple[str, ...] = ()
    acr_essential: tuple[str, ...] = ()
    subs: tuple[str, ...] = ()


def read(client: ClientInfo, text: str) -> AskedClaims:
    """What `text` asks of this client's claims; MalformedClaimsError."""
    document = _parsed(text)
    asked = {place: _checked(document.get(place), place) for place in PLACES}
    kept = {place: _kept(client, names) for place, names in asked.items()}
    acr = asked["id_token"].get("acr", {})
    levels, essential = _values(acr, "acr"), bool(acr.get("essential"))
    subs = [sub for names in asked.values() for sub in _values(names.get("sub", {}), "sub")]
    return AskedClaims(
        kept={place: names for place, names in kept.items() if names},
        acr_values=() if essential else levels,
        acr_essential=levels if essential else (),
        subs=tuple(dict.fromkeys(subs)),
    )


def _kept(client: ClientInfo, names: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Of a person's claims, those this client may have; a value wished for changes nothing."""
    allowed = {name for scope in client.scopes for name in scopes.CLAIMS.get(scope, ())} - {"sub"}
    return {
        name: {"essential": True} if how.get("essential") else None
        for name, how in names.items()
        if name in allowed
    }


def _parsed(text: str) -> dict[str, Any]:
    try:
        document = strict_json.parsed(text)
    except ValueError:
        raise MalformedClaimsError("claims is not a JSON object") from None
    if not isinstance(document, dict):
        raise MalformedClaimsError("claims is not a JSON object")
    return document


def _checked(asked: Any, place: str) -> dict[str, dict[str, Any]]:
    """The claims asked for at one place, each with how: {} where null was said."""
    if asked is None:
        return {}
    if not isinstance(asked, dict):
        raise MalformedClaimsError(f"claims.{place} is not an object")
    return {name: _how(one) for name, one in asked.items()}


def _how(one: Any) -> dict[str, Any]:
    """Null, or an object; members that §5.5.1 does not know are ignored."""
    if one is None:
        return {}
    if not isinstance(one, dict):
        raise MalformedClaimsError("A claim is asked for by null or by an object")
    if not isinstance(one.get("essential", False), bool):
        raise MalformedClaimsError("essential is true or false")
    values = one.get("values", [])
    if not isinstance(values, list) or len(values) > MAX_VALUES:
        raise MalformedClaimsError(f"values is not a list of at most {MAX_VALUES}")
    return one


def _values(how: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values asked for, each once, best first: `value`, then `values`."""
    found = [how["value"]] if "value" in how else []
    found += how.get("values", [])
    if not all(isinstance(value, str) and _TEXT.fullmatch(value) for value in found):
        raise MalformedClaimsError(f"A value of {name} is not a short text")
    return tuple(dict.fromkeys(found))
