"""The trusted device (E4, TD1-TD5): it skips the code of one person, for 30 days, and no more."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.accounts.lifetimes import DEVICES_PER_IDENTITY
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Device
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from idp.storage.keyring import token_hash
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import authorize
from tests.flows.support_b import (
    CODE_PAGE,
    FAILURE,
    OTHER,
    app_with,
    at_code,
    is_signed_in,
    person,
    put,
    rows,
    sign_out,
    trusted,
    wrong,
)
from tests.member import Member

Browsers = Callable[[], Member]
COOKIE = "mgen_connect_8000_device"
THIRTY_DAYS = 30 * 24 * 3600
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def claire_id(at: FrozenClock, store: Database) -> str:
    return person(store)


def comes_back(member: Member, email: str = EMAIL) -> Member:
    """Another sign-in with the right password."""
    sign_in(member.open("/connexion"), email)
    return member


def test_the_box_is_not_ticked_and_nothing_is_kept_without_it(
    store: Database, member: Member
) -> None:
    """E4, TD5."""
    at_code(member)
    assert "trust_device" in member.forms[0].names
    assert "trust_device" not in member.forms[0].values
    member.submit("Valider", code=member.code(EMAIL))
    assert member.client.get_cookie(COOKIE) is None
    assert rows(store, Device) == 0
    comes_back(sign_out(member))
    assert CODE_PAGE in member.text


@pytest.mark.parametrize("value", ["no", "on", "true", "", "YES"])
def test_only_yes_is_yes(store: Database, member: Member, value: str) -> None:
    at_code(member).submit("Valider", code=member.code(EMAIL), trust_device=value)
    assert is_signed_in(member)
    assert rows(store, Device) == 0


def test_a_wrong_code_trusts_nothing(store: Database, member: Member) -> None:
    at_code(member).submit("Valider", code="000000", trust_device="yes")
    assert rows(store, Device) == 0
    assert member.client.get_cookie(COOKIE) is None


@pytest.mark.parametrize(
    ("seconds", "skips"), [(THIRTY_DAYS - 1, True), (THIRTY_DAYS, False), (THIRTY_DAYS + 1, False)]
)
def test_thirty_days_by_the_server_clock(
    member: Member, at: FrozenClock, seconds: int, skips: bool
) -> None:
    """TD1: even if the cookie is kept."""
    trusted(member)
    value = cookie_of(member)
    at.advance(seconds=seconds)
    member.client.set_cookie(COOKIE, value)
    comes_back(member)
    assert is_signed_in(member) is skips
    assert (CODE_PAGE in member.open("/connexion").text) is False


def test_thirty_days_from_the_code_and_not_from_the_last_visit(
    member: Member, at: FrozenClock
) -> None:
    """TD1: absolute, not sliding."""
    trusted(member)
    value = cookie_of(member)
    at.advance(days=29)
    assert is_signed_in(comes_back(member))
    sign_out(member)
    assert cookie_of(member) == value
    at.advance(days=2)
    assert CODE_PAGE in comes_back(member).text


def test_the_cookie_is_random_hidden_and_stored_hashed(store: Database, member: Member) -> None:
    """TD1, SE2."""
    at_code(member)
    form = member.forms[0]
    answer = member.client.post(
        form.action, data={**form.values, "code": member.code(EMAIL), "trust_device": "yes"}
    )
    (sent,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(COOKIE)]
    value, *flags = sent.partition("=")[2].split("; ")
    kept = {flag.partition("=")[0] for flag in flags}
    assert kept == {"Expires", "Max-Age", "HttpOnly", "Path", "SameSite"}
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=2592000"} <= set(flags)
    assert len(value) == 43  # 256 bits in base64url
    with store.reading() as session:
        assert session.scalars(select(Device.token_hash)).all() == [token_hash(value)]


def test_under_https_it_is_secure_and_bound_to_the_host(here: Settings, store: Database) -> None:
    """SE2."""
    with app_with(here, issuer="https://connect.exemple.test") as made:
        member = at_code(Member(made))
        form = member.forms[0]
        answer = member.client.post(
            form.action, data={**form.values, "code": member.code(EMAIL), "trust_device": "yes"}
        )
    sent = answer.headers.getlist("Set-Cookie")
    assert {each.partition("=")[0] for each in sent} == {
        "__Host-mgen_connect_device",
        "__Host-mgen_connect_session",
    }
    for each in sent:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(each.split("; "))
        assert "Domain" not in each


def test_transplanted_to_another_browser_it_still_asks_the_password(
    browsers: Browsers,
) -> None:
    """TD2, R7: it skips the code, never the password."""
    mine, thief = trusted(browsers()), browsers()
    thief.client.set_cookie(COOKIE, cookie_of(mine))
    assert not is_signed_in(thief)
    assert FAILURE in wrong(thief).text
    assert not is_signed_in(thief)


def test_another_account_with_it_gets_the_code(store: Database, member: Member) -> None:
    """TD2."""
    person(store, OTHER)
    trusted(member)
    assert CODE_PAGE in comes_back(member, OTHER).text


@pytest.mark.parametrize("value", ["", "x", "A" * 43, "é" * 43, "A" * 1000, '"; Path=/'])
def test_a_made_up_cookie_is_no_device(member: Member, value: str) -> None:
    member.client.set_cookie(COOKIE, value)
    assert CODE_PAGE in comes_back(member).text


def test_withdrawn_it_is_worth_nothing(store: Database, member: Member, at: FrozenClock) -> None:
    trusted(member)
    with store.writing() as session:
        session.scalars(select(Device)).one().revoked_at = at.instant
    assert CODE_PAGE in comes_back(member).text


def test_of_a_disabled_identity_it_opens_nothing(
    store: Database, member: Member, claire_id: str
) -> None:
    trusted(member)
    put(store, claire_id, State.DISABLED)
    assert FAILURE in comes_back(member).text


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "99999"}])
def test_it_does_not_count_where_a_fresh_proof_is_asked(
    site: Registered, member: Member, asked: dict[str, str]
) -> None:
    """TD3."""
    trusted(member)
    sign_in(member.open(authorize(site, **asked)))
    assert CODE_PAGE in member.text


def test_it_never_gives_an_mfa_level(site: Registered, member: Member) -> None:
    """TD3, R7."""
    trusted(member)
    sign_in(member.open(authorize(site, acr_values="eidas0-mfa")))
    assert CODE_PAGE in member.text


def test_one_notice_tells_of_the_new_device(member: Member) -> None:
    member.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    trusted(member)
    comes_back(member)
    (notice,) = member.mails(EMAIL, "device_added")
    assert notice["values"]["browser"] == "Firefox sur Linux"
    assert notice["values"]["at"] == {"instant": "2026-11-21T09:00:00+00:00"}


def test_the_eleventh_withdraws_the_oldest(
    store: Database, browsers: Browsers, at: FrozenClock
) -> None:
    """TD5."""
    machines = []
    for _ in range(DEVICES_PER_IDENTITY + 1):
        machines.append(trusted(browsers()))
        at.advance(minutes=16)
    with store.reading() as session:
        standing = session.scalars(select(Device.id).where(Device.revoked_at.is_(None))).all()
    assert len(standing) == DEVICES_PER_IDENTITY == 10
    assert CODE_PAGE in comes_back(machines[0]).text
    assert is_signed_in(comes_back(machines[1]))
    assert is_signed_in(comes_back(machines[-1]))


def test_the_row_keeps_a_family_and_a_network_only(store: Database, member: Member) -> None:
    """TD5, PII8."""
    member.client.environ_base["HTTP_USER_AGENT"] = FIREFOX + " <script>"
    member.client.environ_base["REMOTE_ADDR"] = "192.0.2.77"
    trusted(member)
    with store.reading() as session:
        device = session.scalars(select(Device)).one()
    assert (device.browser, device.network) == ("Firefox sur Linux", "192.0.2.0/24")


def cookie_of(member: Member) -> str:
    """The value of the device cookie in this browser."""
    found = member.client.get_cookie(COOKIE)
    assert found is not None
    return str(found.value)
