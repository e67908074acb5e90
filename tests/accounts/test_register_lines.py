"""Bad lines: each is reported by number, field and reason, and spoils no other line."""

import io
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.register_fields import COLUMNS, Line
from idp.accounts.register_findings import Finding, Outcome
from idp.accounts.register_lines import LONGEST, BadFileError, physical_lines, read
from idp.storage.engine import Database
from tests.accounts import register_support as support
from tests.accounts.register_support import Import, lines_of, person, register_of, written

NIR = support.nir()
KEYED = person(nir=NIR)
HEADER, GOOD = lines_of(person(1))

# field, value, reason
BAD_FIELDS = [
    ("member_number", "", "missing"),
    ("member_number", " \u00a0", "missing"),
    ("member_number", "F 1", "bad_member_number"),
    ("member_number", "=1+1", "bad_member_number"),
    ("member_number", "É1", "bad_member_number"),
    ("member_number", "F" * 33, "bad_member_number"),
    ("member_number", NIR, "holds_a_nir"),
    ("member_number", f"M-{NIR}", "holds_a_nir"),
    ("contract", f"Contrat {NIR[:7]} {NIR[7:]}", "holds_a_nir"),
    ("nir", NIR[:12], "bad_nir_length"),
    ("nir", NIR + "00", "bad_nir_key"),
    ("nir", "0" + NIR[1:], "bad_nir_form"),
    ("nir", "1.85058E+12", "bad_nir_length"),
    ("nir_key", "", "missing"),
    ("nir_key", "98", "bad_nir_key"),
    ("nir_key", "x", "bad_nir_key"),
    ("family_name", "", "missing"),
    ("family_name", "-", "bad_name"),
    ("family_name", "Fic\x00tif", "unprintable"),
    ("family_name", "Fic\u202etif", "unprintable"),
    ("family_name", "\ufeffFictif", "unprintable"),
    ("given_name", "\x1b[31mPrénom", "unprintable"),
    ("birth_name", "F" * 513, "too_long"),
    ("birth_date", "", "missing"),
    ("birth_date", "31/05/1985", "bad_date"),
    ("birth_date", "19850531", "bad_date"),
    ("birth_date", "1985-W22-5", "bad_date"),
    ("birth_date", "1985-02-29", "bad_date"),
    ("birth_date", "1879-12-31", "bad_date"),
    ("birth_date", "2999-01-01", "bad_date"),
    ("birth_date", "١٩٨٥-05-31", "bad_date"),
    ("email", "fictif", "bad_email"),
    ("email", "a@exemple.test, b@exemple.test", "bad_email"),
    ("mobile", "06 00 00 00", "bad_phone"),
    ("mobile", "inconnu", "bad_phone"),
    ("landline", "+33 (0)1 AB", "bad_phone"),
    ("status", "actif", "bad_status"),
    ("legacy_password_hash", "motdepasse", "unknown_verifier"),
    ("legacy_password_hash", "{CLEAR}motdepasse", "unknown_verifier"),
]
BAD_LINES = {
    "open quote": (GOOD.replace(b"Fictif-B", b'"Fictif-B'), "not_csv"),
    "quote in the midst": (GOOD.replace(b"Fictif-B", b'"Fic"tif'), "not_csv"),
    "carriage return": (GOOD.replace(b"Fictif-B", b"Fic\rtif"), "not_csv"),
    "latin-1": (GOOD.replace("é".encode(), "é".encode("latin-1")), "not_utf8"),
    "surrogate": (GOOD.replace(b"Fictif-B", b"\xed\xa0\x80"), "not_utf8"),
    "a field too few": (GOOD.replace(b",67000", b""), "field_count"),
    "a field too many": (GOOD.replace(b",67000", b",67000,"), "field_count"),
    "semicolons": (GOOD.replace(b",", b";"), "field_count"),
    "very long": (GOOD.replace(b"Fictif-B", b"F" * LONGEST), "too_long"),
}


def parsed(*lines: bytes, development: bool = True) -> list[Line | list[Finding]]:
    return list(read([HEADER, *lines], development=development))


@pytest.mark.parametrize(("field", "value", "reason"), BAD_FIELDS)
def test_a_bad_field(field: str, value: str, reason: str) -> None:
    (found,) = parsed(written([{**KEYED, field: value}[name] for name in COLUMNS]))
    assert isinstance(found, list)
    assert [(f.line, f.outcome, f.field, f.reason.value) for f in found] == [
        (2, Outcome.REFUSED, field, reason)
    ]


