"""Proofs hang on one tab until its sign-in is complete, then on the session it became (SE4)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.accounts import sessions
from idp.accounts.assurance import ProofKind, Shown
from idp.accounts.sessions import Made
from idp.clock import FrozenClock
from idp.models import Identity
from idp.storage.engine import Database
from tests import factories
from tests.fixtures import START

TAB, OTHER_TAB = "a" * 32, "b" * 32
PASSWORD = Made(ProofKind.PASSWORD, START)
CODE = Made(ProofKind.MAIL_CODE, START + timedelta(minutes=1), "c" * 32)


@pytest.fixture
def session_id(database: Database, at: FrozenClock) -> str:
    with database.writing() as session:
        return sessions.open_new(session, factories.make_identity(session).id).id


def _add(database: Database, made: list[Made], **where: str) -> None:
    with database.writing() as session:
        sessions.add_proofs(session, made, **where)


def _proofs(
    database: Database, interaction_id: str | None = None, session_id: str | None = None
) -> tuple[Shown, ...]:
    with database.reading() as session:
        person = session.scalars(select(Identity.id)).one()
        return sessions.standing_of(
            session, person, interaction_id=interaction_id, session_id=session_id
        )[0]


def test_se4_what_a_tab_proved_counts_in_no_other_and_in_no_session(
    database: Database, session_id: str
) -> None:
    _add(database, [PASSWORD], interaction_id=TAB)
    assert _proofs(database, TAB) == (Shown(ProofKind.PASSWORD, START, here=True),)
    assert _proofs(database, OTHER_TAB) == ()
    assert _proofs(database, None, session_id) == ()
    assert _proofs(database, OTHER_TAB, session_id) == ()


def test_nobody_has_proved_nothing(database: Database, session_id: str) -> None:
    _add(database, [PASSWORD], interaction_id=TAB)
    _add(database, [PASSWORD], session_id=session_id)
    assert _proofs(database) == ()


def test_adopted_proofs_belong_to_the_session_oldest_first(
    database: Database, session_id: str
) -> None:
    _add(database, [CODE, PASSWORD], interaction_id=TAB)
    with database.writing() as session:
        sessions.adopt_proofs(session, TAB, session_id)
    assert _proofs(database, None, session_id) == (
        Shown(ProofKind.PASSWORD, PASSWORD.at),
        Shown(ProofKind.MAIL_CODE, CODE.at),
    )


def test_only_what_was_made_in_this_tab_is_here(database: Database, session_id: str) -> None:
    _add(database, [PASSWORD], session_id=session_id)
    _add(database, [CODE], interaction_id=TAB)
    shown = _proofs(database, TAB, session_id)
    assert [(proof.kind, proof.here) for proof in shown] == [
        (ProofKind.PASSWORD, False),
        (ProofKind.MAIL_CODE, True),
    ]


def test_otc3_a_tab_that_starts_again_has_proved_nothing(
    database: Database, session_id: str
) -> None:
    _add(database, [PASSWORD], interaction_id=TAB)
    _add(database, [PASSWORD], interaction_id=OTHER_TAB)
    with database.writing() as session:
        sessions.void_proofs(session, TAB)
        sessions.adopt_proofs(session, TAB, session_id)
    assert _proofs(database, TAB) == ()
    assert _proofs(database, None, session_id) == (), "a voided proof was adopted"
    assert len(_proofs(database, OTHER_TAB)) == 1


def test_what_a_session_has_is_not_voided_by_its_tab(database: Database, session_id: str) -> None:
    _add(database, [PASSWORD], interaction_id=TAB)
    with database.writing() as session:
        sessions.adopt_proofs(session, TAB, session_id)
        sessions.void_proofs(session, TAB)
    assert len(_proofs(database, None, session_id)) == 1
