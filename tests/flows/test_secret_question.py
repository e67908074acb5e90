"""/connexion/question-secrete: B3, asked once, at the first sign-in of who has none."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp.accounts.passwords import Hasher
from idp.accounts.questions import normal_answer
from idp.models import BrowserSession, Event, Identity
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.conftest import register, sign_in
from tests.flows.support import (
    authorize,
    claims,
    copy,
    count,
    is_signed_in,
    person,
    tab,
    trusted,
    with_code,
)
from tests.flows.support_b import Argon2Calls, post
from tests.member import ANSWER, Member

pytestmark = pytest.mark.usefixtures("at")
TITLE = "Votre question secrète"
PAGE = "/connexion/question-secrete"


@pytest.fixture
def invitee(store: Database) -> str:
    """Somebody active who has no question yet; the id."""
    identity_id = person(store)
    forget(store)
    return identity_id


def forget(store: Database) -> None:
    with store.writing() as session:
        session.execute(update(Identity).values(question=None, answer_hash=None))


def kept(store: Database) -> tuple[str | None, str | None]:
    with store.reading() as session:
        identity = session.scalars(select(Identity)).one()
        return identity.question, identity.answer_hash


def choose(member: Member, **fields: str) -> Member:
    return member.submit(**{"secret_question": "first_pet", "secret_answer": ANSWER, **fields})


@pytest.mark.usefixtures("invitee")
def test_b3_after_the_code_and_before_the_site(
    app: Flask, store: Database, here: Settings, site: Registered, member: Member
) -> None:
    with_code(member.open(authorize(site)))
    assert TITLE in member.text
    form, cancel = member.forms
    assert cancel.button == "Annuler"
    assert form.names[1:] == ["secret_question", "secret_answer"]
    assert count(store, BrowserSession) == 0, "SE4: no session before"
    choose(member)
    question, answer_hash = kept(store)
    assert question == "first_pet"
    assert Hasher.of(here).verify(answer_hash, normal_answer(ANSWER))
    assert claims(app, site, member)["amr"] == ["pwd", "mail"]
    with store.reading() as session:
        assert "member:question:chosen" in session.scalars(select(Event.kind)).all()
    member.open("/deconnexion").submit("déconnecter")
    assert "code" in with_code(member.open(authorize(site))).answer


@pytest.mark.usefixtures("invitee")
def test_without_a_site_it_ends_at_home(member: Member) -> None:
    choose(with_code(member.open("/connexion")))
    assert member.address == "/"
    assert "Vous êtes connecté" in member.text


@pytest.mark.usefixtures("invitee")
def test_it_is_not_skipped_by_an_address(
    store: Database, site: Registered, member: Member, browsers: Callable[[], Member]
) -> None:
    with_code(member.open(authorize(site)))
    handle = member.address.partition("interaction=")[2]
    for address in ("/connexion/code", PAGE):
        again = tab(member).open(f"{address}?interaction={handle}")
        assert (TITLE in again.text, again.left_to) == (True, None), address
    assert not is_signed_in(tab(member), site)
    stranger = browsers().open(f"{PAGE}?interaction={handle}")
    assert "Cette connexion n'est plus en cours" in stranger.text
    assert kept(store) == (None, None)


def test_not_before_the_code(
    store: Database, site: Registered, member: Member, invitee: str
) -> None:
    sign_in(member.open(authorize(site)))
    handle = member.address.partition("interaction=")[2]
    token = member.forms[0].values["csrf_token"]
    fields = {"csrf_token": token, "secret_question": "first_pet", "secret_answer": ANSWER}
    post(member, f"{PAGE}?interaction={handle}", fields)
    assert kept(store) == (None, None)
    assert "Authentification renforcée" in member.open(f"{PAGE}?interaction={handle}").text


def test_nobody_is_asked_who_has_one(store: Database, site: Registered, member: Member) -> None:
    person(store)
    with_code(member.open(authorize(site)))
    assert "code" in member.answer
    assert "Cette connexion n'est plus en cours" in member.open(PAGE).text
    assert kept(store)[0] == "first_pet"


def test_who_is_signed_in_without_one_is_asked_at_the_next_site(
    store: Database, site: Registered, member: Member
) -> None:
    """prompt=none says interaction_required where the page would have come."""
    person(store)
    with_code(member.open(authorize(site)))
    forget(store)
    assert member.open(authorize(site, prompt="none")).answer["error"] == "interaction_required"
    other = register(store, client_name="Forum", redirect_uris=["http://localhost:8002/cb"])
    member.open(authorize(other))
    assert TITLE in member.text
    assert "code" in choose(member).answer


def test_a_trusted_browser_is_asked_too(store: Database, site: Registered, member: Member) -> None:
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    member.open("/deconnexion").submit("déconnecter")
    forget(store)
    sign_in(member.open(authorize(site)))
    assert TITLE in member.text
    assert "code" in choose(member).answer


@pytest.mark.usefixtures("invitee")
def test_two_tabs_keep_the_first_answer(store: Database, site: Registered, member: Member) -> None:
    """PW7: a question is never changed by a form that was left open."""
    other = tab(member)
    with_code(member.open(authorize(site)))
    with_code(other.open(authorize(site)))
    assert TITLE in other.text
    token = other.forms[0].values["csrf_token"]
    choose(member)
    first = kept(store)
    late = {"csrf_token": token, "secret_question": "first_school", "secret_answer": "autre"}
    answer = post(other, other.address, late)
    assert answer.status_code in (303, 400)
    assert kept(store) == first


@pytest.mark.usefixtures("invitee")
def test_a_copy_of_the_browser_keeps_the_first_answer(
    store: Database, site: Registered, member: Member
) -> None:
    with_code(member.open(authorize(site)))
    twin = copy(member).open(member.address)
    choose(member)
    first = kept(store)
    choose(twin, secret_answer="autre")
    assert kept(store) == first
    assert twin.left_to is None


@pytest.mark.usefixtures("invitee")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"secret_question": ""}, "Choisissez une question"),
        ({"secret_question": "nulle"}, "Choisissez une question"),
        ({"secret_answer": ""}, "Saisissez votre réponse"),
        ({"secret_answer": "a"}, "au moins 2 caractères"),
        ({"secret_answer": "a" * 201}, "au plus 200"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    store: Database, site: Registered, member: Member, fields: dict[str, str], said: str
) -> None:
    with_code(member.open(authorize(site)))
    choose(member, **fields)
    assert member.page.status_code == 400
    assert said in member.text
    assert kept(store) == (None, None)
    assert "code" in choose(member).answer


@pytest.mark.usefixtures("invitee")
def test_one_hash_and_outside_the_transaction(
    store: Database, site: Registered, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_code(member.open(authorize(site)))
    argon2, statements = Argon2Calls(monkeypatch), Statements(store)
    hashing = Hasher.hash

    def watched(self: Hasher, secret: str) -> str:
        assert not any(line.startswith(("UPDATE", "INSERT")) for line in statements)
        assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        return hashing(self, secret)

    monkeypatch.setattr(Hasher, "hash", watched)
    assert "code" in choose(member).answer
    assert len(argon2) == 1


def test_it_costs_an_ordinary_sign_in_no_statement(
    store: Database, site: Registered, member: Member
) -> None:
    person(store)
    trusted(member, site)
    member.open("/deconnexion").submit("déconnecter").open(authorize(site))
    statements = Statements(store)
    sign_in(member)
    assert "code" in member.answer
    assert not [line for line in statements if line.startswith("SELECT identities.question")]
    assert len(statements) <= 12


def test_no_head(member: Member) -> None:
    """It may answer a site: only a GET or a POST does."""
    assert member.client.head(PAGE).status_code == 405
