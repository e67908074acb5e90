"""An identity agrees in another browser, and the member has the last word: rows that race (C5)."""

import pytest
from sqlalchemy import select, update

from idp.accounts import association, links, loose_ends, migrating, migrating_end
from idp.accounts.activity import NOWHERE
from idp.accounts.migrating import ProvedBy, Stage
from idp.clock import FrozenClock
from idp.models import Member, Migration, Proof
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.migration_support import finish, legacy_member, make_migration, wanted

HELD, OTHER = "bastien.leroy@exemple.test", "autre@exemple.test"
COUNT = 6


@pytest.fixture
def member(database: Database, at: FrozenClock) -> str:
    """A legacy member of the register."""
    return legacy_member(database)


def _identity(database: Database, email: str = HELD) -> str:
    with database.writing() as session:
        return factories.make_identity(session, email).id


def _row(database: Database, member: str, browser: int = 0) -> str:
    """The member is proved in a browser of that number."""
    with database.writing() as session:
        browser_hash = str(browser) * 64
        made = make_migration(session, member, proved_by=ProvedBy.MAIL, browser_hash=browser_hash)
        return made.id


def _sent(database: Database, row: str, email: str = HELD) -> None:
    """The member has chosen that address, and its link is on the way."""
    with database.writing() as session:
        here = session.get_one(Migration, row)
        migrating.choose(session, here, wanted(email))
        migrating_end.send(session, here, None, NOWHERE)


def _there(database: Database, row: str, identity_id: str) -> str:
    """Another browser, where such a link was opened, its password and second step right; the id."""
    with database.writing() as session:
        token = links.make(session, "association", identity_id=identity_id, flow_id=row)
        return association.elsewhere(session, association.look(session, token), "c" * 64).id


def _accept(database: Database, there: str) -> bool:
    with database.writing() as session:
        return association.accept(session, session.get_one(Migration, there), NOWHERE)


def _last_word(database: Database, row: str, email: str = HELD) -> str | None:
    with database.writing() as session:
        return association.finish(session, session.get_one(Migration, row), email, NOWHERE)


def _stage(database: Database, row: str) -> Stage | None:
    with database.reading() as session:
        found = migrating.live(session, row)
        return migrating.stage_of(found) if found else None


def test_li10_an_agreement_is_of_one_identity_to_one_migration_of_one_member(
    database: Database, member: str
) -> None:
    held, other = _identity(database), _identity(database, OTHER)
    row, stranger = _row(database, member), _row(database, legacy_member(database, 2), 2)
    _sent(database, row)
    _sent(database, stranger, OTHER)
    there = _there(database, row, held)
    with database.writing() as session:
        one = update(Migration).where(Migration.id == there)
        session.execute(one.values(agrees_for=stranger))
    assert not _accept(database, there), "another member's"
    with database.writing() as session:
        session.execute(one.values(agrees_for=row))
        migrating.agree(session, session.get_one(Migration, row), other)
    assert not _accept(database, there), "another identity's password has been given since"
    _sent(database, row)
    there = _there(database, row, held)
    assert _accept(database, there)
    assert not _accept(database, there), "once"
    assert [_stage(database, each) for each in (row, stranger)] == [Stage.AGREED, Stage.SENT]
    assert finish(database, stranger, held) == held, "… which is then no longer free"
    assert _last_word(database, row) is None
    with database.reading() as session:
        assert session.get_one(Member, member).identity_id is None


def test_li10_the_last_word_is_for_the_address_read_and_adds_no_proof(
    database: Database, member: str
) -> None:
    held, row = _identity(database), _row(database, member)
    _sent(database, row)
    assert _last_word(database, row) is None, "nobody has agreed"
    assert _accept(database, _there(database, row, held))
    assert _last_word(database, row, OTHER) is None
    assert at_once(COUNT, lambda _n: _last_word(database, row)).count(held) == 1
    with database.reading() as session:
        assert session.get_one(Member, member).identity_id == held
        assert not session.scalars(select(Proof.id)).all()


@pytest.mark.parametrize("since", ["unchosen", "chosen again", "late", "over", "refused"])
def test_li10_an_agreement_that_nothing_waits_for_is_none(
    database: Database, member: str, at: FrozenClock, since: str
) -> None:
    held, row = _identity(database), _row(database, member)
    _sent(database, row)
    there = _there(database, row, held)
    if since == "late":
        at.advance(minutes=30)
    elif since == "chosen again":
        _sent(database, row)
    else:
        with database.writing() as session:
            which = session.get_one(Migration, there if since == "refused" else row)
            (migrating.unchoose if since == "unchosen" else migrating.give_up)(session, which)
    assert not _accept(database, there)
    assert _last_word(database, row) is None


def test_c12_an_agreement_and_who_may_still_agree_go_over_with_the_rest(
    database: Database, member: str
) -> None:
    held, row = _identity(database), _row(database, member)
    _sent(database, row)
    there, late = _there(database, row, held), _there(database, row, held)
    assert _accept(database, there)
    newer = _row(database, member, 1)
    assert [_stage(database, each) for each in (row, newer)] == [None, Stage.AGREED]
    _accept(database, late)
    assert _stage(database, newer) is Stage.AGREED
    with database.writing() as session:
        assert migrating.unchoose(session, session.get_one(Migration, newer))
    assert _stage(database, newer) is Stage.CHOOSE
    assert _last_word(database, newer) is None, "the agreement is forgotten"
    _sent(database, newer)
    still = _there(database, newer, held)
    newest = _row(database, member, 2)
    assert _accept(database, still), "its link was of the row that came over"
    assert _last_word(database, newest) == held


def test_av9_an_agreement_another_choice_and_a_new_identity_at_once(
    database: Database, member: str
) -> None:
    """Whoever is first, the record is where the member said last, or nowhere yet."""
    held, row = _identity(database), _row(database, member)
    _sent(database, row)
    theirs = [_there(database, row, held) for _ in range(COUNT)]

    def run(n: int) -> object:
        if n:
            return _accept(database, theirs[n])
        with database.writing() as session:
            here = session.get_one(Migration, row)
            migrating_end.hold(session, here, OTHER)
            chosen = migrating.choose(session, here, wanted(OTHER))
            return chosen and migrating_end.finish(session, here, where=NOWHERE)

    made = at_once(COUNT, run)[0]
    assert made
    with database.reading() as session:
        assert session.scalars(select(Member.identity_id)).one() == made != held
    assert _last_word(database, row) is None


def test_otc10_a_password_given_since_is_no_agreement(database: Database, member: str) -> None:
    """Of the same identity or of another: its second step and its own button come then."""
    held, row = _identity(database), _row(database, member)
    other = _identity(database, OTHER)
    for given in (held, other):
        _sent(database, row)
        assert _accept(database, _there(database, row, held))
        with database.writing() as session:
            assert migrating.agree(session, session.get_one(Migration, row), given)
        assert _stage(database, row) is Stage.JOIN
        assert _last_word(database, row) is None
        assert _last_word(database, row, OTHER) is None
    _sent(database, row)
    assert _accept(database, _there(database, row, held))
    with database.writing() as session:
        here = session.get_one(Migration, row)
        migrating.unchoose(session, here)
        assert (here.identity_id, here.agreed_at) == (None, None)


def test_se5_it_ends_with_whatever_else_is_under_way_of_the_identity(
    database: Database, member: str
) -> None:
    """A new password there: who agreed may have been somebody else."""
    held, row = _identity(database), _row(database, member)
    _sent(database, row)
    assert _accept(database, _there(database, row, held))
    with database.writing() as session:
        loose_ends.end_all(session, held)
    assert _last_word(database, row) is None
