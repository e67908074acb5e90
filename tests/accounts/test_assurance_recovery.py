"""A recovery is a first factor, skips the code of one sign-in, and raises no level (D7, R8)."""

from dataclasses import replace

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

CASES = [
    Case("D7 by mail", here(BY_MAIL), Demand(), True, True, "eidas0", ("mail",)),
    Case("D7 by SMS", here(BY_SMS), Demand(), True, True, "eidas0", ("sms",)),
    Case("D9", here(BY_MAIL, ANSWER), Demand(), True, True, "eidas0", ("mail", "kba")),
    Case("D9 an answer alone", here(ANSWER), Demand(), False, False, "eidas0", ("kba",)),
    Case("D7 member", here(BY_SMS), Demand(), True, True, "eidas1", ("sms",), member=True),
    Case("D7 prompt=login", here(BY_MAIL), AGAIN, True, True, "eidas0", ("mail",)),
    Case("D7 max_age=0", here(BY_MAIL), Demand(max_age=0), True, True, "eidas0", ("mail",)),
    Case("never -mfa", here(BY_MAIL, ANSWER), MFA, True, False, "eidas0", ("mail", "kba")),
    Case("never -mfa by SMS", here(BY_SMS), MFA, True, False, "eidas0", ("sms",)),
    Case("the next sign-in", before(1, BY_MAIL), Demand(), True, False, "eidas0", ("mail",)),
    Case("the next by SMS", before(1, BY_SMS), Demand(), True, False, "eidas0", ("sms",)),
    Case(
        "a password beside an older recovery",
        (*before(1, BY_MAIL), *here(PASSWORD)),
        Demand(),
        True,
        False,
        "eidas0",
        ("mail", "pwd"),
    ),
    Case("R8", here(BY_MAIL), Demand(), True, False, "eidas0", ("mail",), phone=True),
    Case("R8 on request", here(BY_MAIL), ON_REQUEST, True, False, "eidas0", ("mail",), phone=True),
    Case(
        "R8 device", here(BY_MAIL, DEVICE), Demand(), True, False, "eidas0", ("mail",), phone=True
    ),
    Case(
        "R8 a code to the same mailbox",
        here(BY_MAIL, CODE),
        Demand(),
        True,
        False,
        "eidas0-mfa",
        ("mail",),
        phone=True,
    ),
    Case(
        "R8 an earlier code by SMS",
        (*before(1, SMS), *here(BY_MAIL)),
        Demand(),
        True,
        False,
        "eidas0-mfa",
        ("sms", "otp", "mfa", "mail"),
        phone=True,
    ),
    Case(
        "R8 done",
        here(BY_MAIL, SMS),
        MFA,
        True,
        True,
        "eidas0-mfa",
        ("mail", "sms", "otp", "mfa"),
        phone=True,
    ),
    Case("R8 by SMS", here(BY_SMS), Demand(), True, True, "eidas0", ("sms",), phone=True),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_each_row(case: Case) -> None:
    check(case)


RECOVERIES = st.sampled_from([BY_MAIL, BY_SMS])


@given(proofs=proofs_of, demand=demands, kind=RECOVERIES, member=st.booleans(), phone=st.booleans())
def test_d7_a_recovery_never_raises_a_level_nor_opens_the_next_sign_in(
    proofs: tuple[Shown, ...], demand: Demand, kind: ProofKind, *, member: bool, phone: bool
) -> None:
    """states.md: never an -mfa value; the second step is skipped by what was proved here alone."""
    others = tuple(proof for proof in proofs if proof.kind not in (BY_MAIL, BY_SMS))
    without = Standing(others, member, phone_settled=phone)
    for now_here in (True, False):
        made = Shown(kind, START, here=now_here)
        with_it = Standing((*others, made), member, phone_settled=phone)
        assert assurance.acr(with_it, demand, START) == assurance.acr(without, demand, START)
        gained = assurance.has_second_step(with_it, demand, START) and not (
            assurance.has_second_step(without, demand, START)
        )
        if gained:
            assert now_here
            assert not (assurance.wanted_acr(with_it, demand) or "").endswith("-mfa")
            assert not demand.changes_account


@given(proofs=proofs_of, demand=demands, member=st.booleans(), account=st.booleans())
def test_r8_after_a_reset_by_mail_a_phone_is_asked_whatever_else_is_proved(
    proofs: tuple[Shown, ...], demand: Demand, *, member: bool, account: bool
) -> None:
    standing = Standing((*proofs, Shown(BY_MAIL, START, here=True)), member, phone_settled=True)
    asked = replace(demand, changes_account=account)
    if assurance.has_second_step(standing, asked, START):
        assert any(proof.here and proof.kind is SMS for proof in proofs)


def test_r8_a_phone_of_less_than_72_hours_locks_nobody_out() -> None:
    """LI7: who gets into an open session activates theirs; the owner's reset by mail goes on."""
    standing = Standing(here(BY_MAIL), phone=True, phone_settled=False)
    assert assurance.has_second_step(standing, Demand(), START)
