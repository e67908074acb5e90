"""The walks of who types what looks like a temporary password, and of who skips it (EN1, OTC10)."""

from tests.flows.alike import Stage
from tests.flows.alike_recovery import ask, send
from tests.flows.conftest import sign_in
from tests.member import Member

LIKE_ONE = "2222222222"


def _skipping(stage: Stage, asked: Member) -> None:
    """Straight to the page of the new password, with nothing proved; and from another browser."""
    recovery = asked.address.partition("recuperation=")[2].partition("&")[0]
    for member in (asked, stage.browser().open("/aide")):
        member.open(f"/nouveau-mot-de-passe?recuperation={recovery}")


def temporary_by_address(stage: Stage) -> None:
    """Asked for or not; five tries are one, and the block comes as with any password."""
    sign_in(stage.browser().open("/connexion"), stage.email, LIKE_ONE)
    _skipping(stage, send(ask(stage, "/debloquer", stage.email, ""), "sms"))
    for _ in range(6):
        sign_in(stage.browser().open("/connexion"), stage.email, LIKE_ONE)


def temporary_by_nir(stage: Stage) -> None:
    """The same, at the other door."""
    _skipping(stage, send(ask(stage, "/mot-de-passe-oublie", stage.line["nir"]), "sms"))
    for _ in range(6):
        member = stage.browser().open("/connexion/nir")
        member.submit("Me connecter", nir=stage.line["nir"], password=LIKE_ONE)
