"""A budget that is used up has its page, whichever it is: never a 500."""

from datetime import timedelta

import pytest
from flask import Flask

from idp.accounts.budgets import BUDGETS
from idp.clock import FrozenClock
from idp.errors import TooManyError
from tests.member import Member

# a code that is not sent for want of room is told on its own page (second_step.send)
NO_PAGE = {"mail_signed"}


@pytest.mark.parametrize("name", sorted({*BUDGETS, "sms_daily"} - NO_PAGE))
def test_every_budget_has_a_page(app: Flask, member: Member, at: FrozenClock, name: str) -> None:
    """The hour to come back at, for people and in Retry-After."""

    def full() -> str:
        raise TooManyError(name, at.instant + timedelta(minutes=5))

    app.view_functions["login.page"] = full
    member.open("/connexion")
    assert (member.page.status_code, member.page.headers["Retry-After"]) == (429, "301")
    assert "10 h 05" in member.text
