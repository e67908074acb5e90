"""The temporary password at the sign-in doors: it leads to new_password.py, nowhere else (D5)."""

from flask import url_for
from flask.typing import ResponseReturnValue

from idp.accounts import temporary
from idp.flows import dispatch
from idp.flows.cookies import browser
from idp.flows.pages import handle, see_other
from idp.flows.runtime import runtime


def knock(kind: str, canonical: str, typed: str) -> ResponseReturnValue | None:
    """On to the page of a new password if this is the right one, else None.

    Heard before the password itself: it passes any block, and only it does. `kind` is nir or email.
    """
    if not temporary.looks_like_one(typed):
        return None
    with runtime().database.writing() as session:
        recovery = temporary.try_at_door(
            session, kind, canonical, typed, browser().hash, handle(), dispatch.here()
        )
    if recovery is None:
        return None
    return see_other(url_for("new_password.page", recuperation=recovery.id, interaction=handle()))
