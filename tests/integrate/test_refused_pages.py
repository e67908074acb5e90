"""The first table of the catalogue, row by row, at a running issuer."""

from urllib.parse import urlencode

import pytest
import requests

from tests.integrate.guide import Reader
from tests.integrate.test_catalogue import tables

pytestmark = pytest.mark.slow
_HANDLE = "urn:ietf:params:oauth:request_uri:unknown"


@pytest.mark.parametrize(
    ("reason", "query"),
    [
        ("client", {"client_id": "nobody"}),
        ("redirect_uri", {"client_id": "{id}", "redirect_uri": "http://localhost:9/"}),
        ("repeated", {"client_id": ["{id}", "{id}"]}),
        ("too_large", {"client_id": "{id}", "state": "x" * 9000}),
        ("pushed", {"client_id": "{id}", "request_uri": _HANDLE}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_page_is_the_one_of_its_row(
    reader: Reader, reason: str, query: dict[str, str | list[str]]
) -> None:
    client = reader.stack.register(redirect_uris=[f"{reader.site}/"]).client
    given = urlencode(query, doseq=True).replace(urlencode({"": "{id}"})[1:], client.id)
    answer = requests.get(f"{reader.stack.idp}/authorize?{given}", timeout=20)
    title = next(row[0] for row in tables()[0] if f"`{reason}`" in row[1]).strip("« »")
    assert answer.status_code == 400
    assert f"<h1>{title}</h1>" in answer.text
