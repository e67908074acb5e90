"""B2, B3: what the link of an invitation makes, once; raced, too late, and killed half-way."""

import pytest
from sqlalchemy import delete, select

from idp.accounts import identities, invitation_use, invitations, joining
from idp.accounts.sign_in import Outcome
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Identity
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as register
from tests.accounts.invitation_support import (
    EMAIL,
    HOME,
    accept,
    found,
    invited,
    member_of,
    prove,
    run,
    settled,
    states,
    to_whom,
    tokens,
)
from tests.at_once import at_once
from tests.factories import HERE


@pytest.fixture
def token(database: Database, at: FrozenClock) -> str:
    """The link of the only invitation."""
    run(database, invited())
    return tokens(database)[0]


def test_b3_the_invited_address_is_active_at_once_and_attached(
    database: Database, token: str
) -> None:
    accept(database, token)
    identity = found(database, EMAIL)
    assert identity is not None
    assert (identity.state, identity.question) == ("active", None)
    assert member_of(database).identity_id == identity.id
    assert states(database) == ["used"]
    assert to_whom(database) == [("invitation_done", EMAIL)], "nothing to click, told once"


def test_b6_a_used_link_is_dead(database: Database, token: str) -> None:
    accept(database, token)
    before = factories.counts(database)
    with pytest.raises(BadLinkError):
        accept(database, token, HOME)
    assert factories.counts(database) == before


def test_b6_dead_at_the_very_second(database: Database, at: FrozenClock, token: str) -> None:
    at.advance(days=30)
    with pytest.raises(BadLinkError):
        accept(database, token)
    at.advance(seconds=-1)
    accept(database, token)


def test_the_other_channels_on_file_are_told_with_an_undo(
    database: Database, at: FrozenClock
) -> None:
    """R9: all but the invited address, whose mail is the confirmation."""
    register.run(database, register.person(1))
    run(
        database,
        invited(
            member_number="F0000001",
            given_name="Prénom",
            family_name="Fictif-B",
            birth_date="1985-05-31",
        ),
    )
    accept(database, tokens(database)[0])
    told = {(mail["purpose"], mail["to"]) for mail in factories.mails(database)}
    assert told == {
        ("invitation", EMAIL),
        ("invitation_done", EMAIL),
        ("space_attached", "fictif1@exemple.test"),
        ("space_attached", "+33600000001"),
    }


def test_two_browsers_at_once_make_one_identity(database: Database, token: str) -> None:
    def one(_number: int) -> bool:
        try:
            accept(database, token)
        except BadLinkError:
            return False
        return True

    assert sorted(at_once(4, one)) == [False, False, False, True]
    assert factories.counts(database)["identities"] == 1
    assert to_whom(database) == [("invitation_done", EMAIL)]


@pytest.mark.parametrize("step", ["attach", "kill_links", "queue_mail"])
def test_killed_half_way_nothing_of_it_is_kept(
    database: Database, token: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = {
        "attach": joining,
        "kill_links": invitations,
        "queue_mail": invitation_use.outbox,
    }[step]

    def killed(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    before = factories.counts(database)
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, killed)
        with pytest.raises(KeyboardInterrupt):
            accept(database, token)
    assert factories.counts(database) == before
    assert (states(database), member_of(database).identity_id) == (["open"], None)
    accept(database, token)
    assert states(database) == ["used"]


def test_who_has_joined_another_way_meanwhile_is_not_joined_again(
    database: Database, token: str
) -> None:
    register.attach(database, member_of(database).member_number)
    with pytest.raises(BadLinkError):
        accept(database, token)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.PENDING, State.INVITED)])
@pytest.mark.parametrize("email", [EMAIL, HOME])
def test_b3_a_taken_address_changes_nothing_and_its_owner_is_told(
    database: Database, token: str, state: State, email: str
) -> None:
    with database.writing() as session:
        factories.make_identity(session, email, state=state, password="Une+Lampe?9-Verte")
    accept(database, token, email)
    assert to_whom(database) == [("invitation_taken", email)]
    assert (states(database), member_of(database).identity_id) == (["open"], None)
    assert settled(database, email) is Outcome.WRONG, "the password typed opens nothing"


@pytest.mark.parametrize("email", [EMAIL, HOME])
def test_an_unfinished_sign_up_takes_no_address(database: Database, token: str, email: str) -> None:
    with database.writing() as session:
        factories.make_pending(session, email)
    accept(database, token, email)
    if email == HOME:
        prove(database)
    with database.reading() as session:
        assert session.scalars(select(Identity.state)).all() == ["active"]
    assert member_of(database).identity_id is not None


@pytest.mark.parametrize("meanwhile", ["resent", "joined"])
def test_what_happens_between_look_and_use_counts(
    database: Database, token: str, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the row first, each claim is an UPDATE of its own."""
    with database.reading() as session:
        stale = invitation_use.look(session, token)
    if meanwhile == "joined":
        register.attach(database, member_of(database).member_number)
    else:
        with database.writing() as session:
            found = invitations.find(session, stale.invitation.id)
            assert found is not None
            invitations.resend(session, *found, by="operator")
    before = factories.counts(database)
    monkeypatch.setattr(invitation_use, "look", lambda *_: stale)
    with pytest.raises(BadLinkError):
        accept(database, token)
    assert factories.counts(database) == before
    assert states(database) == ["open"]


def test_a_taken_address_is_written_to_within_its_budget(database: Database, token: str) -> None:
    """The link stays good, so its form may be sent again and again."""
    with database.writing() as session:
        factories.make_identity(session, EMAIL)
    for _ in range(4):
        accept(database, token)
    assert [purpose for purpose, _to in to_whom(database)] == ["invitation_taken"] * 3 + ["nothing"]
    assert factories.counts(database)["identities"] == 1


def test_a_taken_address_that_is_free_again_opens_nothing(database: Database, token: str) -> None:
    """What was typed while it was somebody's is worth nothing after them."""
    with database.writing() as session:
        holder = factories.make_identity(session, HOME).id
    accept(database, token, HOME)
    with database.writing() as session:
        session.execute(delete(Identity).where(Identity.id == holder))
    assert settled(database, HOME) is Outcome.WRONG


def test_pw7_a_question_is_chosen_once(database: Database, token: str) -> None:
    accept(database, token)
    chosen = []
    for answer in ("un", "deux"):
        with database.writing() as session:
            identity = session.scalars(select(Identity)).one()
            chosen.append(
                identities.choose_question(session, identity.id, "first_pet", answer, HERE)
            )
    with database.reading() as session:
        kept = session.scalars(select(Identity.answer_hash)).one()
    assert (chosen, kept) == ([True, False], "un")
