"""B3: a changed address waits for its code: what that does, too late, raced or killed half-way."""

import pytest
from sqlalchemy import select, update

from idp.accounts import (
    identities,
    invitation_use,
    invitations,
    joining,
    lockout,
    sign_in,
    signup,
)
from idp.accounts.assurance import Demand, ProofKind, Shown, Standing, has_second_step
from idp.accounts.invitation_use import Wanted
from idp.accounts.sign_in import Outcome, Ticket
from idp.accounts.signup import Towards
from idp.clock import FrozenClock
from idp.errors import BadLinkError, InteractionLostError, TooManyError
from idp.models import Identity, Link, Member
from idp.storage.engine import Database
from idp.storage.purge import purge
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
from tests.fixtures import START


@pytest.fixture
def token(database: Database, at: FrozenClock) -> str:
    """The link of the only invitation."""
    run(database, invited())
    return tokens(database)[0]


def test_b3_a_changed_address_only_waits(database: Database, token: str) -> None:
    accept(database, token, HOME)
    identity = found(database, HOME)
    assert identity is not None
    assert identity.state == "invited"
    assert (states(database), member_of(database).identity_id) == (["open"], None)
    assert to_whom(database) == [("invitation_waits", HOME)]
    accept(database, token)
    assert states(database) == ["used"], "the invited address still serves"


def test_li2_a_changed_address_reserves_nothing(database: Database, token: str) -> None:
    accept(database, token, HOME)
    with database.writing() as session:
        _identity, free = identities.add_pending(
            session, HOME, password_hash="p", question="first_pet", answer_hash="a"
        )
        assert free
        factories.make_identity(session, HOME)  # and the index lets it in
        waiting = session.scalars(select(Identity.id).where(Identity.state == "invited")).one()
    with pytest.raises(InteractionLostError), database.writing() as session:
        invitation_use.proved(session, waiting, HERE)
    assert states(database) == ["open"]


def test_an_activation_message_for_a_changed_address_says_that_none_waits(
    database: Database, token: str
) -> None:
    """Only its code activates it: a link by mail would be a second way in."""
    accept(database, token, HOME)
    with database.writing() as session:
        signup.send_again_to(session, HOME, Towards(), HERE)
    assert ("no_account", HOME) in to_whom(database)


def test_b3_its_code_activates_and_attaches_in_one_stroke(database: Database, token: str) -> None:
    accept(database, token, HOME)
    identity_id = prove(database)
    identity = found(database, HOME)
    assert identity is not None
    assert (identity.state, identity.expires_at) == ("active", None)
    assert (states(database), member_of(database).identity_id) == (["used"], identity_id)
    assert to_whom(database) == [
        ("invitation_done", HOME),
        ("invitation_waits", HOME),
        ("space_attached", EMAIL),  # the invited address may undo it
    ]
    with pytest.raises(BadLinkError):
        accept(database, token)


