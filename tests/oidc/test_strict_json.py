"""RFC 8259: what no two readers take alike is not taken at all."""

import pytest

from idp.oidc import strict_json


def test_json_is_read_strictly_wherever_it_comes_from() -> None:
    assert strict_json.parsed('{"a":[1,{"b":"é"}]}') == {"a": [1, {"b": "é"}]}
    for wrong in ('{"a":1,"a":1}', "NaN", "[" * 100_000, '"\\ud800"'):
        with pytest.raises(ValueError):
            strict_json.parsed(wrong)
