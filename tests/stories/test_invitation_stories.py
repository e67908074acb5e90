"""An employer invites: one page makes the access, the sign-in asks for the question (B1-B3)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import complaints_of
from tests.stories.opener import Opener
from tests.stories.stack import ANSWER, PASSWORD, Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
SUBJECT = "Votre invitation à rejoindre la mutuelle"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing."""
    with chromium.new_context(java_script_enabled=request.param) as opened:
        complaints = complaints_of(opened)
        yield opened
        assert complaints == []


class Invitee(Opener):
    """Somebody with an invitation in their mailbox."""

    def takes_up(self, invited_at: str, email: str) -> None:
        """The page behind the link, sent with this address."""
        self.page.goto(self.stack.about(SUBJECT, invited_at)["links"][0])
        self.sees("Création de vos accès")
        expect(self.page.get_by_label("Adresse e-mail")).to_have_value(invited_at)
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.fill("[name=confirm_password]", PASSWORD)
        self.press("Créer mes accès")
        self.sees("Me connecter")

    def enters_for_the_first_time(self, email: str) -> None:
        """From the site through password, code and question to the home page of a member."""
        self.go_to_sign_in()
        self.enters(email)
        self.sees("Votre question secrète")
        self.page.select_option("[name=secret_question]", "first_pet")
        self.page.fill("[name=secret_answer]", ANSWER)
        self.press("Enregistrer et continuer")
        self.sees("Bonjour Camille")
        expect(self.page.get_by_text("Prévoyance Exemple")).to_be_visible()


def test_b3_an_invitation_kept(context: BrowserContext, stack: Stack) -> None:
    email = stack.invite()
    invitee = Invitee(stack, context.new_page())
    invitee.takes_up(email, email)
    assert not stack.about("Votre accès est créé", email)["links"], "nothing to click"
    invitee.enters_for_the_first_time(email)


def test_b3_an_invitation_changed(context: BrowserContext, stack: Stack) -> None:
    email, home = stack.invite(), stack.new_address()
    invitee = Invitee(stack, context.new_page())
    invitee.takes_up(email, home)
    assert stack.about("Terminez la création de votre accès", home)
    invitee.enters_for_the_first_time(home)
    assert stack.about("Votre dossier d'adhérent a été rattaché à un compte", email)
