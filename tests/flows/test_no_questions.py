"""R2: SECRET_QUESTIONS=no turns the secret question off on every page that asks for one."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from idp.models import Identity
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.migration_pages import CHOSEN, at_choice, link_to
from tests.flows.opening_support import TYPED, activate, give_coordinates, give_nir, on_file
from tests.flows.support import authorize, person, with_code
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
ACCESS = {"password": PASSWORD, "confirm_password": PASSWORD}
ASKING = {"secret_question", "secret_answer"}


@pytest.fixture
def here(here: Settings) -> Settings:
    """As any other, but for the setting."""
    return replace(here, secret_questions=False)


def _questions(store: Database) -> list[tuple[str | None, str | None]]:
    with store.reading() as session:
        return [(each.question, each.answer_hash) for each in session.scalars(select(Identity))]


def _without(member: Member) -> Member:
    """The page asks for a password, and for no question."""
    names = {name for form in member.forms for name in form.names}
    assert "confirm_password" in names
    assert not names & ASKING
    return member


def test_r2_a_sign_up_asks_none(store: Database, site: Registered, member: Member) -> None:
    _without(member.open("/creer-un-compte")).submit(email=EMAIL, **ACCESS)
    assert "Un message vient d'être envoyé" in member.text
    assert _questions(store) == [(None, None)]
    activate(member, EMAIL)
    assert "code" in with_code(member.open(authorize(site))).answer


def test_r2_nor_does_one_for_a_taken_address(store: Database, member: Member) -> None:
    """EN2: the row of a taken address has no answer either."""
    person(store)
    member.open("/creer-un-compte").submit(email=EMAIL, **ACCESS)
    assert sorted(_questions(store), key=str)[-1] == (None, None)


def test_r2_nor_opening_a_space(store: Database, member: Member) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    _without(member).submit("Continuer", have_account="no", email=TYPED, **ACCESS)
    give_coordinates(member, line).submit("Je ne reçois")
    assert _questions(store) == [(None, None)]


def test_r2_nor_the_migration(store: Database, site: Registered, member: Member) -> None:
    _without(at_choice(member, site, store))
    member.submit("Valider mon nouvel identifiant", have_account="no", email=CHOSEN, **ACCESS)
    member.open(link_to(member)).submit()
    assert _questions(store) == [(None, None)]
    assert "code" in member.answer


def test_r2_b3_who_was_invited_is_not_asked(
    store: Database, site: Registered, member: Member
) -> None:
    with store.writing() as session:
        made = factories.make_identity(session, EMAIL)
        made.question = made.answer_hash = None
    sign_in(member.open(authorize(site)))
    assert "code" in member.submit("Valider", code=member.code(EMAIL)).answer
    member.open("/connexion/question-secrete")
    assert "Votre question secrète" not in member.text
