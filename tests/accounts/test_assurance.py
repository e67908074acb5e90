"""What a site gets, computed from dated proofs: acr, amr, auth_time, and what is still missing."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts import assurance
from idp.accounts.assurance import ACR_VALUES, Demand, ProofKind, Shown, Standing
from tests.fixtures import START

PASSWORD, CODE, DEVICE = ProofKind.PASSWORD, ProofKind.MAIL_CODE, ProofKind.TRUSTED_DEVICE


def here(*kinds: ProofKind) -> tuple[Shown, ...]:
    """Proofs made in this tab just now."""
    return tuple(Shown(kind, START, here=True) for kind in kinds)


def before(seconds: int, *kinds: ProofKind) -> tuple[Shown, ...]:
    """Proofs of the session, made some time ago."""
    return tuple(Shown(kind, START - timedelta(seconds=seconds)) for kind in kinds)


@dataclass(frozen=True)
class Case:
    """One row: proofs and demand; is the first factor there, the second step, acr, amr."""

    why: str
    proofs: tuple[Shown, ...]
    demand: Demand
    first: bool
    second: bool
    acr: str
    amr: tuple[str, ...]
    member: bool = False


MFA = Demand(acr_values=("eidas0-mfa",))
MEMBER_MFA = Demand(acr_values=("eidas1-mfa",))
FIVE_MINUTES, AGAIN = Demand(max_age=300), Demand(login_again=True)
ON_REQUEST = Demand(step_up="on_request")
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
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_each_row(case: Case) -> None:
    standing = Standing(case.proofs, case.member)
    assert assurance.has_first_factor(standing, case.demand, START) is case.first
    assert assurance.has_second_step(standing, case.demand, START) is case.second
    assert assurance.acr(standing, case.demand, START) == case.acr
    assert assurance.amr(standing, case.demand, START) == list(case.amr)


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


proofs_of = st.lists(
    st.builds(
        Shown,
        st.sampled_from(ProofKind),
        st.integers(0, 1000).map(lambda seconds: START - timedelta(seconds=seconds)),
        st.booleans(),
    ),
    max_size=5,
).map(tuple)
demands = st.builds(
    Demand,
    st.sampled_from(["always", "on_request"]),
    st.booleans(),
    st.none() | st.integers(0, 1000),
    st.lists(st.sampled_from(ACR_VALUES), max_size=2).map(tuple),
)


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
    assert level.endswith("-mfa") is ("mail" in assurance.amr(standing, demand, START))
    if demand.login_again:
        counted = {proof.kind for proof in proofs if proof.here}
        assert assurance.has_first_factor(standing, demand, START) is (PASSWORD in counted)


def test_auth_time_is_that_of_the_newest_password() -> None:
    proofs = (*before(50, PASSWORD), *before(20, PASSWORD), *before(10, CODE), *here(DEVICE))
    assert assurance.auth_time(Standing(proofs)) == int(START.timestamp()) - 20
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
    ],
    ids=["password", "trusted device", "five minutes", "older", "older, made here"],
)
@pytest.mark.parametrize("step_up", ["always", "on_request"])
def test_f9_a_change_of_the_account_takes_a_fresh_second_step(
    proofs: tuple[Shown, ...], enough: bool, step_up: str
) -> None:
    demand = Demand(step_up=step_up, changes_account=True)
    assert assurance.has_second_step(Standing(proofs), demand, START) is enough
