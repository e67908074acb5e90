"""/creer-un-compte (A9, A3, A8): what is refused, and who gets which mail."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from zxcvbn import matching

from idp.accounts.states import State
from idp.models import Budget, Identity, Link, Outgoing
from idp.storage.engine import Database
from idp.texts import text
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support_b import (
    FAILURE,
    SENT,
    WRONG,
    Argon2Calls,
    at_code,
    person,
    rows,
)
from tests.member import ANSWER, PASSWORD, Member

Browsers = Callable[[], Member]
GOOD = {
    "email": EMAIL,
    "password": PASSWORD,
    "confirm_password": PASSWORD,
    "secret_question": "first_pet",
    "secret_answer": ANSWER,
}
BAD_FIELDS = [
    ("email", "", "email_missing"),
    ("email", "claire", "email_invalid"),
    ("email", "c" * 255, "email_long"),
    ("password", "", "password_missing"),
    ("password", "a" * 129, "password_long"),
    ("confirm_password", "", "confirm_missing"),
    ("confirm_password", PASSWORD + "x", "confirm_differs"),
    ("secret_question", "", "question_missing"),
    ("secret_question", "my_own", "question_missing"),
    ("secret_answer", "", "answer_missing"),
    ("secret_answer", " é ", "answer_short"),
    ("secret_answer", "a" * 201, "answer_long"),
    ("secret_answer", "a\x85b", "control"),
]


def send(member: Member, **changes: str) -> Member:
    """The form as filled by `GOOD`, but for the changes."""
    return member.open("/creer-un-compte").submit(**{**GOOD, **changes})


@pytest.mark.parametrize(("name", "value", "said"), BAD_FIELDS)
def test_each_bad_answer_is_said_on_top_and_beside_its_field(
    store: Database, member: Member, name: str, value: str, said: str
) -> None:
    send(member, **{name: value})
    sentence = " ".join(text(f"forms.{said}").split())
    body = member.page.get_data(as_text=True)
    assert member.page.status_code == 400
    assert member.text.count(sentence) == 2, member.text
    assert f'href="#{name}"' in body
    assert f'id="{name}-error"' in body
    assert "Erreur :" in member.text
    assert rows(store, Identity) == rows(store, Budget) == rows(store, Outgoing) == 0


def test_all_that_is_wrong_is_said_at_once(member: Member) -> None:
    member.open("/creer-un-compte").submit(secret_question="")
    assert "5 réponses sont à corriger" in member.text


def test_no_password_or_form_token_comes_back_in_the_page(member: Member) -> None:
    """PW6: typed again, never echoed."""
    send(member, email="claire")
    assert PASSWORD not in member.page.get_data(as_text=True)
    assert "Par sécurité, le mot de passe est à saisir de nouveau." in member.text


@pytest.mark.parametrize(
    "password",
    [
        "Vt7*kq1",  # seven characters
        "vt7*kq1x",  # no capital
        "VT7*KQ1X",  # no small letter
        "Vtw*kqzx",  # no digit
        "Vt7wkq1x",  # no special character
        "aaaaaaaaaaaaaaaaaaaa",  # twenty, but guessed at once
        "Password1!",
        "Azerty123!",
        "Mgen*7-Bleu-Cheval",
        "ｍｇｅｎ*7-Bleu-Cheval",  # the same to NFKC
        "Claire.Martin*7-Bleu",  # the e-mail's local part
        "Rivière1!",  # made of the secret answer
    ],
)
def test_a_password_that_breaks_the_rule_is_refused(
    store: Database, member: Member, password: str
) -> None:
    """A3, PW3, PW5."""
    send(member, password=password, confirm_password=password, secret_answer="rivière")
    assert member.page.status_code == 400
    assert 'id="password-error"' in member.page.get_data(as_text=True)
    assert rows(store, Identity) == 0


@pytest.mark.parametrize(
    "password",
    [
        "Vt7*kq1x",
        "soixante chevaux bleus sautent",
        "Ça roule \U0001f40e vers Brest l'été",
        "Vt7*kq1x" * 8,
        "V" + "t7*kq" * 25,
    ],
)
def test_a_good_password_opens_what_it_was_chosen_for(member: Member, password: str) -> None:
    """PW3, PW4: 8 with four classes, a passphrase, emoji, 64 and 126 characters."""
    send(member, password=password, confirm_password=password)
    assert SENT in member.text, member.text
    member.open(member.link(EMAIL)).submit("Activer")
    at_code(member, password=password)


def test_a_refused_form_costs_no_argon2(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """AV1: lengths and rules are checked before hashing."""
    argon2_calls = Argon2Calls(monkeypatch)
    send(member, password="a" * 129)
    send(member, secret_answer="")
    send(member, password="Password1!", confirm_password="Password1!")
    assert argon2_calls == []


@pytest.mark.parametrize(
    "password", ["4@8({[<3691!|70$5+%2" * 6, "a4@b8c({[<e3g69i1!|l7o0s$5t+%z2" * 4]
)
def test_no_password_keeps_the_judge_busy(
    member: Member, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """AV1: zxcvbn reads signs as letters too, in every combination: one form took seconds."""
    looked_up, real = [], matching.dictionary_match

    def noted(*values: object, **more: object) -> object:
        looked_up.append(1)
        return real(*values, **more)

    monkeypatch.setattr(matching, "dictionary_match", noted)
    send(member, password=password, confirm_password=password)
    assert 0 < len(looked_up) < 100


def test_two_signs_still_hide_no_word(member: Member) -> None:
    """PW5: what is left out of the judge's reading does not make a guessed one pass."""
    for password in ("P@$$w0rd!", "P@$$w0rd!!"):
        send(member, password=password, confirm_password=password)
        assert member.page.status_code == 400, password


@pytest.mark.parametrize("state", [None, State.PENDING, State.ACTIVE, State.DISABLED])
def test_the_mail_alone_knows_whether_the_address_was_free(
    store: Database, member: Member, state: State | None
) -> None:
    """A8."""
    if state is not None:
        person(store, state=state, password=WRONG)
    send(member)
    assert SENT in member.text
    assert EMAIL in member.text
    (mail,) = member.mails(EMAIL)
    if state in (None, State.PENDING):
        assert mail["purpose"] == "activation"
    else:
        assert mail["purpose"] == "already_known"
        assert mail["values"] == {"sign_in_url": "http://localhost:8000/connexion"}


def test_a_taken_address_changes_nothing_for_its_owner(store: Database, member: Member) -> None:
    """A8, LI5: the password typed opens nothing, its own does."""
    person(store)
    send(member, password=WRONG, confirm_password=WRONG)
    sign_in(member.open("/connexion"), password=WRONG)
    assert FAILURE in member.text
    at_code(member)


def test_the_link_made_for_a_taken_address_is_nobodys(store: Database, member: Member) -> None:
    """A8: its token is mailed to nobody; if it were known it would still open nothing."""
    person(store)
    send(member)
    with store.reading() as session:
        decoy = session.scalars(select(Identity).where(Identity.state == "pending")).one()
    assert decoy.password_hash == decoy.answer_hash == "!"
    assert rows(store, Link) == 1
