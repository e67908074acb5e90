"""A code belongs to one person, one tab of one browser, and works once (OTC4, OTC5, OTC10)."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from idp.accounts import identifiers
from idp.accounts.states import State
from idp.models import BrowserSession, Identity, Proof
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support_b import (
    CODE_PAGE,
    OTHER,
    at_code,
    code_of,
    distinct_codes,
    is_signed_in,
    person,
    post,
    put,
    rows,
)
from tests.member import Member

Browsers = Callable[[], Member]
LOST = "Cette connexion n'est plus en cours"


@pytest.fixture(autouse=True)
def claire(store: Database) -> str:
    return person(store)


@pytest.fixture(autouse=True)
def no_two_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    distinct_codes(monkeypatch)


def test_the_code_of_another_browser_is_refused(browsers: Browsers) -> None:
    """OTC5, OA23: same person, same address of the page, another browser."""
    mine, theirs = at_code(browsers()), at_code(browsers())
    stolen = mine.code(EMAIL)  # the newest: the one of `theirs`
    mine.submit("Valider", code=stolen)
    assert "Ce code est incorrect" in mine.text
    theirs.open(mine.address)
    assert LOST in theirs.text
    assert theirs.page.status_code == 400


def test_the_code_of_another_tab_is_refused(store: Database, member: Member) -> None:
    """OTC5: bound to the sign-in that asked for it."""
    first = at_code(member).forms[0]
    old = code_of(member)[1]
    at_code(member)
    new = code_of(member)[1]
    post(member, first.action, {**first.values, "code": new})
    assert not is_signed_in(member)
    post(member, first.action, {**first.values, "code": old})
    assert is_signed_in(member)


def test_the_code_of_another_person_is_refused(store: Database, member: Member) -> None:
    """OTC5: in one tab, first one person's password, then another's."""
    person(store, OTHER)
    at_code(member)
    tab, of_claire = member.address.partition("?")[2], code_of(member)[1]
    sign_in(member.open(f"/connexion?{tab}"), OTHER)
    member.submit("Valider", code=of_claire)
    assert "Ce code est incorrect" in member.text
    member.submit("Valider", code=code_of(member, OTHER)[1])
    assert is_signed_in(member)
    assert owners(store) == [OTHER]


def test_a_second_password_in_a_tab_ends_what_the_first_one_proved(
    store: Database, member: Member
) -> None:
    """SE4: one person's password and another's code are no sign-in of either."""
    person(store, OTHER)
    at_code(member)
    form, of_claire = member.forms[0], code_of(member)[1]
    sign_in(member.open("/connexion?" + member.address.partition("?")[2]), OTHER)
    with store.reading() as session:
        standing = session.scalars(select(Proof.voided_at).order_by(Proof.proved_at)).all()
    assert [voided is None for voided in standing] == [False, True]
    post(member, form.action, {**form.values, "code": of_claire})
    assert not is_signed_in(member)


def test_nothing_around_the_code_counts_as_the_code(member: Member) -> None:
    """OTC10, SE4: asking again, going elsewhere, leaving the step: it is still asked."""
    address = at_code(member).address
    query = address.partition("?")[2]
    member.submit("Renvoyer un code")
    for near in (
        f"/connexion?{query}",
        f"/?{query}",
        f"/creer-un-compte?{query}",
        "/",
        "/connexion",
    ):
        member.open(near)
        assert member.left_to is None
        assert not is_signed_in(member)
    assert CODE_PAGE in member.open(address).text


def test_a_right_code_is_right_once(member: Member) -> None:
    """OTC4, after the success."""
    at_code(member)
    form, digits = member.forms[0], code_of(member)[1]
    member.submit("Valider", code=digits)
    again = post(member, form.action, {**form.values, "code": digits})
    assert again.status_code in {303, 400}
    member.client.delete_cookie("mgen_connect_8000_session")
    fresh = member.open("/connexion").forms[0].values["csrf_token"]
    again = post(member, form.action, {"csrf_token": fresh, "code": digits})
    assert again.status_code == 400
    assert not is_signed_in(member)


def test_a_code_is_dead_once_the_identity_is_disabled(
    store: Database, member: Member, claire: str
) -> None:
    """LK2, SE7."""
    at_code(member)
    put(store, claire, State.DISABLED)
    member.submit("Valider", code=code_of(member)[1])
    assert "Ce code n'est plus valable" in member.text
    assert not is_signed_in(member)


def test_twenty_right_codes_at_once_open_one_session(
    app: Flask, store: Database, member: Member
) -> None:
    """OTC4, AV9."""
    at_code(member)
    form, digits = member.forms[0], code_of(member)[1]
    cookies = {key: cookie.value for key, cookie in member.client._cookies.items()}
    start, opened = Barrier(20), []

    def one() -> None:
        client = app.test_client()
        for (domain, path, name), value in cookies.items():
            client.set_cookie(name, value, domain=domain, path=path)
        start.wait(timeout=30)
        answer = client.post(form.action, data={**form.values, "code": digits})
        if re.search(r"_session=[\w-]{40}", str(answer.headers.getlist("Set-Cookie"))):
            opened.append(answer.status)

    threads = [Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(opened) == 1
    assert rows(store, BrowserSession) == 1


def owners(store: Database) -> list[str]:
    """The addresses of who is signed in, over all browsers."""
    with store.reading() as session:
        found = session.scalars(
            select(Identity).join(BrowserSession, BrowserSession.identity_id == Identity.id)
        )
        return [identifiers.open_email(session, each.email_sealed) for each in found]
