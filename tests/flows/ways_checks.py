"""What must hold of the two people of ways_world.py, whatever they did: read in the database.

The tables of states say which states hold an address; what was proved says what a token may claim.
"""

from sqlalchemy import func, select

from idp.accounts import identifiers, sessions
from idp.accounts.states import RULES
from idp.models import Grant, Identity
from idp.models import Member as Record
from tests.flows.support import SESSION, claims, cookie
from tests.flows.ways_robot import reached
from tests.flows.ways_world import PEOPLE, Browser, World

HOLDING = [state.value for state, rule in RULES.items() if rule.holds_email]


def one_identity_an_address(world: World) -> None:
    """LI1."""
    with world.store.reading() as session:
        query = select(Identity.email_index, func.count()).where(Identity.state.in_(HOLDING))
        held = session.execute(query.group_by(Identity.email_index)).all()
    assert all(count == 1 for _index, count in held), "two identities hold one e-mail"


def records_are_their_owners(world: World) -> None:
    """LI5, R9, C13: attached once proved, to an identity of the same person, one at a time."""
    with world.store.reading() as session:
        rows = session.scalars(select(Record)).all()
        for who in PEOPLE:
            (record,) = (each for each in rows if each.id == world.records[who.nir])
            before, now = world.attached[who.nir], record.identity_id
            if now is not None:
                assert who.nir in world.proved, f"the {who.name}'s record, and nothing proved"
                assert before in (None, now), "from one identity to another"
                assert record.legacy_sealed is None, "C13: the old password is still there"
                email = session.get_one(Identity, now).email_sealed
                held_by = identifiers.open_email(session, email)
                assert held_by in who.reads, f"the {who.name}'s record is held by {held_by}"
                world.ever.add(who.nir)
            elif before is not None:
                assert who.nir in world.undone, "detached, and nobody asked"
                world.proved.discard(who.nir)
            world.attached[who.nir] = now
        holders = [row.identity_id for row in rows if row.identity_id]
        assert len(holders) == len(set(holders)), "two records on one identity"
    world.undone.clear()


def sessions_are_their_owners(world: World) -> None:
    """SE1, LI3: a browser holds sessions of its own person only."""
    with world.store.reading() as session:
        for browser in world.browsers:
            here = sessions.current(session, cookie(browser.member, SESSION))
            if here is None:
                continue
            sealed = session.get_one(Identity, here.identity_id).email_sealed
            email = identifiers.open_email(session, sealed)
            assert email in browser.who.reads, f"the {browser.who.name} is signed in at {email}"


def token_claims_what_was_proved(world: World, browser: Browser) -> None:
    """The code that the browser was sent away with, redeemed: who it is, and its `acr`."""
    answer = browser.member.answer if browser.member.left_to else {}
    if "code" not in answer or answer["code"] == browser.spent:
        return
    browser.spent = answer["code"]
    told = claims(world.app, world.site, browser.member)
    with world.store.reading() as session:
        here = sessions.current(session, cookie(browser.member, SESSION))
        assert here is not None, "a token, and no session"
        granted = select(Grant.identity_id).where(Grant.session_id == here.id)
        assert set(session.scalars(granted)) == {here.identity_id}
        sealed = session.get_one(Identity, here.identity_id).email_sealed
        email = identifiers.open_email(session, sealed)
        holder = select(Record.id).where(Record.identity_id == here.identity_id)
        record = session.scalars(holder).one_or_none()
    assert email in browser.who.reads, f"a token of {email}"
    nirs = [nir for nir, record_id in world.records.items() if record_id == record]
    if told["acr"].startswith("eidas1"):
        assert nirs, "eidas1 without a record"
        assert nirs[0] == browser.who.nir, "eidas1 by somebody else's record"
        assert nirs[0] in world.proved, "eidas1, and nothing proved"
    if nirs and nirs[0] in browser.coded:  # the code of C1 is the second step of where it ends
        browser.coded.discard(nirs[0])
        browser.stepped.add(email)
    if told["acr"].endswith("-mfa"):
        assert email in browser.stepped, f"{told['acr']} without a second step here"
    reached(f"a token, {told['acr']}")


def note_sessions_lost(world: World) -> None:
    """A second step counts as long as the session it was made in."""
    with world.store.reading() as session:
        for browser in world.browsers:
            lives = sessions.current(session, cookie(browser.member, SESSION)) is not None
            if browser.signed_in and not lives:
                browser.stepped.clear()
            browser.signed_in = lives
