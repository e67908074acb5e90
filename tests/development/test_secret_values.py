"""First-use secrets: private, whole, and the same at every start."""

import shlex
import stat
import string
import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from idp import env_files
from idp.accounts import passwords
from idp.development import secret_values
from idp.settings import Settings


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_sound_settings(tmp_path: Path) -> None:
    values = secret_values.settings_keys(tmp_path)
    settings = Settings.from_env(values)
    settings.check()
    assert len(settings.secret_keys[0]) == len(settings.pii_keys[0]) == 32


def test_a_restart_keeps_the_keys_and_another_copy_has_its_own(tmp_path: Path) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    first.mkdir()
    other.mkdir()
    kept = secret_values.settings_keys(first)
    assert secret_values.settings_keys(first) == kept
    assert secret_values.settings_keys(other) != kept


def test_folder_and_file_are_private(tmp_path: Path) -> None:
    state = env_files.private_dir(tmp_path / "state")
    secret_values.settings_keys(state)
    assert _mode(state) == 0o700
    assert _mode(state / "secrets.env") == 0o600
    assert [path.name for path in state.iterdir()] == ["secrets.env"]


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert _mode(env_files.private_dir(tmp_path)) == 0o755


def test_passwords_satisfy_the_members_policy() -> None:
    for _ in range(50):
        password = secret_values.password()
        passwords.check_strength(password, ["demo@mgen-connect.test"])
        assert password.isascii()
        assert not set(password) & set(string.whitespace)


@given(
    st.dictionaries(
        st.from_regex("[A-Z_]{1,9}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20).filter(
            lambda value: value == " ".join(value.split())
        ),
    )
)
def test_what_was_written_is_read(values: dict[str, str]) -> None:
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    assert env_files.parse(lines) == values


def test_a_shell_reads_the_same(tmp_path: Path) -> None:
    values = {"MAIL_FROM": "MGEN Connect <l'adresse@mgen-connect.test>", "EMPTY": ""}
    path = tmp_path / "x.env"
    env_files.write(path, values)
    script = 'set -a; . "$1"; printf "%s|%s" "$MAIL_FROM" "$EMPTY"'
    shown = subprocess.run(["sh", "-c", script, "sh", path], capture_output=True, check=True)
    assert shown.stdout.decode().split("|") == [values["MAIL_FROM"], ""]
    assert env_files.read(path) == values


def test_comments_blank_lines_and_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert env_files.read(path) == {}
    path.write_text("# MGEN_CONNECT_LOG_LEVEL=DEBUG\n\nMGEN_CONNECT_LOG_LEVEL = INFO\nnonsense\n")
    assert env_files.read(path) == {"MGEN_CONNECT_LOG_LEVEL": "INFO"}
