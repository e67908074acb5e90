"""Whether an answer of a machine endpoint is one that /openapi.json describes."""

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from idp.oidc.http import JSON

Document = dict[str, Any]


class Description:
    """An OpenAPI document; `seen` holds method, path and status of each answer it was shown."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()

    def operations(self) -> set[tuple[str, str]]:
        """Path and method, as HTTP has it, of each that is described."""
        paths = self.document["paths"].items()
        return {(path, method.upper()) for path, methods in paths for method in methods}

    def answers(self) -> set[tuple[str, str, int]]:
        """Method, path and status of each answer that is described."""
        return {
            (method, path, int(status))
            for path, method in self.operations()
            for status in self.document["paths"][path][method.lower()]["responses"]
        }

    def problem(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> str | None:
        """What is not as described; None when all is. `headers` by their names in lower case."""
        operation = self.document["paths"].get(path, {}).get(method.lower())
        if operation is None:  # a method that is not taken has one answer everywhere
            fits = status == 405 and "allow" in headers and self._fits({"$ref": _ERROR}, body)
            return None if fits else f"{status} for a method that is not described"
        described = operation["responses"].get(str(status))
        if described is None:
            return f"the status {status} is not described"
        self.seen.add((method, path, status))
        for name, header in described.get("headers", {}).items():
            if header.get("required") and not headers.get(name.lower()):
                return f"the header {name} is missing"
        return self._body_problem(described.get("content"), headers.get("content-type"), body)

    def _body_problem(self, content: Any, kind: str | None, body: bytes) -> str | None:
        if content is None:
            # a described answer without a schema may hold an error, and nothing else
            return None if not body or self._fits({"$ref": _ERROR}, body) else "a body nobody knows"
        if kind != JSON:
            return f"the type is {kind}"
        return None if self._fits(content[JSON]["schema"], body) else f"another body: {body!r}"

    def _fits(self, schema: Document, body: bytes) -> bool:
        whole = {**schema, "components": self.document["components"]}
        return bool(Draft202012Validator(whole).is_valid(json.loads(body)))


_ERROR = "#/components/schemas/Error"
