"""The addresses of client metadata: all that it names, and the sector that they give (OA1, CL1).

What one address may look like is in client_uris.py: Authlib's check is too lenient.
"""

import re
from collections.abc import Mapping
from typing import Any

from idp import setting_values
from idp.oidc import client_uris
from idp.oidc.client_fields import LINKS, URI_LISTS, URIS, InvalidMetadataError

MAX_URIS = 20
MAX_CONTACTS = 10
_MAILBOX = re.compile(r"[!-~]{1,64}@[!-~]{1,190}")


def check_uris(full: Mapping[str, Any], development: bool) -> None:
    """Each address of each field; an app has two more ways to be answered."""
    for name in (*URI_LISTS, "resource"):
        if len(full[name]) > MAX_URIS:
            raise InvalidMetadataError(name, f"holds more than {MAX_URIS} addresses")
    if "authorization_code" in full["grant_types"] and not full["redirect_uris"]:
        raise InvalidMetadataError("redirect_uris", "holds no address")
    native = full["application_type"] == "native"
    answers = [(name, uri) for name in URI_LISTS for uri in full[name]]
    others = [(name, full[name]) for name in (*URIS, *LINKS) if name in full]
    others += [("resource", uri) for uri in full["resource"]]
    look = client_uris.native_problem if native else client_uris.problem
    problems = [(name, uri, look(uri, development=development)) for name, uri in answers]
    problems += [
        (name, uri, client_uris.problem(uri, development=development)) for name, uri in others
    ]
    for name, uri, problem in problems:
        if problem:
            # ascii(): what it holds must not reach a terminal as it is
            raise InvalidMetadataError(name, f"{ascii(uri)[:200]} {problem}")


def check_contacts(full: Mapping[str, Any], _: bool) -> None:
    """Bare e-mail addresses."""
    if len(full["contacts"]) > MAX_CONTACTS:
        raise InvalidMetadataError("contacts", f"holds more than {MAX_CONTACTS} addresses")
    for contact in full["contacts"]:
        try:
            sound = _MAILBOX.fullmatch(setting_values.mailbox(contact))
        except ValueError:
            sound = None
        if not sound:
            raise InvalidMetadataError("contacts", f"{ascii(contact)[:200]} is no e-mail address")


def check_sector(full: Mapping[str, Any], development: bool) -> None:
    """A host, named where the addresses do not agree on one (OIDC Core §8.1)."""
    named = full.get("sector_identifier")
    if named is not None:
        problem = client_uris.sector_problem(named, development=development)
        if problem:
            raise InvalidMetadataError("sector_identifier", f"{ascii(named)[:200]} {problem}")
        return
    giving = _sector_giving(full)
    if full["application_type"] == "native" and client_uris.is_loopback(giving[0]):
        raise InvalidMetadataError(
            "sector_identifier", "is missing: an address on loopback is every app's"
        )
    several = len({client_uris.sector_of(uri) for uri in giving}) > 1
    if several and full["subject_type"] == "pairwise":
        raise InvalidMetadataError(
            "sector_identifier", "is missing: the redirect_uris are on several hosts"
        )


def usual_sector(full: Mapping[str, Any]) -> str:
    """The sector of metadata that names none (OIDC Core §8.1)."""
    return client_uris.sector_of(_sector_giving(full)[0])


def _sector_giving(full: Mapping[str, Any]) -> list[str]:
    """The addresses whose host may be the sector, in order; one at least."""
    uris = list(full["redirect_uris"] or full["resource"][:1])
    if full["application_type"] != "native":
        return uris
    return [uri for uri in uris if not client_uris.is_loopback(uri)] or uris[:1]
