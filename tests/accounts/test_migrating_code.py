"""C1: the code of a member who has no identity yet, on a channel on file or by post (LI4, R9)."""

from typing import Any

import pytest
from sqlalchemy import select, update

from idp.accounts import budgets, channels, codes, letters, migrating, migrating_code, subject
from idp.accounts.activity import NOWHERE
from idp.accounts.channels import ChannelKind
from idp.accounts.codes import Answer, Binding, Purpose
from idp.accounts.migrating import ProvedBy, Stage
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Member, Migration
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import person, run
from tests.at_once import at_once
from tests.migration_support import FILED, legacy_member, make_migration

MOBILE = "06 12 34 56 78"


@pytest.fixture
def member(database: Database, at: FrozenClock) -> str:
    """A legacy member with an e-mail on file."""
    return legacy_member(database)


def begun(database: Database, member: str, **changes: Any) -> str:
    """The old password was right; the id of the row."""
    with database.writing() as session:
        return make_migration(session, member, **changes).id


def sent(database: Database, row: str, kind: ChannelKind = ChannelKind.CONTACT_EMAIL) -> str:
    """A code goes to that channel; its digits."""
    with database.writing() as session:
        here = session.get_one(Migration, row)
        offer = next(o for o in migrating_code.offers(session, here) if o.kind is kind)
        migrating_code.send(session, here, offer, None, NOWHERE)
    return str(factories.mails(database)[-1]["values"]["code_shown"]).partition(" - ")[2]


def answered(
    database: Database, row: str, typed: str, kind: ChannelKind = ChannelKind.CONTACT_EMAIL
) -> Answer:
    """What became of it."""
    with database.writing() as session:
        here = session.get_one(Migration, row)
        offer = next(o for o in migrating_code.offers(session, here) if o.kind is kind)
        return migrating_code.answer(session, here, offer, typed, NOWHERE).answer


def posted(database: Database, member: str) -> str:
    """A letter goes to the member; its code."""
    with database.writing() as session:
        return letters.issue(session, session.get_one(Member, member), by="conseil").secret


def by_letter(database: Database, row: str, typed: str) -> int | None:
    """Type the code of a letter."""
    with database.writing() as session:
        return migrating_code.letter(session, session.get_one(Migration, row), typed, NOWHERE)


def stage(database: Database, row: str) -> Stage | None:
    """Where it stands; None: over."""
    with database.reading() as session:
        found = migrating.live(session, row)
        return migrating.stage_of(found) if found else None


def offered(database: Database, row: str) -> list[tuple[str, str]]:
    """Kind and value of what the page offers."""
    with database.reading() as session:
        found = migrating_code.offers(session, session.get_one(Migration, row))
    return [(offer.kind.value, offer.value) for offer in found]


def test_c1_the_channels_on_file_that_can_be_reached(database: Database, at: FrozenClock) -> None:
    both = begun(database, legacy_member(database, 1, mobile=MOBILE, landline="01 00 00 00 00"))
    assert offered(database, both) == [("contact_email", FILED), ("mobile", "+33612345678")]
    overseas = begun(database, legacy_member(database, 2, email="", mobile="0692 00 00 00"))
    assert offered(database, overseas) == [], "no decoy: the password was right"


def test_r9_a_channel_that_waits_proves_nobody(
    database: Database, member: str, at: FrozenClock
) -> None:
    at.advance(days=1)
    line = {"email": "change@exemple.test", "mobile": "", "landline": ""}
    run(database, person(1, **line))
    row = begun(database, member)
    assert offered(database, row) == []
    at.advance(hours=72)
    assert offered(database, row) == [("contact_email", "change@exemple.test")]


def test_c1_the_right_code_proves_the_member_and_by_what(
    database: Database, member: str, at: FrozenClock
) -> None:
    row = begun(database, member)
    assert answered(database, row, sent(database, row)) is Answer.RIGHT
    with database.reading() as session:
        found = session.get_one(Migration, row)
        index = channels.channel_index(session, FILED)
        assert (found.proved_by, found.proved_index) == (ProvedBy.MAIL, index)
    mail = factories.mails(database)[-1]
    assert (mail["purpose"], mail["to"]) == ("migration_code", FILED)


def test_e5_by_sms(database: Database, at: FrozenClock) -> None:
    row = begun(database, legacy_member(database, email="", mobile=MOBILE))
    code = sent(database, row, ChannelKind.MOBILE)
    assert answered(database, row, code, ChannelKind.MOBILE) is Answer.RIGHT
    with database.reading() as session:
        assert session.get_one(Migration, row).proved_by == ProvedBy.SMS


def test_otc4_of_many_at_once_one_is_right(database: Database, member: str) -> None:
    row = begun(database, member)
    code = sent(database, row)
    found = at_once(6, lambda _n: answered(database, row, code))
    assert found.count(Answer.RIGHT) == 1


