"""Rows of a migration: replaced, proved once, gone on with at the next NIR sign-in (C12, LI8)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import links, migrating, migrating_end
from idp.accounts.activity import NOWHERE
from idp.accounts.assurance import ProofKind
from idp.accounts.migrating import ProvedBy, Stage
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Link, Migration
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.migration_support import CHOSEN, legacy_member, make_migration, migrations, wanted

ELSEWHERE = "e" * 64


@pytest.fixture
def member(database: Database, at: FrozenClock) -> str:
    """A legacy member of the register."""
    return legacy_member(database)


def made(database: Database, member: str, **changes: object) -> str:
    """A row; its id."""
    with database.writing() as session:
        return make_migration(session, member, **changes).id  # type: ignore[arg-type]


def stages(database: Database, *ids: str) -> list[str | None]:
    """Where each stands; None: it is over."""
    with database.reading() as session:
        found = [migrating.live(session, one) for one in ids]
    return [migrating.stage_of(row).value if row else None for row in found]


def proved(database: Database, migration_id: str) -> bool:
    """A code was right in it."""
    with database.writing() as session:
        row = session.get_one(Migration, migration_id)
        return migrating.prove(session, row, ProvedBy.SMS, index=None, where=NOWHERE)


def sent(session: Session, row: Migration) -> str:
    """Its link is on the way; the token."""
    migrating_end.send(session, row, None, NOWHERE)
    mail = session.scalars(select(Link).where(Link.flow_id == row.id)).all()[-1]
    return mail.id


def half_way(database: Database, member: str, **changes: object) -> tuple[str, str]:
    """A row of another browser whose link is on the way: its id, and that of the link."""
    with database.writing() as session:
        row = make_migration(
            session,
            member,
            proved_by=ProvedBy.MAIL,
            chosen=CHOSEN,
            browser_hash=ELSEWHERE,
            **changes,  # type: ignore[arg-type]
        )
        return row.id, sent(session, row)


def test_each_step_of_the_row(database: Database, member: str) -> None:
    row = made(database, member)
    assert stages(database, row) == [Stage.CODE]
    assert proved(database, row)
    assert stages(database, row) == [Stage.CHOOSE]
    with database.writing() as session:
        here = session.get_one(Migration, row)
        assert migrating.choose(session, here, wanted())
        assert migrating.stage_of(here) is Stage.CHOOSE, "nothing was sent"
        sent(session, here)
        assert migrating.stage_of(here) is Stage.SENT
        assert migrating.agree(session, here, factories.make_identity(session).id)
        assert migrating.stage_of(here) is Stage.JOIN
        assert migrating.unchoose(session, here)
        assert migrating.stage_of(here) is Stage.CHOOSE
        assert here.chosen is None
        migrating.give_up(session, here)
    assert stages(database, row) == [None]


def test_c1_an_unproved_row_of_this_browser_is_replaced_and_no_other(
    database: Database, member: str, at: FrozenClock
) -> None:
    neighbour = made(database, legacy_member(database, 2))
    other_browser = made(database, member, browser_hash=ELSEWHERE)
    kept = made(database, member, proved_by=ProvedBy.MAIL)
    before = made(database, member)
    last = made(database, member)
    assert stages(database, before, last) == [None, Stage.CODE]
    assert stages(database, neighbour, other_browser) == [Stage.CODE, Stage.CODE]
    assert stages(database, kept) == [Stage.CHOOSE]


def test_a_row_is_proved_once_and_not_when_it_is_over(database: Database, member: str) -> None:
    row = made(database, member)
    assert at_once(4, lambda _n: proved(database, row)).count(True) == 1
    given_up = made(database, member)
    with database.writing() as session:
        migrating.give_up(session, session.get_one(Migration, given_up))
    assert not proved(database, given_up)


@pytest.mark.parametrize("change", ["choose", "agree", "unchoose"])
def test_li4_nothing_is_chosen_before_the_member_is_proved(
    database: Database, member: str, change: str
) -> None:
    made(database, member)
    with database.writing() as session:
        row = session.scalars(select(Migration)).one()
        identity = factories.make_identity(session).id
        more = {"choose": [wanted()], "agree": [identity], "unchoose": []}[change]
        assert not getattr(migrating, change)(session, row, *more)
        assert (row.chosen, row.identity_id) == (None, None)


def test_over_at_the_very_second(database: Database, member: str, at: FrozenClock) -> None:
    row = made(database, member)
    at.advance(hours=24, seconds=-1)
    assert stages(database, row) == [Stage.CODE]
    at.advance(seconds=1)
    assert stages(database, row) == [None]
    assert not proved(database, row)


def test_c12_the_next_nir_sign_in_goes_on_where_another_browser_stopped(
    database: Database, member: str
) -> None:
    left, link = half_way(database, member)
    here = made(database, member)
    assert stages(database, left, here) == [Stage.SENT, Stage.CODE], "before the code: nothing"
    assert proved(database, here)
    assert stages(database, left, here) == [None, Stage.SENT]
    with database.reading() as session:
        row = session.get_one(Migration, here)
        assert migrating.chosen_of(session, row) == wanted(CHOSEN)
        assert session.get_one(Link, link).flow_id == here
        assert session.get_one(Migration, left).chosen is None


def test_c12_of_two_browsers_at_once_one_goes_on(database: Database, member: str) -> None:
    left, _link = half_way(database, member)
    rows = [made(database, member, browser_hash=each * 64) for each in "cd"]
    at_once(2, lambda number: proved(database, rows[number]))
    found = stages(database, left, *rows)
    assert found[0] is None
    # the second may have taken over from the first in its turn
    assert sorted(map(str, found[1:])) in (["None", "sent"], ["choose", "sent"])


def test_c12_the_newest_of_several_is_gone_on_with(
    database: Database, member: str, at: FrozenClock
) -> None:
    with database.writing() as session:
        for age, email in enumerate((CHOSEN, "la.derniere@exemple.test")):
            one = {"proved_by": ProvedBy.MAIL, "sent_at": clock.now() + timedelta(minutes=age)}
            make_migration(session, member, browser_hash=str(age) * 64, chosen=email, **one)  # type: ignore[arg-type]
    here = made(database, member)
    # two rows with an access: the second took nothing over, for it chose after it was proved
    assert proved(database, here)
    with database.reading() as session:
        kept = migrating.chosen_of(session, session.get_one(Migration, here))
    assert kept is not None
    assert kept.email == "la.derniere@exemple.test"


def test_c12_nobody_goes_on_with_another_members_row(database: Database, member: str) -> None:
    left, _link = half_way(database, legacy_member(database, 2))
    here = made(database, member)
    proved(database, here)
    assert stages(database, left, here) == [Stage.SENT, Stage.CHOOSE]


def test_li8_a_recovery_ends_whatever_was_under_way(database: Database, member: str) -> None:
    left, _link = half_way(database, member)
    with database.writing() as session:
        row = migrating.begin(
            session,
            "r" * 64,
            member,
            password_at=None,
            proved_by=ProvedBy.RECOVERY_MAIL,
            proved_index="i" * 64,
            interaction_id=None,
            client_id=None,
        )
        assert migrating.stage_of(row) is Stage.CHOOSE
        assert [made.kind for made in migrating.proofs_of(row)] == [ProofKind.RECOVERY_MAIL]
    assert stages(database, left) == [None]


def test_another_choice_kills_the_links_of_the_one_before(database: Database, member: str) -> None:
    """A link proves the address it went to: not the one chosen since."""
    _left, link = half_way(database, member)
    token = factories.mails(database)[-1]["values"]["link"].rpartition("/")[2]
    with database.reading() as session:
        migrating_end.look(session, token)
    with database.writing() as session:
        row = session.get_one(Migration, session.get_one(Link, link).flow_id)
        migrating.choose(session, row, wanted("autre@exemple.test"))
    with database.reading() as session, pytest.raises(BadLinkError):
        links.look(session, "migration", token)


def test_what_was_proved_dated(database: Database, member: str, at: FrozenClock) -> None:
    first = clock.now()
    row = made(database, member)
    at.advance(minutes=3)
    proved(database, row)
    with database.writing() as session:
        here = session.get_one(Migration, row)
        found = [(made.kind, made.at) for made in migrating.proofs_of(here)]
        assert found == [(ProofKind.PASSWORD, first), (ProofKind.SMS_CODE, clock.now())]
        session.execute(update(Migration).values(proved_by=ProvedBy.LETTER.value))
        session.refresh(here)
        assert [made.kind for made in migrating.proofs_of(here)] == [ProofKind.PASSWORD], "R9"


def test_pii_nothing_of_the_choice_is_readable(database: Database, member: str) -> None:
    half_way(database, member)
    with database.reading() as session:
        row = session.scalars(select(Migration)).one()
    assert CHOSEN.encode() not in (row.chosen or b"")
    assert CHOSEN not in factories.dump(database)
    assert migrations(database)[0]["chosen"] is not None
