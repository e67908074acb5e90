"""The tables of the rules hold the numbers that were decided, written here once more by hand."""

from datetime import timedelta

import pytest

from idp.accounts import assurance, lifetimes, states
from idp.accounts.assurance import ProofKind
from idp.accounts.budgets import BUDGETS
from idp.accounts.states import State
from idp.settings import Settings

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# state: password signs in, session and tokens live, recovery opens, e-mail is reserved; what next
STATES: dict[str, tuple[bool, bool, bool, bool, set[str]]] = {
    "pending": (False, False, False, False, {"active", "erased"}),
    "invited": (False, False, False, False, {"active", "erased"}),
    "active": (True, True, True, True, {"disabled", "frozen", "closing", "erased"}),
    "disabled": (False, False, False, True, {"active", "erased"}),
    "frozen": (False, False, True, True, {"active", "disabled", "erased"}),
    "closing": (False, True, True, True, {"active", "disabled", "erased"}),
    "erased": (False, False, False, True, set()),
}
# proof: first factor, second step, re-authentication, what amr says
PROOFS: dict[str, tuple[bool, bool, bool, tuple[str, ...]]] = {
    "password": (True, False, True, ("pwd",)),
    "mail_code": (False, True, False, ("mail",)),
    "sms_code": (False, True, False, ("sms", "otp", "mfa")),
    "trusted_device": (False, False, False, ()),
    "recovery_mail": (True, False, True, ("mail",)),
    "recovery_sms": (True, False, True, ("sms",)),
    "secret_answer": (False, False, False, ("kba",)),
}
LIMITS: dict[str, list[tuple[int, timedelta]]] = {
    "sign_in_failures_ip": [(20, 10 * MINUTE), (100, HOUR)],
    "wrong_codes": [(10, DAY)],
    "wrong_codes_anonymous": [(10, DAY)],
    "opening_nir": [(5, DAY)],
    "opening_ip": [(20, DAY)],
    "mail_anonymous": [(3, 15 * MINUTE), (10, DAY)],
    "mail_signed": [(3, 15 * MINUTE), (20, DAY)],
    "sms_number": [(1, MINUTE), (3, 15 * MINUTE)],
    "sms_anonymous": [(3, DAY)],
    "sms_signed": [(6, DAY)],
    "sms_ip": [(10, HOUR)],
    "recovery_identifier": [(5, DAY)],
    "recovery_ip": [(20, DAY)],
    "recovery_hourly": [(1, HOUR)],
    "phone_changes": [(3, 30 * DAY)],
}


def test_the_states_are_those_of_the_design() -> None:
    found = {
        state.value: (
            rule.signs_in,
            rule.uses_tokens,
            rule.recovers,
            rule.holds_email,
            {each.value for each in rule.becomes},
        )
        for state, rule in states.RULES.items()
    }
    assert found == STATES
    assert {state.value for state in State} == set(STATES)
    assert [state.value for state, rule in states.RULES.items() if rule.code_only] == ["invited"]


def test_what_the_queries_ask_follows_from_the_states() -> None:
    assert set(states.TAKING_PASSWORDS) == {"active", "invited"}
    assert set(states.RESERVING_NOTHING) == {"pending", "invited"}
    assert set(states.USING_TOKENS) == {"active", "closing"}


def test_the_proofs_are_those_of_the_design() -> None:
    found = {
        kind.value: (rule.first_factor, rule.second_step, rule.reauthenticates, rule.amr)
        for kind, rule in assurance.RULES.items()
    }
    assert found == PROOFS
    assert {kind.value for kind in ProofKind} == set(PROOFS)


def test_r3_a_mailed_code_is_not_called_multi_factor() -> None:
    so_called = {kind.value for kind, rule in assurance.RULES.items() if "mfa" in rule.amr}
    assert so_called == {"sms_code"}


def test_the_levels_are_listed_weakest_first() -> None:
    assert assurance.ACR_VALUES == ("eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa")


def test_the_budgets_are_those_of_the_design() -> None:
    found = {
        name: [(window.limit, window.period) for window in windows]
        for name, windows in BUDGETS.items()
    }
    # one more than the design names: what strangers make us hash and send (docs/decisions/006)
    assert found.pop("sign_up_ip") == found["sign_in_failures_ip"]
    # and what the holder of one invitation may send: each costs a hash, and perhaps a mail
    assert found.pop("invitation_tries") == [(5, 15 * MINUTE), (10, DAY)]
    assert found == LIMITS


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            lifetimes.LINKS,
            {
                "activation": 15 * DAY,
                "invitation": 30 * DAY,
                "undo": 72 * HOUR,
                "migration": DAY,
                "association": DAY,
                "reset": 30 * MINUTE,
            },
        ),
        (states.PENDING_LIFE, 15 * DAY),
        (Settings().code_lifetime, 15 * 60),
        (lifetimes.CODE_TRIES, 5),
        (lifetimes.TEMPORARY_PASSWORD, 15 * MINUTE),
        (lifetimes.SESSION_IDLE, 30 * MINUTE),
        (lifetimes.SESSION_ABSOLUTE, 12 * HOUR),
        (lifetimes.INTERACTION, 30 * MINUTE),
        (lifetimes.TRUSTED_DEVICE, 30 * DAY),
        (lifetimes.DEVICES_PER_IDENTITY, 10),
        (lifetimes.BLOCK, 24 * HOUR),
        (lifetimes.WRONG_PASSWORDS, 3),
    ],
)
def test_the_lifetimes_are_those_of_the_design(found: object, expected: object) -> None:
    assert found == expected
