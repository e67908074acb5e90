"""The walks of who moves from a NIR to an e-mail, and types somebody's address there (C2, C5)."""

from idp.accounts import budgets
from idp.accounts.migrating import ProvedBy
from tests.flows.alike import STRANGER, Stage
from tests.flows.migration_pages import CHOICE, choose
from tests.flows.support import authorize
from tests.member import Member
from tests.migration_support import legacy_member, put_under_way

RANK = 990  # a legacy member whom no state is about, with an address of their own on file
OWN = "celle.qui.migre@exemple.test"


def to_choice(stage: Stage) -> Member:
    """Past the code of C1, which went to another address."""
    member = stage.browser()
    who = legacy_member(stage.store, RANK, email=OWN)
    handle = put_under_way(member, authorize(stage.site), who, proved_by=ProvedBy.MAIL)
    return member.open(f"{CHOICE}?interaction={handle}")


def choosing_an_address(stage: Stage) -> None:
    """The waiting page, the message again until there is no room; then one's own, then back."""
    member = choose(to_choice(stage), stage.email)
    member.open(member.address)
    for _ in range(3):
        member.submit("Renvoyer")
    member.submit("autre adresse")
    choose(member, STRANGER)
    member.submit("autre adresse")
    page = member.address
    choose(member, stage.email)
    stage.clock.advance(minutes=15)
    choose(member.open(page), stage.email)
    member.open(page)


def choosing_an_address_over_the_budget(stage: Stage) -> None:
    """What was mailed there on other pages counts here too, for everybody."""
    member = to_choice(stage)
    with stage.store.writing() as session:
        for _ in range(3):
            budgets.take(session, "mail_anonymous", stage.email)
    choose(member, stage.email)
