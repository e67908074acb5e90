"""Every setting once: name, type, default and one sentence. Read from MGEN_CONNECT_* variables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from idp import setting_values as read

PREFIX = "MGEN_CONNECT_"
SECRET_NAMES = frozenset(
    {"SECRET_KEYS", "PII_KEYS", "DATABASE_URL", "SMTP_URL", "SMS_URL", "METRICS_KEY"}
)
# A production start with one of these as it is in development would mislead or reach nobody.
NEVER_DEFAULT = (
    "issuer",
    "smtp_url",
    "mail_from",
    "sms_url",
    "trusted_proxies",
    "operator_name",
    "operator_registration",
    "operator_address",
    "publication_director",
    "hosting",
    "contact_email",
    "dpo_email",
)


class UnsafeSettingsError(ValueError):
    """A setting is malformed, or a production start would be unsafe; the text names it."""


def _setting(env: str, default: Any, parse: Callable[[str], Any], help_text: str) -> Any:
    return field(
        default=default,
        repr=env not in SECRET_NAMES,  # not into a traceback either
        metadata={"env": env, "parse": parse, "help": help_text},
    )


@dataclass(frozen=True)
class Settings:
    """One frozen value for the whole process; build it with from_env()."""

    issuer: str = _setting(
        "ISSUER", "http://localhost:8000", read.issuer, "Public address of the identity provider."
    )
    environment: str = _setting(
        "ENVIRONMENT",
        "development",
        read.choice("development", "production"),
        "development allows http on loopback and reserved e-mail domains; production refuses them.",
    )
    state_dir: Path = _setting("STATE_DIR", Path("var"), Path, "Folder of the SQLite file.")
    keys_dir: Path = _setting("KEYS_DIR", Path("keys"), Path, "Folder of the signing keys (0600).")
    database_url: str = _setting(
        "DATABASE_URL", "", str, "SQLAlchemy address; empty means idp.sqlite3 in STATE_DIR."
    )
    secret_keys: tuple[bytes, ...] = _setting(
        "SECRET_KEYS", (), read.keys, "Keys of cookies, forms and codes: base64url, newest first."
    )
    pii_keys: tuple[bytes, ...] = _setting(
        "PII_KEYS", (), read.keys, "Keys of personal data at rest: base64url, newest first."
    )
    smtp_url: str = _setting(
        "SMTP_URL",
        "smtp://127.0.0.1:8026",
        read.address("smtp", "smtps"),
        "Mail relay: smtp:// or smtps://, user optional.",
    )
    mail_from: str = _setting(
        "MAIL_FROM", "MGEN Connect <ne-pas-repondre@mgen-connect.test>", str, "Sender of mails."
    )
    sms_url: str = _setting(
        "SMS_URL",
        "kannel://127.0.0.1:8025",
        read.address("kannel", "kannels", "sms+http", "sms+https"),
        "SMS gateway: kannel(s)://user:password@host:port is Kannel's sendsms by http(s); "
        "sms+http(s)://token@host/path, or user:password@, is the generic JSON form.",
    )
    sms_from: str = _setting("SMS_FROM", "MGEN", read.sms_sender, "Sender of SMS.")
    sms_daily_limit: int = _setting(
        "SMS_DAILY_LIMIT",
        5000,
        read.between(1, 1000000),
        "SMS a day (UTC) for all members together.",
    )
    trusted_proxies: int | None = _setting(
        "TRUSTED_PROXIES",
        None,
        read.between(0, 10),
        "Proxy hops whose X-Forwarded-For is believed; none by default, production must say.",
    )
    code_lifetime: int = _setting(
        "CODE_LIFETIME", 900, read.between(60, 900), "Seconds a one-time code lives (ruling R1)."
    )
    password_min_length: int = _setting(
        "PASSWORD_MIN_LENGTH",
        8,
        read.between(8, 64),
        "Characters a four-class password needs (A3).",
    )
    secret_questions: bool = _setting(
        "SECRET_QUESTIONS",
        True,
        read.yes_or_no,
        "yes or no: a secret question is chosen, and asked in a recovery after its proof (R2).",
    )
    argon2_memory_kib: int = _setting(
        "ARGON2_MEMORY_KIB", 19456, read.between(19456, 1048576), "Argon2id memory, KiB (PW1)."
    )
    argon2_time: int = _setting("ARGON2_TIME", 2, read.between(2, 20), "Argon2id passes (PW1).")
    legacy_floor: float = _setting(
        "LEGACY_FLOOR",
        1.0,
        read.seconds(0, 10),
        "Seconds before which a sign-in by NIR is never answered: above the slowest old password.",
    )
    metrics_key: str = _setting(
        "METRICS_KEY",
        "",
        read.bearer_key,
        "What /metrics wants as a bearer key; without one production has no /metrics.",
    )
    log_level: str = _setting(
        "LOG_LEVEL", "INFO", read.choice("DEBUG", "INFO", "WARNING", "ERROR"), "Least level logged."
    )
    operator_name: str = _setting(
        "OPERATOR_NAME",
        "[Exploitant à renseigner]",
        read.stated,
        "Who runs it, as the law names them.",
    )
    operator_registration: str = _setting(
        "OPERATOR_REGISTRATION",
        "[Forme juridique et SIREN à renseigner]",
        read.stated,
        "Legal form and registration number of who runs it.",
    )
    operator_address: str = _setting(
        "OPERATOR_ADDRESS",
        "[Siège social et téléphone à renseigner]",
        read.stated,
        "Head office and telephone of who runs it.",
    )
    publication_director: str = _setting(
        "PUBLICATION_DIRECTOR",
        "[Directeur de la publication à renseigner]",
        read.stated,
        "Who answers by law for what the pages say.",
    )
    hosting: str = _setting(
        "HOSTING",
        "[Hébergeur à renseigner]",
        read.stated,
        "Name, address and telephone of the host.",
    )
    contact_email: str = _setting(
        "CONTACT_EMAIL", "aide@mgen-connect.test", read.mailbox, "Where members write for help."
    )
    dpo_email: str = _setting(
        "DPO_EMAIL", "dpo@mgen-connect.test", read.mailbox, "The data protection officer's mailbox."
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings read from `environ`, NAME_FILE winning over NAME; UnsafeSettingsError if bad."""
        values: dict[str, Any] = {}
        for item in fields(cls):
            env = PREFIX + item.metadata["env"]
            raw = _read(environ, env)
            if raw is None:
                continue
            try:
                values[item.name] = item.metadata["parse"](raw)
            except ValueError as error:
                raise UnsafeSettingsError(f"{env} {error}") from error
        return cls(**values)

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.state_dir / 'idp.sqlite3'}"

    @property
    def https(self) -> bool:
        """Whether members reach us by https: cookies are then Secure and __Host- named (SE2)."""
        return self.issuer.startswith("https://")

    @property
    def sms_in_clear(self) -> bool:
        """Whether codes and the gateway's password would leave this machine unencrypted."""
        parts = urlsplit(self.sms_url)
        here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        return parts.scheme in {"kannel", "sms+http"} and not here

    @property
    def development(self) -> bool:
        """Whether the comforts of a developer's machine are allowed."""
        return self.environment == "development"

    def check(self) -> None:
        """Raise UnsafeSettingsError naming what is missing or unsafe; return None when sound."""
        for env, keys in (("SECRET_KEYS", self.secret_keys), ("PII_KEYS", self.pii_keys)):
            if not keys:
                raise UnsafeSettingsError(f"{PREFIX}{env} is not set")
        if set(self.secret_keys) & set(self.pii_keys):
            raise UnsafeSettingsError(f"{PREFIX}PII_KEYS repeats a key of {PREFIX}SECRET_KEYS")
        if self.development:
            return
        defaults = Settings()
        for name in NEVER_DEFAULT:
            if getattr(self, name) == getattr(defaults, name):
                env = f"{PREFIX}{name.upper()}"
                raise UnsafeSettingsError(f"{env} still has its development default")
        if not self.https:
            raise UnsafeSettingsError(f"{PREFIX}ISSUER is not an https address")
        if not self.database_url:
            raise UnsafeSettingsError(f"{PREFIX}DATABASE_URL is not set")
        if self.sms_in_clear:
            raise UnsafeSettingsError(f"{PREFIX}SMS_URL sends codes in clear to another machine")

    def shown(self) -> dict[str, str]:
        """Name to printable value, secrets masked, in the order of the table."""
        rows = {}
        for item in fields(self):
            env, value = item.metadata["env"], getattr(self, item.name)
            rows[PREFIX + env] = ("***" if value else "") if env in SECRET_NAMES else str(value)
        return rows


def _read(environ: Mapping[str, str], env: str) -> str | None:
    path = environ.get(f"{env}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UnsafeSettingsError(f"{env}_FILE cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UnsafeSettingsError(f"{env}_FILE is not UTF-8") from error
    return environ.get(env)
