"""An adviser's change: it waits, the others are told, the register's file does not undo it (R9)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.accounts import members, register_contact
from idp.accounts.channels import ChannelKind, Source, Standing
from idp.accounts.register_channels import TheirsError
from idp.accounts.register_contact import Changed
from idp.clock import FrozenClock
from idp.models import Channel, Event, Member, new_id
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import attach, person, run
from tests.at_once import at_once
from tests.fixtures import START

EMAIL = ChannelKind.CONTACT_EMAIL
OLD, NEW, THIRD = "fictif1@exemple.test", "nouveau@exemple.test", "tiers@exemple.test"


def advise(
    database: Database, value: str | None, kind: ChannelKind = EMAIL, number: str = "F0000001"
) -> Changed | None:
    """An adviser says so."""
    with database.writing() as session:
        member = members.find(session, number)
        assert member is not None
        return register_contact.set_contact(session, member, kind, value, by="conseil")


def shown(database: Database, kind: ChannelKind = EMAIL) -> list[tuple[str, str, str]]:
    """Value, standing and source of the channels of a kind that count."""
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        found = members.channels_of(session, member)
        return [
            (
                database.keys.open("pii", "channel.value", each.value_sealed),
                each.standing,
                each.source,
            )
            for each in found
            if each.kind == kind
        ]


def advised(value: str) -> list[tuple[str, str, str]]:
    """Declared, by an adviser."""
    return [(value, "declared", "adviser")]


def registered(value: str) -> list[tuple[str, str, str]]:
    """Declared, by the register."""
    return [(value, "declared", "register")]


def told(database: Database) -> list[str]:
    """To whom."""
    return sorted(mail["to"] for mail in factories.mails(database))


def test_r9_it_waits_72_hours_and_all_that_serve_are_told(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1))
    at.advance(days=5)
    later = START + timedelta(days=8)
    assert advise(database, NEW) == Changed(later, told=2)
    assert shown(database) == advised(NEW)
    assert told(database) == ["+33600000001", OLD]
    assert NEW not in str(factories.mails(database))
    with database.reading() as session:
        serving = [each for each in session.scalars(select(Channel)) if each.kind == EMAIL]
    assert {each.serves_recovery_from for each in serving} == {None, later}, "not the old one"


def test_cl3_the_event_names_operator_and_kind_and_never_the_value(database: Database) -> None:
    run(database, person(1))
    identity = attach(database)
    advise(database, NEW)
    advise(database, None)
    with database.reading() as session:
        events = session.scalars(select(Event).where(Event.kind.like("%:contact_%"))).all()
        member = session.scalars(select(Member.id)).one()
    assert {event.kind for event in events} == {
        "admin:register:contact_set",
        "admin:register:contact_removed",
    }
    for event in events:
        assert event.identity_id == identity
        assert event.detail == {"by": "conseil", "member": member, "channel": "contact_email"}


@pytest.mark.parametrize("theirs", [{"standing": "proved"}, {"source": "person"}])
@pytest.mark.parametrize("value", [NEW, OLD, None])
def test_what_the_person_proved_or_changed_is_refused(
    database: Database, theirs: dict[str, str], value: str | None
) -> None:
    run(database, person(1))
    with database.writing() as session:
        session.execute(update(Channel).where(Channel.kind == EMAIL).values(**theirs))
    with pytest.raises(TheirsError):
        advise(database, value)
    assert (told(database), shown(database)[0][0]) == ([], OLD)
    assert advise(database, "+33600000099", ChannelKind.MOBILE) is not None, "that is another one"


@pytest.mark.parametrize("standing", list(Standing)[:2])
def test_a_number_that_a_person_only_typed_stands_against_nothing(
    database: Database, standing: Standing
) -> None:
    run(database, person(1))
    identity = attach(database)
    with database.writing() as session:
        member = session.scalars(select(Member)).one()
        mobile = members.channels_of(session, member)[-1]
        session.add(
            Channel(
                id=new_id(),
                identity_id=identity,
                kind=mobile.kind,
                value_sealed=mobile.value_sealed,
                value_index="typed",
                standing=standing.value,
                source=Source.PERSON.value,
                since=START,
            )
        )
    if standing is Standing.PROVED:
        with pytest.raises(TheirsError):
            advise(database, "+33600000099", ChannelKind.MOBILE)
        return
    assert advise(database, "+33600000099", ChannelKind.MOBILE) is not None
    run(database, person(1, mobile="0600000098"))
    assert ("+33600000098", "declared", "register") in shown(database, ChannelKind.MOBILE)


def test_what_is_so_already_is_no_change(database: Database) -> None:
    run(database, person(1, landline=""))
    assert advise(database, OLD) is None
    assert advise(database, None, ChannelKind.LANDLINE) is None
    advise(database, NEW)
    before = len(told(database))
    assert advise(database, NEW) is None, "while it waits too"
    assert len(told(database)) == before
    assert advise(database, None) == Changed(None, told=1), "the mobile"
    assert advise(database, None) is None
    assert shown(database) == []


def test_a_repeated_old_value_does_not_undo_it(database: Database, at: FrozenClock) -> None:
    run(database, person(1))
    advise(database, NEW)
    for line, said in (
        (person(1), []),
        (person(1, city="Autreville"), [(2, "noticed", "contact_email", "channel_kept")]),
        (person(1, city="Autreville"), []),
    ):
        assert run(database, line).said() == said
        assert shown(database) == advised(NEW)


def test_a_repeated_old_value_does_not_bring_back_what_was_taken_away(database: Database) -> None:
    run(database, person(1))
    advise(database, None)
    done = run(database, person(1, city="Autreville"))
    assert done.said() == [(2, "noticed", "contact_email", "channel_kept")]
    assert shown(database) == []
    run(database, person(1, email=NEW))
    assert shown(database) == registered(NEW)


def test_the_file_that_follows_takes_the_value_over_as_it_is(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1))
    advise(database, NEW)
    before = told(database)
    at.advance(days=5)
    assert run(database, person(1, email=NEW)).said() == []
    assert shown(database) == registered(NEW)
    assert told(database) == before, "it is no news"
    with database.reading() as session:
        (row,) = session.scalars(select(Channel).where(Channel.kind == EMAIL))
        assert row.serves_recovery_from == START + timedelta(days=3)
    run(database, person(1, email=THIRD))
    assert shown(database) == registered(THIRD)


@pytest.mark.parametrize("first", [OLD, ""])
def test_news_of_the_register_wins_waits_and_is_told(
    database: Database, at: FrozenClock, first: str
) -> None:
    run(database, person(1, email=first))
    advise(database, NEW)
    at.advance(days=5)
    run(database, person(1, email=THIRD))
    assert shown(database) == registered(THIRD)
    assert told(database)[-1] == NEW, "it served by then"
    with database.reading() as session:
        (row,) = session.scalars(select(Channel).where(Channel.kind == EMAIL))
        assert row.serves_recovery_from == START + timedelta(days=8)


def test_what_the_register_withdraws_leaves_an_advisers_word(database: Database) -> None:
    run(database, person(1))
    advise(database, NEW)
    before = told(database)
    run(database, person(1, email=""))
    assert (shown(database), told(database)) == (advised(NEW), before)
    run(database, person(1, email=OLD))
    assert shown(database) == registered(OLD), "that is news again"


def test_an_adviser_corrects_an_adviser(database: Database, at: FrozenClock) -> None:
    run(database, person(1))
    advise(database, NEW)
    at.advance(days=1)
    assert advise(database, OLD) == Changed(START + timedelta(days=4), told=1)
    assert shown(database) == advised(OLD)
    run(database, person(1, city="Autreville"))
    assert shown(database) == advised(OLD)


def test_a_member_without_channel_gets_one_and_nobody_is_told(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1, email="", mobile="", landline=""))
    assert advise(database, NEW) == Changed(START + timedelta(days=3), told=0)
    assert shown(database) == advised(NEW)


def test_a_record_attached_since_it_was_read_is_looked_at_anew(database: Database) -> None:
    run(database, person(1))
    with database.writing() as session:
        member = members.find(session, "F0000001")
        assert member is not None
        identity = factories.make_identity(session).id
        attached = update(Member).values(identity_id=identity)
        session.execute(attached, execution_options={"synchronize_session": False})
        done = register_contact.set_contact(session, member, EMAIL, NEW, by="conseil")
    assert done is not None
    assert told(database) == ["+33600000001", factories.EMAIL, OLD]


def test_two_advisers_at_once_leave_one_channel(database: Database) -> None:
    run(database, person(1, email=""))
    at_once(2, lambda number: advise(database, f"un{number}@exemple.test"))
    assert len(shown(database)) == 1
