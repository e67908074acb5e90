"""Private signing keys as files: KEYS_DIR/<kid>.pem, mode 0600, encrypted, whole or absent (KE1).

The passphrase comes from SECRET_KEYS, so that a copy of the folder alone is worth nothing. It has
256 random bits: the few rounds of PBKDF2 that PKCS#8 gets here cost it nothing.
"""

import os
import stat
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey, RSAKey

from idp.settings import PREFIX, Settings, UnsafeSettingsError
from idp.storage.keyring import Keyring

# what the issuer signs with, each by a key of its own; OIDC Core's default first (§3.1.3.7)
ALGORITHMS = ("RS256", "PS256", "ES256")
RSA_BITS = 3072
_LEAST_BITS = 2048  # joserfc takes 1024 without a word

SigningJwk = RSAKey | ECKey
_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class UnsafeKeyFileError(Exception):
    """A key file that others can read, or that does not hold the key of its name."""


class LockedKeyFileError(UnsafeKeyFileError):
    """A key file that none of the SECRET_KEYS opens."""


def generate(alg: str = ALGORITHMS[0]) -> SigningJwk:
    """A new private key for one of ALGORITHMS, its kid the RFC 7638 thumbprint."""
    raw: _Private
    raw = ec.generate_private_key(ec.SECP256R1()) if alg == "ES256" else new_rsa(RSA_BITS)
    key = _key(raw, alg)
    if key is None:
        raise ValueError(f"nothing is signed by {alg} here")
    return key


def new_rsa(bits: int) -> rsa.RSAPrivateKey:
    """Numbers for an RSA key: a third of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class KeyFolder:
    """KEYS_DIR, and the passphrases that open what is in it."""

    def __init__(self, settings: Settings) -> None:
        self._dir = settings.keys_dir
        keys = Keyring(settings).keys("secret", "signing-keys")
        self._passphrases = [key.hex().encode() for key in keys]

    def path_of(self, kid: str) -> Path:
        """Where the private half of `kid` lives."""
        return self._dir / f"{kid}.pem"

    def holds(self, kid: str) -> bool:
        """Whether the private half is here."""
        return self.path_of(kid).is_file()

    def remove(self, kid: str) -> None:
        """Forget a private half."""
        self.path_of(kid).unlink(missing_ok=True)

    def write(self, key: SigningJwk) -> None:
        """Keep the private half; after a crash it is there as a whole or not at all."""
        if not isinstance(key.raw_value, _Private):
            raise TypeError("a public key signs nothing")
        self._write(key.thumbprint(), key.raw_value)

    def read(self, kid: str, alg: str) -> SigningJwk | None:
        """The private key (RSA: 150 ms, once a process), None when the file is not held here.

        Raises UnsafeKeyFileError.
        """
        pem = self._pem(kid)
        if pem is None:
            return None
        try:
            # the second reading is the slow one: it looks whether the numbers are a key
            key = _key(load_pem_private_key(pem, self._passphrase_of(kid, pem)), alg)
        except ValueError:
            key = None
        if key is None or key.thumbprint() != kid:
            raise UnsafeKeyFileError(f"{self.path_of(kid)} does not hold the key of its name")
        return key

    def reseal(self, kid: str) -> bool:
        """Write a file that is plain, or of an older secret, under the newest; whether it did.

        Raises UnsafeKeyFileError, OSError where the folder cannot be written.
        """
        pem = self._pem(kid)
        if pem is None or not self._passphrases:
            return False
        passphrase = self._passphrase_of(kid, pem)
        if passphrase == self._passphrases[0]:
            return False
        raw = load_pem_private_key(pem, passphrase, unsafe_skip_rsa_key_validation=True)
        if isinstance(raw, _Private):
            self._write(kid, raw)
        return True

    def _pem(self, kid: str) -> bytes | None:
        path = self.path_of(kid)
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode  # of the file we read, not of a later one
                if stat.S_IMODE(mode) & 0o077:
                    raise UnsafeKeyFileError(f"{path} can be read by others: chmod 600 it")
                return file.read()
        except FileNotFoundError:
            return None

    def _passphrase_of(self, kid: str, pem: bytes) -> bytes | None:
        """The one that opens it; None for a plain file, as they were once."""
        for passphrase in (*self._passphrases, None):
            try:
                load_pem_private_key(pem, passphrase, unsafe_skip_rsa_key_validation=True)
            except (ValueError, TypeError):
                continue
            return passphrase
        if b"ENCRYPTED" in pem:
            raise LockedKeyFileError(
                f"{self.path_of(kid)} was encrypted under a key"
                f" that {PREFIX}SECRET_KEYS does not hold"
            )
        raise UnsafeKeyFileError(f"{self.path_of(kid)} does not hold the key of its name")

    def _write(self, kid: str, raw: _Private) -> None:
        if not self._passphrases:
            raise UnsafeSettingsError(f"{PREFIX}SECRET_KEYS is not set")
        sealing = BestAvailableEncryption(self._passphrases[0])
        pem = raw.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing)
        self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp behind it creates with 0600 from the first instant
        with NamedTemporaryFile(dir=self._dir, prefix=".", suffix=".new", delete=False) as draft:
            try:
                draft.write(pem)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(self.path_of(kid))
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
        _sync(self._dir)


def _key(raw: object, alg: str) -> SigningJwk | None:
    """The key for its algorithm (RFC 7518 §3.1); None when the two do not fit."""
    if isinstance(raw, rsa.RSAPrivateKey):
        if alg not in {"RS256", "PS256"} or raw.key_size < _LEAST_BITS:
            return None
        kid = RSAKey.import_key(raw).thumbprint()
        return RSAKey.import_key(raw, {"kid": kid, "use": "sig", "alg": alg})
    if isinstance(raw, ec.EllipticCurvePrivateKey):
        if alg != "ES256" or raw.curve.name != ec.SECP256R1.name:
            return None
        kid = ECKey.import_key(raw).thumbprint()
        return ECKey.import_key(raw, {"kid": kid, "use": "sig", "alg": alg})
    return None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
