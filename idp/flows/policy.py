"""The whole sign-in journey as one ordered tuple of steps.

The dispatcher shows the first step that is missing. The same predicate is the answer to
prompt=none: a page that would have to be shown is the error that is sent instead. A new journey
adds its steps here as rows (docs/decisions/003); no view holds an `if` about them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idp.accounts import assurance
from idp.accounts.assurance import Demand, Standing
from idp.accounts.migrating import Stage


@dataclass(frozen=True)
class Situation:
    """All that a step may look at. Pure data: the same situation always has the same next step."""

    now: datetime
    demand: Demand
    standing: Standing
    identity_id: str | None = None
    hinted_identity_id: str | None = None
    joining: bool = False
    question_missing: bool = False
    migration: Stage | None = None
    method_missing: bool = False
    creating: bool = False
    account_unchosen: bool = False
    consent_missing: bool = False

    @property
    def proved_here(self) -> bool:
        """Whether something was proved in this tab: the person has chosen who to be."""
        return any(proof.here for proof in self.standing.proofs)


@dataclass(frozen=True)
class Step:
    """One page of the journey: when it is missing, and what prompt=none is told instead.

    `shown`: False where no page helps, and the site is told whatever its prompt.
    """

    name: str
    page: str
    reason: str
    missing: Callable[[Situation], bool]
    refusal: str
    shown: bool = True


def _sign_in_missing(at: Situation) -> bool:
    if at.identity_id is None:
        return True
    return not assurance.has_first_factor(at.standing, at.demand, at.now)


def _somebody_else(at: Situation) -> bool:
    """A hint names another person than the session's, who has not just signed in on purpose."""
    if at.hinted_identity_id in (None, at.identity_id):
        return False
    return not at.proved_here


def _second_step_missing(at: Situation) -> bool:
    return not assurance.has_second_step(at.standing, at.demand, at.now)


POLICY: tuple[Step, ...] = (
    Step(
        "no_such_level",
        "level.page",
        "the site demands a level that nobody has here",
        lambda at: at.demand.hopeless,
        "unmet_authentication_requirements",
        shown=False,
    ),
    Step(
        "migration_code",
        "legacy_code.page",
        "the old password was right; a channel on file, or a letter, has to prove the member",
        lambda at: at.migration is Stage.CODE,
        "interaction_required",
    ),
    Step(
        "migration",
        "migration.page",
        "the member has to choose the e-mail that replaces the NIR",
        lambda at: at.migration is Stage.CHOOSE,
        "interaction_required",
    ),
    Step(
        "migration_sent",
        "migration.sent",
        "the link to the address chosen has not been used yet",
        lambda at: at.migration is Stage.SENT,
        "interaction_required",
    ),
    Step(
        "migration_agreed",
        "association_agreed.page",
        "the identity to join has agreed in another browser; the member has the last word here",
        lambda at: at.migration is Stage.AGREED,
        "interaction_required",
    ),
    Step(
        "create",
        "signup.page",
        "the site asks for a new account (prompt=create)",
        lambda at: at.creating and not at.proved_here,
        "login_required",
    ),
    Step(
        "sign_in",
        "login.page",
        "nobody is known here, or their password is too old for this request",
        _sign_in_missing,
        "login_required",
    ),
    Step(
        "other_person",
        "login.page",
        "the site asks for somebody else than who is signed in",
        _somebody_else,
        "login_required",
    ),
    Step(
        "select_account",
        "account_choice.page",
        "the site asks which account it shall be (prompt=select_account)",
        lambda at: at.account_unchosen and not at.proved_here,
        "account_selection_required",
    ),
    Step(
        "method",
        "method.page",
        "a telephone is activated: the person says which second factor it shall be",
        lambda at: at.method_missing and _second_step_missing(at),
        "interaction_required",
    ),
    Step(
        "second_step",
        "step_up.page",
        "a code is needed: no trusted device, or one that does not count here",
        _second_step_missing,
        "interaction_required",
    ),
    Step(
        "secret_question",
        "secret_question.page",
        "who was invited has no secret question yet, and recovery would have no second proof",
        lambda at: at.question_missing,
        "interaction_required",
    ),
    Step(
        "migration_join",
        "association.confirm",
        "the member is proved and so is the identity: the record is about to be attached to it",
        lambda at: at.migration is Stage.JOIN,
        "interaction_required",
    ),
    Step(
        "join_member",
        "opening_member.coordinates",
        "a member's record is being joined to this identity",
        lambda at: at.joining,
        "interaction_required",
    ),
    Step(
        "level",
        "level.page",
        "the site demands a level that only a member's record can give",
        lambda at: assurance.lacks_level(at.standing, at.demand, at.now),
        "unmet_authentication_requirements",
    ),
    Step(
        "consent",
        "consent.page",
        "a site that is not ours wants more than the person has agreed to",
        lambda at: at.consent_missing,
        "consent_required",
    ),
)

# what prompt=none is told of, in a browser where one waits
MIGRATION = next(step for step in POLICY if step.name == "migration")
_CONSENT = next(step for step in POLICY if step.name == "consent")
_KNOWN = next(step for step in POLICY if step.name == "other_person")  # from here on: of somebody


def next_step(at: Situation) -> Step | None:
    """The first step that is missing, or None: the request can be answered."""
    return next((step for step in POLICY if step.missing(at)), None)


def told(step: Step, at: Situation) -> Step:
    """The step that a site is told of in silence, where `step` is missing.

    Of who has not agreed that the site may know of them, no more than that: the level that somebody
    lacks, or the code, would tell who is a member and who is not (PII6).
    """
    later = POLICY.index(step) > POLICY.index(_KNOWN)
    return _CONSENT if later and at.consent_missing else step
