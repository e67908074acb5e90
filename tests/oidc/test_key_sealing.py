"""Key files are encrypted under SECRET_KEYS, and follow them when they change (KE1, KE4)."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from idp.clock import FrozenClock
from idp.oidc import keys
from idp.oidc.key_files import LockedKeyFileError
from idp.settings import Settings, UnsafeSettingsError
from idp.storage.engine import Database
from tests.oidc.key_reader import Reader, key_file
from tests.oidc.world import ONE_ENGINE

pytestmark = ONE_ENGINE

OLD, NEW = b"s" * 32, b"n" * 32


@pytest.fixture
def reader(database: Database, settings: Settings, at: FrozenClock) -> Reader:
    """A process over a database with keys, sealed under OLD."""
    keys.ensure_signing_key(database, settings)
    return Reader(database, settings)


def under(reader: Reader, settings: Settings, *secrets: bytes) -> Reader:
    """A process that was started with these SECRET_KEYS."""
    return Reader(reader.database, replace(settings, secret_keys=secrets))


def files(settings: Settings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in settings.keys_dir.iterdir()}


def kids(reader: Reader) -> list[str]:
    return [reader.signer(alg).kid for alg in keys.ALGORITHMS]


def make_plain(settings: Settings) -> None:
    """As an older version left them: PKCS#8 without a passphrase."""
    secret = reader_passphrase(settings)
    for path in settings.keys_dir.iterdir():
        raw = load_pem_private_key(path.read_bytes(), secret)
        plain = raw.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(plain)


def reader_passphrase(settings: Settings) -> bytes:
    """Worked out apart from the code: HKDF-SHA-256, the label of key files, in hexadecimal."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = b"mgen-connect/secret/signing-keys"
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return derived.derive(settings.secret_keys[0]).hex().encode()


def test_ke1_no_file_holds_a_plain_key(reader: Reader, settings: Settings) -> None:
    for pem in files(settings).values():
        assert b"ENCRYPTED PRIVATE KEY" in pem.splitlines()[0]
        with pytest.raises(TypeError):
            load_pem_private_key(pem, None)
        with pytest.raises(ValueError, match="password"):
            load_pem_private_key(pem, b"another")
        assert load_pem_private_key(pem, reader_passphrase(settings))


def test_ke1_a_file_stays_open_while_secrets_rotate(reader: Reader, settings: Settings) -> None:
    assert kids(under(reader, settings, NEW, OLD)) == kids(reader)


def test_ke1_files_move_to_the_newest_secret(reader: Reader, settings: Settings) -> None:
    before = kids(reader)
    keys.ensure_signing_key(reader.database, replace(settings, secret_keys=(NEW, OLD)))
    assert kids(under(reader, settings, NEW)) == before
    with pytest.raises(LockedKeyFileError, match="SECRET_KEYS"):
        kids(under(reader, settings, OLD))


def test_files_under_the_newest_secret_are_left_alone(reader: Reader, settings: Settings) -> None:
    before = files(settings)
    keys.ensure_signing_key(reader.database, settings)
    assert files(settings) == before


def test_ke1_plain_files_of_before_are_taken_over(reader: Reader, settings: Settings) -> None:
    before = kids(reader)
    make_plain(settings)
    assert kids(under(reader, settings, OLD)) == before
    keys.ensure_signing_key(reader.database, settings)
    assert kids(under(reader, settings, OLD)) == before
    assert all(b"ENCRYPTED" in pem for pem in files(settings).values())


def test_ke1_a_loose_file_is_not_mended_in_silence(reader: Reader, settings: Settings) -> None:
    """What others could read while it was plain is known to them: an operator must hear of it."""
    make_plain(settings)
    path = key_file(settings, reader.signer().kid)
    path.chmod(0o644)
    before = path.read_bytes()
    keys.ensure_signing_key(reader.database, settings)
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o644, before)


def test_a_folder_that_cannot_be_written_stops_nothing(
    reader: Reader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    before = kids(reader)
    make_plain(settings)
    monkeypatch.setattr("idp.oidc.key_files.NamedTemporaryFile", refused)
    keys.ensure_signing_key(reader.database, settings)
    assert kids(under(reader, settings, OLD)) == before


def test_keys_of_a_lost_secret_are_replaced(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    before, alone = kids(reader), replace(settings, secret_keys=(NEW,))
    at.advance(seconds=1)
    keys.ensure_signing_key(reader.database, alone)
    after = kids(Reader(reader.database, alone))
    assert not set(after) & set(before)
    assert set(before) <= {kid for alg in keys.ALGORITHMS for kid in reader.published(alg)}


def test_ke4_no_key_is_written_without_a_secret(database: Database, settings: Settings) -> None:
    with pytest.raises(UnsafeSettingsError, match="SECRET_KEYS"):
        keys.ensure_signing_key(database, replace(settings, secret_keys=()))
    assert not settings.keys_dir.exists()


def test_ke4_the_other_family_opens_nothing(reader: Reader, settings: Settings) -> None:
    with pytest.raises(LockedKeyFileError):
        kids(under(reader, settings, settings.pii_keys[0]))
