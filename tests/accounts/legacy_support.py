"""Members with an old password, of each format; always the same one, computed beforehand."""

from sqlalchemy import select, update

from idp.accounts import legacy, legacy_door
from idp.accounts.legacy_door import Outcome, Ticket
from idp.accounts.nir import Nir, nir_index
from idp.accounts.sign_in import Blocked
from idp.models import Member
from idp.storage.engine import Database
from tests.accounts import register_support
from tests.factories import HERE

OLD = "Vieux-Portail*1é"
CONTACT = "contact@exemple.test"
NOBODY = Nir(register_support.nir(900))
# made by crypt(3), openssl, argon2 and hashlib, at costs that are next to nothing
MD5 = "{MD5}c724936c4241c7f5841a17b7f2e0d6ca"
SSHA = "{SSHA}hOg+p0IX8Ok+MDgj3LRnbG+6aExzZWxmaWN0aQ=="
BCRYPT = "$2b$04$AncienPortailFictif.0uIAEfXYmQfylnMv5bdJrRiJbnCINXIUy"
STRONG = {
    "argon2id": (
        "$argon2id$v=19$m=8,t=1,p=1$c2VsZmljdGlmMTIz$6k3r69Zy+SoBUTt/sZ9Buxqz3yDf/Dw9cFEy30tpasw"
    ),
    "argon2i": (
        "$argon2i$v=19$m=8,t=1,p=1$c2VsZmljdGlmMTIz$Bh+w70NGYmjbgGpQM3qVzcQU7cYcHOsIyH8SivxcxQc"
    ),
    "argon2d": (
        "$argon2d$v=19$m=8,t=1,p=1$c2VsZmljdGlmMTIz$jmwNAsu530ooD2ej9FTyHNF8w/a9SKMXfPgcMyL6oSA"
    ),
}
WEAK = {
    "bcrypt": BCRYPT,
    "bcrypt 2a": BCRYPT.replace("$2b", "$2a"),
    "bcrypt 2y": BCRYPT.replace("$2b", "$2y"),
    "sha512crypt": (
        "$6$selfictif$ZzisokXp/VvjhTu6zY8rHlJlKHpeQ5dFnZb9/p16d2aOmJ9i3WAQOzBkJqKgaMQG"
        ".tdRhfQ/4S3FaMkQl9vpk/"
    ),
    "sha512crypt with rounds": (
        "$6$rounds=1000$selfictif$/655Ve1PTxo3dzXOwe5ztSQpGsHZ87157Sg/f5y9ikSpyzJLMZ9DC2U38c5iJVTY"
        "/0D6P4gwvVN/T.YXFBfb8."
    ),
    "ssha, 2 bytes of salt": "{SSHA}drr8i+MoR/eksCVFPSTaeueQzDdzZQ==",
    "ssha, 4 bytes of salt": "{SSHA}24DIo1zX6JriTd6iu0kVEih2z+9zZWxm",
    "ssha": SSHA,
    "ssha, 32 bytes of salt": (
        "{SSHA}C2XqPIXFPLqKJC2uqfMu53+JKWhzZWxmaWN0aWZzZWxmaWN0aWZzZWxmaWN0aWZzZWxmaQ=="
    ),
    "md5": MD5,
    "md5, capitals": "{MD5}" + MD5.removeprefix("{MD5}").upper(),
    "sha1": "{SHA1}04683814B65518A8F50432839ED87F9CFE020B2F",
    "pbkdf2 of openldap": (
        "{PBKDF2-SHA256}100$c2VsZmljdGlm$Ynoj2tZWP9.wtJd.ze03xwJl8EKgIpeg.VDw1onC9rQ"
    ),
    "pbkdf2, salt as text": (
        "{PBKDF2-SHA256}100$selfictif$Ynoj2tZWP9+wtJd+ze03xwJl8EKgIpeg+VDw1onC9rQ="
    ),
    "pbkdf2, salt in base64": (
        "{PBKDF2-SHA256}100$c2VsZmljdGlmMQ==$l5v2TkNtkejC5vKnrHWRWhE4B+Lw7Ky2ovxi00y0xkQ="
    ),
    "pbkdf2 in hexadecimal": (
        "{PBKDF2-SHA256}100$selfictif"
        "$627a23dad6563fdfb0b4977ecded37c70265f042a02297a0f950f0d689c2f6b4"
    ),
}


def member(database: Database, verifier: str = MD5, *, rank: int = 1, **changes: str) -> Nir:
    """A line of the register with an old password, or without; whose NIR."""
    fields = {"email": CONTACT, "mobile": "", "landline": "", **changes}
    line = register_support.person(rank, legacy_password_hash=verifier, **fields)
    done = register_support.run(database, line)
    assert not done.counts.refused, done.said()
    return Nir(line["nir"])


def attach(database: Database, nir: Nir, identity_id: str) -> None:
    """As the end of a migration leaves the record."""
    values = {"identity_id": identity_id, "legacy_sealed": None, "legacy_waits": False}
    with database.writing() as session:
        row = Member.nir_index == nir_index(session, nir)
        session.execute(update(Member).where(row).values(**values))


def claim(database: Database, nir: Nir) -> Ticket | Blocked:
    """Count one try."""
    with database.writing() as session:
        return legacy_door.claim(session, nir, HERE)


def ticket(database: Database, nir: Nir) -> Ticket:
    """Count one try that is not refused."""
    claimed = claim(database, nir)
    assert isinstance(claimed, Ticket)
    return claimed


def settle(database: Database, claimed: Ticket, *, right: bool) -> Outcome:
    """What the try was worth, had the password been right or wrong."""
    with database.writing() as session:
        return legacy_door.settle(session, claimed, right)


def enter(database: Database, nir: Nir, *, right: bool) -> Outcome | Blocked:
    """The whole way through the door; right: of whoever has an old password."""
    claimed = claim(database, nir)
    return claimed if isinstance(claimed, Blocked) else settle(database, claimed, right=right)


def record_of(database: Database, nir: Nir) -> Member:
    """The member's row, as it is now."""
    with database.reading() as session:
        return session.scalars(
            select(Member).where(Member.nir_index == nir_index(session, nir))
        ).one()


def stored(database: Database, nir: Nir) -> str | None:
    """The verifier on file, opened."""
    sealed = record_of(database, nir).legacy_sealed
    with database.reading() as session:
        return legacy.open_verifier(session, sealed) if sealed else None
