"""`mgen-connect config`: sound or not, and what is in force with its secrets masked."""

import json

import pytest

from idp.settings import PREFIX
from tests.cli.conftest import KEYS, Command


def test_a_sound_environment(bare: Command) -> None:
    assert bare("config", "check").stdout == "The settings are sound.\n"
    assert bare.json("config", "check") == {"ok": True, "error": None}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEYS", "", "SECRET_KEYS is not set"),
        ("PII_KEYS", "", "PII_KEYS is not set"),
        ("PII_KEYS", KEYS[f"{PREFIX}SECRET_KEYS"], "repeats a key"),
        ("SECRET_KEYS", "short", "not base64url"),
        ("SECRET_KEYS", "c" * 22, "32 bytes"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT"),
        ("ENVIRONMENT", "production", "development default"),
        ("TRUSTED_PROXIES", "many", "TRUSTED_PROXIES"),
        ("ISSUER", "https://id.example/?a", "ISSUER"),
        ("SECRET_KEYS_FILE", "/nowhere/at/all", "cannot be read"),
    ],
)
def test_ke4_what_is_wrong_is_named(bare: Command, name: str, value: str, words: str) -> None:
    result = bare("config", "check", **{name: value})
    assert result.exit_code == 1
    assert words in result.stderr
    as_json = bare("config", "check", "--json", **{name: value})
    assert as_json.exit_code == 1
    assert words in json.loads(as_json.stdout)["error"]


def test_show_masks_secrets(bare: Command) -> None:
    bare.environ[f"{PREFIX}DATABASE_URL"] = "postgresql://idp:hunter2@db.example/idp"
    bare.environ[f"{PREFIX}SMTP_URL"] = "smtp://relay:hunter2@mail.example"
    bare.environ[f"{PREFIX}SMS_URL"] = "kannels://idp:hunter2@sms.example"
    shown = bare.json("config", "show")
    for name in ("SECRET_KEYS", "PII_KEYS", "DATABASE_URL", "SMTP_URL", "SMS_URL"):
        assert shown[f"{PREFIX}{name}"] == "***"
    human = bare("config", "show").stdout
    assert f"{PREFIX}ISSUER" in human
    for secret in ("hunter2", *KEYS.values()):
        assert secret not in human + json.dumps(shown)
