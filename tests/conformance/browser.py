"""The member's browser, as a certification run drives one: it signs in wherever it is asked to.

HtmlUnit's manners: cookies of its own, redirects followed, forms read from the page, the page of
form_post sent on by its button. `shown` tells which pages it met on the way.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.member import PASSWORD, Form, Member

ISSUER = "https://connect.exemple.test"
EMAIL = "suite@exemple.test"
_PATIENCE = 8  # pages between a request and its answer


class Https(FlaskClient):
    """Speaks to the issuer under its own https address."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """As Flask does, with that base."""
        options.setdefault("base_url", ISSUER)
        return super().open(*args, **options)


@dataclass(frozen=True)
class Callback:
    """What reached the site: how, where, and what was in the address and in the body."""

    method: str
    address: str
    form: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> list[tuple[str, str]]:
        """What the address carries."""
        return parse_qsl(urlsplit(self.address).query, keep_blank_values=True)


class Browser(Member):
    """One browser with an empty jar. `told` is what it types where it is asked to sign in."""

    def __init__(self, app: Flask, email: str = EMAIL) -> None:
        super().__init__(app)
        self.client = Https(app, app.response_class)
        self.told = {"email": email, "password": PASSWORD}
        self.shown: list[str] = []

    def visit(self, address: str, *, stay: bool = False) -> Callback | None:
        """Follow an address; None when a page is shown that nothing goes on from by itself.

        `stay` stops at the first page, whatever it is.
        """
        self.open(address)
        return self._travel(stay)

    def post(self, address: str, form: dict[str, str]) -> Callback | None:
        """Send a form from another site's page: our cookies, SameSite=Lax, stay at home."""
        abroad = Https(self.app, self.app.response_class, use_cookies=False)
        self._arrive(abroad.post(urlsplit(address).path, data=form), address)
        return self._travel(stay=False)

    def go_on(self) -> Callback | None:
        """Sign in, agree or choose on the page that is shown, to the end."""
        return self._travel(stay=False)

    def press(self, button: str) -> Callback | None:
        """Press this button of the page, and follow where it leads."""
        self.submit(button)
        return self._travel(stay=True)

    def is_shown(self, phrase: str, status: int = 400) -> bool:
        """[shot]: our page says this, and the browser was sent nowhere."""
        return self.page.status_code == status and self.left_to is None and phrase in self.text

    def _travel(self, stay: bool) -> Callback | None:
        for _ in range(_PATIENCE):
            arrived = self._callback()
            if arrived is not None or stay or not self._act():
                return arrived
        raise AssertionError(f"no end: {self.shown}, {self.text}")

    def _callback(self) -> Callback | None:
        if self.left_to is not None:
            assert self.page.status_code in (302, 303), self.page.status
            return Callback("GET", self.left_to)
        foreign = [form for form in self.forms if form.action.startswith("http")]
        if not foreign:
            return None
        [form] = foreign
        self._is_a_form_post_page(form)
        return Callback("POST", form.action, tuple(form.values.items()))

    def _is_a_form_post_page(self, form: Form) -> None:
        """A page of ours that sends itself by a script of its own, or by its button without one."""
        policy = self.page.headers["Content-Security-Policy"]
        parts = urlsplit(form.action)
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert self.page.status_code == 200
        assert self.page.headers["Cache-Control"] == "no-store"
        assert self.page.mimetype == "text/html"
        assert form.method.lower() == "post"
        assert form.button, "nothing to press where scripts are off"
        assert f"{parts.scheme}://{parts.netloc}" in rules["form-action"].split()
        assert "unsafe" not in rules["script-src"]
        assert "<script" in self.page.get_data(as_text=True)

    def _act(self) -> bool:
        """Do what a person does on this page; False where there is nothing to do."""
        for name, asked, button, fields in (
            ("login", "password", "Me connecter", self.told),
            ("consent", None, "Autoriser", {}),
            ("account", None, "Continuer avec ce compte", {}),
        ):
            if any(button in form.button and (asked in {None, *form.names}) for form in self.forms):
                self.shown.append(name)
                self.submit(button, **fields)
                return True
        return False
