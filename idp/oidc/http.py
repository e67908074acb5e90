"""RFC 9110 in small: what a machine endpoint is asked and answers, free of any web framework."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[str, str], ...]

JSON = "application/json"
NO_STORE: Headers = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(frozen=True)
class MachineRequest:
    """One request: header names in lower case, the query without its ?, at most one body."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: bytes = b""
    body: bytes = b""


@dataclass(frozen=True)
class MachineResponse:
    """One answer, complete."""

    status: int
    headers: Headers
    body: bytes = b""


def json_response(
    document: Mapping[str, Any], status: int = 200, headers: Headers = NO_STORE
) -> MachineResponse:
    """`document` as ASCII JSON; nobody may keep it unless `headers` say otherwise (OA22)."""
    body = json.dumps(document, separators=(",", ":")).encode("ascii")
    return MachineResponse(status, (("Content-Type", JSON), *headers), body)
