"""Every setting: how it is read, what is refused, what a production start demands (KE4)."""

import base64
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from idp.settings import NEVER_DEFAULT, PREFIX, SECRET_NAMES, Settings, UnsafeSettingsError

KEY, OTHER = b"k" * 32, b"o" * 32
READ: list[tuple[str, str, str, Any]] = [
    ("ISSUER", "https://connect.test", "issuer", "https://connect.test"),
    ("ISSUER", "http://[::1]:8000", "issuer", "http://[::1]:8000"),
    ("ENVIRONMENT", "production", "environment", "production"),
    ("STATE_DIR", "/srv/etat", "state_dir", Path("/srv/etat")),
    ("KEYS_DIR", "cles", "keys_dir", Path("cles")),
    (
        "DATABASE_URL",
        "postgresql+psycopg://a:b@h/n",
        "database_url",
        "postgresql+psycopg://a:b@h/n",
    ),
    ("SECRET_KEYS", "a" * 43, "secret_keys", (base64.urlsafe_b64decode("a" * 43 + "="),)),
    ("SMTP_URL", "smtps://u:p%40@relais.test:465", "smtp_url", "smtps://u:p%40@relais.test:465"),
    ("SMTP_URL", "smtp://relais.test", "smtp_url", "smtp://relais.test"),
    ("MAIL_FROM", "Nous <nous@exemple.test>", "mail_from", "Nous <nous@exemple.test>"),
    ("SMS_URL", "kannels://u:p%40@sms.test:13013", "sms_url", "kannels://u:p%40@sms.test:13013"),
    ("SMS_URL", "kannel://sms.test", "sms_url", "kannel://sms.test"),
    ("SMS_URL", "sms+https://jeton@sms.test/v1", "sms_url", "sms+https://jeton@sms.test/v1"),
    ("SMS_URL", "sms+http://u:p@[::1]:8080/", "sms_url", "sms+http://u:p@[::1]:8080/"),
    ("SMS_FROM", "MGEN 42", "sms_from", "MGEN 42"),
    ("SMS_FROM", "+33700000001", "sms_from", "+33700000001"),
    ("SMS_DAILY_LIMIT", "1", "sms_daily_limit", 1),
    ("TRUSTED_PROXIES", "2", "trusted_proxies", 2),
    ("CODE_LIFETIME", "60", "code_lifetime", 60),
    ("PASSWORD_MIN_LENGTH", "12", "password_min_length", 12),
    ("SECRET_QUESTIONS", "no", "secret_questions", False),
    ("SECRET_QUESTIONS", "yes", "secret_questions", True),
    ("ARGON2_MEMORY_KIB", "65536", "argon2_memory_kib", 65536),
    ("ARGON2_TIME", "3", "argon2_time", 3),
    ("METRICS_KEY", "a-key.of_16+more/", "metrics_key", "a-key.of_16+more/"),
    ("LEGACY_FLOOR", "1.25", "legacy_floor", 1.25),
    ("LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
    ("OPERATOR_NAME", " La Mutuelle ", "operator_name", "La Mutuelle"),
    ("OPERATOR_REGISTRATION", "Mutuelle", "operator_registration", "Mutuelle"),
    ("OPERATOR_ADDRESS", "1 rue Haute", "operator_address", "1 rue Haute"),
    ("PUBLICATION_DIRECTOR", "La présidence", "publication_director", "La présidence"),
    ("HOSTING", "Un hébergeur", "hosting", "Un hébergeur"),
    ("CONTACT_EMAIL", "aide@exemple.fr", "contact_email", "aide@exemple.fr"),
    ("DPO_EMAIL", "dpo@exemple.fr", "dpo_email", "dpo@exemple.fr"),
]
REFUSED = [
    ("ISSUER", ""),
    ("ISSUER", "connect.test"),
    ("ISSUER", "ftp://connect.test"),
    ("ISSUER", "https://"),
    ("ISSUER", "https://connect.test/"),
    ("ISSUER", "https://connect.test?x=1"),
    ("ISSUER", "https://connect.test#x"),
    ("ISSUER", "https://moi@connect.test"),
    ("ISSUER", "https://connect.test:port"),
    ("ISSUER", "https://connect.test:99999"),
    ("ISSUER", "https://connect.test:0"),
    ("ISSUER", "https://connect.test "),
    ("ISSUER", "https://connect.test\n"),
    ("ENVIRONMENT", "prod"),
    ("ENVIRONMENT", ""),
    ("SECRET_KEYS", "court"),
    ("SECRET_KEYS", "é" * 43),
    ("SECRET_KEYS", "canary" * 7),
    ("SECRET_KEYS", "canary" * 8),
    ("SECRET_KEYS", "canary+/" * 6),
    ("PII_KEYS", f"{'a' * 43} court"),
    ("SMTP_URL", ""),
    ("SMTP_URL", "canary:25"),
    ("SMTP_URL", "http://relais.test"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "smtp://relais.test:canary"),
    ("SMTP_URL", "smtp://relais.test:99999"),
    ("SMS_URL", ""),
    ("SMS_URL", "canary:13013"),
    ("SMS_URL", "http://sms.test"),
    ("SMS_URL", "kannel://"),
    ("SMS_URL", "kannel://u:canary@sms.test:port"),
    ("SMS_URL", "kannel://u:canary℀@sms.test"),
    ("SMS_URL", "sms+https://[canary/"),
    ("SMTP_URL", "smtp://u:canary℀@relais.test"),
    ("SMS_FROM", ""),
    ("SMS_FROM", "douze lettres"),
    ("SMS_FROM", "Mutuelle é"),
    ("SMS_FROM", " MGEN"),
    ("SMS_FROM", "MGEN\n"),
    ("SMS_FROM", "+331234567890123456"),
    ("SMS_DAILY_LIMIT", "0"),
    ("SMS_DAILY_LIMIT", "beaucoup"),
    ("TRUSTED_PROXIES", "-1"),
    ("TRUSTED_PROXIES", "11"),
    ("TRUSTED_PROXIES", "un"),
    ("CODE_LIFETIME", "59"),
    ("CODE_LIFETIME", "901"),
    ("PASSWORD_MIN_LENGTH", "7"),
    ("ARGON2_MEMORY_KIB", "19455"),
    ("ARGON2_TIME", "1"),
    ("METRICS_KEY", "canary"),
    ("METRICS_KEY", "canary canary canary"),
    ("METRICS_KEY", "canary-canary-canaré"),
    ("LEGACY_FLOOR", "-1"),
    ("LEGACY_FLOOR", "11"),
    ("LEGACY_FLOOR", "nan"),
    ("LEGACY_FLOOR", "1e1"),
    ("LOG_LEVEL", "debug"),
    ("OPERATOR_NAME", " "),
    ("HOSTING", ""),
    ("CONTACT_EMAIL", "aide"),
    ("CONTACT_EMAIL", "aide@exemple.fr, autre@exemple.fr"),
    ("DPO_EMAIL", "dpo@exemple.fr\n"),
]
PRODUCTION = Settings(
    issuer="https://connect.test",
    environment="production",
    database_url="postgresql+psycopg://h/n",
    secret_keys=(KEY,),
    pii_keys=(OTHER,),
    smtp_url="smtps://relais.test",
    mail_from="nous@exemple.fr",
    sms_url="kannels://u:p@sms.test",
    trusted_proxies=1,
    operator_name="La Mutuelle",
    operator_registration="Mutuelle",
    operator_address="1 rue Haute",
    publication_director="La présidence",
    hosting="Un hébergeur",
    contact_email="aide@exemple.fr",
    dpo_email="dpo@exemple.fr",
)


def _key(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(("env", "raw", "name", "expected"), READ)
def test_a_setting_is_read(env: str, raw: str, name: str, expected: object) -> None:
    read = Settings.from_env({PREFIX + env: raw, env: "unprefixed", "PATH": "x"})
    assert read == replace(Settings(), **{name: expected})


def test_every_setting_was_read_here() -> None:
    every = {item.metadata["env"] for item in fields(Settings)}
    assert {row[0] for row in READ} == every - {"PII_KEYS"}  # read below
    assert every > SECRET_NAMES


@pytest.mark.parametrize(("env", "raw"), REFUSED)
def test_a_bad_value_is_refused_by_name_and_not_shown(env: str, raw: str) -> None:
    with pytest.raises(UnsafeSettingsError, match=f"^{PREFIX}{env} ") as told:
        Settings.from_env({PREFIX + env: raw})
    assert env not in SECRET_NAMES or "canary" not in str(told.value)


def test_a_piece_of_a_password_is_not_shown_either() -> None:
    with pytest.raises(UnsafeSettingsError) as told:
        Settings.from_env({f"{PREFIX}SMTP_URL": "smtp://user:pa#ss@relais.test"})
    assert "pa" not in str(told.value).removeprefix(PREFIX)


def test_keys_are_many_newest_first_padded_or_not() -> None:
    raw = f" {_key(KEY)}=\n{_key(OTHER)} "
    assert Settings.from_env({f"{PREFIX}PII_KEYS": raw}).pii_keys == (KEY, OTHER)


def test_a_file_wins_and_its_last_line_end_is_not_of_the_value(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(_key(KEY) + "\n")
    environ = {f"{PREFIX}SECRET_KEYS_FILE": str(path), f"{PREFIX}SECRET_KEYS": _key(OTHER)}
    assert Settings.from_env(environ).secret_keys == (KEY,)
    assert Settings.from_env({**environ, f"{PREFIX}SECRET_KEYS_FILE": ""}).secret_keys == (OTHER,)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    for path in (tmp_path / "missing", tmp_path, binary):
        with pytest.raises(UnsafeSettingsError, match=f"^{PREFIX}PII_KEYS_FILE "):
            Settings.from_env({f"{PREFIX}PII_KEYS_FILE": str(path)})


def test_a_sound_production_passes() -> None:
    PRODUCTION.check()
    assert PRODUCTION.https
    assert not PRODUCTION.development


@pytest.mark.parametrize(
    ("name", "value", "env"),
    [
        ("secret_keys", (), "SECRET_KEYS"),
        ("pii_keys", (), "PII_KEYS"),
        ("pii_keys", (OTHER, KEY), "PII_KEYS"),
        ("issuer", "http://connect.test", "ISSUER"),
        *((name, getattr(Settings(), name), name.upper()) for name in NEVER_DEFAULT),
        ("database_url", "", "DATABASE_URL"),
        ("sms_url", "kannel://u:p@sms.test:13013", "SMS_URL"),
        ("sms_url", "sms+http://jeton@192.0.2.9/v1", "SMS_URL"),
    ],
)
def test_ke4_an_unsafe_production_is_refused_by_name(name: str, value: object, env: str) -> None:
    with pytest.raises(UnsafeSettingsError, match=f"^{PREFIX}{env} "):
        replace(PRODUCTION, **{name: value}).check()


def test_what_a_production_may_not_leave_as_it_is() -> None:
    demanded = {"issuer", "smtp_url", "sms_url", "mail_from", "contact_email", "dpo_email"}
    assert demanded < set(NEVER_DEFAULT)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
@pytest.mark.parametrize("scheme", ["kannel", "sms+http"])
def test_an_sms_gateway_of_this_machine_may_be_spoken_to_in_clear(scheme: str, host: str) -> None:
    replace(PRODUCTION, sms_url=f"{scheme}://u:p@{host}:13013").check()


@pytest.mark.parametrize("missing", ["secret_keys", "pii_keys"])
def test_ke4_no_key_is_built_in_even_in_development(missing: str) -> None:
    keys: dict[str, Any] = {"secret_keys": (KEY,), "pii_keys": (OTHER,)}
    Settings(**keys).check()
    with pytest.raises(UnsafeSettingsError):
        Settings(**{**keys, missing: ()}).check()


def test_the_database_is_a_file_of_the_state_folder_unless_named() -> None:
    assert Settings(state_dir=Path("/srv/etat")).database == "sqlite:////srv/etat/idp.sqlite3"
    assert PRODUCTION.database == PRODUCTION.database_url


def test_what_is_shown_masks_every_secret() -> None:
    secret = replace(
        PRODUCTION,
        database_url="postgresql://u:CANARY1@h/n",
        smtp_url="smtp://u:CANARY2@h",
        sms_url="kannels://u:CANARY3@h",
        metrics_key="CANARY4-of-metrics",
    )
    shown = secret.shown()
    assert list(shown) == [PREFIX + item.metadata["env"] for item in fields(Settings)]
    assert {shown[PREFIX + name] for name in SECRET_NAMES} == {"***"}
    assert shown[f"{PREFIX}ISSUER"] == "https://connect.test"
    assert {Settings().shown()[PREFIX + name] for name in ("SECRET_KEYS", "PII_KEYS")} == {""}
    for text in (str(shown), repr(secret)):
        for clear in ("CANARY", KEY.decode(), OTHER.decode()):
            assert clear not in text
