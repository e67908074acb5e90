"""The walks of the harness over joining an account that exists (C5), as a member who was proved."""

from tests.flows import association_support
from tests.flows.alike import Stage
from tests.flows.support_b import WRONG
from tests.member import PASSWORD, Member
from tests.migration_support import legacy_member


def _arrived(stage: Stage) -> tuple[Member, str]:
    """Another member than the person walked for, past the code; browser and handle."""
    record = legacy_member(stage.store, 997, email="")
    browser = stage.browser()
    return browser, association_support.arrive(browser, stage.store, stage.site, record)


def associating(stage: Stage) -> None:
    """The address is named: told off, then blocked, and perhaps a link is mailed (C6, C8)."""
    member, handle = _arrived(stage)
    for password in (WRONG, WRONG, WRONG, PASSWORD):
        association_support.choose(member, handle, stage.email, password)


def associating_right(stage: Stage) -> None:
    """What is the right password of whoever has one."""
    association_support.choose(*_arrived(stage), stage.email)
