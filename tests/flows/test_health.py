"""/health: live says that the process answers, ready that a member could sign in."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import Statements


def ready(app: Flask) -> TestResponse:
    """What a supervisor gets."""
    return app.test_client().get("/health/ready")


def told(answer: TestResponse) -> dict[str, str]:
    """Each check's status by its name."""
    return {check["name"]: check["status"] for check in answer.get_json()["checks"]}


def broken(app: Flask, *names: str) -> bool:
    """Whether it is refused, naming these checks and nothing of the machine."""
    answer = ready(app)
    assert (answer.status_code, answer.get_json()["status"]) == (503, "DOWN")
    assert answer.headers.getlist("Set-Cookie") == []
    body = answer.get_data(as_text=True)
    assert "sqlite" not in body
    assert "Error" not in body
    return {name for name, status in told(answer).items() if status == "DOWN"} == set(names)


def test_live_asks_nobody(app: Flask, store: Database) -> None:
    statements = Statements(store)
    answer = app.test_client().get("/health/live")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "UP"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.getlist("Set-Cookie") == []
    assert statements == []


def test_ready_when_all_is_there(app: Flask) -> None:
    answer = ready(app)
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "UP"
    assert told(answer) == {"database": "UP", "schema": "UP", "signing_key": "UP"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.getlist("Set-Cookie") == []


def test_not_ready_without_a_signing_key(app: Flask, here: Settings) -> None:
    for path in here.keys_dir.iterdir():
        path.unlink()
    assert broken(app, "signing_key")


def test_not_ready_with_a_key_that_others_may_read(app: Flask, here: Settings) -> None:
    """KE1."""
    for path in here.keys_dir.iterdir():
        path.chmod(0o644)
    assert broken(app, "signing_key")


@pytest.mark.parametrize(
    "statement", ["UPDATE alembic_version SET version_num = 'old'", "DROP TABLE alembic_version"]
)
def test_not_ready_with_another_schema(app: Flask, store: Database, statement: str) -> None:
    with store.writing() as session:
        session.execute(text(statement))
    assert broken(app, "schema", "signing_key")


def test_not_ready_without_its_database_and_live_all_the_same(
    app: Flask, store: Database, here: Settings, tmp_path: Path
) -> None:
    """AV2; and ready again once it is back."""
    store.close()
    shutil.move(here.state_dir, tmp_path / "away")
    assert broken(app, "database", "schema", "signing_key")
    assert app.test_client().get("/health/live").status_code == 200
    page = app.test_client().get("/connexion?interaction=any")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "3")
    assert "Service momentanément indisponible" in page.get_data(as_text=True)
    shutil.move(tmp_path / "away", here.state_dir)
    assert ready(app).status_code == 200
