"""Mailed links: 256 random bits, one use, one life, one answer for all that is bad (OTC7, OTC9)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.accounts import links
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Link
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.fixtures import START

LIFE = timedelta(days=15)


@pytest.fixture
def token(database: Database, at: FrozenClock) -> str:
    with database.writing() as session:
        identity = factories.make_pending(session)
        return links.make(session, "activation", identity_id=identity.id, interaction_id="i" * 32)


def _look(database: Database, token: str, purpose: str = "activation") -> Link:
    with database.reading() as session:
        return links.look(session, purpose, token)


def _claim(database: Database, token: str, purpose: str = "activation") -> Link:
    with database.writing() as session:
        link = links.look(session, purpose, token)
        links.use(session, link)
        return link


def _won(database: Database, token: str) -> bool:
    try:
        _claim(database, token)
    except BadLinkError:
        return False
    return True


def test_otc7_looking_any_number_of_times_uses_nothing(database: Database, token: str) -> None:
    for _ in range(3):
        assert _look(database, token).used_at is None
    assert _won(database, token)
    assert not _won(database, token)
    with pytest.raises(BadLinkError):
        _look(database, token)


def test_otc7_dead_at_the_very_second(database: Database, at: FrozenClock, token: str) -> None:
    at.instant = START + LIFE - timedelta(seconds=1)
    assert _look(database, token)
    at.advance(seconds=1)
    with pytest.raises(BadLinkError):
        _look(database, token)
    assert not _won(database, token)


def test_otc7_of_twenty_at_once_one_uses_it(database: Database, token: str) -> None:
    assert sum(at_once(20, lambda _number: _won(database, token))) == 1


def test_one_answer_for_used_expired_unknown_and_malformed(
    database: Database, at: FrozenClock, token: str
) -> None:
    def answer(bad: str, purpose: str = "activation") -> tuple[object, ...]:
        with pytest.raises(BadLinkError) as told:
            _claim(database, bad, purpose)
        error = told.value
        return type(error), error.reason, error.text_key, error.status

    answers = {answer(bad) for bad in ("", "x", token[:-1], token + "a", "é" * 5000, token * 99)}
    answers.add(answer(token.swapcase()))
    assert _won(database, token)
    answers.add(answer(token))
    at.advance(days=16)
    answers.add(answer(token))
    assert len(answers) == 1


def test_a_link_of_another_purpose_is_unknown(database: Database, token: str) -> None:
    with pytest.raises(BadLinkError):
        _claim(database, token, "reset")
    assert _won(database, token)


def test_a_link_for_nothing_known_is_not_made(database: Database) -> None:
    with database.writing() as session, pytest.raises(KeyError):
        links.make(session, "anything", identity_id="x" * 32)


def test_otc7_only_the_hash_of_the_token_is_stored(database: Database, token: str) -> None:
    assert token not in factories.dump(database)


def test_otc9_a_link_remembers_for_whom_and_from_where_it_was_made(
    database: Database, token: str
) -> None:
    with database.reading() as session:
        row = session.scalars(select(Link)).one()
    link = _claim(database, token)
    assert (link.identity_id, link.interaction_id) == (row.identity_id, "i" * 32)
    assert link.created_at == START
