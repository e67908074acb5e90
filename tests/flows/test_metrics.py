"""/metrics: Prometheus' text format; in production for the holder of the key alone (WB8, OTC6)."""

import hmac
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.accounts.figures import Gauge
from idp.flows import metrics
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.conftest import EMAIL
from tests.flows.support_b import PRODUCTION, app_with, person

KEY = "une-cle-de-demonstration-1"
SAMPLE = re.compile(r'mgen_connect_[a-z_]+(\{[a-z]+="[^"\\\n]*"\})? \d+(\.\d+)?')


def scrape(app: Flask, authorization: str | None = None) -> TestResponse:
    headers = {} if authorization is None else {"Authorization": authorization}
    return app.test_client().get("/metrics", headers=headers)


def told(answer: TestResponse) -> dict[str, float]:
    """Each sample by its name and label."""
    lines = answer.get_data(as_text=True).splitlines()
    samples = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(number) for name, _space, number in samples}


def production(here: Settings, **changes: Any) -> Any:
    """An app as in production, on the same database."""
    return app_with(here, **{**PRODUCTION, "database_url": here.database, **changes})


def test_in_development_anybody_may_look(app: Flask, store: Database) -> None:
    person(store)
    answer = scrape(app)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert told(answer)['mgen_connect_identities{state="active"}'] == 1
    assert told(answer)["mgen_connect_logout_notices_waiting"] == 0


def test_every_line_is_of_the_format(app: Flask) -> None:
    """https://prometheus.io/docs/instrumenting/exposition_formats/: HELP, TYPE, then samples."""
    text = scrape(app).get_data(as_text=True)
    assert text.endswith("\n")
    named = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            named = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {named} gauge"
        else:
            assert SAMPLE.fullmatch(line), line
            assert re.split(r"[{ ]", line)[0] == named
    names = re.findall(r"# HELP (\S+)", text)
    assert len(names) == len(set(names)) == 9


def test_a_label_is_escaped() -> None:
    gauge = Gauge("odd", "A\nB\\", {'a"b\\c\nd': 1.5}, "label")
    assert metrics._written(gauge) == (
        "# HELP mgen_connect_odd A\\nB\\\\\n# TYPE mgen_connect_odd gauge\n"
        'mgen_connect_odd{label="a\\"b\\\\c\\nd"} 1.500\n'
    )


def test_wb8_in_production_there_is_nothing_without_a_key(here: Settings) -> None:
    """Nor with any that one sends: an empty key is nobody's."""
    with production(here) as app:
        for sent in (None, "Bearer ", "Bearer x", "Bearer"):
            answer = scrape(app, sent)
            assert answer.status_code == 404
            assert "mgen_connect" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        KEY,
        "Bearer",
        "Bearer ",
        f"Bearer {KEY[:-1]}",
        f"Bearer {KEY}x",
        f"Bearer {KEY.upper()}",
        f"Basic {KEY}",
        f"Bearer {KEY} {KEY}",
        "Bearer \u00e9",
    ],
)
@pytest.mark.parametrize("where", ["production", "development"])
def test_with_a_key_set_the_others_are_refused(
    here: Settings, where: str, sent: str | None
) -> None:
    """WB8; and a key that is set is wanted in development too."""
    made = production if where == "production" else app_with
    with made(here, metrics_key=KEY) as app:
        answer = scrape(app, sent)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert answer.mimetype == "text/plain"
    assert KEY not in answer.get_data(as_text=True)


@pytest.mark.parametrize("sent", [f"Bearer {KEY}", f"bearer {KEY}", f"Bearer  {KEY} "])
def test_the_holder_of_the_key_may_look(here: Settings, sent: str) -> None:
    with production(here, metrics_key=KEY) as app:
        answer = scrape(app, sent)
    assert answer.status_code == 200
    assert 'mgen_connect_members{access="attached"}' in told(answer)


def test_otc6_the_key_is_compared_in_constant_time(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(metrics.hmac, "compare_digest", noted)
    with production(here, metrics_key=KEY) as app:
        scrape(app, "Bearer x")
    assert (b"x", KEY.encode()) in compared


def test_who_is_refused_costs_the_database_nothing(here: Settings) -> None:
    with production(here, metrics_key=KEY) as app:
        statements = Statements(app.extensions["idp"].database)
        assert scrape(app, "Bearer x").status_code == 401
    assert statements == []


def test_pii_nothing_of_a_person_is_in_it(app: Flask, store: Database) -> None:
    identity_id = person(store)
    text = scrape(app).get_data(as_text=True)
    for piece in (EMAIL, EMAIL.partition("@")[0], identity_id):
        assert piece not in text


def test_no_cookie_and_no_form_token(app: Flask) -> None:
    """A machine's endpoint: nothing of a browser is read or set."""
    browser = app.test_client()
    browser.set_cookie("mgen_connect_8000_session", "x" * 43)
    answer = browser.get("/metrics")
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
    assert browser.head("/metrics").status_code == 200


def test_av2_without_its_database_it_says_so(
    app: Flask, store: Database, here: Settings, tmp_path: Path
) -> None:
    store.close()
    shutil.move(here.state_dir, tmp_path / "away")
    answer = scrape(app)
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert "sqlite" not in answer.get_data(as_text=True)
