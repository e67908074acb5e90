"""PII5: a `sub` is a random row; no key that changes, and no move of a site, changes it."""

from dataclasses import replace

from idp.clock import FrozenClock
from idp.oidc import client_transfer, clients, keys
from idp.oidc.issuer import Issuer
from idp.oidc.key_retirement import retire
from idp.storage.engine import Database
from tests.oidc.world import ONE_ENGINE, Person, Site, World, claims_of

pytestmark = ONE_ENGINE


def sub_at(world: World, site: Site, person: Person) -> str:
    sub: str = claims_of(world.tokens(site, person)["id_token"])["sub"]
    return sub


def test_pii5_a_sub_outlives_the_signing_keys(
    world: World, site: Site, person: Person, at: FrozenClock
) -> None:
    before, settings = sub_at(world, site, person), world.issuer.settings
    at.advance(days=1)
    with world.database.writing() as session:
        old = keys.signing_kids(session, "RS256")[-1]
        new = keys.rotate(session, settings, now_active=True)
        retire(session, old)
    later = World(Issuer.of(settings, world.database))
    with world.database.reading() as session:
        assert later.issuer.keys.signing(session).kid == new
    assert sub_at(later, site, later.person()) != before
    assert sub_at(later, site, person) == before


def test_pii5_a_sub_outlives_the_secrets(world: World, site: Site, person: Person) -> None:
    before, settings = sub_at(world, site, person), world.issuer.settings
    changed = replace(settings, secret_keys=(b"n" * 32, *settings.secret_keys))
    keys.ensure_signing_key(world.database, changed)
    database = Database.open(changed)
    alone = World(Issuer.of(changed, database))
    assert sub_at(alone, site, person) == before
    database.close()


def test_pii5_a_sub_outlives_a_site_that_is_brought_back(
    world: World, site: Site, person: Person
) -> None:
    """Deleted by mistake, then imported from a copy with its hashes: the same site to everybody."""
    before = sub_at(world, site, person)
    with world.database.writing() as session:
        copy = client_transfer.exported(session, with_hashes=True)
        clients.delete(session, site.id)
        client_transfer.import_all(session, copy)
    later = World(Issuer.of(world.issuer.settings, world.database))
    assert sub_at(later, site, person) == before
