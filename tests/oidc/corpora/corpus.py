"""The corpora: JSON files beside this one, a line a case, each with the answer that is right.

Answers are decided from the RFCs and the requirement rows, which `why` names where it is not
obvious. Who mends the issuer mends no expectation.

redirect_uris, scopes, prompts, responses, claims_parameter, requests   at /authorize: `set` and
    `drop` change a good request of `client`; `expect` is `on` (a page of sign-in), `page` (400, and
    nothing is sent anywhere) or the error that the site is told
repeated            a parameter twice, at each endpoint that reads parameters
forms               bodies, methods and credentials at each machine endpoint that takes a form
machine_requests    what is wrong at one machine endpoint: `form` changes a good one
basic_headers       Authorization headers that are no Basic credentials, or not the client's
tokens              each good token of ours in each place that takes some token: its own apart, none
    is taken (what is forged: tests/oidc/jws_corpus.py)

At machine endpoints `expect` is the status and the error, or null where there is none.
"""

import json
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """The cases of a file, in its order; each has its own `why`."""
    text = (Path(__file__).parent / f"{name}.json").read_text(encoding="ascii")
    found: list[Case] = _written_out(json.loads(text))
    assert len({case["why"] for case in found}) == len(found), name
    assert text.count("\n") == len(found) + 2, f"{name}: one line a case"
    return found


def _written_out(value: Any) -> Any:
    """Long texts are {"long": [text or [text, times], …]} in the files."""
    if isinstance(value, list):
        return [_written_out(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"long"}:
        return "".join(one if isinstance(one, str) else one[0] * one[1] for one in value["long"])
    return {name: _written_out(one) for name, one in value.items()}
