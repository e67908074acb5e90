"""EN1, EN2: every page, for every state, beside an address and a NIR that nobody has.

The machinery is in alike.py, which says how a later issue adds to it; here is what must hold.
"""

import pytest
from sqlalchemy import select

from idp.accounts import members, states
from idp.models import Identity
from tests.flows.alike_pages import PAGES, Page
from tests.flows.alike_states import STATES, UNKNOWN, Case
from tests.flows.alike_world import World

# POST addresses that no walk reaches, for they tell nothing of an address or person typed there
ELSEWHERE = {
    "account_choice.submit": "one's own session",
    "association.other_address": "after one's own password",
    "association.submit_confirm": "after one's own password",
    "association_agreed.submit": "after the proof of a member",
    "association_link.submit": "of a link that was mailed",
    "authorization.posted": "the same as its GET",
    "consent.submit": "after one's own password",
    "legacy_code.letter": "after one's own password",
    "legacy_code.send": "after one's own password",
    "legacy_code.submit": "after one's own password",
    "level.submit": "after one's own password",
    "method.submit": "after one's own password",
    "new_password.submit": "of a link that was mailed, or after a temporary password",
    "secret_question.submit": "after one's own password",
    "services.withdraw": "one's own session",
    "sign_out.submit": "one's own session",
    "step_up.resend": "after one's own password",
    "two_step.answer": "one's own session",
    "two_step.remove": "one's own session",
    "two_step.resend": "one's own session",
    "two_step.submit": "one's own session",
    "undo.submit": "of a link that was mailed",
    "validation.submit": "of a link that was mailed",
}


PAIRS = [
    pytest.param(
        page,
        case,
        id=f"{page.name}-{case.name}",
        marks=() if page.can_tell(case) else pytest.mark.slow,
    )
    for page in PAGES
    for case in STATES
]


@pytest.mark.parametrize(("page", "case"), PAIRS)
def test_nobody_can_tell(alike: World, page: Page, case: Case) -> None:
    """EN1, EN2, D1, A8: but for what the page says it may tell."""
    found = alike.compared(page, case)
    may_tell = {a for but in page.but if case.name in but.states for a in but.aspects}
    assert {one.aspect for one in found} <= may_tell, "\n".join(map(str, found[:20]))
    assert bool(found) is bool(may_tell), "an exception that is none any more"


def test_every_form_is_walked(alike: World) -> None:
    """A page that is added needs its walk, or a reason for having none."""
    to_endpoint = alike.app.url_map.bind("localhost").match
    reached = {
        to_endpoint(asked.partition("?")[0].removesuffix("/") + "/x" * asked.endswith("/"), "POST")[
            0
        ]
        for page in PAGES
        for answer in alike.expected(page, UNKNOWN)
        for method, _, asked in [answer["asked"][0].partition(" ")]
        if method == "POST"
    }
    posted = {
        rule.endpoint
        for rule in alike.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("machine.")
    }
    assert posted - reached == set(ELSEWHERE)


def test_every_state_has_its_case(alike: World) -> None:
    """A state that is added to the tables needs its line in STATES."""
    found, accesses = set(), set()
    for case in STATES:
        alike.put(case, alike.people[case.channels])
        with alike.store.reading() as session:
            found |= set(session.scalars(select(Identity.state)))
            accesses |= set(session.scalars(select(members.access_now)))
    assert found == {state.value for state in states.State}
    assert accesses == {access.value for access in members.Access}