def test_killed_while_its_code_is_answered_nothing_is_kept(
    database: Database, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(database, token, HOME)

    def killed(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(joining, "attach", killed)
        with pytest.raises(KeyboardInterrupt):
            prove(database)
    identity = found(database, HOME)
    assert identity is not None
    assert (identity.state, states(database)) == ("invited", ["open"])


def test_of_two_on_one_address_the_first_code_wins(database: Database, at: FrozenClock) -> None:
    """A couple types one address of theirs: the other's identity goes, the invitation stays."""
    run(database, invited(), invited(given_name="Dominique", email="d@ac-exemple.test"))
    hers, his = tokens(database)[0], tokens(database, "d@ac-exemple.test")[0]
    accept(database, hers, HOME)
    first = found(database, HOME)
    at.advance(seconds=1)
    accept(database, his, HOME)
    assert first is not None
    with database.writing() as session:
        invitation_use.proved(session, first.id, HERE)
    with database.reading() as session:
        assert session.scalars(select(Identity.id)).all() == [first.id]
    assert sorted(states(database)) == ["open", "used"]


def test_two_codes_at_once_on_one_address(database: Database, at: FrozenClock) -> None:
    run(database, invited(), invited(given_name="Dominique", email="d@ac-exemple.test"))
    accept(database, tokens(database)[0], HOME)
    accept(database, tokens(database, "d@ac-exemple.test")[0], HOME)
    with database.reading() as session:
        ids = session.scalars(select(Identity.id)).all()

    def one(number: int) -> bool:
        try:
            with database.writing() as session:
                if session.get(Identity, ids[number]) is None:
                    return False
                invitation_use.proved(session, ids[number], HERE)
        except InteractionLostError:
            return False
        return True

    assert sorted(at_once(2, one)) == [False, True]
    assert sorted(states(database)) == ["open", "used"]
    with database.reading() as session:
        attached = session.scalars(select(Member).where(Member.identity_id.is_not(None))).all()
    assert len(attached) == 1


@pytest.mark.parametrize("meanwhile", ["attached", "left", "revoked", "used"])
def test_too_late_for_the_record_it_is_active_without(
    database: Database, token: str, meanwhile: str
) -> None:
    accept(database, token, HOME)
    with database.writing() as session:
        if meanwhile == "left":
            session.execute(update(Member).values(status="left"))
        elif meanwhile == "revoked":
            named = invitations.find(session, member_of(database).member_number)
            assert named is not None
            invitations.revoke(session, named[0], by="operator")
    if meanwhile == "attached":
        register.attach(database, member_of(database).member_number)
    elif meanwhile == "used":
        accept(database, token)
    holder = member_of(database).identity_id
    identity_id = prove(database)
    identity = found(database, HOME)
    assert identity is not None
    assert (identity.id, identity.state) == (identity_id, "active")
    assert member_of(database).identity_id == holder != identity_id
    assert states(database) == [{"revoked": "revoked", "used": "used"}.get(meanwhile, "open")]


def test_an_invitation_may_run_out_while_the_code_is_awaited(
    database: Database, at: FrozenClock, token: str
) -> None:
    """The link was good when it was used; the identity has fifteen days of its own."""
    at.advance(days=29)
    accept(database, token, HOME)
    at.advance(days=14)
    prove(database)
    assert states(database) == ["used"]


def test_it_goes_after_fifteen_days(database: Database, at: FrozenClock, token: str) -> None:
    accept(database, token, HOME)
    at.advance(days=15)
    assert found(database, HOME) is None, "and its password opens nothing from then on"
    at.advance(seconds=1)
    assert purge(database)["identities"] == 1


def test_its_right_password_is_right_and_clears_the_counter(database: Database, token: str) -> None:
    accept(database, token, HOME)
    assert settled(database, HOME) is Outcome.RIGHT
    with database.reading() as session:
        key = lockout.key_for_email(session, HOME)
        assert lockout.blocked_until(session, key) is None


def test_li9_its_block_writes_to_nobody(database: Database, token: str) -> None:
    """The address is not proved: its owner may never have heard of us."""
    accept(database, token, HOME)
    for _ in range(3):
        with database.writing() as session:
            ticket = sign_in.claim(session, HOME, None, HERE)
            assert isinstance(ticket, Ticket)
            sign_in.settle(session, ticket, right=False)
    assert to_whom(database) == [("invitation_waits", HOME), ("nothing", "")]


def test_typed_twice_the_newer_password_counts(database: Database, token: str) -> None:
    accept(database, token, HOME)
    with database.writing() as session:
        invitation_use.accept(session, token, Wanted(HOME, factories.hashed("autre")), HERE)
    assert settled(database, HOME) is Outcome.WRONG
    assert factories.counts(database)["identities"] == 1


def test_a_sign_up_by_somebody_else_does_not_hide_it(
    database: Database, at: FrozenClock, token: str
) -> None:
    accept(database, token, HOME)
    at.advance(seconds=1)
    with database.writing() as session:
        factories.make_pending(session, HOME, password="Une+Lampe?9-Verte")
    assert settled(database, HOME) is Outcome.RIGHT


def test_what_one_invitation_may_ask_for(database: Database, at: FrozenClock, token: str) -> None:
    """Each changed address is a mail to a stranger, and a question: is it taken?"""
    with database.writing() as session:
        for number in range(5):
            invitation_use.knock(session, token, f"p{number}@exemple.test")
        with pytest.raises(TooManyError):
            invitation_use.knock(session, token, EMAIL)


def test_a_full_mailbox_never_stops_who_keeps_the_invited_address(
    database: Database, token: str
) -> None:
    """Strangers' sign-ups use up its anonymous mails: the link needs none of them."""
    with database.writing() as session:
        for _ in range(3):
            signup.budgets.take(session, "mail_anonymous", EMAIL)
            signup.budgets.take(session, "mail_anonymous", HOME)
    with database.writing() as session:
        with pytest.raises(TooManyError):
            invitation_use.knock(session, token, HOME)
        invitation_use.knock(session, token, EMAIL)
    accept(database, token)
    assert to_whom(database) == [("invitation_done", EMAIL)]


@pytest.mark.parametrize(
    "demand",
    [Demand(), Demand(step_up="on_request"), Demand(acr_values=("eidas0",)), Demand(max_age=1)],
)
def test_b3_nothing_stands_in_for_the_code(demand: Demand) -> None:
    password, device = (
        Shown(ProofKind.PASSWORD, START, True),
        Shown(ProofKind.TRUSTED_DEVICE, START, True),
    )
    waiting = Standing((password, device), unproved=True)
    assert not has_second_step(waiting, demand, START)
    code = Shown(ProofKind.MAIL_CODE, START, True)
    assert has_second_step(Standing((password, code), unproved=True), demand, START)


def test_every_link_of_the_member_dies_with_its_use(database: Database, token: str) -> None:
    accept(database, token)
    with database.reading() as session:
        purposes = session.scalars(select(Link.purpose).where(Link.used_at.is_(None))).all()
    assert "invitation" not in purposes
