"""The walks of /connexion/nir; their lines are in alike_pages.py."""

from tests.accounts.legacy_support import OLD
from tests.flows.alike import Stage
from tests.flows.support_b import WRONG, spend
from tests.member import PASSWORD, Member


def knock_by_nir(stage: Stage, member: Member, password: str) -> None:
    """On the form that came back, or on a fresh one."""
    if not any("nir" in form.names for form in member.forms):
        member.open("/connexion/nir")
    member.submit("Me connecter", nir=stage.line["nir"], password=password)


def wrong_by_nir(stage: Stage) -> None:
    """Told off, then blocked; the right one from elsewhere meanwhile; a wrong one a day later."""
    member = stage.browser().open("/connexion/nir")
    for _ in range(3):
        knock_by_nir(stage, member, WRONG)
    other = stage.browser().open("/connexion/nir")
    knock_by_nir(stage, other, OLD)
    stage.clock.advance(hours=24)
    knock_by_nir(stage, other, WRONG)


def right_by_nir(stage: Stage) -> None:
    """What is the right password of whoever has an old one; C10 for who has moved on."""
    knock_by_nir(stage, stage.browser().open("/connexion/nir"), OLD)
    knock_by_nir(stage, stage.browser().open("/connexion/nir"), PASSWORD)


def by_nir_over_the_network_budget(stage: Stage) -> None:
    """LK4."""
    member = stage.browser()
    spend(stage, "sign_in_failures_ip", stage.network(member))
    knock_by_nir(stage, member.open("/connexion/nir"), WRONG)
