"""What an import may do to channels: they serve recovery at once, wait, or are left alone (LI9)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from idp.accounts import channels, lifetimes, members, register_channels
from idp.accounts.channels import ChannelKind, Source, Standing
from idp.clock import FrozenClock
from idp.models import Channel, Member, new_id
from idp.storage.engine import Database
from tests.accounts.register_support import attach, person, register_of, run
from tests.fixtures import START

DAYS = timedelta(days=1)
NEW = {"email": "nouveau@exemple.test", "mobile": "0600000099", "landline": "0100000099"}
KINDS = {"email": "contact_email", "mobile": "mobile", "landline": "landline"}


def held(database: Database) -> dict[str, Channel]:
    """The channels by kind."""
    with database.reading() as session:
        return {channel.kind: channel for channel in session.scalars(select(Channel))}


def test_channels_of_the_first_import_serve_at_once_and_prove_nothing(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1))
    found = held(database)
    assert set(found) == {kind.value for kind in ChannelKind}
    for channel in found.values():
        assert (channel.since, channel.serves_recovery_from) == (START, START)
        assert (channel.standing, channel.source) == ("declared", "register")


@pytest.mark.parametrize("field", NEW)
def test_a_channel_that_a_later_line_changes_waits_72_hours(
    database: Database, at: FrozenClock, field: str
) -> None:
    assert timedelta(hours=72) == lifetimes.CHANNEL_WAIT
    run(database, person(1))
    before = held(database)
    at.advance(days=5)
    run(database, person(1, **{field: NEW[field]}))
    after = held(database)
    changed = after.pop(KINDS[field])
    assert changed.since == START + 5 * DAYS
    assert changed.serves_recovery_from == START + 8 * DAYS
    assert changed.value_index != before[KINDS[field]].value_index
    for kind, channel in after.items():
        assert channel.value_sealed == before[kind].value_sealed
        assert channel.serves_recovery_from == START


@pytest.mark.parametrize("field", NEW)
def test_a_channel_that_a_later_line_adds_waits_72_hours(
    database: Database, at: FrozenClock, field: str
) -> None:
    run(database, person(1, **{field: ""}))
    assert KINDS[field] not in held(database)
    at.advance(days=5)
    run(database, person(1))
    assert held(database)[KINDS[field]].serves_recovery_from == START + 8 * DAYS


def test_an_update_of_something_else_starts_no_wait(database: Database, at: FrozenClock) -> None:
    run(database, person(1))
    at.advance(days=5)
    run(database, person(1, city="Autreville", mobile="+33 600 000 001"))
    assert {channel.serves_recovery_from for channel in held(database).values()} == {START}


def test_a_changed_channel_that_is_imported_again_does_not_wait_again(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1))
    run(database, person(1, **NEW))
    at.advance(days=2)
    run(database, person(1, **NEW, city="Autreville"))
    waits = {channel.serves_recovery_from for channel in held(database).values()}
    assert waits == {START + 3 * DAYS}


def test_a_channel_that_the_register_withdraws_is_gone(database: Database) -> None:
    run(database, person(1), person(2))
    run(database, person(1, email="", mobile="", landline=""))
    register = register_of(database)
    assert register["F0000001"]["channels"] == {}
    assert set(register["F0000002"]["channels"]) == set(KINDS.values())


@pytest.mark.parametrize(
    "theirs",
    [{"standing": "proved"}, {"source": "person"}, {"standing": "proved", "source": "person"}],
)
@pytest.mark.parametrize("line", [NEW, dict.fromkeys(NEW, "")])
def test_what_the_person_proved_or_changed_is_never_touched(
    database: Database, theirs: dict[str, str], line: dict[str, str]
) -> None:
    run(database, person(1))
    with database.writing() as session:
        session.execute(update(Channel).values(**theirs))
    before = held(database)
    done = run(database, person(1, **line))
    after = held(database)
    for kind, channel in before.items():
        assert after[kind].value_sealed == channel.value_sealed
        assert after[kind].serves_recovery_from == channel.serves_recovery_from
        assert (after[kind].standing, after[kind].source) == (channel.standing, channel.source)
    said = [(field, reason) for _, _, field, reason in done.said()]
    kept = [(kind.value, "channel_kept") for kind in ChannelKind] if line is NEW else []
    assert said == kept


def test_a_proved_channel_that_the_line_confirms_is_no_news(database: Database) -> None:
    run(database, person(1))
    with database.writing() as session:
        session.execute(update(Channel).values(standing="proved"))
    assert run(database, person(1, city="Autreville")).said() == []


def test_the_mobile_of_an_attached_identity_stands_against_the_register(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1, mobile=""))
    identity = attach(database)
    mobile = {
        "id": new_id(),
        "identity_id": identity,
        "kind": ChannelKind.MOBILE.value,
        "value_sealed": b"sealed",
        "value_index": "of the person",
        "standing": Standing.PROVED.value,
        "source": Source.PERSON.value,
        "since": START,
    }
    with database.writing() as session:
        session.add(Channel(**mobile))
    done = run(database, person(1))
    assert done.said() == [(2, "noticed", "mobile", "channel_kept")]
    assert held(database)["mobile"].value_sealed == b"sealed"
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        assert {each.kind for each in members.channels_of(session, member)} == set(KINDS.values())


def test_of_a_change_at_the_same_moment_the_persons_holds(database: Database) -> None:
    """The import has looked; the person proves the channel; the import writes."""
    run(database, person(1))
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        before = members.channels_of(session, member)
        wanted: dict[ChannelKind, str | None] = dict.fromkeys(ChannelKind)
        withdrawal = register_channels.of_known_member(session, member.id, before, wanted)
        wanted_new = {**wanted, ChannelKind.MOBILE: "+33600000099"}
        change = register_channels.of_known_member(session, member.id, before, wanted_new)
    with database.writing() as session:
        session.execute(update(Channel).values(standing="proved"))
    with database.writing() as session:
        for statement in (*change.statements, *withdrawal.statements):
            session.execute(statement)
    after = held(database)
    assert {kind: after[kind].value_sealed for kind in after} == {
        channel.kind: channel.value_sealed for channel in before
    }


def test_a_couple_may_share_a_channel(database: Database) -> None:
    shared = {"email": "couple@exemple.test", "mobile": "0600000001"}
    assert run(database, person(1, **shared), person(2, **shared)).counts.created == 2
    with database.reading() as session:
        rows = session.scalars(select(Channel).where(Channel.kind == "contact_email")).all()
        assert len({channel.value_index for channel in rows}) == 1
        assert {channels.open_channel(session, channel) for channel in rows} == {shared["email"]}


@pytest.mark.parametrize("mobile", ["0690000001", "0123456789", "+32 470 00 00 01", "0700000001"])
def test_a_mobile_that_gets_no_sms_is_kept_and_told(database: Database, mobile: str) -> None:
    done = run(database, person(1, mobile=mobile))
    assert done.said() == [(2, "noticed", "mobile", "no_sms")]
    assert "mobile" in held(database)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("contact_email", "f@exemple.test", "*****@exemple.test"),
        ("contact_email", "fictif.tres.long@exemple.test", "*****@exemple.test"),
        ("mobile", "+33600000008", "** ** ** ** 08"),
        ("landline", "+5906900000012", "** ** ** ** 12"),
    ],
)
def test_r6_masks_are_of_one_length(kind: str, value: str, shown: str) -> None:
    assert channels.masked(ChannelKind(kind), value) == shown


@pytest.mark.parametrize("owners", [{}, {"member_id", "identity_id"}])
def test_a_channel_has_one_owner(database: Database, owners: set[str]) -> None:
    run(database, person(1))
    identity = attach(database)
    with database.reading() as session:
        ids = {"member_id": session.scalars(select(Member.id)).one(), "identity_id": identity}
    values = {name: ids[name] for name in owners}
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(
            Channel(
                id=new_id(),
                kind="email",
                value_sealed=b"",
                value_index="",
                standing="proved",
                source="person",
                since=START,
                **values,
            )
        )
