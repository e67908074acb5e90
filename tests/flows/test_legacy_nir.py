"""/connexion/nir: what the NIR and an old password lead to, and what they never tell (C1, C10)."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from idp.accounts import legacy, legacy_wrap, migrating, passwords
from idp.accounts.migrating import Stage
from idp.accounts.nir import Nir
from idp.app import create_app
from idp.clock import FrozenClock
from idp.flows import nir_door
from idp.models import Interaction, Migration, Proof
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts import legacy_support
from tests.accounts.legacy_support import CONTACT, MD5, NOBODY, OLD
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import authorize, count, person
from tests.flows.support_b import BLOCKED, FAILURE, WRONG
from tests.member import PASSWORD, Member

PAGE = "/connexion/nir"
CODE_PAGE = "/connexion/nir/code"


def by_nir(member: Member, nir: Nir, password: str = OLD, start: str = PAGE) -> Member:
    """Fill the form; `start` opens it anew."""
    return member.open(start).submit("Me connecter", nir=nir.number, password=password)


def migration_of(store: Database) -> Migration:
    """The only one there is."""
    with store.reading() as session:
        return session.scalars(select(Migration)).one()


def test_c1_the_two_ways_to_sign_in_lead_to_one_another(member: Member, site: Registered) -> None:
    member.open(authorize(site))
    paused = member.address.partition("?")[2]
    assert f'href="{PAGE}?{paused}"' in member.page.text
    member.open(f"{PAGE}?{paused}")
    assert f'href="/connexion?{paused}"' in member.page.text
    assert "Espace personnel" in member.text
    form, cancel = member.forms
    assert set(form.names) == {"csrf_token", "nir", "password"}
    assert set(cancel.names) == {"csrf_token"}
    assert 'autocomplete="current-password"' in member.page.text


def test_c1_the_right_password_begins_a_migration_and_opens_nothing(
    member: Member, store: Database, site: Registered, at: FrozenClock
) -> None:
    nir = legacy_support.member(store)
    member.open(authorize(site))
    by_nir(member, nir, start=PAGE + member.address.removeprefix("/connexion"))
    assert member.address.startswith(CODE_PAGE), member.text
    begun = migration_of(store)
    assert migrating.stage_of(begun) is Stage.CODE
    assert begun.client_id == site.client.id
    with store.reading() as session:
        paused = session.scalars(select(Interaction)).one()
    assert (paused.migration_id, begun.interaction_id) == (begun.id, paused.id)
    assert count(store, Proof) == 0
    assert not any("session" in cookie for cookie in member.page.headers.getlist("Set-Cookie"))
    silent = member.open(authorize(site, prompt="none"))
    assert silent.answer["error"] in {"login_required", "interaction_required"}


def test_li4_every_browser_is_asked_for_a_code(member: Member, store: Database) -> None:
    """Opened without a site, and by somebody who is signed in by e-mail."""
    nir = legacy_support.member(store)
    by_nir(member, nir)
    assert member.address.startswith(CODE_PAGE)
    assert migration_of(store).interaction_id in member.address


@pytest.mark.parametrize("prepare", ["unknown", "never-created", "attached", "left", "legacy"])
def test_c10_c11_one_failure_for_all(member: Member, store: Database, prepare: str) -> None:
    nir = NOBODY
    if prepare != "unknown":
        verifier = MD5 if prepare in {"left", "legacy", "attached"} else ""
        nir = legacy_support.member(store, verifier, status="left" if prepare == "left" else "")
    if prepare == "attached":
        legacy_support.attach(store, nir, person(store))
    wrong = WRONG if prepare in {"left", "legacy"} else OLD
    by_nir(member, nir, wrong)
    assert member.page.status_code == 400
    for said in (
        FAILURE,
        "Si vous avez déjà choisi une adresse e-mail, connectez-vous avec elle",
        "Mot de passe oublié",
    ):
        assert said in member.text
    assert nir.number not in member.page.text
    assert count(store, Migration) == 0


@pytest.mark.parametrize("status", ["left", "deceased"])
def test_who_is_closed_is_told_after_the_right_password(
    member: Member, store: Database, status: str
) -> None:
    by_nir(member, legacy_support.member(store, MD5, status=status))
    assert member.page.status_code == 403
    assert "Votre accès à l'espace adhérent est fermé" in member.text
    assert count(store, Migration) == count(store, Interaction) == 0


def test_d1_lk2_three_wrong_by_nir_and_e_mail_block_both(
    member: Member, store: Database, at: FrozenClock
) -> None:
    nir = legacy_support.member(store)
    legacy_support.attach(store, nir, person(store))
    by_nir(member, nir, WRONG)
    sign_in(member.open("/connexion"), EMAIL, WRONG)
    by_nir(member, nir, WRONG)
    assert FAILURE in member.text
    by_nir(member, nir, WRONG)
    assert BLOCKED in member.text
    assert member.page.status_code == 403
    sign_in(member.open("/connexion"), EMAIL, PASSWORD)
    assert BLOCKED in member.text
    stranger = Member(member.app)
    for expected in (FAILURE, FAILURE, FAILURE, BLOCKED):
        assert expected in by_nir(stranger, NOBODY, WRONG).text


def test_lk1_blocked_the_right_old_password_is_refused_until_a_day_later(
    member: Member, store: Database, at: FrozenClock
) -> None:
    nir = legacy_support.member(store)
    for _ in range(3):
        by_nir(member, nir, WRONG)
    assert BLOCKED in by_nir(member, nir).text
    assert member.mails(CONTACT, "blocked")
    at.advance(hours=24)
    assert by_nir(member, nir).address.startswith(CODE_PAGE)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Saisissez votre numéro de sécurité sociale"),
        ("98765", "n'est pas valable"),
        ("1850575999901" * 9, "n'est pas valable"),
        ("185057599990100", "n'est pas valable"),  # with a wrong key
    ],
)
def test_what_is_no_nir_costs_no_try_and_is_not_shown_again(
    member: Member, typed: str, said: str
) -> None:
    for _ in range(4):
        member.open(PAGE).submit("Me connecter", nir=typed, password=OLD)
        assert member.page.status_code == 400
        assert said in member.text
    if typed:
        assert typed not in member.page.text


def test_pii2_the_nir_is_taken_in_every_spelling(member: Member, store: Database) -> None:
    nir = legacy_support.member(store)
    spaced = " ".join(nir.number) + f" {nir.key}"
    member.open(PAGE).submit("Me connecter", nir=spaced, password=OLD)
    assert member.address.startswith(CODE_PAGE)


@pytest.fixture
def waited(here: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, list[float]]]:
    """An app with a floor of 30 seconds, and how long it would have waited each time."""
    slow = create_app(replace(here, legacy_floor=30.0))
    store, times = slow.extensions["idp"].database, list[float]()

    def waiting(seconds: float) -> None:
        assert store.engine.pool.checkedout() == 0
        times.append(seconds)

    monkeypatch.setattr(nir_door, "wait", waiting)
    yield slow, times
    store.close()


def test_en2_no_answer_comes_before_the_floor(waited: tuple[Flask, list[float]]) -> None:
    """Right, wrong, closed, blocked; nothing is held open meanwhile. Over budget nobody waits."""
    slow, times = waited
    member, store = Member(slow), slow.extensions["idp"].database
    nir, closed = (
        legacy_support.member(store, rank=rank, status=status)
        for rank, status in ((1, ""), (2, "left"))
    )
    by_nir(member, nir)
    by_nir(Member(slow), closed)
    for _ in range(4):
        by_nir(member, NOBODY, WRONG)
    for number in range(16):
        by_nir(member, Nir(f"18505759999{number:02}"), WRONG)
    by_nir(member, nir)
    assert member.page.status_code == 429
    assert len(times) == 2 + 4 + 16, "who is over the budget of the network holds no thread"
    assert all(20 < each <= 30 for each in times)


def test_en2_who_is_later_than_the_floor_is_logged(
    waited: tuple[Flask, list[float]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slow, times = waited
    clock = iter((100.0, 131.5))
    monkeypatch.setattr(nir_door.time, "monotonic", lambda: next(clock, 131.5))
    by_nir(Member(slow), NOBODY, WRONG)
    (passed,) = [each for each in caplog.records if each.msg == "legacy.floor_passed"]
    assert (vars(passed)["late"], times) == (1.5, [])


def test_av1_a_full_queue_counts_nothing(
    member: Member, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    nir = legacy_support.member(store)
    monkeypatch.setattr(passwords, "_QUEUE_SECONDS", 0.01)
    hasher = member.app.extensions["idp"].hasher
    for _ in range(4):
        with hasher.turn():
            by_nir(member, nir, WRONG)
        assert member.page.status_code == 503
    assert by_nir(member, nir).address.startswith(CODE_PAGE)


def test_av1_who_waits_for_the_floor_leaves_threads_to_the_others(
    member: Member, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = threading.BoundedSemaphore(1)
    monkeypatch.setattr(nir_door, "_seats", seats)
    nir = legacy_support.member(store)
    with seats:
        for _ in range(4):
            assert by_nir(member, nir, WRONG).page.status_code == 503
    assert by_nir(member, nir).address.startswith(CODE_PAGE), "nothing was counted"
    assert seats.acquire(blocking=False), "the seat was given back"


def test_what_the_worker_wraps_meanwhile_is_looked_at_again(
    member: Member, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    nir = legacy_support.member(store)
    real, hasher = legacy.verify, member.app.extensions["idp"].hasher

    def verify(given: object, verifier: str | None, password: str) -> bool:
        right = real(given, verifier, password)  # type: ignore[arg-type]
        legacy_wrap.run_round(store, hasher, threading.Event())
        return right

    monkeypatch.setattr(legacy, "verify", verify)
    assert by_nir(member, nir).address.startswith(CODE_PAGE)


def test_pii3_the_nir_goes_nowhere(
    member: Member, store: Database, site: Registered, caplog: pytest.LogCaptureFixture
) -> None:
    """Pages, headers, addresses, logs, messages, rows."""
    nir = legacy_support.member(store)
    shown: list[str] = []
    with caplog.at_level(logging.DEBUG):
        member.open(authorize(site))
        start = PAGE + member.address.removeprefix("/connexion")
        for password in (WRONG, WRONG, OLD, WRONG, WRONG, WRONG, WRONG):
            answer = member.open(start).submit("Me connecter", nir=nir.number, password=password)
            shown += [answer.page.text, str(answer.page.headers), answer.address]
            start = PAGE + "?" + start.partition("?")[2]
    logged = "\n".join(f"{each.getMessage()} {vars(each)}" for each in caplog.records)
    messages = str(factories.mails(store))
    for place in (*shown, logged, messages, factories.dump(store)):
        for secret in (nir.number, OLD, WRONG):
            assert secret not in place
