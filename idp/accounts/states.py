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
    ACTIVE = "active"
    DISABLED = "disabled"
    FROZEN = "frozen"
    CLOSING = "closing"
    ERASED = "erased"


@dataclass(frozen=True)
class Rule:
    """One row of the table: what the right password opens, and what the state reserves."""

    signs_in: bool
    uses_tokens: bool
    recovers: bool
    holds_email: bool
    becomes: frozenset[State]


RULES: dict[State, Rule] = {
    State.PENDING: Rule(False, False, False, False, frozenset({State.ACTIVE, State.ERASED})),
    State.ACTIVE: Rule(
        True,
        True,
        True,
        True,
        frozenset({State.DISABLED, State.FROZEN, State.CLOSING, State.ERASED}),
    ),
    State.DISABLED: Rule(False, False, False, True, frozenset({State.ACTIVE, State.ERASED})),
    State.FROZEN: Rule(False, False, True, True, frozenset({State.ACTIVE, State.ERASED})),
    State.CLOSING: Rule(False, True, True, True, frozenset({State.ACTIVE, State.ERASED})),
    State.ERASED: Rule(False, False, False, True, frozenset()),
}

PENDING_LIFE = timedelta(days=15)
SIGNING_IN = tuple(state.value for state, rule in RULES.items() if rule.signs_in)
USING_TOKENS = tuple(state.value for state, rule in RULES.items() if rule.uses_tokens)
