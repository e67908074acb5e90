"""What a site asks before anybody is known, and « Annuler »."""

from tests.flows.alike import Stage
from tests.flows.conftest import sign_in
from tests.flows.support import authorize
from tests.flows.support_b import WRONG


def from_a_site(stage: Stage) -> None:
    """The site names the address, asks in silence, then with a page (OA10)."""
    member = stage.browser()
    member.open(authorize(stage.site, prompt="none", login_hint=stage.email))
    member.open(authorize(stage.site, login_hint=stage.email))
    sign_in(member, stage.email, WRONG)


def cancelled(stage: Stage) -> None:
    """The site asks for an account, or for a new one; a wrong password; then « Annuler »."""
    for prompt in ("select_account", "create"):
        member = stage.browser()
        member.open(authorize(stage.site, prompt=prompt, login_hint=stage.email))
        page = member.address.replace("/creer-un-compte", "/connexion")
        sign_in(member.open(page), stage.email, WRONG).submit("Annuler")
        member.open(page)
