"""How often one network may fail, over all addresses (LK3, LK4), and who it is (LK5)."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.accounts.passwords import Hasher
from idp.clock import FrozenClock
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import sign_in
from tests.flows.support_b import (
    FAILURE,
    WRONG,
    Argon2Calls,
    app_with,
    at_code,
    form_token,
    is_signed_in,
    person,
    post,
    trusted,
    wrong,
)
from tests.member import Member

Browsers = Callable[[], Member]


@pytest.fixture(autouse=True)
def without_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the counting matters here; the right password is the one that is not WRONG."""
    monkeypatch.setattr(
        Hasher, "verify", lambda _hasher, stored, typed: bool(stored) and typed != WRONG
    )


def fail(member: Member, token: str, number: int, headers: dict[str, str] | None = None) -> int:
    """The status of one wrong password for an address of its own ({n} in headers: the number)."""
    sent = {name: value.replace("{n}", str(number + 1)) for name, value in (headers or {}).items()}
    fields = {
        "csrf_token": token,
        "email": f"personne{number}@exemple.test",
        "password": WRONG,
    }
    return post(member, "/connexion", fields, headers=sent).status_code


def fails(
    member: Member, times: int, headers: dict[str, str] | None = None, first: int = 0
) -> list[int]:
    """So many of them by one browser; `first` numbers the addresses."""
    token = form_token(member)
    return [fail(member, token, first + number, headers) for number in range(times)]


def test_a_network_may_fail_twenty_times_in_ten_minutes(
    store: Database, member: Member, browsers: Browsers, at: FrozenClock
) -> None:
    """LK4: unknown addresses count; then the right password is refused too, until there is room."""
    person(store)
    assert fails(member, 20) == [400] * 20
    another = browsers()
    sign_in(another.open("/connexion"))
    assert another.page.status_code == 429
    assert another.page.headers["Retry-After"] == "601"
    assert "Prochain essai possible : samedi 21 novembre 2026 à 10 h 10" in another.text
    assert FAILURE not in another.text
    at.advance(seconds=601)
    at_code(another)


def test_a_network_over_budget_counts_nothing_against_the_person(
    store: Database, member: Member, browsers: Browsers
) -> None:
    """LK4, D10: a try that was refused was not a try."""
    person(store)
    fails(member, 20)
    for _ in range(3):
        sign_in(member.open("/connexion"), password=WRONG)
        assert member.page.status_code == 429
    elsewhere = browsers()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    at_code(elsewhere)


def test_a_network_may_fail_a_hundred_times_an_hour(member: Member, at: FrozenClock) -> None:
    """LK4, the second window."""
    for first in range(0, 100, 20):
        assert fails(member, 20, first=first) == [400] * 20
        at.advance(minutes=11)
    assert fails(member, 1, first=100) == [429]
    at.advance(minutes=6)
    assert fails(member, 1, first=100) == [400]


def test_sixty_right_passwords_take_nothing(store: Database, member: Member) -> None:
    """005: an office behind one address signs in every morning."""
    person(store)
    for _ in range(60):
        at_code(member)
    assert fails(member, 21) == [400] * 20 + [429]


def test_a_success_does_not_wash_the_network_clean(store: Database, member: Member) -> None:
    """LK3: one's own account is no way to go on guessing."""
    person(store)
    for first in range(0, 20, 5):
        at_code(member)
        assert fails(member, 5, first=first) == [400] * 5
    assert fails(member, 1, first=20) == [429]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "198.51.100.{n}"},
        {"Forwarded": "for=198.51.100.{n}"},
        {"X-Real-IP": "198.51.100.{n}"},
        {"X-Forwarded-For": "a"},
    ],
    ids=str,
)
def test_a_header_does_not_change_the_network_by_default(
    member: Member, headers: dict[str, str]
) -> None:
    """LK5."""
    assert fails(member, 21, headers) == [400] * 20 + [429]


@pytest.mark.parametrize(
    ("forwarded", "last"),
    [
        ("203.0.113.{n}, 198.51.100.7", 429),  # left of our proxy's entry stands what was claimed
        ("198.51.100.{n}", 400),
        ("2001:db8:1:1::{n}", 429),  # one /64 is one subscriber
        ("2001:db8:1:{n}::1", 400),
        ("::ffff:198.51.100.{n}", 400),  # IPv4 all the same: not one /64
        ("fe80::1%eth{n}", 429),
        ("pas une adresse {n}", 429),
        ("", 429),
    ],
)
def test_behind_one_proxy_its_own_entry_counts(
    here: Settings, app: Flask, forwarded: str, last: int
) -> None:
    """LK4, LK5: TRUSTED_PROXIES=1; what cannot be parsed is the proxy itself, never an error."""
    with app_with(here, trusted_proxies=1) as behind:
        statuses = fails(Member(behind), 21, {"X-Forwarded-For": forwarded})
    assert statuses == [400] * 20 + [last]


def test_two_proxies_are_counted_from_the_right(here: Settings, app: Flask) -> None:
    """LK5: several header lines are one list."""
    with app_with(here, trusted_proxies=2) as behind:
        honest = fails(Member(behind), 21, {"X-Forwarded-For": "198.51.100.{n}, 10.0.0.1"})
        lying = fails(Member(behind), 21, {"X-Forwarded-For": "192.0.2.{n}, 192.0.2.9, 10.0.0.1"})
    assert honest == [400] * 21
    assert lying == [400] * 20 + [429]


def test_sign_ups_of_one_network_are_limited_before_hashing(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AV1: the twenty-first in ten minutes costs no Argon2."""
    monkeypatch.setattr(Hasher, "hash", lambda _hasher, _secret: "!")
    for number in range(20):
        member.sign_up(f"personne{number}@exemple.test")
        assert member.page.status_code == 200
    calls = Argon2Calls(monkeypatch)
    member.sign_up("encore@exemple.test")
    assert member.page.status_code == 429
    assert int(member.page.headers["Retry-After"]) > 0
    assert calls == []


def test_neighbours_do_not_lock_a_trusted_device_out(store: Database, member: Member) -> None:
    """R4, D10: twenty wrong passwords from its own network, and the owner still gets in."""
    person(store)
    trusted(member)
    stranger = Member(member.app)
    for number in range(20):
        wrong(stranger, f"voisin{number}@exemple.test")
    wrong(stranger, "voisin@exemple.test")
    assert stranger.page.status_code == 429
    sign_in(member.open("/connexion"))
    assert is_signed_in(member)
