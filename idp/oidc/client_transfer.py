"""Clients as a list of RFC 7591 metadata, out of one installation and into another (CL3).

A client keeps its client_id. Secrets never leave; their hashes do where that is asked for, so that
sites go on after a loss. Beside the metadata an entry may say `disabled` (true or false) and
`client_secret_hashes` (a list of {"sha256", "expires_at"}).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from idp.oidc import client_hashes, clients
from idp.oidc.client_hashes import Hashes
from idp.oidc.client_info import ClientInfo
from idp.oidc.client_metadata import FIELDS, InvalidMetadataError
from idp.oidc.client_queries import listing, load
from idp.oidc.strict_json import parsed

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OURS = {"client_id", "disabled", "client_secret_hashes"}


class BadEntriesError(ValueError):
    """A list that is not imported: a line for each bad entry, by its place (from 0) and field."""


@dataclass(frozen=True)
class Imported:
    """What became of one entry: created, updated or unchanged; `secret` is told this once."""

    client: ClientInfo
    action: str
    changed: tuple[str, ...] = ()
    secret: str | None = None


def read(raw: bytes) -> list[object]:
    """The entries of a file: a JSON list, or one object. Raises BadEntriesError."""
    try:
        found = parsed(raw.decode())
    except ValueError:
        raise BadEntriesError("This is no JSON in UTF-8, with each member once.") from None
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise BadEntriesError("This is no JSON list of clients.")
    return found


def exported(
    session: Session, ids: Sequence[str] = (), *, with_hashes: bool = False
) -> list[dict[str, Any]]:
    """The metadata of these clients, or of all, by client_id. Raises UnknownClientError."""
    known = {client.id: client for client in listing(session)}
    for client_id in ids:
        if client_id not in known:
            raise clients.UnknownClientError(f"There is no client {ascii(client_id)[:80]}.")
    return [_entry(known[key], with_hashes) for key in sorted(set(ids) or known)]


def import_all(
    session: Session, entries: Sequence[object], *, by: str | None = None
) -> list[Imported]:
    """Create or replace each client by its client_id; the same list again changes nothing.

    What an entry leaves out has its default, but the sector, `disabled` and secrets stay as they
    are. Whoever needs a secret and has none gets one. Raises BadEntriesError, which names every bad
    entry; the caller's transaction is then to be given up.
    """
    problems = _shapes(entries)
    done: dict[int, Imported] = {}
    sound = [
        (entry["client_id"], number, entry)
        for number, entry in enumerate(entries)
        if isinstance(entry, dict) and number not in problems
    ]
    # rows are locked in one order, whatever the order of the list
    for _, number, entry in sorted(sound, key=lambda item: item[:2]):
        try:
            done[number] = _import(session, entry, by)
        except InvalidMetadataError as error:
            problems[number] = str(error)
    if problems:
        raise BadEntriesError(
            "\n".join(_line(entries[n], n, problems[n]) for n in sorted(problems))
        )
    return [done[number] for number in range(len(entries))]


def _shapes(entries: Sequence[object]) -> dict[int, str]:
    """What can be said against entries without looking at their metadata, by their place."""
    problems: dict[int, str] = {}
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        try:
            client_id = _client_id(entry)
            if client_id in seen:
                raise InvalidMetadataError("client_id", "is there twice")
            seen.add(client_id)
        except InvalidMetadataError as error:
            problems[number] = str(error)
    return problems


def _client_id(entry: object) -> str:
    if not isinstance(entry, dict):
        raise InvalidMetadataError("entry", "is no JSON object")
    client_id = entry.get("client_id")
    if not isinstance(client_id, str) or not _ID.fullmatch(client_id):
        raise InvalidMetadataError("client_id", "is not 1 to 64 letters, digits, - and _")
    for name in entry.keys() - FIELDS - _OURS:
        raise InvalidMetadataError(ascii(name)[:80], "is not offered by this issuer")
    if not isinstance(entry.get("disabled"), bool | None):
        raise InvalidMetadataError("disabled", "is not true or false")
    return client_id


def _line(entry: object, number: int, problem: str) -> str:
    named = entry.get("client_id") if isinstance(entry, dict) else None
    return f"entry {number}{f' ({ascii(named)[:80]})' if named else ''}: {problem}"


def _import(session: Session, entry: Mapping[str, Any], by: str | None) -> Imported:
    client_id, before = entry["client_id"], load(session, entry["client_id"])
    metadata, secret = {name: entry.get(name) for name in FIELDS}, None
    if before is None:
        client, secret = clients.create(session, metadata, client_id=client_id, by=by)
    else:
        if metadata["sector_identifier"] is None:
            del metadata["sector_identifier"]  # members keep their `sub`
        client = clients.update(session, client_id, metadata, by=by)
    if entry.get("client_secret_hashes") is not None:
        secret = None
        _replace_hashes(session, client, client_hashes.read(entry["client_secret_hashes"]), by)
    elif client.uses_secret and not client_hashes.live(client.secret_hashes):
        secret = clients.rotate_secret(session, client_id, timedelta(), by=by)
    if entry.get("disabled") is not None:
        (clients.disable if entry["disabled"] else clients.enable)(session, client_id, by=by)
    return _told(before, clients.loaded(session, client_id), secret)


def _told(before: ClientInfo | None, after: ClientInfo, secret: str | None) -> Imported:
    if before is None:
        return Imported(after, "created", secret=secret)
    old, new = _entry(before, True), _entry(after, True)
    changed = tuple(
        sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    )
    return Imported(after, "updated" if changed else "unchanged", changed, secret)


def _entry(client: ClientInfo, with_hashes: bool) -> dict[str, Any]:
    told = {name: value for name, value in client.metadata().items() if value is not None}
    entry = {"client_id": client.id, **told, "disabled": client.disabled}
    if with_hashes and client.uses_secret:
        entry["client_secret_hashes"] = client_hashes.shown(client.secret_hashes)
    return entry


def _replace_hashes(session: Session, client: ClientInfo, hashes: Hashes, by: str | None) -> None:
    """The secrets that are live there are live here; nobody is told them."""
    if not client.uses_secret:
        raise InvalidMetadataError("client_secret_hashes", f"mean nothing to {client.auth_method}")
    if hashes != client_hashes.live(client.secret_hashes):
        clients.replace_secrets(session, client.id, hashes, by=by)
