"""People in every state, raw requests, and pages reduced to what a stranger could compare."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import count
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from idp import clock
from idp.accounts import budgets, codes, identifiers
from idp.accounts.passwords import Hasher
from idp.accounts.questions import normal_answer
from idp.accounts.states import State
from idp.app import create_app
from idp.models import Base, Identity, new_id
from idp.settings import Settings
from idp.storage.engine import Database, settings_of
from tests.fixtures import OPERATOR
from tests.flows.conftest import EMAIL, sign_in
from tests.member import ANSWER, PASSWORD, Member

OTHER = "denis@exemple.test"
WRONG = "Une+Lampe?9-Verte"
FAILURE = "Identifiant ou mot de passe incorrect"
BLOCKED = "Votre compte est bloqué"
CODE_PAGE = "Authentification renforcée"
DEAD_LINK = "Lien expiré ou invalide"
RESEND = "Renvoyer le message d'activation"
SENT = "Un message vient d'être envoyé"
FORM = "application/x-www-form-urlencoded"
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "issuer": "https://connect.exemple.fr",
    "smtp_url": "smtps://relais.exemple.fr",
    "mail_from": "ne-pas-repondre@exemple.fr",
    "sms_url": "kannels://nous:secret@sms.exemple.fr",
    "trusted_proxies": 1,
    **OPERATOR,
}


def person(
    store: Database, email: str = EMAIL, state: State = State.ACTIVE, password: str = PASSWORD
) -> str:
    """An identity in the given state; its id."""
    identity_id = new_id()
    with store.writing() as session:
        session.add(
            Identity(
                id=identity_id,
                state=State.ACTIVE.value,
                email_sealed=identifiers.seal_email(session, email),
                email_index=identifiers.email_index(session, email),
                password_hash=_hash(settings_of(session), password),
                question="first_pet",
                answer_hash=_hash(settings_of(session), normal_answer(ANSWER)),
                created_at=clock.now(),
                activated_at=clock.now(),
            )
        )
    if state is not State.ACTIVE:
        put(store, identity_id, state)
    return identity_id


@lru_cache
def _hash(settings: Settings, secret: str) -> str:
    return Hasher.of(settings).hash(secret)


def put(store: Database, identity_id: str, state: State) -> None:
    """Put an identity into another state, as an administrator or time would."""
    pending = state in (State.PENDING, State.INVITED)
    with store.writing() as session:
        session.execute(
            update(Identity)
            .where(Identity.id == identity_id)
            .values(
                state=state.value,
                expires_at=clock.now() + timedelta(days=15) if pending else None,
            )
        )


def rows(store: Database, table: type[Base]) -> int:
    """How many rows a table has."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def at_code(member: Member, email: str = EMAIL, password: str = PASSWORD) -> Member:
    """In front of the page of the code, after a right password."""
    sign_in(member.open("/connexion"), email, password)
    assert CODE_PAGE in member.text, member.text
    return member


def wrong(member: Member, email: str = EMAIL, times: int = 1) -> Member:
    """So many wrong passwords, each from a fresh form."""
    for _ in range(times):
        sign_in(member.open("/connexion"), email, WRONG)
    return member


def trusted(member: Member, email: str = EMAIL) -> Member:
    """Sign in with the box ticked, and out again: this browser is trusted from now on."""
    at_code(member, email).submit("Valider", code=member.code(email), trust_device="yes")
    assert is_signed_in(member)
    return sign_out(member)


def sign_out(member: Member) -> Member:
    """Sign out by the page of the issuer."""
    return member.open("/deconnexion").submit("déconnecter")


def is_signed_in(member: Member) -> bool:
    """Whether the home page of the issuer greets this browser as signed in."""
    return "Vous êtes connecté." in member.open("/").text


def form_token(member: Member, address: str = "/connexion") -> str:
    """A good form token of this browser."""
    return member.open(address).forms[0].values["csrf_token"]


def post(member: Member, address: str, data: dict[str, Any] | str, **more: Any) -> TestResponse:
    """A form posted as it is, redirects not followed."""
    return member.client.post(address, data=data, **{"content_type": FORM, **more})


def states(store: Database) -> list[str]:
    """The states of all identities."""
    with store.reading() as session:
        return list(session.scalars(select(Identity.state)))


def press(member: Member, link: str) -> TestResponse:
    """The button of a link, pressed with a good form token whatever its page says."""
    return post(member, link, {"csrf_token": form_token(member)})


def code_of(member: Member, email: str = EMAIL) -> tuple[str, str]:
    """Prefix and digits of the newest code mailed to an address."""
    shown: str = member.mails(email, "code")[-1]["values"]["code_shown"]
    prefix, _dash, digits = shown.partition(" - ")
    return prefix, digits.replace(" ", "")


def not_the(digits: str) -> str:
    """Six digits that are not these."""
    return f"{(int(digits) + 1) % 10**6:06d}"


def distinct_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw codes and prefixes that are never twice the same within one test."""
    drawn = count(1)
    monkeypatch.setattr(
        codes.secrets, "randbelow", lambda limit: next(drawn) * 7919 % limit, raising=True
    )


@contextmanager
def app_with(here: Settings, **changes: Any) -> Iterator[Flask]:
    """Another app on the same database, under other settings."""
    made = create_app(replace(here, **changes))
    yield made
    made.extensions["idp"].database.close()


class Argon2Calls(list[str]):
    """What Argon2 was asked to do, while a test runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        for name in ("hash", "verify"):
            monkeypatch.setattr(PasswordHasher, name, self._noting(name))

    def _noting(self, name: str) -> Any:
        real = getattr(PasswordHasher, name)

        def noted(hasher: PasswordHasher, *values: Any, **more: Any) -> Any:
            self.append(name)
            return real(hasher, *values, **more)

        return noted


_VARYING = (
    (re.compile(r'(name="csrf_token"[^>]*value=")[^"]*'), r"\1"),
    (re.compile(r"(suite=)[\w-]+"), r"\1"),
    (re.compile(r"(interaction=)[0-9a-f]{32}"), r"\1"),
)


def look(member: Member, email: str) -> dict[str, object]:
    """The page as anybody sees it, stripped of random tokens and of the address typed."""
    page = member.page
    body = page.get_data(as_text=True).replace(email, "ADDRESS")
    address = member.address
    for pattern, bare in _VARYING:
        body, address = pattern.sub(bare, body), pattern.sub(bare, address)
    headers = sorted(
        (name, value.partition("=")[0] if name == "Set-Cookie" else value)
        for name, value in page.headers
        if name != "Content-Length"
    )
    return {
        "status": page.status_code,
        "address": address,
        "headers": headers,
        "jar": sorted(member.client._cookies),
        "body": body,
    }


def spend(stage: Any, name: str, value: str, *, used: int = 0) -> None:
    """Use a budget up, where so many are taken already."""
    with stage.store.writing() as session:
        for _ in range(budgets.BUDGETS[name][0].limit - used):
            budgets.take(session, name, value)
