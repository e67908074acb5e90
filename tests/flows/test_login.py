"""/connexion (E1): one sentence for every cause, and nothing evaluated that need not be."""

import unicodedata
from collections.abc import Callable

import argon2
import pytest
from sqlalchemy import select, update

from idp.accounts.passwords import UNUSABLE, Hasher
from idp.accounts.states import State
from idp.errors import BusyError
from idp.models import Budget, Identity, Lockout
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support_b import (
    BLOCKED,
    CODE_PAGE,
    FAILURE,
    OTHER,
    RESEND,
    WRONG,
    Argon2Calls,
    app_with,
    at_code,
    form_token,
    is_signed_in,
    person,
    post,
    rows,
    wrong,
)
from tests.member import PASSWORD, Member

FULL_WIDTH = "ｃｌａｉｒｅ．ｍａｒｔｉｎ＠ｅｘｅｍｐｌｅ．ｔｅｓｔ"
SPELLINGS = [f"  {EMAIL} ", EMAIL.upper(), FULL_WIDTH, f"\u00a0{EMAIL.title()}\u202f"]
NOT_ADDRESSES = [
    "claire",
    "claire@",
    "@exemple.test",
    "claire@exemple",
    "claire martin@exemple.test",
    "claire@exemple..test",
    "claire@@exemple.test",
    "claire@[127.0.0.1]",
    '"claire"@exemple.test',
    "Claire <claire@exemple.test>",
    "claire@exemple.test,denis@exemple.test",
    "c" * 65 + "@exemple.test",
    "claire@" + "e" * 250 + ".test",
    "cl\u200baire@exemple.test",
    "claire@exemple.test\u202e",
]


def test_the_right_password_leads_to_the_code_and_opens_nothing(
    store: Database, member: Member
) -> None:
    """SE4: a half sign-in is no session."""
    person(store)
    at_code(member)
    assert not is_signed_in(member)


def test_a_wrong_password_and_an_unknown_address_get_one_sentence(
    store: Database, member: Member
) -> None:
    person(store)
    for email in (EMAIL, OTHER):
        wrong(member, email)
        assert FAILURE in member.text
        assert member.page.status_code == 400
        assert WRONG not in member.page.get_data(as_text=True)


@pytest.mark.parametrize("state", [State.DISABLED, State.FROZEN, State.ERASED])
def test_a_right_password_that_may_not_sign_in_is_a_wrong_one(
    store: Database, member: Member, state: State
) -> None:
    """states.md: plain failure text; the third try blocks like any wrong one."""
    person(store, state=state)
    for _ in range(3):
        sign_in(member.open("/connexion"))
        assert FAILURE in member.text
    sign_in(member.open("/connexion"))
    assert BLOCKED in member.text
    assert member.mails(EMAIL) == []


def test_before_activation_the_message_can_be_asked_again(member: Member) -> None:
    """A7: offered beside the failure, to everybody alike."""
    member.sign_up(EMAIL)
    sign_in(member.open("/connexion"))
    assert FAILURE in member.text
    assert RESEND in member.text
    member.open("/activation/renvoyer").submit("Recevoir", email=EMAIL)
    assert len(member.mails(EMAIL, "activation")) == 2
    assert not is_signed_in(member)


def test_signing_up_with_an_address_does_not_tell_whether_it_is_taken(
    store: Database, member: Member, browsers: Callable[[], Member]
) -> None:
    """A8, EN1: the applicant's own password says the same of a free and of a taken address."""
    person(store)
    said = []
    for email in (EMAIL, "libre@exemple.test"):
        stranger = browsers().sign_up(email, OTHER)
        for _ in range(4):
            sign_in(stranger.open("/connexion"), email, OTHER)
            said.append((email, stranger.page.status_code, stranger.text))
    assert [row[1:] for row in said[:4]] == [row[1:] for row in said[4:]]


@pytest.mark.parametrize("email", NOT_ADDRESSES)
def test_what_is_no_address_is_said_beside_the_field_and_counts_nothing(
    store: Database, member: Member, email: str
) -> None:
    sign_in(member.open("/connexion"), email)
    assert member.page.status_code == 400
    assert 'id="email-error"' in member.page.get_data(as_text=True)
    assert FAILURE not in member.text
    assert rows(store, Lockout) == rows(store, Budget) == 0


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_of_an_address_opens_it(store: Database, member: Member, typed: str) -> None:
    """LI1."""
    person(store)
    sign_in(member.open("/connexion"), typed)
    assert CODE_PAGE in member.text


