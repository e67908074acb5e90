"""SE5: signing out everywhere while a code is being exchanged leaves no grant behind."""

from threading import Thread

from idp import clock
from idp.accounts import sessions
from idp.oidc import authorization_code, grants
from idp.oidc.authorization_code import Redemption
from idp.oidc.grants import Granted
from tests.oidc.world import CALLBACK, CHALLENGE, Person, Site, World


def granted(site: Site, person: Person) -> Granted:
    now = clock.now()
    return Granted(
        "g" * 32, site.id, person.id, person.session_id, "s", (), 0, "eidas0", (), now, now
    )


def test_se5_the_exchange_holds_the_session(world: World, site: Site, person: Person) -> None:
    """On PostgreSQL nothing but the lock in claim() keeps the sign-out waiting."""
    revoked: list[int] = []

    def everywhere() -> None:
        with world.database.writing() as session:
            sessions.end(session, person.session_id)
            revoked.append(grants.revoke_all_of_identity(session, person.id, "everywhere"))

    asked = Redemption(world.code(site, person), site.id, CALLBACK, CHALLENGE)
    thread = Thread(target=everywhere)
    with world.database.writing() as session:
        assert authorization_code.claim(session, asked, "g" * 32) is not None
        thread.start()
        thread.join(timeout=0.5)  # as long as it would need, were it not held
        assert thread.is_alive()
        grants.save(session, granted(site, person))
    thread.join()
    assert revoked == [1]


def test_se5_a_session_that_has_just_ended_gives_no_token(
    world: World, site: Site, person: Person
) -> None:
    code = world.code(site, person)
    answers: list[int] = []
    thread = Thread(target=lambda: answers.append(world.exchange(site, code).status))
    with world.database.writing() as session:
        sessions.end(session, person.session_id)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()
    thread.join()
    assert answers == [400]
