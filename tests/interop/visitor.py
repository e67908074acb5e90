"""A member's browser over real HTTP, without JavaScript: signs in wherever the issuer asks.

Forms are read from the pages, so that what a page does not show cannot be sent.
"""

from urllib.parse import urljoin

import requests

from tests.member import Form, forms_in
from tests.stories.stack import PASSWORD, Stack

_MOST_PAGES = 20
_SECONDS = 20


class Visitor:
    """One browser of one member, who may have come to refuse.

    `pages` are the paths of the issuer that it has filled in.
    """

    def __init__(self, stack: Stack, *, refuses: str = "") -> None:
        self.stack = stack
        self.email = stack.new_member()
        self.refuses = refuses  # the button that is pressed wherever a page has it
        self.web = requests.Session()
        self.pages: list[str] = []

    def visit(self, address: str) -> str:
        """Where the issuer sends the browser in the end: an address of a site, not fetched."""
        where, posted = self.leave(address)
        assert posted is None
        return where

    def leave(self, address: str) -> tuple[str, dict[str, str] | None]:
        """The same, and what the browser would post there (OAuth 2.0 Form Post Response Mode)."""
        answer = self._get(address)
        for _ in range(_MOST_PAGES):
            where, form = self._next(answer), self._posting(answer)
            if where is not None and not where.startswith(f"{self.stack.idp}/"):
                return where, None
            if form is not None:
                return form.action, form.values
            answer = self._get(where) if where is not None else self._filled(answer)
        raise AssertionError(f"no end after {self.pages}")

    def browse(self, address: str) -> requests.Response:
        """The page of a site that comes in the end, its redirects and the issuer's followed."""
        answer = self._get(address)
        for _ in range(_MOST_PAGES):
            where = self._next(answer)
            if where is not None:
                answer = self._get(where)
            elif answer.url.startswith(f"{self.stack.idp}/"):
                answer = self._filled(answer)
            else:
                return answer
        raise AssertionError(f"no end after {self.pages}")

    def signs_out(self) -> None:
        """At the issuer itself, by its button; the sites hear of it (back-channel logout)."""
        page = self._filled(self._get(f"{self.stack.idp}/deconnexion"))
        assert self._next(page) is not None or page.ok, page.text

    def _get(self, address: str) -> requests.Response:
        return self.web.get(address, allow_redirects=False, timeout=_SECONDS)

    @staticmethod
    def _next(answer: requests.Response) -> str | None:
        return urljoin(answer.url, answer.headers["Location"]) if answer.is_redirect else None

    @staticmethod
    def _posting(answer: requests.Response) -> Form | None:
        """The form of a page that only hands on an answer to a site."""
        forms = forms_in(answer.text) if answer.ok else []
        return next((form for form in forms if form.action.startswith("http")), None)

    def _filled(self, answer: requests.Response) -> requests.Response:
        assert answer.ok, f"{answer.status_code} {answer.url}: {answer.text}"
        self.pages.append(answer.url.removeprefix(self.stack.idp).partition("?")[0])
        forms = forms_in(answer.text)
        for form in sorted(forms, key=lambda form: form.button != self.refuses):
            typed = self._typed(form)
            if typed is not None:
                target = urljoin(answer.url, form.action)
                data = {**form.values, **typed}
                return self.web.post(target, data, allow_redirects=False, timeout=_SECONDS)
        raise AssertionError(f"nothing to fill in: {answer.url}: {answer.text}")

    def _typed(self, form: Form) -> dict[str, str] | None:
        """What the member types into this form; None leaves it alone."""
        if form.button == self.refuses:
            return {}
        if {"email", "password"} <= set(form.names):
            return {"email": self.email, "password": PASSWORD}
        if "code" in form.names:
            return {"code": self.stack.code(self.email), "trust_device": "yes"}
        return {} if form.button in {"Autoriser", "Me déconnecter"} else None