def test_every_spelling_shares_one_counter(store: Database, member: Member) -> None:
    """LI1, LK2: else each spelling would give three more tries."""
    person(store)
    for typed in SPELLINGS[:3]:
        wrong(member, typed)
    sign_in(member.open("/connexion"))
    assert BLOCKED in member.text


def test_a_password_is_compared_in_one_normal_form(store: Database, member: Member) -> None:
    """PW4: composed or decomposed is one password; case and last letter are not."""
    chosen = "Le thé à la menthe d'été é"
    person(store, password=chosen)
    at_code(member, password=unicodedata.normalize("NFD", chosen))
    for near in (chosen[:-1], chosen[:-1] + "e", chosen.upper(), chosen + " "):
        sign_in(member.open("/connexion"), password=near)
        assert FAILURE in member.text or BLOCKED in member.text


@pytest.mark.parametrize("password", ["", "a" * 129, "\U0001f40e" * 129, "Un-Cheval*7\x85Bleu"])
def test_an_impossible_password_is_refused_before_any_work(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """PW3, AV1."""
    person(store)
    argon2_calls = Argon2Calls(monkeypatch)
    sign_in(member.open("/connexion"), password=password)
    assert member.page.status_code == 400
    assert 'id="password-error"' in member.page.get_data(as_text=True)
    assert argon2_calls == []
    assert rows(store, Lockout) == rows(store, Budget) == 0


def test_a_full_queue_is_no_wrong_password(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AV1, D10: else a busy server would block its members."""
    person(store)

    def busy(*_: object) -> bool:
        raise BusyError("full")

    for _ in range(4):
        page = member.open("/connexion")
        with monkeypatch.context() as patched:
            patched.setattr(Hasher, "verify", busy)
            sign_in(page)
        assert member.page.status_code == 503
        assert int(member.page.headers["Retry-After"]) > 0
    with store.reading() as session:
        assert session.scalars(select(Lockout.failures)).all() == [0]
        assert session.scalars(select(Budget.taken)).all() == [{"at": []}]
    at_code(member)


def test_an_older_hash_is_renewed_once(here: Settings, store: Database) -> None:
    """PW1, PW2: at the cost of a fresh installation."""
    identity_id = person(store)
    cheap = argon2.PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(PASSWORD)
    with store.writing() as session:
        session.execute(update(Identity).values(password_hash=cheap))
    seen, fresh = [], Settings()
    cost = {"argon2_memory_kib": fresh.argon2_memory_kib, "argon2_time": fresh.argon2_time}
    with app_with(here, **cost) as dear:
        for _ in range(2):
            at_code(Member(dear))
            with store.reading() as session:
                seen.append(session.get_one(Identity, identity_id).password_hash)
    assert seen[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert seen[1] == seen[0]


def test_a_renewal_that_finds_no_room_waits_for_the_next_sign_in(
    store: Database, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PW2, AV1: the password was right; a busy server must not call it wrong."""
    person(store)

    def busy(*_: object) -> str:
        raise BusyError("full")

    with app_with(here, argon2_time=3) as dearer:
        page = Member(dearer).open("/connexion")
        monkeypatch.setattr(Hasher, "hash", busy)
        sign_in(page)
        assert CODE_PAGE in page.text


@pytest.mark.parametrize("missing", ["email", "password"])
def test_a_form_cut_short_is_a_form_with_errors(
    store: Database, member: Member, missing: str
) -> None:
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": form_token(member)}
    del fields[missing]
    answer = post(member, "/connexion", fields)
    assert answer.status_code == 400
    assert f'id="{missing}-error"' in answer.get_data(as_text=True)
    assert rows(store, Lockout) == 0


@pytest.mark.parametrize("stored", [None, UNUSABLE, "", "$argon2id$v=19$cut short"])
def test_where_there_is_no_verifier_one_is_run_all_the_same(
    monkeypatch: pytest.MonkeyPatch, stored: str | None
) -> None:
    """EN2, PW8: from the first unknown address of a process on."""
    costs = []
    monkeypatch.setattr(
        argon2.PasswordHasher, "hash", lambda *_: pytest.fail("a hash beside the verification")
    )
    hasher = Hasher(Settings())
    core = argon2.low_level.verify_secret

    def noted(encoded: bytes, *rest: object) -> bool:
        costs.append(argon2.extract_parameters(encoded.decode()))
        return core(encoded, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("argon2._password_hasher.verify_secret", noted)
    assert hasher.verify(stored, PASSWORD) is False
    assert [(cost.memory_cost, cost.time_cost) for cost in costs] == [(19456, 2)]
