"""What the tests of back-channel logout share: ending a session, a round of the worker."""

from sqlalchemy import select

from idp.accounts.activity import NOWHERE
from idp.models import LogoutNotice
from idp.oidc import backchannel_delivery, ending
from tests.oidc.world import Person, World


def end(world: World, person: Person) -> bool:
    """End the person's session, as a sign-out does."""
    with world.database.writing() as session:
        return ending.end_session(session, person.session_id, why="sign_out", where=NOWHERE)


def told(world: World) -> int:
    """One round of the worker over what is due; how many notices it handled."""
    return backchannel_delivery.run_once(world.issuer)


def notices(world: World) -> list[LogoutNotice]:
    """The notices, by client."""
    with world.database.reading() as session:
        return list(session.scalars(select(LogoutNotice).order_by(LogoutNotice.client_id)))
