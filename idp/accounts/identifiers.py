"""E-mail addresses: one canonical form feeds the index, the counters and the mails (LI1)."""

import unicodedata

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from idp.errors import DomainError
from idp.storage.engine import keys_of, settings_of

MAX_LENGTH = 254
_STARS = "*****"


class BadEmailError(DomainError):
    """What was typed is not an e-mail address."""

    reason = "bad_email"
    text_key = "forms.email_invalid"


def canonical_email(typed: str, *, development: bool = False) -> str:
    """Trimmed, NFKC, the local part casefolded, the domain in IDNA's Unicode form.

    Raises BadEmailError. `development` lets the reserved domain .test through. IDNA has folded
    the domain already: casefold() would make strasse of straße, which is somebody else's.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if len(text) > MAX_LENGTH:
        raise BadEmailError("too long")
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=development,
            strict=True,  # a local part beyond 64 octets is delivered nowhere (RFC 5321 §4.5.3.1.1)
        )
    except EmailNotValidError as error:
        raise BadEmailError from error
    return f"{found.local_part.casefold()}@{found.domain}"


def email_of(session: Session, typed: str) -> str:
    """canonical_email() under the settings of this session."""
    return canonical_email(typed, development=settings_of(session).development)


def email_index(session: Session, email: str) -> str:
    """The keyed index of a canonical address: what a row is found by."""
    return keys_of(session).digest("pii", "identity.email.index", email)


def email_indexes(session: Session, email: str) -> list[str]:
    """The same under each held key, for look-ups while keys rotate."""
    return keys_of(session).digests("pii", "identity.email.index", email)


def seal_email(session: Session, email: str) -> bytes:
    """The address as it is stored."""
    return keys_of(session).seal("pii", "identity.email", email)


def open_email(session: Session, sealed: bytes) -> str:
    """The address as it is written to."""
    return keys_of(session).open("pii", "identity.email", sealed)


def mask_after_password(email: str) -> str:
    """did*****@ac-reims.fr: leading letters, for who gave the password; a fixed number of stars."""
    local, _at, domain = email.partition("@")
    shown = local[:3] if len(local) > 3 else local[:1]
    return f"{shown}{_STARS}@{domain}"
