"""Proofs, and all that is computed from them: acr, amr, auth_time, is a fresh proof needed?

A session holds dated proofs, never flags. What one request demands of them is a Demand; whether
they meet it is a pure function here, so that the predicate that shows a page, the error that
answers prompt=none and the claims of the token can never disagree.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ACR_VALUES = ("eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa")
_MFA = "-mfa"
LATELY = timedelta(minutes=5)


class ProofKind(StrEnum):
    """The column proofs.kind."""

    PASSWORD = "password"
    MAIL_CODE = "mail_code"
    SMS_CODE = "sms_code"
    TRUSTED_DEVICE = "trusted_device"
    RECOVERY_MAIL = "recovery_mail"
    RECOVERY_SMS = "recovery_sms"
    SECRET_ANSWER = "secret_answer"


@dataclass(frozen=True)
class ProofRule:
    """One row of the table of proofs: what it counts for, and what `amr` says of it."""

    first_factor: bool
    second_step: bool
    reauthenticates: bool
    amr: tuple[str, ...]


RULES: dict[ProofKind, ProofRule] = {
    ProofKind.PASSWORD: ProofRule(True, False, True, ("pwd",)),
    ProofKind.MAIL_CODE: ProofRule(False, True, False, ("mail",)),
    ProofKind.SMS_CODE: ProofRule(False, True, False, ("sms", "otp", "mfa")),
    # stands in for the second step of an ordinary sign-in, and is never a second step (R7)
    ProofKind.TRUSTED_DEVICE: ProofRule(False, False, False, ()),
    # a first factor, which skips the second step of the sign-in that it ends in (D7, R8)
    ProofKind.RECOVERY_MAIL: ProofRule(True, False, True, ("mail",)),
    ProofKind.RECOVERY_SMS: ProofRule(True, False, True, ("sms",)),
    ProofKind.SECRET_ANSWER: ProofRule(False, False, False, ("kba",)),
}


_RECOVERIES = (ProofKind.RECOVERY_MAIL, ProofKind.RECOVERY_SMS)


@dataclass(frozen=True)
class Shown:
    """One proof as the policy sees it; `here` when made in this very interaction."""

    kind: ProofKind
    at: datetime
    here: bool = False


@dataclass(frozen=True)
class Demand:
    """What one authorization request asks of the proofs; or a change of the account on its way.

    `acr_values` are wishes, best first (OIDC Core §5.5.1.1); of `acr_essential` one has to be.
    """

    step_up: str = "always"
    login_again: bool = False
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_essential: tuple[str, ...] = ()
    changes_account: bool = False

    @property
    def ordinary(self) -> bool:
        """Neither prompt=login nor max_age: only then may a trusted device stand in (TD3)."""
        return not self.login_again and self.max_age is None

    @property
    def hopeless(self) -> bool:
        """Whether it asks for levels that nobody has here, and for no other."""
        return bool(self.acr_essential) and not set(self.acr_essential) & set(ACR_VALUES)


@dataclass(frozen=True)
class Standing:
    """What is known of the person: proofs made, and whether a member record is attached.

    `unproved`: their address waits for the code that proves it (B3). `phone`: theirs is a second
    factor; `phone_settled`: for long enough to be stronger than the mailbox. `sms_due`: it has not
    answered since a reset by mail.
    """

    proofs: tuple[Shown, ...] = ()
    member: bool = False
    unproved: bool = False
    phone: bool = False
    phone_settled: bool = False
    sms_due: bool = False


def has_first_factor(standing: Standing, demand: Demand, now: datetime) -> bool:
    """Whether a password (or its like) has been proved, recently enough for this demand."""
    return any(
        RULES[proof.kind].first_factor and _fresh(proof, demand, now) for proof in standing.proofs
    )


def has_second_step(standing: Standing, demand: Demand, now: datetime) -> bool:
    """Whether the second step is done, stood in for, or not asked by this demand."""
    if standing.unproved:  # whatever a request asks or does not ask
        return has_stepped_up(standing.proofs)
    if needs_stronger(standing) and not _stronger_step(standing):
        return False
    if demand.changes_account:
        return _second_step_lately(standing, now)
    wanted = wanted_acr(standing, demand)
    if wanted is not None and wanted.endswith(_MFA):
        return _second_step(standing, demand, now)
    if demand.step_up == "on_request" or recovered_here(standing):
        return True
    if demand.login_again:
        return _second_step(standing, demand, now)
    if has_stepped_up(standing.proofs):
        return True
    return demand.ordinary and any(
        proof.kind is ProofKind.TRUSTED_DEVICE for proof in standing.proofs
    )


def wanted_acr(standing: Standing, demand: Demand) -> str | None:
    """The first value asked for that holds or that a step can make hold; None if none can."""
    asked = demand.acr_essential or demand.acr_values
    return next((value for value in asked if _base_holds(value, standing)), None)


def lacks_level(standing: Standing, demand: Demand, now: datetime) -> bool:
    """Whether one of certain levels has to be, and none of them holds (OIDC Core §5.5.1.1)."""
    return bool(demand.acr_essential) and _essential(standing, demand, now) is None


def acr(standing: Standing, demand: Demand, now: datetime) -> str:
    """The level reached, counting only proofs that are fresh enough for the demand.

    Of essential ones the first that holds: a higher level holds the lower ones, but the site takes
    none that it has not named.
    """
    named = _essential(standing, demand, now)
    if named is not None:
        return named
    base = "eidas1" if standing.member else "eidas0"
    return base + _MFA if _second_step(standing, demand, now) else base


def _essential(standing: Standing, demand: Demand, now: datetime) -> str | None:
    stepped = _second_step(standing, demand, now)
    held = (value for value in demand.acr_essential if _base_holds(value, standing))
    return next((value for value in held if stepped or not value.endswith(_MFA)), None)


def _base_holds(value: str, standing: Standing) -> bool:
    """All of the level but its second step, which anybody can make."""
    return value in ACR_VALUES and (standing.member or value.removesuffix(_MFA) == "eidas0")


def amr(standing: Standing, demand: Demand, now: datetime) -> list[str]:
    """What was done (RFC 8176), each once, of the proofs that count."""
    found: list[str] = []
    for proof in standing.proofs:
        if _fresh(proof, demand, now):
            found += [value for value in RULES[proof.kind].amr if value not in found]
    return found


def auth_time(standing: Standing) -> int:
    """The newest re-authenticating proof, in seconds since 1970 (OIDC Core §2)."""
    newest = max(proof.at for proof in standing.proofs if RULES[proof.kind].reauthenticates)
    return int(newest.timestamp())


def reauthenticated(standing: Standing) -> bool:
    """Whether a proof made in this very interaction says again who the person is."""
    return any(proof.here and RULES[proof.kind].reauthenticates for proof in standing.proofs)


def has_stepped_up(proofs: tuple[Shown, ...]) -> bool:
    """Whether a real second step is among the proofs, whenever it was made."""
    return any(RULES[proof.kind].second_step for proof in proofs)


def recovered_here(standing: Standing) -> bool:
    """Whether this very sign-in rests on a recovery: it then needs no second step (D7)."""
    return any(proof.here and proof.kind in _RECOVERIES for proof in standing.proofs)


def needs_stronger(standing: Standing) -> bool:
    """A reset by mail proves the mailbox, and no code sent there proves more (R8, OTC11).

    A telephone of less than 72 hours does not count: else who gets into an open session could make
    theirs the lock that its owner stands before.
    """
    by_mail = any(proof.here and proof.kind is ProofKind.RECOVERY_MAIL for proof in standing.proofs)
    # nor at the next sign-in, with the password that the mailbox alone has brought
    return (by_mail or standing.sms_due) and standing.phone_settled


def _stronger_step(standing: Standing) -> bool:
    return any(proof.here and proof.kind is ProofKind.SMS_CODE for proof in standing.proofs)


def _second_step_lately(standing: Standing, now: datetime) -> bool:
    """A change of the account takes a real second step, of these minutes (F9, TD3)."""
    return any(
        RULES[proof.kind].second_step and (proof.here or now - proof.at <= LATELY)
        for proof in standing.proofs
    )


def _second_step(standing: Standing, demand: Demand, now: datetime) -> bool:
    return any(
        RULES[proof.kind].second_step and _fresh(proof, demand, now) for proof in standing.proofs
    )


def _fresh(proof: Shown, demand: Demand, now: datetime) -> bool:
    """A proof made here counts, or a max_age shorter than typing a code would never end."""
    if proof.here:
        return True
    if demand.login_again:
        return False
    return demand.max_age is None or now - proof.at <= timedelta(seconds=demand.max_age)
