"""The one crossing of privilege: two at once have one winner, and killed half-way it never was."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.accounts import sessions
from idp.accounts.passwords import Hasher
from idp.clock import FrozenClock
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.models import AuthorizationCode, Base, BrowserSession, Event, Proof
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import (
    DENIS,
    authorize,
    cookie,
    copy,
    count,
    forum,
    is_lost,
    person,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")


def snapshot(store: Database, *but: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for those named."""
    with store.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }


def at_once(*acts: Callable[[], object]) -> None:
    """Run all in threads of their own."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_of_two_right_passwords_at_once_one_goes_on(
    at: FrozenClock,
    store: Database,
    site: Registered,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A double click: both are read before either is written, and one claims the end of it."""
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    twin = copy(member)
    twin.page, twin.address = member.page, member.address
    both = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(Hasher, "verify", lambda *_: both.wait() >= 0)
    at_once(lambda: sign_in(member), lambda: sign_in(twin))
    assert sorted((is_lost(member), is_lost(twin))) == [False, True]
    assert count(store, AuthorizationCode) == 2  # one each sign-in
    assert count(store, BrowserSession, BrowserSession.ended_at.is_(None)) == 1
    loser = member if is_lost(member) else twin
    assert loser.page.headers.getlist("Set-Cookie") == []


def test_of_two_people_at_once_in_one_tab_only_one_is_known(
    at: FrozenClock,
    store: Database,
    site: Registered,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the first proved there is void once the second is known, though both read "nobody"."""
    person(store)
    person(store, DENIS)
    member.open(authorize(site))
    twin = copy(member)
    twin.page, twin.address = member.page, member.address
    both = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(Hasher, "verify", lambda *_: both.wait() >= 0)
    at_once(lambda: sign_in(member), lambda: sign_in(twin, DENIS))
    assert count(store, Proof) == 2
    assert count(store, Proof, Proof.voided_at.is_(None)) == 1


def test_of_two_right_codes_at_once_one_goes_on(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """OTC4."""
    person(store)
    sign_in(member.open(authorize(site)))
    twin = copy(member)
    twin.page, twin.address = member.page, member.address
    digits = member.code(EMAIL)
    at_once(*[lambda one=one: one.submit("Valider", code=digits) for one in (member, twin)])
    assert sorted("code" in one.answer for one in (member, twin)) == [False, True]
    assert count(store, AuthorizationCode) == count(store, BrowserSession) == 1


KILLED = [
    (interactions, "finish"),
    (dispatch, "record"),
    (dispatch, "issue_code"),
    (sessions, "open_new"),
    (sessions, "add_proofs"),
    (dispatch, "success_answer"),
]


@pytest.mark.parametrize(("where", "name"), KILLED)
def test_killed_half_way_nothing_is_kept(
    at: FrozenClock,
    store: Database,
    site: Registered,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
) -> None:
    """AV5, at each step of the crossing: the code is still good, no cookie moves, one goes on."""
    person(store)
    sign_in(member.open(authorize(site)))
    page, digits, before = member.page, member.code(EMAIL), snapshot(store)
    with monkeypatch.context() as broken:
        broken.setattr(where, name, lambda *_args, **_kw: 1 / 0)
        member.submit("Valider", code=digits, trust_device="yes")
    assert member.page.status_code == 500
    assert member.page.headers.getlist("Set-Cookie") == []
    assert snapshot(store) == before
    member.page = page
    member.submit("Valider", code=digits)
    assert "code" in member.answer
    assert cookie(member) is not None
    assert count(store, Event, Event.kind == "member:session:signed_in") == 1


def test_killed_after_a_right_password_only_the_try_is_counted(
    at: FrozenClock,
    store: Database,
    site: Registered,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """AV5: a session of before lives on under its own cookie."""
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    at.advance(minutes=1)
    member.open(authorize(forum(store, step_up="on_request"), prompt="login"))
    page, held, before = member.page, cookie(member), snapshot(store, "lockouts", "budgets")
    with monkeypatch.context() as broken:
        broken.setattr(dispatch, "issue_code", lambda *_args, **_kw: 1 / 0)
        assert sign_in(member).page.status_code == 500
    assert snapshot(store, "lockouts", "budgets") == before
    assert cookie(member) == held
    assert "code" in member.open(authorize(site, prompt="none")).answer
    member.page = page
    assert "code" in sign_in(member).answer
