"""The ordered policy: what prompt=none is told can never disagree with the page that is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from idp.accounts.assurance import ACR_VALUES, RULES, Demand, ProofKind, Shown, Standing, acr
from idp.accounts.migrating import Stage
from idp.flows.policy import POLICY, Situation, next_step
from tests.fixtures import START

ME, OTHER = "me", "other"
shown = st.builds(
    Shown,
    st.sampled_from(ProofKind),
    st.integers(0, 900).map(lambda seconds: START - timedelta(seconds=seconds)),
    st.booleans(),
)
demand = st.builds(
    Demand,
    st.sampled_from(["always", "on_request"]),
    st.booleans(),
    st.none() | st.integers(0, 900),
    st.lists(st.sampled_from((*ACR_VALUES, "urn:other")), max_size=3).map(tuple),
    st.lists(st.sampled_from((*ACR_VALUES, "urn:other")), max_size=2).map(tuple),
)
situations = st.builds(
    Situation,
    now=st.just(START),
    demand=demand,
    standing=st.builds(
        Standing, st.lists(shown, max_size=4).map(tuple), st.booleans(), phone_settled=st.booleans()
    ),
    identity_id=st.sampled_from([None, ME]),
    hinted_identity_id=st.sampled_from([None, ME, OTHER]),
    migration=st.sampled_from([None, *Stage]),
    method_missing=st.booleans(),
    creating=st.booleans(),
    account_unchosen=st.booleans(),
    consent_missing=st.booleans(),
)
# what stands in for the second step, and where
STANDS_IN = {ProofKind.TRUSTED_DEVICE, ProofKind.RECOVERY_MAIL, ProofKind.RECOVERY_SMS}
_SETTLED = {
    "method": "method_missing",
    "select_account": "account_unchosen",
    "consent": "consent_missing",
}
AFTER = {Stage.CODE: Stage.CHOOSE, Stage.CHOOSE: Stage.SENT}


def _proof(kind: ProofKind, *, here: bool = True) -> Shown:
    return Shown(kind, START, here)


def _at(*proofs: Shown, **changes: object) -> Situation:
    signed = Situation(START, Demand(), Standing(proofs), identity_id=ME)
    return replace(signed, **changes)  # type: ignore[arg-type]


def test_the_steps_in_their_order() -> None:
    assert [(step.name, step.page, step.refusal) for step in POLICY] == [
        ("no_such_level", "level.page", "unmet_authentication_requirements"),
        ("migration_code", "legacy_code.page", "interaction_required"),
        ("migration", "migration.page", "interaction_required"),
        ("migration_sent", "migration.sent", "interaction_required"),
        ("migration_agreed", "association_agreed.page", "interaction_required"),
        ("create", "signup.page", "login_required"),
        ("sign_in", "login.page", "login_required"),
        ("other_person", "login.page", "login_required"),
        ("select_account", "account_choice.page", "account_selection_required"),
        ("method", "method.page", "interaction_required"),
        ("second_step", "step_up.page", "interaction_required"),
        ("secret_question", "secret_question.page", "interaction_required"),
        ("migration_join", "association.confirm", "interaction_required"),
        ("join_member", "opening_member.coordinates", "interaction_required"),
        ("level", "level.page", "unmet_authentication_requirements"),
        ("consent", "consent.page", "consent_required"),
    ]
    assert all(step.reason for step in POLICY)
    assert [step.name for step in POLICY if not step.shown] == ["no_such_level"]


@given(situations)
def test_the_next_step_is_the_first_that_is_missing_and_none_if_none_is(at: Situation) -> None:
    missing = [step for step in POLICY if step.missing(at)]
    event(f"{len(missing)} missing")
    assert next_step(at) is (missing[0] if missing else None)
    assert next_step(at) is next_step(replace(at)), "the same situation, another step"


@given(situations)
def test_se4_nobody_passes_without_a_password_and_a_second_step_or_its_stand_in(
    at: Situation,
) -> None:
    if next_step(at) is not None:
        return
    kinds = {proof.kind for proof in at.standing.proofs}
    assert at.identity_id is not None
    assert at.migration in (None, Stage.DONE)
    assert any(RULES[kind].first_factor for kind in kinds)
    second = any(RULES[kind].second_step for kind in kinds) or kinds & STANDS_IN
    assert at.demand.step_up == "on_request" or second
    if kinds <= STANDS_IN - {ProofKind.TRUSTED_DEVICE} and at.demand.step_up == "always":
        assert any(proof.here for proof in at.standing.proofs), "a recovery opened the next sign-in"
    if at.hinted_identity_id == OTHER:
        assert any(proof.here for proof in at.standing.proofs)
    if at.creating or at.account_unchosen:
        assert any(proof.here for proof in at.standing.proofs)
    assert not at.consent_missing
    if at.demand.acr_essential:
        assert acr(at.standing, at.demand, at.now) in at.demand.acr_essential


@given(situations)
def test_whoever_does_each_step_that_is_missing_gets_through(at: Situation) -> None:
    """No demand asks for the same step again for ever."""
    for _ in range(len(POLICY)):
        step = next_step(at)
        if step is None or not step.shown:
            return
        at = _done(at, step.name)
    assert next_step(at) is None


def _done(at: Situation, name: str) -> Situation:
    if name.startswith("migration"):
        return replace(at, migration=AFTER.get(at.migration or Stage.DONE))
    if name in _SETTLED:
        return replace(at, **{_SETTLED[name]: False})
    if name == "level":
        return replace(at, standing=replace(at.standing, member=True))
    # R8: the factor that is asked for after a reset by mail
    code = ProofKind.SMS_CODE if at.standing.phone_settled else ProofKind.MAIL_CODE
    kind = code if name == "second_step" else ProofKind.PASSWORD
    standing = replace(at.standing, proofs=(*at.standing.proofs, _proof(kind)))
    return replace(at, standing=standing, identity_id=ME)


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (_at(), "sign_in"),
        (_at(_proof(ProofKind.PASSWORD), identity_id=None), "sign_in"),
        (_at(_proof(ProofKind.MAIL_CODE)), "sign_in"),
        (_at(_proof(ProofKind.PASSWORD)), "second_step"),
        (_at(_proof(ProofKind.PASSWORD), _proof(ProofKind.MAIL_CODE)), None),
        (_at(_proof(ProofKind.PASSWORD), _proof(ProofKind.TRUSTED_DEVICE)), None),
        (_at(_proof(ProofKind.RECOVERY_MAIL)), None),
        (_at(_proof(ProofKind.RECOVERY_MAIL, here=False)), "second_step"),
        (_at(_proof(ProofKind.SECRET_ANSWER)), "sign_in"),
    ],
)
def test_an_ordinary_sign_in(at: Situation, name: str | None) -> None:
    step = next_step(at)
    assert (step.name if step else None) == name


@pytest.mark.parametrize(
    ("hinted", "here", "name"),
    [
        (None, False, None),
        (ME, False, None),
        (OTHER, False, "other_person"),
        (OTHER, True, None),
    ],
)
def test_a_hint_of_somebody_else_asks_who_it_is(
    hinted: str | None, name: str | None, *, here: bool
) -> None:
    proofs = [_proof(kind, here=here) for kind in (ProofKind.PASSWORD, ProofKind.MAIL_CODE)]
    step = next_step(_at(*proofs, hinted_identity_id=hinted))
    assert (step.name if step else None) == name
