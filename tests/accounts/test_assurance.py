"""What a site gets, computed from dated proofs: acr, amr, auth_time, and what is still missing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts import assurance
from idp.accounts.assurance import Demand, ProofKind, Shown, Standing
from tests.accounts.assurance_cases import (
    AGAIN,
    ANSWER,
    BY_MAIL,
    BY_SMS,
    CODE,
    DEVICE,
    FIVE_MINUTES,
    MEMBER_MFA,
    MFA,
    ON_REQUEST,
    PASSWORD,
    SMS,
    Case,
    before,
    check,
    demands,
    here,
    proofs_of,
)
from tests.fixtures import START

BOTH = ("pwd", "mail")
CASES = [
    Case("nobody", (), Demand(), False, False, "eidas0", ()),
    Case("half a sign-in", here(PASSWORD), Demand(), True, False, "eidas0", ("pwd",)),
    Case("a sign-in", here(PASSWORD, CODE), Demand(), True, True, "eidas0-mfa", BOTH),
    Case("a code alone", here(CODE), Demand(), False, True, "eidas0-mfa", ("mail",)),
    Case("R7 trusted", here(PASSWORD, DEVICE), Demand(), True, True, "eidas0", ("pwd",)),
    Case("a device alone", here(DEVICE), Demand(), False, True, "eidas0", ()),
    Case("TD3 max_age", here(PASSWORD, DEVICE), FIVE_MINUTES, True, False, "eidas0", ("pwd",)),
    Case("TD3 prompt=login", here(PASSWORD, DEVICE), AGAIN, True, False, "eidas0", ("pwd",)),
    Case("TD3 -mfa", here(PASSWORD, DEVICE), MFA, True, False, "eidas0", ("pwd",)),
    Case("SSO", before(9999, PASSWORD, CODE), Demand(), True, True, "eidas0-mfa", BOTH),
    Case("SSO, trusted", before(9999, PASSWORD, DEVICE), Demand(), True, True, "eidas0", ("pwd",)),
    Case("fresh", before(300, PASSWORD, CODE), FIVE_MINUTES, True, True, "eidas0-mfa", BOTH),
    Case("too old", before(301, PASSWORD, CODE), FIVE_MINUTES, False, True, "eidas0", ()),
    Case(
        "password again, code old",
        (*before(301, PASSWORD, CODE), *here(PASSWORD)),
        FIVE_MINUTES,
        True,
        True,
        "eidas0",
        ("pwd",),
    ),
    Case(
        "the same, -mfa asked",
        (*before(301, PASSWORD, CODE), *here(PASSWORD)),
        replace(MFA, max_age=300),
        True,
        False,
        "eidas0",
        ("pwd",),
    ),
    Case("max_age=0", before(1, PASSWORD, CODE), Demand(max_age=0), False, True, "eidas0", ()),
    Case("0, here", here(PASSWORD, CODE), Demand(max_age=0), True, True, "eidas0-mfa", BOTH),
    Case("prompt=login", before(1, PASSWORD, CODE), AGAIN, False, False, "eidas0", ()),
    Case(
        "prompt=login, half",
        (*before(1, PASSWORD, CODE), *here(PASSWORD)),
        AGAIN,
        True,
        False,
        "eidas0",
        ("pwd",),
    ),
    Case("on request", here(PASSWORD), ON_REQUEST, True, True, "eidas0", ("pwd",)),
    Case(
        "on request, asked for",
        here(PASSWORD),
        replace(MFA, step_up="on_request"),
        True,
        False,
        "eidas0",
        ("pwd",),
    ),
    Case(
        "on request, done all the same",
        here(PASSWORD, CODE),
        ON_REQUEST,
        True,
        True,
        "eidas0-mfa",
        BOTH,
    ),
    Case(
        "R10 a level nobody can reach",
        here(PASSWORD, DEVICE),
        MEMBER_MFA,
        True,
        True,
        "eidas0",
        ("pwd",),
    ),
    Case("member", here(PASSWORD, DEVICE), Demand(), True, True, "eidas1", ("pwd",), member=True),
    Case("member", here(PASSWORD, CODE), Demand(), True, True, "eidas1-mfa", BOTH, member=True),
    Case(
        "member", here(PASSWORD, DEVICE), MEMBER_MFA, True, False, "eidas1", ("pwd",), member=True
    ),
    Case("E5", here(PASSWORD, SMS), MFA, True, True, "eidas0-mfa", ("pwd", "sms", "otp", "mfa")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_each_row(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("asked", "member", "wanted"),
    [
        ((), True, None),
        (("urn:other",), True, None),
        (("eidas1", "eidas0-mfa"), False, "eidas0-mfa"),
        (("eidas1", "eidas0-mfa"), True, "eidas1"),
        (("eidas2", "eidas0", "eidas0-mfa"), True, "eidas0"),
        (("eidas1-mfa",), False, None),
        (("urn:other-mfa", "EIDAS0-MFA"), True, None),
    ],
)
def test_the_first_level_that_can_be_had_is_wanted(
    asked: tuple[str, ...], wanted: str | None, *, member: bool
) -> None:
    assert assurance.wanted_acr(Standing(member=member), Demand(acr_values=asked)) == wanted


@given(proofs=proofs_of, demand=demands, member=st.booleans())
def test_td3_a_trusted_device_is_never_told_to_a_site(
    proofs: tuple[Shown, ...], demand: Demand, *, member: bool
) -> None:
    with_it = Standing((*proofs, Shown(DEVICE, START, here=True)), member)
    without = Standing(tuple(proof for proof in proofs if proof.kind is not DEVICE), member)
    for computed in (assurance.acr, assurance.amr, assurance.has_first_factor):
        assert computed(with_it, demand, START) == computed(without, demand, START)
    if assurance.has_second_step(with_it, demand, START) and not (
        assurance.has_second_step(without, demand, START)
    ):
        assert demand.max_age is None
        assert not demand.login_again
        assert not (assurance.wanted_acr(with_it, demand) or "").endswith("-mfa")


@given(proofs=proofs_of, demand=demands, member=st.booleans())
def test_a_level_is_told_only_if_the_proofs_that_count_hold_it(
    proofs: tuple[Shown, ...], demand: Demand, *, member: bool
) -> None:
    standing = Standing(proofs, member)
    level = assurance.acr(standing, demand, START)
    assert level.startswith("eidas1") is member
    count = {proof.kind for proof in proofs if assurance.amr(Standing((proof,)), demand, START)}
    assert level.endswith("-mfa") is bool(count & {CODE, SMS})
    if demand.login_again:
        counted = {proof.kind for proof in proofs if proof.here}
        first = bool(counted & {PASSWORD, BY_MAIL, BY_SMS})
        assert assurance.has_first_factor(standing, demand, START) is first


def test_auth_time_is_that_of_the_newest_password() -> None:
    proofs = (*before(50, PASSWORD), *before(20, PASSWORD), *before(10, CODE), *here(DEVICE))
    assert assurance.auth_time(Standing(proofs)) == int(START.timestamp()) - 20
    recovered = (*before(50, PASSWORD), *before(15, BY_SMS), *here(ANSWER, SMS))
    assert assurance.auth_time(Standing(recovered)) == int(START.timestamp()) - 15
    with pytest.raises(ValueError):
        assurance.auth_time(Standing(here(CODE, DEVICE)))


@pytest.mark.parametrize(
    ("proofs", "enough"),
    [
        ((Shown(ProofKind.PASSWORD, START, here=True),), False),
        (
            (Shown(ProofKind.PASSWORD, START), Shown(ProofKind.TRUSTED_DEVICE, START, here=True)),
            False,
        ),
        ((Shown(ProofKind.MAIL_CODE, START - timedelta(minutes=5)),), True),
        ((Shown(ProofKind.MAIL_CODE, START - timedelta(minutes=5, seconds=1)),), False),
        ((Shown(ProofKind.MAIL_CODE, START - timedelta(minutes=20), here=True),), True),
        ((Shown(ProofKind.SMS_CODE, START, here=True),), True),
        (here(BY_SMS, ANSWER), False),
    ],
    ids=["password", "device", "five minutes", "older", "older, made here", "SMS", "recovery"],
)
@pytest.mark.parametrize("step_up", ["always", "on_request"])
def test_f9_a_change_of_the_account_takes_a_fresh_second_step(
    proofs: tuple[Shown, ...], enough: bool, step_up: str
) -> None:
    demand = Demand(step_up=step_up, changes_account=True)
    assert assurance.has_second_step(Standing(proofs), demand, START) is enough
