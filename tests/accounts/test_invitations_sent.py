"""B6: an invitation sent again, taken back, and what of it is kept in the clear."""

from dataclasses import asdict

import pytest
from sqlalchemy import select

from idp.accounts import invitations, links
from idp.accounts.invitations import ClosedError
from idp.clock import FrozenClock
from idp.errors import BadLinkError, TooManyError
from idp.models import Event
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as register
from tests.accounts.invitation_support import (
    Import,
    invitation_of,
    invited,
    member_of,
    run,
    states,
    tokens,
)

pytestmark = pytest.mark.usefixtures("at")
OTHER = "dominique.modele@ac-exemple.test"


def counts(done: Import) -> str:
    """Invited, unchanged, has identity, refused, members created."""
    return " ".join(str(value) for value in asdict(done.counts).values())


def test_b6_resent_the_earlier_link_is_dead(database: Database, at: FrozenClock) -> None:
    run(database, invited())
    at.advance(days=31)
    assert states(database) == ["expired"]
    _resend(database)
    assert states(database) == ["open"]
    old, new = tokens(database)
    with database.reading() as session:
        assert links.look(session, "invitation", new)
        with pytest.raises(BadLinkError):
            links.look(session, "invitation", old)
    at.advance(days=29)
    assert states(database) == ["open"]


def test_b6_a_link_that_is_sent_anew_before_its_end_is_dead_too(database: Database) -> None:
    run(database, invited())
    _resend(database)
    with database.reading() as session, pytest.raises(BadLinkError):
        links.look(session, "invitation", tokens(database)[0])


def test_resending_is_within_what_a_mailbox_may_get(database: Database) -> None:
    """states.md: mail asked without a password, invitation resend; the import is apart."""
    run(database, invited())
    for _ in range(3):
        _resend(database)
    with pytest.raises(TooManyError):
        _resend(database)
    assert len(tokens(database)) == 4
    with database.reading() as session:
        assert links.look(session, "invitation", tokens(database)[-1]), "the last one lives on"


def test_b6_revoked(database: Database) -> None:
    run(database, invited())
    with database.writing() as session:
        invitations.revoke(session, invitation_of(database), by="operator")
    assert states(database) == ["revoked"]
    with database.reading() as session, pytest.raises(BadLinkError):
        links.look(session, "invitation", tokens(database)[0])
    with pytest.raises(ClosedError):
        _resend(database)
    with pytest.raises(ClosedError), database.writing() as session:
        invitations.revoke(session, invitation_of(database), by="operator")
    assert counts(run(database, invited())) == "0 1 0 0 0"


def test_who_has_joined_another_way_is_not_written_to_again(database: Database) -> None:
    run(database, invited())
    register.attach(database, member_of(database).member_number)
    with pytest.raises(ClosedError):
        _resend(database)


def test_pii7_no_address_in_events_nor_in_the_clear(database: Database) -> None:
    run(database, invited())
    kept = factories.dump(database)
    assert "camille" not in kept.lower()
    assert "1990-02-28" not in kept
    with database.reading() as session:
        events = session.execute(select(Event.kind, Event.detail).order_by(Event.kind)).all()
    assert [kind for kind, _ in events] == [
        "admin:invitation:import_begun",
        "admin:invitation:imported",
    ]
    assert all(detail["by"] == "operator" for _, detail in events)


def _resend(database: Database) -> None:
    with database.writing() as session:
        found = invitations.find(session, invitation_of(database).id)
        assert found is not None
        invitations.resend(session, *found, by="operator")
