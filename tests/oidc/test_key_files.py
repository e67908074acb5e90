"""The files and the published halves of signing keys (KE1, KE3, OA11)."""

import base64
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import UnsupportedKeyAlgorithmError
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import SigningKey
from idp.oidc import key_files, keys
from idp.oidc.key_files import KeyFolder, SigningJwk
from idp.oidc.keys import KeyStore, UnsafeKeyFileError
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import Statements, settings_for
from tests.oidc.key_reader import Reader, key_file

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
MEMBERS = {"RSA": ("e", "n"), "EC": ("crv", "x", "y")}


@pytest.fixture
def reader(database: Database, settings: Settings, at: FrozenClock) -> Reader:
    """A process over a database with a first key, the clock stopped."""
    keys.ensure_signing_key(database, settings)
    return Reader(database, settings)


def test_ke1_keys_have_3072_bits_or_are_on_p_256() -> None:
    made = [key_files.generate(alg) for alg in keys.ALGORITHMS]
    assert [key.raw_value.key_size for key in made] == [3072, 3072, 256]
    assert [key.alg for key in made] == ["RS256", "PS256", "ES256"]
    assert len({key.kid for key in made}) == 3


def test_nothing_else_is_signed_by() -> None:
    with pytest.raises(ValueError, match="HS256"):
        key_files.generate("HS256")


def test_ke1_the_file_is_for_its_owner_only(reader: Reader, settings: Settings) -> None:
    paths = {key_file(settings, reader.signer(alg).kid) for alg in keys.ALGORITHMS}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE(settings.keys_dir.stat().st_mode) == 0o700
    assert set(settings.keys_dir.iterdir()) == paths


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_ke1_a_file_that_others_can_read_is_refused(
    reader: Reader, settings: Settings, mode: int
) -> None:
    (kid,) = reader.published()
    key_file(settings, kid).chmod(mode)
    with pytest.raises(UnsafeKeyFileError, match="chmod 600"):
        reader.signer()


def pem_of(key: Any) -> bytes:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: b"", id="empty"),
        pytest.param(lambda: b"not a key", id="text"),
        pytest.param(lambda: pem_of(rsa.generate_private_key(65537, 2048)), id="another key"),
        pytest.param(lambda: pem_of(ec.generate_private_key(ec.SECP256R1())), id="not RSA"),
        pytest.param(lambda: pem_of(ec.generate_private_key(ec.SECP384R1())), id="not P-256"),
        pytest.param(lambda: pem_of(ed25519.Ed25519PrivateKey.generate()), id="neither"),
    ],
)
def test_ke1_a_file_without_its_key_is_refused(
    reader: Reader, settings: Settings, content: Any
) -> None:
    (kid,) = reader.published()
    path = key_file(settings, kid)
    path.write_bytes(content())
    with pytest.raises(UnsafeKeyFileError, match="does not hold"):
        reader.signer()


def test_ke1_a_short_key_under_its_own_name_is_refused(tmp_path: Path) -> None:
    raw = rsa.generate_private_key(65537, 1024)  # noqa: S505, too short on purpose
    with pytest.warns(match="2048"):
        kid = RSAKey.import_key(raw).thumbprint()
    path = tmp_path / f"{kid}.pem"
    path.touch(mode=0o600)
    path.write_bytes(pem_of(raw))
    with pytest.raises(UnsafeKeyFileError):
        KeyFolder(settings_for(tmp_path, keys_dir=tmp_path)).read(kid, "RS256")


@pytest.mark.parametrize(("curve", "alg"), [(ec.SECP384R1(), "ES256"), (ec.SECP256R1(), "RS256")])
def test_ke1_a_key_of_another_kind_under_its_own_name_is_refused(
    tmp_path: Path, curve: ec.EllipticCurve, alg: str
) -> None:
    raw = ec.generate_private_key(curve)
    kid = ECKey.import_key(raw).thumbprint()
    path = tmp_path / f"{kid}.pem"
    path.touch(mode=0o600)
    path.write_bytes(pem_of(raw))
    with pytest.raises(UnsafeKeyFileError):
        KeyFolder(settings_for(tmp_path, keys_dir=tmp_path)).read(kid, alg)


def test_ke1_a_key_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("idp.oidc.key_files.os.fsync", failing)
    with pytest.raises(OSError, match="disk full"):
        KeyFolder(settings_for(tmp_path, keys_dir=tmp_path)).write(key_files.generate())
    assert list(tmp_path.iterdir()) == []


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638 §3 by hand: required members, sorted, no spaces, SHA-256, base64url."""
    required = sorted({"kty", *MEMBERS[jwk["kty"]]})
    members = json.dumps({name: jwk[name] for name in required}, separators=(",", ":"))
    digest = hashlib.sha256(members.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_ke3_the_kid_is_the_thumbprint(reader: Reader, alg: str) -> None:
    (jwk,) = reader.jwks(alg)
    assert jwk["kid"] == thumbprint(jwk) == reader.signer(alg).kid


@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_ke3_only_public_members_are_published(reader: Reader, alg: str) -> None:
    (jwk,) = reader.jwks(alg)
    assert set(jwk) == {"kty", *MEMBERS[jwk["kty"]], "kid", "use", "alg"}
    assert (jwk["kty"], jwk["use"]) == ("EC" if alg == "ES256" else "RSA", "sig")
    with reader.database.reading() as session:
        (stored,) = session.scalars(select(SigningKey.public_jwk).where(SigningKey.alg == alg))
    assert not PRIVATE & set(stored)


@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_what_it_signs_verifies_by_its_own_algorithm(reader: Reader, alg: str) -> None:
    signer = reader.signer(alg)
    token = jwt.encode({"alg": alg, "kid": signer.kid}, {"sub": "x"}, signer.key, [alg])
    public = reader.verifier(signer.kid)
    assert public is not None
    assert not public.is_private
    assert public.alg == signer.alg == alg
    assert jwt.decode(token, public, [alg]).claims == {"sub": "x"}


@pytest.mark.parametrize(("ours", "theirs"), [("RS256", "PS256"), ("PS256", "RS256")])
def test_oa11_a_key_signs_by_no_other_algorithm(reader: Reader, ours: str, theirs: str) -> None:
    signer = reader.signer(ours)
    with pytest.raises(UnsupportedKeyAlgorithmError):
        jwt.encode({"alg": theirs, "kid": signer.kid}, {}, signer.key, [ours, theirs])


@pytest.mark.parametrize("kid", ["", "../../etc/passwd", "nobody", None, 7, ["a"], {"a": 1}])
def test_oa11_a_kid_is_only_looked_up(reader: Reader, kid: object) -> None:
    assert reader.verifier(kid) is None


def test_a_file_is_loaded_once_and_the_table_read_every_five_seconds(
    reader: Reader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []
    honest = KeyFolder.read

    def noting(folder: KeyFolder, kid: str, alg: str) -> SigningJwk | None:
        loads.append(kid)
        return honest(folder, kid, alg)

    monkeypatch.setattr(KeyFolder, "read", noting)
    seconds = [0.0]
    store = KeyStore(settings, age=lambda: seconds[0])
    statements = Statements(reader.database)
    with reader.database.reading() as session:
        for moment in (0.0, 4.9, 5.0, 9.9):
            seconds[0] = moment
            kid = store.signing(session).kid
            store.published(session)
            store.verification_key(session, kid)
    assert loads == [kid]
    assert len(statements) == 2
