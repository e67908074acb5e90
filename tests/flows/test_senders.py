"""Who may send our forms: a token of this very session, a browser that was on our page (WB1)."""

import pytest

from idp.storage.engine import Database
from tests.flows.conftest import EMAIL
from tests.flows.support_b import SENT, at_code, form_token, person, post
from tests.member import Member


def test_a_token_dies_with_the_session_it_was_made_in(store: Database, member: Member) -> None:
    """SE1, WB1: signing in or out changes the form secret."""
    before = form_token(member)
    person(store)
    at_code(member).submit("Valider", code=member.code(EMAIL))
    answer = post(member, "/activation/renvoyer", {"csrf_token": before, "email": EMAIL})
    assert answer.status_code == 400
    assert member.mails(EMAIL, "already_known") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},  # what a page with no-referrer sends
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_our_own_pages_are_heard(member: Member, headers: dict[str, str]) -> None:
    fields = {"csrf_token": form_token(member), "email": EMAIL}
    answer = post(member, "/activation/renvoyer", fields, headers=headers)
    assert SENT in answer.get_data(as_text=True)


def test_another_page_may_link_here(member: Member) -> None:
    """A site sends its visitors by GET: where they come from does not matter then."""
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://ailleurs.exemple.test"}
    assert member.client.get("/connexion", headers=headers).status_code == 200
