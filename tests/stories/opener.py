"""A person who opens their space, or joins their record: the pages of /creer-mon-espace by name."""

import re

from playwright.sync_api import expect

from idp.accounts.nir import key_of
from tests.stories.looker import Looker
from tests.stories.person import Person
from tests.stories.stack import ANSWER, PASSWORD

NOTHING_COMES = "Je ne reçois rien, continuer"
SENT = "Un message vient d'être envoyé"
_CODE = re.compile(r"\d{6}|\d{3} - (\d{3} \d{3})")


class Opener(Person):
    """One page, and a member of the register in front of it."""

    def gives_nir(self, line: dict[str, str]) -> None:
        """The first page, sent."""
        self.sees("Créer mon espace")
        self.page.get_by_label("Numéro de sécurité sociale").fill(line["nir"])
        self.press("Continuer")
        self.sees("Votre accès")

    def has_an_account(self, email: str, password: str = PASSWORD) -> None:
        """The first fold, opened and sent."""
        self.page.get_by_text("J'ai déjà un compte MGEN Connect").click()
        self.page.locator("#join-email").fill(email)
        self.page.locator("#join-password").fill(password)
        self.press("Me connecter et continuer")

    def has_no_account(self, email: str, password: str = PASSWORD) -> None:
        """The second fold, which is open already, sent."""
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.page.fill("#confirm_password", password)
        self.page.select_option("#secret_question", "first_pet")
        self.page.fill("#secret_answer", ANSWER)
        self.press("Continuer")

    def gives_coordinates(self, line: dict[str, str]) -> None:
        """The page of the coordinates, sent as the register has them."""
        self.sees("Vos coordonnées")
        year, month, day = line["birth_date"].split("-")
        self.page.fill("[name=nir_key]", key_of(line["nir"]))
        self.page.fill("[name=family_name]", line["family_name"].upper())
        self.page.fill("[name=birth_date]", f"{day}/{month}/{year}")
        self.press("Continuer")
        self.sees("Vérification")

    def gives_member_code(self, subject: str, to: str) -> None:
        """The code that has come to a channel on file, sent."""
        found = _CODE.search(self.stack.about(subject, to)["text"])
        assert found is not None
        self.page.fill("[name=code]", found[1] or found[0])
        self.press("Valider")

    def activates(self, email: str) -> None:
        """From the last page through the link of the mail; back on the way in."""
        self.sees(SENT)
        self.page.goto(self.stack.about("Activez votre compte MGEN Connect", email)["links"][0])
        self.press("Activer mon compte")

    def enters(self, email: str) -> None:
        """Password and code on the sign-in page."""
        self.sees("Me connecter")
        self.give_password(email)
        self.sees("Authentification renforcée")
        text = self.stack.about("Votre code de connexion", email)["text"]
        self.give_code(str(_CODE.search(text)[1]))  # type: ignore[index]

    def is_at_home_as_a_member(self) -> None:
        """The home page of the espace personnel, with what the register says."""
        self.sees("Bonjour Camille")
        expect(self.page.get_by_text("Prévoyance", exact=True)).to_be_visible()
        assert self.page.url == f"{self.stack.site}/"


class LookingOpener(Opener, Looker):
    """The same, who looks at each page too."""