def test_otc5_not_in_another_browser_nor_of_another_member(database: Database, member: str) -> None:
    row = begun(database, member)
    code = sent(database, row)
    other_tab = begun(database, member, browser_hash="o" * 64)
    neighbour = begun(database, legacy_member(database, 2))  # of the same contact address
    for elsewhere in (other_tab, neighbour):
        assert answered(database, elsewhere, code) is Answer.DEAD
        while sent(database, elsewhere) == code:
            pass
        assert answered(database, elsewhere, code) is Answer.WRONG
    assert stage(database, row) is Stage.CODE


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.LEGACY])
def test_otc5_a_code_of_another_purpose_proves_nothing(
    database: Database, member: str, purpose: Purpose
) -> None:
    row = begun(database, member)
    with database.writing() as session:
        index = channels.channel_index(session, FILED)
        binding = Binding(purpose, subject.member(member), row, index)
        other = codes.issue(session, binding).secret
    assert answered(database, row, other) is Answer.DEAD
    while (code := sent(database, row)) == other:
        pass
    assert answered(database, row, other) is not Answer.RIGHT
    with database.writing() as session:
        assert codes.attempt(session, binding, code).answer is not Answer.RIGHT


def test_otc3_five_wrong_codes_end_the_migration(
    database: Database, member: str, at: FrozenClock
) -> None:
    """The old password has to be given again; it is as it was."""
    row = begun(database, member)
    right = sent(database, row)
    wrong = "111 111" if right != "111 111" else "222 222"
    for _ in range(4):
        assert answered(database, row, wrong) is Answer.WRONG
    assert stage(database, row) is Stage.CODE
    assert answered(database, row, wrong) is Answer.WRONG
    assert stage(database, row) is None
    assert answered(database, row, right) is Answer.DEAD
    with database.reading() as session:
        assert session.get_one(Member, member).legacy_sealed is not None


def test_otc3_ten_wrong_ones_a_day_over_all_browsers(
    database: Database, member: str, at: FrozenClock
) -> None:
    """And a letter is tried within the same day's count."""
    posted(database, member)
    for browser in "ab":
        row = begun(database, member, browser_hash=browser * 64)
        wrong = "111 111" if sent(database, row) != "111 111" else "222 222"
        for _ in range(5):
            answered(database, row, wrong)
    row = begun(database, member, browser_hash="c" * 64)
    right = sent(database, row)
    with pytest.raises(TooManyError):
        answered(database, row, right)
    with pytest.raises(TooManyError):
        by_letter(database, row, "2222222222")
    neighbour = begun(database, legacy_member(database, 2))
    assert answered(database, neighbour, sent(database, neighbour)) is Answer.RIGHT
    at.advance(hours=24)
    row = begun(database, member, browser_hash="c" * 64)
    assert answered(database, row, sent(database, row)) is Answer.RIGHT


def test_otc2_dead_at_the_very_second(database: Database, member: str, at: FrozenClock) -> None:
    row = begun(database, member)
    code = sent(database, row)
    at.advance(minutes=15)
    assert answered(database, row, code) is Answer.DEAD
    at.advance(seconds=-1)
    assert answered(database, row, code) is Answer.RIGHT


def test_three_mails_in_a_quarter_of_an_hour_then_the_page_has_a_button(
    database: Database, member: str, at: FrozenClock
) -> None:
    for _ in range(4):
        row = begun(database, member)
        with database.writing() as session:
            here = session.get_one(Migration, row)
            migrating_code.send_to_only(session, here, None, NOWHERE)
    assert factories.purposes(database) == ["migration_code"] * 3
    with pytest.raises(TooManyError):
        sent(database, row)


def test_d10_what_strangers_had_sent_there_stops_no_member(
    database: Database, member: str, at: FrozenClock
) -> None:
    with database.writing() as session:
        for _ in range(3):
            budgets.take(session, "mail_anonymous", FILED)
    assert sent(database, begun(database, member))


def test_r9_the_code_of_a_letter_proves_the_member(database: Database, at: FrozenClock) -> None:
    member = legacy_member(database, email="")
    row, code = begun(database, member), posted(database, member)
    assert by_letter(database, row, "2222222222") == 4
    assert by_letter(database, row, code) is None
    with database.reading() as session:
        assert session.get_one(Migration, row).proved_by == ProvedBy.LETTER
    again = begun(database, member)
    assert by_letter(database, again, code) == 4, "used"


def test_r9_five_tries_a_migration_and_the_letter_stays_good(
    database: Database, member: str, at: FrozenClock
) -> None:
    code, row = posted(database, member), begun(database, member)
    assert [by_letter(database, row, "2222222222") for _ in range(5)] == [4, 3, 2, 1, 0]
    assert stage(database, row) is None
    assert by_letter(database, row, code) is not None
    assert by_letter(database, begun(database, member), code) is None


def test_r9_a_letter_of_somebody_else_is_worth_nothing(
    database: Database, member: str, at: FrozenClock
) -> None:
    other = posted(database, legacy_member(database, 2))
    assert by_letter(database, begun(database, member), other) == 4


def test_r9_the_letters_code_at_once_in_two_browsers(database: Database, member: str) -> None:
    code = posted(database, member)
    rows = [begun(database, member, browser_hash=each * 64) for each in "cd"]
    found = at_once(2, lambda number: by_letter(database, rows[number], code))
    assert found.count(None) == 1


def test_a_row_that_is_over_takes_no_code(database: Database, member: str) -> None:
    row = begun(database, member)
    code, letter = sent(database, row), posted(database, member)
    with database.writing() as session:
        session.execute(update(Migration).values(ended_at=Migration.created_at))
    answered(database, row, code)
    by_letter(database, row, letter)
    with database.reading() as session:
        assert session.scalars(select(Migration.proved_at)).one() is None
