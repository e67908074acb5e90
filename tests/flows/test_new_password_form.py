"""The form of the new password: what may be chosen, the secret question, one use (D9, PW5, PW7)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL
from tests.flows.new_password_support import (
    DEAD,
    NEW,
    PAGE,
    link,
    lost,
    opens,
    save,
)
from tests.flows.support import authorize, claims
from tests.member import ANSWER, PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
NOT_BLOCKED = "n'est pas bloqué"
QUESTION = "premier animal de compagnie"


@pytest.fixture
def here(here: Settings) -> Settings:
    """The same with hashes that cost next to nothing, and no floor to wait for."""
    return replace(here, argon2_memory_kib=8, argon2_time=1, legacy_floor=0)


def test_d9_the_question_comes_after_the_proof_and_its_answer_is_told_to_the_site(
    app: Flask, store: Database, member: Member, site: Registered
) -> None:
    who = lost(store, question=True)
    mailed = link(member.open(authorize(site)), who.email)
    assert QUESTION not in member.text
    assert QUESTION in member.open(mailed).text
    save(member, secret_answer="un chat")
    assert "Réponse secrète incorrecte. Essais restants : 4" in member.text
    assert QUESTION in member.text
    save(member, secret_answer=f"  {ANSWER.upper()} ")
    assert claims(app, site, member)["amr"] == ["mail", "kba"]


def test_pw7_five_misses_end_it_and_block_nobody(
    store: Database, member: Member, browsers: Browsers
) -> None:
    who = lost(store, question=True)
    mailed = link(member, who.email)
    member.open(mailed)
    for _ in range(5):
        save(member, secret_answer="un chat")
    assert "cinq fois" in member.text
    assert DEAD in member.open(mailed).text
    assert opens(browsers(), EMAIL, PASSWORD)


def test_otc7_opened_any_number_of_times_used_once(
    store: Database, member: Member, browsers: Browsers
) -> None:
    who, other = lost(store), browsers()
    mailed = link(member, who.email)
    for _ in range(2):
        assert PAGE in member.open(mailed).text
        assert member.page.headers["Referrer-Policy"] == "no-referrer"
    other.open(mailed)
    save(member)
    save(other, "Un.Autre*Chat-Gris7")
    assert DEAD in other.text
    assert other.page.status_code == 400
    assert opens(browsers(), EMAIL, NEW)


@pytest.mark.parametrize(
    "password",
    [
        "court",
        "Mgen-2026*Bleu-Vert",
        "Claire.Martin-2026",
        "Fictif-B12",
        "Née-Ailleurs1",
    ],
)
def test_pw5_not_what_is_known_of_the_person(
    store: Database, member: Member, password: str
) -> None:
    """A3: the register's names too, now that it is proved who it is."""
    who = lost(store)
    save(member.open(link(member, who.email)), password)
    assert member.page.status_code == 400
    assert PAGE in member.text
    assert 'id="new_password-error"' in member.page.get_data(as_text=True)


def test_the_two_must_be_equal(store: Database, member: Member) -> None:
    who = lost(store)
    member.open(link(member, who.email))
    member.submit("Enregistrer", new_password=NEW, confirm_password=f"{NEW}?")
    assert "Les deux mots de passe sont différents" in member.text
