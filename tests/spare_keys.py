"""RSA keys that a process makes once: making or checking one takes a third of a second.

The nth key that a test makes is the nth of the pool, so that the keys of one test differ and those
of two need not.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import cycle
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from joserfc.jwk import RSAKey

from idp.oidc import key_files

LASTING = 6  # more than one fixture makes for one database
_honest = key_files.new_rsa


class SpareKeys:
    """Stands in for key_files.new_rsa.

    A fixture of the session is set up before those of a test are, so it meets other keys than they
    do: its own stay what no test of it makes anew.
    """

    def __init__(self) -> None:
        self._pools: dict[tuple[str, int], list[RSAPrivateKey]] = defaultdict(list)
        self._taken: dict[int, int] = defaultdict(int)
        self._lasting = cycle(range(LASTING))
        self._in_test = False
        self._lock = Lock()

    @contextmanager
    def of_a_test(self) -> Iterator[None]:
        """From the first key again."""
        self._taken.clear()
        self._in_test = True
        yield
        self._in_test = False

    def take(self, bits: int) -> RSAPrivateKey:
        """The next key of this size."""
        with self._lock:
            if not self._in_test:
                return self._nth(("lasting", bits), next(self._lasting))
            self._taken[bits] += 1
            return self._nth(("of a test", bits), self._taken[bits] - 1)

    def _nth(self, pool: tuple[str, int], number: int) -> RSAPrivateKey:
        while len(self._pools[pool]) <= number:
            self._pools[pool].append(_honest(pool[1]))
        return self._pools[pool][number]


@lru_cache
def named(name: str, alg: str = "RS256") -> RSAKey:
    """A key that no test takes from the pool: always the same for a name."""
    raw = _honest(key_files.RSA_BITS)
    kid = RSAKey.import_key(raw).thumbprint()
    return RSAKey.import_key(raw, {"kid": kid, "use": "sig", "alg": alg})


def load(pem: bytes, password: bytes | None, **options: Any) -> Any:
    """Stands in for load_pem_private_key: numbers that were found to be a key still are one."""
    raw = load_pem_private_key(pem, password, unsafe_skip_rsa_key_validation=True)
    if options.get("unsafe_skip_rsa_key_validation"):
        return raw
    return _checked(raw.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


@lru_cache(64)
def _checked(der: bytes) -> Any:
    return load_der_private_key(der, None)