@pytest.mark.parametrize(("raw", "reason"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line(raw: bytes, reason: str) -> None:
    before, found, after = parsed(GOOD, raw, GOOD)
    assert isinstance(before, Line)
    assert isinstance(after, Line), "it spoiled the next one"
    assert isinstance(found, list)
    assert [(f.line, f.field, f.reason.value) for f in found] == [(3, "line", reason)]


def test_everything_wrong_with_a_line_is_told() -> None:
    bad = {"nir_key": "00", "birth_date": "hier", "email": "x", "status": "?"}
    (found,) = parsed(written([{**KEYED, **bad}[name] for name in COLUMNS]))
    assert isinstance(found, list)
    assert {f.field for f in found} == set(bad)


@pytest.mark.parametrize(
    ("number", "key", "field"),
    [("", "50", "nir_key"), (f"{NIR}50", "49", "nir_key"), ("x", "50", "nir")],
)
def test_nir_and_key_go_together(number: str, key: str, field: str) -> None:
    (found,) = parsed(*lines_of(person(nir=number, nir_key=key))[1:])
    assert isinstance(found, list)
    assert [f.field for f in found] == [field]


@pytest.mark.parametrize(("number", "key"), [(NIR, "50"), (f"{NIR}50", ""), (f"{NIR} 50", "50")])
def test_the_key_stands_in_its_column_or_behind_the_nir(number: str, key: str) -> None:
    (line,) = parsed(*lines_of(person(nir=number, nir_key=key))[1:])
    assert isinstance(line, Line)
    assert line.nir is not None
    assert line.nir.number == NIR


def test_a_spreadsheet_may_have_lost_the_first_0_of_a_key() -> None:
    number = next(n for n in map(support.nir, range(1, 999)) if support.key_of(n)[0] == "0")
    (line,) = parsed(*lines_of(person(nir=number, nir_key=support.key_of(number)[1]))[1:])
    assert isinstance(line, Line)


def test_reserved_domains_are_for_development() -> None:
    (found,) = parsed(GOOD, development=False)
    assert isinstance(found, list)
    assert [f.reason.value for f in found] == ["bad_email"]


def _shuffled(lines: list[bytes]) -> list[bytes]:
    return [b",".join(reversed(line.rstrip().split(b","))) + b"\n" for line in lines]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
        lambda lines: [line.replace(b"\r\n", b"\n") for line in lines],
        lambda lines: [*lines[:-1], lines[-1].rstrip()],
        lambda lines: [lines[0], b"\r\n", *lines[1:], b"\n", b"  \n"],
        lambda lines: [lines[0].upper().replace(b",", b" , "), *lines[1:]],
        lambda lines: [b'"' + lines[0].rstrip().replace(b",", b'","') + b'"\n', *lines[1:]],
        lambda lines: _shuffled(lines),
    ],
)
def test_files_as_programs_write_them(change: Callable[[list[bytes]], list[bytes]]) -> None:
    plain = lines_of(*(person(rank, address_line="rue Imaginaire") for rank in range(3)))
    found = list(read(change(plain), development=True))
    expected = list(read(plain, development=True))
    assert [line.content() for line in found if isinstance(line, Line)] == [
        line.content() for line in expected if isinstance(line, Line)
    ]
    assert len(found) == 3


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\n",
        b"member_number,nir\n",
        HEADER.replace(b"nir_key", b"cle"),
        HEADER.rstrip() + b",extra\n",
        HEADER.rstrip() + b",nir\n",
        HEADER.replace(b",", b";"),
        HEADER.decode().encode("utf-16"),
        GOOD,
        GOOD.replace("é".encode(), "é".encode("latin-1")),
        b"F" * (LONGEST + 1),
    ],
)
def test_a_file_without_the_header_is_refused_whole(database: Database, header: bytes) -> None:
    """Its first line may be a person's data: nothing of it is quoted."""
    with pytest.raises(BadFileError) as refused:
        Import(database, [header, GOOD])
    assert register_of(database) == {}
    told = str(refused.value)
    assert not [
        value for value in [*person(1).values(), "extra", "cle."] if value and value in told
    ]


def test_an_empty_stream_is_refused(database: Database) -> None:
    with pytest.raises(BadFileError, match="member_number"):
        Import(database, [])


def test_good_lines_are_kept_whatever_the_others_are(database: Database) -> None:
    bad = [raw for raw, _ in BAD_LINES.values()]
    bad += [written([{**KEYED, f: v}[name] for name in COLUMNS]) for f, v, _ in BAD_FIELDS]
    good = lines_of(*(person(rank) for rank in range(2, 2 + len(bad))))[1:]
    mixed = [line for pair in zip(bad, good, strict=True) for line in pair]
    done = Import(database, [HEADER, *mixed])
    assert (done.counts.created, done.counts.refused) == (len(good), len(bad))
    assert [f.line for f in done.findings] == list(range(2, 2 + 2 * len(bad), 2))
    assert len(register_of(database)) == len(good)


def test_long_lines_are_cut_and_the_next_is_whole() -> None:
    stream = io.BytesIO(b"a\n" + b"b" * 50_000 + b"\n" + b"c" * LONGEST + b"\nd\n" + b"e" * 40_000)
    lines = list(physical_lines(stream))
    assert [line[:1] for line in lines] == [b"a", b"b", b"c", b"d", b"e"]
    assert max(map(len, lines)) == LONGEST + 1


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_whatever_the_bytes_each_line_is_read_or_refused(junk: list[bytes]) -> None:
    def lines() -> Iterator[bytes]:
        yield HEADER
        yield from io.BytesIO(b"\n".join(junk))
        yield b"\n"
        yield GOOD

    found = list(read(lines(), development=True))
    assert isinstance(found[-1], Line)
    assert all(isinstance(each, list) and each for each in found[:-1])
