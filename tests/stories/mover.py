"""A member who leaves the NIR for an e-mail, or finds the way back: those pages by name."""

import re

from playwright.sync_api import expect

from tests.stories.looker import Looker
from tests.stories.opener import SENT, Opener
from tests.stories.stack import ANSWER, OLD_PASSWORD, PASSWORD

CODE = "Votre code de connexion"
RESET = "Choisissez un nouveau mot de passe"
NEW_PASSWORD = "Une-Girafe*8-Verte"
_WRONG = "Faux-Cheval*7"
_TEMPORARY = re.compile(r"[0-9A-Z]{5} [0-9A-Z]{5}")
_DIGITS = re.compile(r"\d{3} - (\d{3} \d{3})|(\d{6})")
_WAYS_IN = {"espace_personnel": "Me connecter", "avantage": "Voir mes prix adhérent"}


class Mover(Opener):
    """One page, and somebody in front of it who comes from one of the three sites."""

    package = "espace_personnel"

    def comes_from(self, package: str) -> None:
        """From the home page of a site to the sign-in page."""
        self.package = package
        self.page.goto(self.stack.address_of(package))
        self.follow(_WAYS_IN.get(package, "Me connecter"))
        self.sees("Me connecter")

    def has_arrived(self, given_name: str | None = "Camille") -> None:
        """Signed in at the site first asked for; as the member of this name, if one is given."""
        expect(self.page.get_by_role("button", name="Me déconnecter")).to_be_visible()
        assert self.page.url == f"{self.stack.address_of(self.package)}/"
        if given_name and self.package == "espace_personnel":
            self.sees(f"Bonjour {given_name}")
        if given_name and self.package == "avantage":
            expect(self.page.get_by_text("Vous êtes adhérent")).to_be_visible()

    def gives_old_password(self, nir: str, password: str = OLD_PASSWORD) -> None:
        """From the sign-in page: the NIR and the old password, sent."""
        self.follow("Me connecter avec mon numéro de sécurité sociale")
        self.page.get_by_label("Numéro de sécurité sociale").fill(nir)
        self.page.fill("[name=password]", password)
        self.press("Me connecter")

    def is_proved(self, nir: str, to: str, password: str = OLD_PASSWORD) -> None:
        """The same, then the code that goes by itself to the only channel, sent."""
        self.gives_old_password(nir, password)
        self.sees("Vérification")
        self.gives_code(to)

    def gives_code(self, to: str, subject: str = CODE) -> None:
        """The code that came to an address, or to a number where `subject` is empty; sent."""
        self.page.fill("[name=code]", self.code_at(to, subject))
        self.press("Valider")

    def code_at(self, to: str, subject: str = CODE) -> str:
        """The six digits of the message that the prefix on the page names."""
        prefix = self.page.locator("#code-prefix").inner_text()[:3]
        named = f"{prefix} - " if subject else f"(message {prefix})"
        found = _DIGITS.search(self.stack.about(subject, to, named)["text"])
        assert found is not None
        return found[1] or found[2]

    def enters(self, email: str, password: str = PASSWORD) -> None:
        """Password and code on the sign-in page, whatever was mailed before."""
        self.sees("Me connecter")
        self.give_password(email, password)
        self.sees("Authentification renforcée")
        self.gives_code(email)

    def chooses(self, email: str | None = None) -> None:
        """The new access, sent: another address, or the one that is proposed."""
        self.sees("Votre nouvel identifiant")
        if email is not None:
            self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.fill("#confirm_password", PASSWORD)
        self.page.select_option("#secret_question", "first_pet")
        self.page.fill("#secret_answer", ANSWER)
        self.press("Valider mon nouvel identifiant")

    def has_an_account_here(self, email: str, password: str = PASSWORD) -> None:
        """The page of who has an account, sent."""
        self.sees("J'ai déjà un compte MGEN Connect")
        self.page.locator("#join-email").fill(email)
        self.page.locator("#join-password").fill(password)
        self.press("Me connecter et continuer")

    def joins(self, email: str, password: str = PASSWORD) -> None:
        """The fold of who has an account, to the button that attaches the record, pressed."""
        self.sees("Votre nouvel identifiant")
        self.has_an_account(email, password)
        self.confirms(email)

    def confirms(self, email: str) -> None:
        """The second step of that account, then the button."""
        self.sees("Authentification renforcée")
        self.gives_code(email)
        self.sees("Rattacher mon dossier")
        expect(self.page.get_by_text(email)).to_be_visible()
        self.press("Rattacher mon dossier")

    def is_blocked(self, identifier: str) -> None:
        """Three wrong passwords, and the page of the block after the next."""
        for _ in range(3):
            self.give_password(identifier, _WRONG)
            self.is_told("Identifiant ou mot de passe incorrect")
        self.give_password(identifier, _WRONG)
        self.sees("Votre compte est bloqué")

    def says_who(self, identifier: str, birth_date: str = "") -> None:
        """The form of a recovery, sent; the date as the register has it, or none."""
        self.page.get_by_label("Identifiant").fill(identifier)
        day = "/".join(reversed(birth_date.split("-"))) if birth_date else ""
        self.page.get_by_label("Date de naissance").fill(day)
        self.press("Continuer")

    def asks_by(self, way: str) -> None:
        """Of several channels this one: "Par SMS" or "Par e-mail"."""
        self.sees("Où recevoir le message ?")
        self.page.get_by_label(way).check()
        self.press("Envoyer le message")

    def opens_the_link(self, to: str, subject: str = RESET) -> None:
        """The link of the newest such mail, in this browser."""
        self.page.goto(self.stack.about(subject, to)["links"][0])

    def takes_mail(self) -> None:
        """With one channel it is used at once; of two, the e-mail."""
        if self.page.get_by_role("heading", level=1).inner_text() != SENT:
            self.asks_by("Par e-mail")

    def temporary_password(self, mobile: str) -> str:
        """What the newest SMS says, as somebody types it."""
        found = _TEMPORARY.search(self.stack.about("", mobile)["text"])
        assert found is not None
        return found[0].lower()

    def resets(self, *, answer: bool = True) -> None:
        """The page of the new password, sent."""
        self.sees("Choisir un nouveau mot de passe")
        self.page.fill("[name=new_password]", NEW_PASSWORD)
        self.page.fill("[name=confirm_password]", NEW_PASSWORD)
        if answer:
            self.page.fill("[name=secret_answer]", ANSWER)
        self.press("Enregistrer ce mot de passe")


class LookingMover(Mover, Looker):
    """The same, who looks at each page too."""
