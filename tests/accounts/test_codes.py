"""One code: six digits from a good source, 15 minutes, five tries, one use (OTC1-4, OTC6, E2)."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from idp.accounts import codes, subject
from idp.accounts.codes import Answer, Binding, Issued, Purpose, Tried
from idp.clock import FrozenClock
from idp.models import Code
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.fixtures import settings_for

PREFIX, DIGITS = 671, 482913


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the random source gives next, in the order of asking: digits, then prefix."""
    numbers = [DIGITS, PREFIX]
    asked: Iterator[int] = iter([10**6, 10**3] * 50)

    def below(limit: int) -> int:
        assert limit == next(asked)
        return numbers.pop(0) if numbers else limit - 1

    monkeypatch.setattr(codes.secrets, "randbelow", below)
    return numbers


@pytest.fixture
def binding(database: Database) -> Binding:
    with database.writing() as session:
        identity = factories.make_identity(session)
    return Binding(Purpose.SIGN_IN, subject.identity(identity.id), "i" * 32, identity.email_index)


def _issue(database: Database, binding: Binding) -> Issued:
    with database.writing() as session:
        return codes.issue(session, binding)


def _try(database: Database, binding: Binding, typed: str) -> Tried:
    with database.writing() as session:
        return codes.attempt(session, binding, typed)


@pytest.mark.parametrize(("number", "digits"), [(0, "000000"), (42, "000042"), (999999, "999999")])
def test_otc1_six_digits_with_their_leading_noughts(
    database: Database,
    at: FrozenClock,
    binding: Binding,
    drawn: list[int],
    number: int,
    digits: str,
) -> None:
    drawn[:] = [number, 7]
    issued = _issue(database, binding)
    assert (issued.prefix, issued.secret) == ("007", digits)
    assert issued.shown == f"007 - {digits[:3]} {digits[3:]}"
    assert _try(database, binding, digits).answer is Answer.RIGHT


@pytest.mark.parametrize(
    ("seconds", "expected"), [(899, Answer.RIGHT), (900, Answer.DEAD), (901, Answer.DEAD)]
)
def test_otc2_good_for_899_seconds_and_dead_at_901(
    database: Database, at: FrozenClock, binding: Binding, seconds: int, expected: Answer
) -> None:
    issued = _issue(database, binding)
    at.advance(seconds=seconds)
    assert _try(database, binding, issued.secret).answer is expected


def test_r1_the_life_is_a_setting(
    database: Database, at: FrozenClock, binding: Binding, tmp_path: Path
) -> None:
    with database.writing() as session:
        session.info["settings"] = settings_for(tmp_path, code_lifetime=60)
        issued = codes.issue(session, binding)
    at.advance(seconds=59)
    assert issued.expires_at > at.instant
    at.advance(seconds=2)
    assert _try(database, binding, issued.secret).answer is Answer.DEAD


