"""The states of an identity, as data: what each lets a person do, and what it becomes.

The block by failures is not one of these: it is a counter beside the identity (lockout.py), so
that an identifier nobody owns is blocked in exactly the same way.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """The column identities.state."""

    PENDING = "pending"
    INVITED = "invited"  # at another address than the invited one: pending until its code
    ACTIVE = "active"
    DISABLED = "disabled"
    FROZEN = "frozen"
    CLOSING = "closing"
    ERASED = "erased"


@dataclass(frozen=True)
class Rule:
    """One row of the table: what the right password opens, and what the state reserves.

    `code_only`: it opens the page of the code and nothing else, and that code activates (B3).
    """

    signs_in: bool
    uses_tokens: bool
    recovers: bool
    holds_email: bool
    becomes: frozenset[State]
    code_only: bool = False

    @property
    def takes_password(self) -> bool:
        """Whether a right password leads anywhere."""
        return self.signs_in or self.code_only


RULES: dict[State, Rule] = {
    State.PENDING: Rule(False, False, False, False, frozenset({State.ACTIVE, State.ERASED})),
    State.INVITED: Rule(
        False, False, False, False, frozenset({State.ACTIVE, State.ERASED}), code_only=True
    ),
    State.ACTIVE: Rule(
        True,
        True,
        True,
        True,
        frozenset({State.DISABLED, State.FROZEN, State.CLOSING, State.ERASED}),
    ),
    State.DISABLED: Rule(False, False, False, True, frozenset({State.ACTIVE, State.ERASED})),
    State.FROZEN: Rule(
        False, False, True, True, frozenset({State.ACTIVE, State.DISABLED, State.ERASED})
    ),
    State.CLOSING: Rule(
        False, True, True, True, frozenset({State.ACTIVE, State.DISABLED, State.ERASED})
    ),
    State.ERASED: Rule(False, False, False, True, frozenset()),
}

PENDING_LIFE = timedelta(days=15)
TAKING_PASSWORDS = tuple(state.value for state, rule in RULES.items() if rule.takes_password)
RESERVING_NOTHING = tuple(state.value for state, rule in RULES.items() if not rule.holds_email)
USING_TOKENS = tuple(state.value for state, rule in RULES.items() if rule.uses_tokens)
