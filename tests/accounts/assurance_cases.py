"""Rows of the tables of proofs, and any proofs and demands there may be."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from idp.accounts import assurance
from idp.accounts.assurance import ACR_VALUES, Demand, ProofKind, Shown, Standing
from tests.fixtures import START

PASSWORD, CODE, DEVICE = ProofKind.PASSWORD, ProofKind.MAIL_CODE, ProofKind.TRUSTED_DEVICE
SMS, ANSWER = ProofKind.SMS_CODE, ProofKind.SECRET_ANSWER
BY_MAIL, BY_SMS = ProofKind.RECOVERY_MAIL, ProofKind.RECOVERY_SMS


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
    phone: bool = False  # one that was activated 72 hours ago and more


MFA = Demand(acr_values=("eidas0-mfa",))
MEMBER_MFA = Demand(acr_values=("eidas1-mfa",))
FIVE_MINUTES, AGAIN = Demand(max_age=300), Demand(login_again=True)
ON_REQUEST = Demand(step_up="on_request")


def check(case: Case) -> None:
    """What the row says is what is computed."""
    standing = Standing(case.proofs, case.member, phone_settled=case.phone)
    assert assurance.has_first_factor(standing, case.demand, START) is case.first
    assert assurance.has_second_step(standing, case.demand, START) is case.second
    assert assurance.acr(standing, case.demand, START) == case.acr
    assert assurance.amr(standing, case.demand, START) == list(case.amr)


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