def test_otc3_the_fifth_wrong_try_kills_it(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    _issue(database, binding)
    tried = [_try(database, binding, f"{number:06d}") for number in range(5)]
    assert [each.answer for each in tried] == [Answer.WRONG] * 5
    assert [each.tries_left for each in tried] == [4, 3, 2, 1, 0]
    assert _try(database, binding, str(DIGITS)) == Tried(Answer.DEAD)


def test_otc3_the_fifth_try_may_still_be_right(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    _issue(database, binding)
    for _ in range(4):
        _try(database, binding, "000000")
    assert _try(database, binding, str(DIGITS)).answer is Answer.RIGHT


def test_otc3_of_twenty_wrong_at_once_five_are_looked_at(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    _issue(database, binding)
    tried = at_once(20, lambda _number: _try(database, binding, "000000").answer)
    assert (tried.count(Answer.WRONG), tried.count(Answer.DEAD)) == (5, 15)


def test_otc4_of_twenty_right_at_once_one_is_right(
    database: Database, at: FrozenClock, binding: Binding
) -> None:
    issued = _issue(database, binding)
    tried = at_once(20, lambda _number: _try(database, binding, issued.secret).answer)
    assert (tried.count(Answer.RIGHT), tried.count(Answer.DEAD)) == (1, 19)


def test_otc4_used_once_and_the_row_says_which(
    database: Database, at: FrozenClock, binding: Binding
) -> None:
    issued = _issue(database, binding)
    right = _try(database, binding, issued.secret)
    with database.reading() as session:
        assert right.code_id == session.scalars(select(Code.id)).one()
    assert _try(database, binding, issued.secret) == Tried(Answer.DEAD)


def test_otc4_a_new_code_kills_the_older_one(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    drawn[:] = [111111, 1, 222222, 2]
    _issue(database, binding)
    _issue(database, binding)
    assert _try(database, binding, "111111").answer is Answer.WRONG
    assert _try(database, binding, "222222").answer is Answer.RIGHT
    assert _try(database, binding, "111111").answer is Answer.DEAD


@pytest.mark.parametrize(
    "typed",
    [
        "482913",
        "482 913",
        "482-913",
        "482.913",
        " 4 8 2 9 1 3 ",
        "671482913",
        "671 - 482 913",
        "671-482-913",
        "671\u00a0–\u00a0482\u202f913",
        "671 — 482 913",
        "671\u2011482\u2010913\n",
    ],
)
def test_e2_with_or_without_prefix_spaces_and_dashes(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int], typed: str
) -> None:
    _issue(database, binding)
    assert _try(database, binding, typed).answer is Answer.RIGHT


@pytest.mark.parametrize(
    "typed", ["", "-", "48291", "4829134", "67148291", "6714829133", "48291a", "४८२९१३", "482+913"]
)
def test_what_is_no_code_burns_no_try(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int], typed: str
) -> None:
    _issue(database, binding)
    assert _try(database, binding, typed) == Tried(Answer.NOT_A_CODE, 5, prefix="671")


def test_e2_an_older_message_is_told_and_burns_no_try(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    _issue(database, binding)
    for _ in range(7):
        assert _try(database, binding, "670482913") == Tried(Answer.OLD_MESSAGE, 5, prefix="671")
    assert _try(database, binding, "671482913").answer is Answer.RIGHT


def test_the_page_is_shown_the_live_code_only(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    def current() -> str | None:
        with database.reading() as session:
            code = codes.current(session, binding)
            return code.prefix if code else None

    assert current() is None
    _issue(database, binding)
    assert current() == "671"
    at.advance(seconds=901)
    assert current() is None


def test_otc6_the_database_does_not_hold_the_digits(
    database: Database, at: FrozenClock, binding: Binding, drawn: list[int]
) -> None:
    _issue(database, binding)
    seen, digits = factories.dump(database), str(DIGITS)
    plain = [hashlib.new(name, digits.encode()) for name in ("md5", "sha1", "sha256", "sha512")]
    forms = [digits, base64.b64encode(digits.encode()).decode(), digits.encode().hex()]
    for form in forms + [digest.hexdigest() for digest in plain]:
        # by itself: among the digits of a keyed digest anything may come up
        assert not re.search(rf"(?<![0-9a-f]){form}(?![0-9a-f])", seen)


@pytest.fixture
def letter(binding: Binding) -> Binding:
    return Binding(Purpose.LETTER, subject.member("m" * 32), None, "post")


def test_the_code_of_a_letter_is_ten_characters_that_nobody_misreads(
    database: Database, at: FrozenClock, letter: Binding
) -> None:
    issued = _issue(database, letter)
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{10}", issued.secret)
    assert issued.shown == f"{issued.secret[:5]} {issued.secret[5:]}"
    typed = f" {issued.secret[:5].lower()}-{issued.secret[5:]} "
    assert _try(database, letter, typed).answer is Answer.RIGHT


def test_the_code_of_a_letter_lives_thirty_days(
    database: Database, at: FrozenClock, letter: Binding
) -> None:
    issued = _issue(database, letter)
    at.advance(days=29, hours=23)
    with database.writing() as session:
        assert not codes.redeem(session, letter, "7" * 10)
        assert codes.redeem(session, letter, issued.secret)
        assert not codes.redeem(session, letter, issued.secret)
    later = _issue(database, letter)
    at.advance(days=30, seconds=1)
    with database.writing() as session:
        assert not codes.redeem(session, letter, later.secret)


def test_otc4_of_twenty_who_redeem_a_letter_at_once_one_has_it(
    database: Database, at: FrozenClock, letter: Binding
) -> None:
    issued = _issue(database, letter)

    def redeem(_number: int) -> bool:
        with database.writing() as session:
            return codes.redeem(session, letter, issued.secret)

    assert at_once(20, redeem).count(True) == 1
