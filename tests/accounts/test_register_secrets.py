"""A NIR is nowhere in clear: database, logs, report, errors (PII1, PII3, PII8)."""

import base64
import hashlib
import logging
import traceback
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import DBAPIError

from idp.accounts import register_batch
from idp.accounts.nir import key_of
from idp.accounts.register_lines import read
from idp.logs import JsonLines
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as support
from tests.accounts.register_support import BCRYPT, Import, lines_of, person, run

NIR = support.nir(777, place="2A")
SECRET = {
    "nir": NIR,
    "family_name": "Canarifamille",
    "birth_name": "Canarinaissance",
    "given_name": "Canariprenom",
    "birth_date": "1961-02-03",
    "email": "canari@exemple.test",
    "mobile": "0600000777",
    "landline": "0100000777",
    "address_line": "7 rue du Canari",
    "postal_code": "67777",
    "city": "Canariville",
    "legacy_password_hash": "{MD5}" + "ca" * 16,
}


def shapes(number: str) -> Iterator[str]:
    """The NIR with and without its key, in one piece and spaced, in both cases."""
    for whole in (number, number + key_of(number)):
        groups = (whole[0], whole[1:3], whole[3:5], whole[5:7], whole[7:10], whole[10:13])
        yield from (whole, whole.lower(), " ".join([*groups, whole[13:]]).strip())
        yield from (".".join(groups), " ".join([whole[:13], whole[13:]]).strip())


def forms(text: str) -> Iterator[bytes]:
    """As it is, in hex and base64; and its plain hashes, raw, in hex and base64."""
    raw = text.encode()
    digests = [hashlib.new(name, raw).digest() for name in ("md5", "sha1", "sha256", "sha512")]
    for value in (raw, *digests):
        yield value
        yield value.hex().encode()
        yield value.hex().upper().encode()
        yield base64.b64encode(value).rstrip(b"=")
        yield base64.urlsafe_b64encode(value).rstrip(b"=")
    yield text.encode("utf-16-le")


def stored(database: Database, settings: Settings) -> bytes:
    """Every column of every row, and the bytes of the files where there are any."""
    files = [path.read_bytes() for path in sorted(settings.state_dir.glob("*")) if path.is_file()]
    return factories.dump(database).encode("latin-1", "backslashreplace") + b"".join(files)


def test_pii1_no_nir_in_the_database(database: Database, settings: Settings) -> None:
    run(database, person(1, **SECRET))
    run(database, person(1, **{**SECRET, "city": "Autreville"}), person(2, **SECRET))
    kept = stored(database, settings)
    assert b"F0000001" in kept, "the dump is of the register"
    needles = {needle for shape in shapes(NIR) for needle in forms(shape)}
    assert len(needles) > 150
    assert [needle for needle in needles if needle in kept] == []


def test_pii1_the_search_finds_what_is_there(database: Database, settings: Settings) -> None:
    run(database, person(1, nir="", contract=f"contrat {NIR}"))
    run(database, person(2, nir="", contract=hashlib.sha256(NIR.encode()).hexdigest()))
    kept = stored(database, settings)
    needles = {needle for shape in shapes(NIR) for needle in forms(shape)}
    assert len([needle for needle in needles if needle in kept]) >= 2


def test_pii8_nothing_personal_in_the_database(database: Database, settings: Settings) -> None:
    run(database, person(1, **SECRET))
    kept = stored(database, settings)
    values = {*SECRET.values(), "+33600000777", "+33100000777", "canari", "CANARI"}
    needles = {needle for value in values for needle in (value.encode(), value.encode().hex())}
    found = [n for n in needles if (n if isinstance(n, bytes) else n.encode()) in kept]
    assert found == []


def test_pii3_nothing_of_a_line_is_logged_or_reported(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("idp", "sqlalchemy.engine", "sqlalchemy.orm"):
        caplog.set_level(logging.DEBUG, logger=name)
    bad = [{**person(2, **SECRET), field: f"{value}\x01"} for field, value in SECRET.items()]
    bad += [{**person(2, **SECRET), field: f"{value},"} for field, value in SECRET.items()]
    bad += [person(3, **SECRET), person(4, nir=NIR + "00"), person(5, nir=f"{NIR}x")]
    bad += [person(6, member_number=NIR, nir=NIR), person(7, contract=NIR, nir=NIR)]
    raw = lines_of(*bad)[1:]
    raw += [line[:40] + b'"' + line[40:] for line in raw] + [line + b"\xff" for line in raw]
    done = Import(database, [*lines_of(person(1, **SECRET)), *raw])
    run(database, person(1, **{**SECRET, "nir": support.nir(778)}), person(8, **SECRET))
    formatter = JsonLines()
    lines = "\n".join(formatter.format(each) + each.getMessage() for each in caplog.records)
    assert "import_begun" in lines
    assert "INSERT INTO members" in lines
    assert done.counts.refused > 50
    told = lines + repr(done.findings) + repr(done.counts)
    needles = {*SECRET.values(), *shapes(NIR), "canari", "Canari", "600000777"}
    assert [needle for needle in needles if needle in told] == []


def test_pii7_a_database_fault_does_not_quote_the_line(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(database, person(1, nir=NIR))
    monkeypatch.setattr(register_batch._Step, "_nir_is_anothers", lambda _self: False)
    line = person(2, **SECRET, contract="Canaricontrat")
    with pytest.raises(DBAPIError) as failed:
        run(database, line)
    told = "".join(traceback.format_exception(failed.value))
    assert "INSERT INTO members" in told
    assert [needle for needle in [*shapes(NIR), *SECRET.values()] if needle in told] == []
    assert line["contract"] not in told


def test_a_line_has_no_telling_repr(database: Database) -> None:
    (line,) = read(
        lines_of(person(1, **{**SECRET, "legacy_password_hash": BCRYPT})), development=True
    )
    told = f"{line!r} {line}"
    assert [value for value in (*SECRET.values(), BCRYPT) if value in told] == []
