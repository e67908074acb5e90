"""Private signing keys as files: KEYS_DIR/<kid>.pem, mode 0600, whole or not there at all (KE1)."""

import os
import stat
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import RSAKey

RSA_BITS = 3072
_LEAST_BITS = 2048  # joserfc takes 1024 without a word
ALG = "RS256"


class UnsafeKeyFileError(Exception):
    """A key file that others can read, or that does not hold the key of its name."""


def generate() -> RSAKey:
    """A new private key, its kid the RFC 7638 thumbprint."""
    return _key(rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS))


def path_of(keys_dir: Path, kid: str) -> Path:
    """Where the private half of `kid` lives."""
    return keys_dir / f"{kid}.pem"


def write(keys_dir: Path, key: RSAKey) -> None:
    """Keep the private half; after a crash it is there as a whole or not at all."""
    keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.as_pem(private=True)
    # mkstemp behind it creates with 0600 from the first instant
    with NamedTemporaryFile(dir=keys_dir, prefix=".", suffix=".new", delete=False) as draft:
        try:
            draft.write(pem)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(path_of(keys_dir, key.thumbprint()))
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    _sync(keys_dir)


def read(keys_dir: Path, kid: str) -> RSAKey | None:
    """The private key (50 ms: once per process), None when the file is not held here.

    Raises UnsafeKeyFileError.
    """
    path = path_of(keys_dir, kid)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode  # of the file we read, not of a later one
            if stat.S_IMODE(mode) & 0o077:
                raise UnsafeKeyFileError(f"{path} can be read by others: chmod 600 it")
            pem = file.read()
    except FileNotFoundError:
        return None
    key = _loaded(pem)
    if key is None or key.thumbprint() != kid:
        raise UnsafeKeyFileError(f"{path} does not hold the RSA key of its name")
    return key


def is_held(keys_dir: Path, kid: str) -> bool:
    """Whether the private half is here."""
    return path_of(keys_dir, kid).is_file()


def remove(keys_dir: Path, kid: str) -> None:
    """Forget a private half that is not used."""
    path_of(keys_dir, kid).unlink(missing_ok=True)


def _loaded(pem: bytes) -> RSAKey | None:
    try:
        raw = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        return None
    if not isinstance(raw, rsa.RSAPrivateKey) or raw.key_size < _LEAST_BITS:
        return None
    return _key(raw)


def _key(raw: rsa.RSAPrivateKey) -> RSAKey:
    kid = RSAKey.import_key(raw).thumbprint()
    return RSAKey.import_key(raw, {"kid": kid, "use": "sig", "alg": ALG})


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
