"""The telephone as a second factor (F5, E5): proved by a code, told, one a person."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.accounts import devices, phone_factor, sessions
from idp.accounts.assurance import ProofKind
from idp.accounts.channels import ChannelKind
from idp.accounts.codes import Answer
from idp.accounts.declared import declare
from idp.accounts.phone_factor import Asker, SameNumberError
from idp.accounts.sessions import Made
from idp.accounts.sms import NoSmsError
from idp.clock import FrozenClock
from idp.models import Channel, Device, Identity, Proof, new_id
from idp.storage.engine import Database
from tests import factories
from tests.accounts.phone_walks import (
    ONE,
    TWO,
    activate,
    active,
    answer,
    ask,
    elsewhere,
    newest_code,
    rows,
    somebody,
)
from tests.factories import EMAIL, HERE
from tests.fixtures import START

WAIT = timedelta(hours=72)


@pytest.fixture
def asker(database: Database, at: FrozenClock) -> Asker:
    return somebody(database)


def test_f5_a_code_by_sms_proves_the_number_which_serves_recovery_after_72_hours(
    database: Database, asker: Asker
) -> None:
    """F10: the wait; ISSUE: proved, of the person."""
    phone = ask(database, asker)
    assert active(database, asker) is None
    assert answer(database, asker, phone, newest_code(database)).answer is Answer.RIGHT
    with database.reading() as session:
        row = session.scalars(select(Channel)).one()
    assert (row.identity_id, row.kind, row.standing, row.source) == (
        *(asker.identity_id, "mobile", "proved", "person"),
    )
    assert (row.since, row.serves_recovery_from) == (START, START + WAIT)
    found = active(database, asker)
    assert found is not None
    assert (found.number, found.mask, found.waits_until) == (ONE, "** ** ** ** 78", START + WAIT)
    assert ONE not in repr(found)
    assert ONE not in factories.dump(database)


def test_the_sign_in_e_mail_is_told_and_nothing_else_for_the_first(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    activate(database, at, asker)
    told = [mail for mail in factories.mails(database) if mail["purpose"] != "code"]
    assert [(mail["purpose"], mail["to"]) for mail in told] == [("phone_added", EMAIL)]
    assert told[0]["values"]["mask"] == "** ** ** ** 78"
    assert told[0]["values"]["browser"] == HERE.browser
    assert "member:phone:added" in factories.kinds(database)


def test_a_new_number_takes_the_place_of_the_old_which_is_told(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """F10: told to the old one."""
    activate(database, at, asker)
    activate(database, at, asker, TWO)
    found = active(database, asker)
    assert found is not None
    assert found.number == TWO
    assert rows(database) == 1
    told = [(mail["purpose"], mail["to"]) for mail in factories.mails(database)]
    assert told[-2:] == [("phone_changed", EMAIL), ("phone_gone", ONE)]
    assert "member:phone:changed" in factories.kinds(database)


def test_it_can_be_removed_and_the_e_mail_is_left(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    phone = activate(database, at, asker)
    for removed in (True, False):
        with database.writing() as session:
            assert phone_factor.remove(session, asker, phone.id) is removed
    assert active(database, asker) is None
    told = [(mail["purpose"], mail["to"]) for mail in factories.mails(database)]
    assert told[-2:] == [("phone_removed", EMAIL), ("phone_gone", ONE)]
    assert factories.kinds(database).count("member:phone:removed") == 1


def test_a_tab_left_open_does_not_remove_the_number_that_replaced_its_own(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    old = activate(database, at, asker)
    activate(database, at, asker, TWO)
    somebody_else = somebody(database, "autre@exemple.test")
    with database.writing() as session:
        assert not phone_factor.remove(session, asker, old.id)
    with database.writing() as session:
        now = phone_factor.active(session, asker.identity_id)
        assert now is not None
        assert not phone_factor.remove(session, somebody_else, now.id)
    assert active(database, asker) is not None


def test_two_people_may_have_one_number(database: Database, at: FrozenClock, asker: Asker) -> None:
    """Couples share; neither is told of the other."""
    other = somebody(database, "autre@exemple.test")
    activate(database, at, asker)
    activate(database, at, other)
    assert active(database, asker) is not None
    assert active(database, other) is not None
    assert [mail["to"] for mail in factories.mails(database) if "phone_" in mail["purpose"]] == [
        EMAIL,
        "autre@exemple.test",
    ]


@pytest.mark.parametrize(
    "number",
    [
        "+33123456789",
        "+33639123456",
        "+262692123456",
        "+33700123456",
        "+8821234567",
        "+447911123456",
    ],
)
def test_lk9_only_a_metropolitan_mobile(database: Database, asker: Asker, number: str) -> None:
    with pytest.raises(NoSmsError):
        ask(database, asker, number)
    assert factories.mails(database) == []
    assert rows(database) == 0


def test_the_active_number_is_not_asked_again(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    activate(database, at, asker)
    at.advance(minutes=6)
    with pytest.raises(SameNumberError):
        ask(database, asker, ONE)


@pytest.mark.parametrize("change", ["added", "changed", "removed"])
def test_td4_no_browser_is_trusted_after_it(
    database: Database, at: FrozenClock, asker: Asker, change: str
) -> None:
    if change != "added":
        activate(database, at, asker)
    other = somebody(database, "autre@exemple.test")
    with database.writing() as session:
        for who in (asker, other):
            devices.trust(session, who.identity_id, HERE)
    if change == "removed":
        phone = active(database, asker)
        assert phone is not None
        with database.writing() as session:
            phone_factor.remove(session, asker, phone.id)
    else:
        activate(database, at, asker, TWO)
    with database.reading() as session:
        left = session.scalars(select(Device.identity_id).where(Device.revoked_at.is_(None))).all()
    assert left == [other.identity_id]


def sms_proof(database: Database, at: FrozenClock, session_id: str) -> None:
    with database.writing() as session:
        made = [Made(ProofKind.SMS_CODE, at.instant), Made(ProofKind.MAIL_CODE, at.instant)]
        sessions.add_proofs(session, made, session_id=session_id)


def test_what_the_old_number_proved_elsewhere_counts_no_more(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """states.md: an SMS code is voided by the change of the factor; a code by mail is not."""
    phone = activate(database, at, asker)
    other, stranger = elsewhere(database, asker), somebody(database, "autre@exemple.test")
    for each in (asker, other, stranger):
        sms_proof(database, at, each.session_id)
    with database.writing() as session:
        under_way = factories.make_interaction(session, asker.identity_id)
        sessions.add_proofs(
            session, [Made(ProofKind.SMS_CODE, at.instant)], interaction_id=under_way.id
        )
    with database.writing() as session:
        assert phone_factor.remove(session, asker, phone.id)
    with database.reading() as session:
        void = session.scalars(select(Proof).where(Proof.voided_at.is_not(None))).all()
    assert {(proof.session_id, proof.interaction_id, proof.kind) for proof in void} == {
        (other.session_id, None, "sms_code"),
        (None, under_way.id, "sms_code"),
    }


@pytest.mark.parametrize("state", ["disabled", "frozen"])
def test_se7_nobody_who_is_disabled_activates_one(
    database: Database, at: FrozenClock, asker: Asker, state: str
) -> None:
    phone = ask(database, asker)
    with database.writing() as session:
        session.execute(update(Identity).values(state=state))
    assert answer(database, asker, phone, newest_code(database)).answer is Answer.DEAD
    assert active(database, asker) is None


def test_a_number_given_at_the_sign_up_is_offered_and_serves_nothing(
    database: Database, at: FrozenClock, asker: Asker
) -> None:
    """LI7, LI9."""
    with database.writing() as session:
        declare(session, asker.identity_id, {ChannelKind.MOBILE: ONE, ChannelKind.LANDLINE: ONE})
    with database.reading() as session:
        offered = phone_factor.declared(session, asker.identity_id)
        assert offered is not None
        assert offered.national == "06 12 34 56 78"
        assert phone_factor.active(session, asker.identity_id) is None
        assert phone_factor.awaited(session, asker, offered.id) is None


def test_no_number_in_a_log(
    database: Database, at: FrozenClock, asker: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    """AU3."""
    caplog.set_level("DEBUG")
    activate(database, at, asker)
    activate(database, at, asker, TWO)
    said = "".join(str(vars(record)) for record in caplog.records)
    assert not re.search(r"6\W?12\W?34\W?56\W?78|612345678|723456789", said)


def test_an_id_from_nowhere_is_nothing(database: Database, asker: Asker) -> None:
    with database.writing() as session:
        assert phone_factor.awaited(session, asker, None) is None
        assert phone_factor.awaited(session, asker, new_id()) is None
        assert not phone_factor.remove(session, asker, new_id())
