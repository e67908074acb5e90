"""What a developer's files add to the environment, and that production never reads them."""

from pathlib import Path

import pytest

from idp import env_files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a .env and what `make run` leaves."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "idp.env").write_text(
        "MGEN_CONNECT_ISSUER=run\nMGEN_CONNECT_LOG_LEVEL=run\n"
    )
    (tmp_path / ".env").write_text("MGEN_CONNECT_LOG_LEVEL=dotenv\nMGEN_CONNECT_MAIL_FROM=dotenv\n")
    return tmp_path


def test_the_environment_wins_then_dotenv_then_the_last_run() -> None:
    found = env_files.environment({"MGEN_CONNECT_MAIL_FROM": "environment"})
    assert found["MGEN_CONNECT_MAIL_FROM"] == "environment"
    assert found["MGEN_CONNECT_LOG_LEVEL"] == "dotenv"
    assert found["MGEN_CONNECT_ISSUER"] == "run"


def test_the_last_run_is_that_of_the_state_dir_named(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "idp.env").write_text("MGEN_CONNECT_ISSUER=other\n")
    found = env_files.environment({"MGEN_CONNECT_STATE_DIR": "other"})
    assert found["MGEN_CONNECT_ISSUER"] == "other"


@pytest.mark.parametrize("said_in", ["environment", "dotenv"])
def test_production_reads_no_file(folder: Path, said_in: str) -> None:
    environ = {"MGEN_CONNECT_ENVIRONMENT": "production"}
    if said_in == "dotenv":
        (folder / ".env").write_text("MGEN_CONNECT_ENVIRONMENT=production\n")
        environ = {"MGEN_CONNECT_ISSUER": "environment"}
    assert env_files.environment(environ) == environ
