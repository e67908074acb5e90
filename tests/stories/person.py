"""A member in front of one page of Chromium: clicks and types what a member would, by name."""

import threading
import time

from playwright.sync_api import Page, expect

from tests.stories.stack import ANSWER, PASSWORD, Stack

ENDED = "Vous n'êtes plus connecté à ce site"
_PATIENCE_SECONDS = 20
_PAUSE_SECONDS = 0.1
TRUST = "Ne plus me demander de code depuis ce navigateur pendant 30 jours"


class Person:
    """One page and who sits in front of it. A step ends on the page that it leads to."""

    def __init__(self, stack: Stack, page: Page) -> None:
        self.stack = stack
        self.page = page

    def sees(self, title: str) -> None:
        """The page whose title this is has come."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def press(self, button: str) -> None:
        """Press the button of this name; the page it leads to has come, redirects followed."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        """Follow the link of this name; the page it leads to has come."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link, exact=True).click()

    def is_told(self, sentence: str) -> None:
        """The notice or the summary of errors on top of the page says this."""
        on_top = self.page.get_by_role("alert").or_(self.page.get_by_role("status"))
        expect(on_top.filter(has_text=sentence)).to_be_visible()

    def go_to_sign_in(self) -> None:
        """From the site to the sign-in page."""
        self.page.goto(self.stack.site)
        self.follow("Me connecter")
        self.sees("Me connecter")

    def fill_sign_up(self, email: str, password: str = PASSWORD) -> None:
        """The form of the sign-up page, sent."""
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.fill("[name=confirm_password]", password)
        self.page.select_option("[name=secret_question]", "first_pet")
        self.page.fill("[name=secret_answer]", ANSWER)
        self.press("Créer mon compte")

    def give_password(self, email: str, password: str = PASSWORD) -> None:
        """The form of the sign-in page, sent."""
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.press("Me connecter")

    def give_code(self, code: str, *, trust: bool = False) -> None:
        """The form of the code page, sent."""
        self.sees("Authentification renforcée")
        self.page.fill("[name=code]", code)
        if trust:
            self.page.get_by_label(TRUST).check()
        self.press("Valider")

    def signs_in(self, email: str, number: int = 1) -> None:
        """From the site through password and code (the `number`-th mail) to the greeting."""
        self.go_to_sign_in()
        self.give_password(email)
        self.give_code(self.stack.code(email, number))
        self.is_greeted(email)

    def sees_the_end(self, address: str) -> None:
        """This page of a site, opened again and again, is soon that of somebody signed out."""
        pause, deadline = threading.Event(), time.monotonic() + _PATIENCE_SECONDS
        told = self.page.get_by_role("status").filter(has_text=ENDED)
        self.page.goto(address)
        while not told.count() and time.monotonic() < deadline:
            pause.wait(_PAUSE_SECONDS)
            self.page.goto(address)
        self.is_told(ENDED)
        expect(self.page.get_by_role("button", name="Me déconnecter")).to_have_count(0)

    def is_greeted(self, email: str) -> None:
        """The home page of the site, for who owns this address."""
        self.sees("Bonjour")
        expect(self.page.get_by_text(email)).to_be_visible()
        assert self.page.url == f"{self.stack.site}/"
