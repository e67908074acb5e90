"""Two people, one browser, a site that is not ours: in any order it has what was agreed to.

The model holds what each person agreed to; a page, an answer and every token that the site keeps
must say the same. Sites ask for a password alone here: codes have their own machine.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from idp import clock
from idp.app import create_app
from idp.oidc import clients, keys
from tests.fixtures import START, sqlite_settings
from tests.flows.conftest import EMAIL, register, sign_in
from tests.flows.partner import ALLOW, CONSENT_PAGE, REFUSE, partner
from tests.flows.support import DENIS, authorize, exchange, person
from tests.flows.support_b import CODE_PAGE
from tests.flows.test_account_choice import PAGE as CHOICE_PAGE
from tests.flows.test_account_choice import THIS
from tests.flows.test_states_machine import template
from tests.member import Member

SCOPES = ("email", "phone", "profile")
who = st.sampled_from((EMAIL, DENIS))
wanted = st.sets(st.sampled_from(SCOPES))
buttons = st.sampled_from((ALLOW, ALLOW, REFUSE, None))


class Consents(RuleBasedStateMachine):
    """One browser; who is signed in in it; what each agreed to; the tokens that the site keeps."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.frozen = clock.frozen(START)
        self.frozen.__enter__()
        self.app = create_app(sqlite_settings(Path(self.folder.name), template()))
        runtime = self.app.extensions["idp"]
        self.store = runtime.database
        keys.ensure_signing_key(self.store, runtime.settings)
        runtime.issuer.clients._max_age = 0.0
        self.ours = register(self.store, step_up="on_request")
        self.site = partner(
            self.store, step_up="on_request", scope=" ".join(("openid", *SCOPES)), grant_types=None
        )
        self.member = Member(self.app)
        for email in (EMAIL, DENIS):
            person(self.store, email)
        self.may: set[str] = set(SCOPES)
        self.given: dict[str, set[str] | None] = {EMAIL: None, DENIS: None}
        self.signed_in: str | None = None
        self.tokens: list[tuple[str, str, set[str]]] = []

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.store.close()
            self.frozen.__exit__(None, None, None)
            self.folder.cleanup()

    @rule(email=who)
    def come_in(self, email: str) -> None:
        if self.signed_in is None:
            sign_in(self.member.open(authorize(self.ours)), email)
            assert "code" in self.member.answer
            self.signed_in = email

    @rule()
    def go_out(self) -> None:
        if self.signed_in is not None:
            self.member.open("/deconnexion").submit("déconnecter")
            self.signed_in = None

    @rule(scope=wanted)
    def ask_in_silence(self, scope: set[str]) -> None:
        asked = scope & self.may
        told = self.member.open(self.request(asked, prompt="none")).answer
        if self.signed_in is None:
            assert told["error"] == "login_required"
        elif self.covers(self.signed_in, asked):
            self.keep(self.signed_in, asked)
        else:
            assert told["error"] == "consent_required"

    @rule(
        scope=wanted,
        prompt=st.sampled_from((None, "consent", "select_account", "login", "login consent")),
        email=who,
        button=buttons,
        fewer=st.none() | wanted,
    )
    def ask(
        self,
        scope: set[str],
        prompt: str | None,
        email: str,
        button: str | None,
        fewer: set[str] | None,
    ) -> None:
        """With a page: perhaps as somebody else; the site may have changed under the page."""
        asked, prompts = scope & self.may, set((prompt or "").split())
        member = self.member.open(self.request(asked, prompt=prompt))
        whom = self.signed_in
        if whom is None or "login" in prompts:
            whom = email
            sign_in(member, email)
        elif "select_account" in prompts:
            assert CHOICE_PAGE in member.text
            member.submit(THIS)
        due = "consent" in prompts or not self.covers(whom, asked)
        assert (CONSENT_PAGE in member.text) is due, member.text
        if due and fewer is not None:
            self.change(fewer)
            asked &= self.may
        if due:
            self.press(button, asked, fewer)
        if member.left_to is None or "code" not in member.answer:
            return
        if due:
            self.given[whom] = (self.given[whom] or set()) | asked
        self.signed_in = whom
        self.keep(whom, asked)

    def press(self, button: str | None, asked: set[str], fewer: set[str] | None) -> None:
        """Allowing what a changed page does not say shows the page that does."""
        if button is None:
            event("left")
            return
        self.member.submit(button)
        if button == ALLOW and fewer is not None and CONSENT_PAGE in self.member.text:
            event("shown anew")
            self.member.submit(button)
        if button == REFUSE:
            assert self.member.answer["error"] == "access_denied"

    @rule()
    def withdraw(self) -> None:
        if self.signed_in is None:
            return
        whose = self.signed_in
        self.member.open(f"/compte/services/retirer?site={self.site.client.id}")
        if CODE_PAGE in self.member.text:  # of a session with a password alone
            self.member.submit("Recevoir un code")
            self.member.submit("Valider", code=self.member.code(whose))
            self.member.open(f"/compte/services/retirer?site={self.site.client.id}")
        agreed = self.given[whose] is not None
        assert ("Retirer votre accord ?" in self.member.text) is agreed
        if agreed:
            self.member.submit("Retirer")
            assert "Votre accord est retiré." in self.member.text
            self.given[whose] = None
            event("withdrawn")

    @rule(scope=wanted)
    def change(self, scope: set[str]) -> None:
        """The operator registers the site for this, and no more."""
        self.may = set(scope)
        with self.store.writing() as session:
            clients.update(session, self.site.client.id, {"scope": " ".join(("openid", *scope))})

    @invariant()
    def each_token_is_worth_what_was_agreed(self) -> None:
        for whose, token, scope in getattr(self, "tokens", []):
            bearer = {"Authorization": f"Bearer {token}"}
            answer = self.app.test_client().get("/userinfo", headers=bearer)
            given = self.given[whose]
            if given is None:
                assert answer.status_code == 401, "it outlived the withdrawal"
            elif answer.status_code == 200:
                assert ("email" in answer.get_json()) <= ("email" in scope & given)
        if hasattr(self, "tokens"):
            self.tokens = [one for one in self.tokens if self.given[one[0]] is not None]

    def covers(self, whose: str, asked: set[str]) -> bool:
        given = self.given[whose]
        return given is not None and asked <= given

    def keep(self, whose: str, asked: set[str]) -> None:
        """The site redeems its code; what it gets is of this person."""
        assert "code" in self.member.answer, self.member.text
        assert self.covers(whose, asked)
        token: dict[str, Any] = exchange(self.app, self.site, self.member.answer["code"])
        self.tokens.append((whose, token["access_token"], asked))

    def request(self, scope: set[str], *, prompt: str | None) -> str:
        return authorize(self.site, scope=" ".join(("openid", *sorted(scope))), prompt=prompt)


@pytest.mark.slow
def test_whatever_the_order() -> None:
    run_state_machine_as_test(
        Consents,
        settings=settings(
            max_examples=30,
            stateful_step_count=15,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
