"""SE5, SE6, E7: what ends with one session, what ends with "everywhere", and what lives on."""

from threading import Thread

import pytest
from sqlalchemy import insert, select, update

from idp import clock
from idp.accounts.activity import NOWHERE
from idp.clock import FrozenClock
from idp.models import BrowserSession, Event, Interaction, Proof, new_id
from idp.oidc import ending
from idp.storage.claims import changed
from tests import factories
from tests.oidc.backchannel import end, notices, told
from tests.oidc.listener import Listener
from tests.oidc.world import Person, Site, World, body, claims_of, refusal


@pytest.fixture
def site(world: World, machine: Listener) -> Site:
    """A refreshing site that wants to be told."""
    return world.site(backchannel_logout_uri=machine.address)


def everywhere(world: World, person: Person) -> None:
    with world.database.writing() as session:
        ending.end_everything(session, person.id, why="everywhere")


def live(world: World, person: Person) -> int:
    with world.database.reading() as session:
        query = select(BrowserSession).where(
            BrowserSession.identity_id == person.id, BrowserSession.ended_at.is_(None)
        )
        return len(session.scalars(query).all())


def test_a_sign_out_ends_the_access_of_a_site_that_has_no_refresh_token(
    world: World, site: Site, person: Person
) -> None:
    """Back-Channel Logout §2.7: what was asked for offline use lives on, the rest does not."""
    online = world.tokens(site, person, scope=("openid", "email"))
    offline = world.tokens(site, person)
    end(world, person)
    assert refusal(world.userinfo(online["access_token"])) == (401, "invalid_token")
    assert world.userinfo(offline["access_token"]).status == 200
    assert world.refresh(site, offline["refresh_token"]).status == 200


def test_se6_only_that_session(world: World, site: Site, person: Person) -> None:
    other = world.another_session(person)
    somebody = world.person("autre@mgen-connect.test")
    kept = [world.tokens(site, one, scope=("openid",)) for one in (other, somebody)]
    world.tokens(site, person)
    end(world, person)
    assert [world.userinfo(one["access_token"]).status for one in kept] == [200, 200]
    assert (live(world, person), live(world, somebody)) == (1, 1)
    assert len(notices(world)) == 1


def test_e7_everywhere_ends_every_browser_and_every_token(
    world: World, site: Site, person: Person, machine: Listener
) -> None:
    """SE5: refresh and access tokens, unused codes, sessions of every browser; each site told."""
    other, somebody = world.another_session(person), world.person("autre@mgen-connect.test")
    given = [world.tokens(site, one) for one in (person, other)]
    kept = world.tokens(site, somebody)
    unused = world.code(site, other)
    everywhere(world, person)
    for one in given:
        assert refusal(world.refresh(site, one["refresh_token"])) == (400, "invalid_grant")
        assert refusal(world.userinfo(one["access_token"])) == (401, "invalid_token")
    assert refusal(world.exchange(site, unused)) == (400, "invalid_grant")
    assert (live(world, person), live(world, somebody)) == (0, 1)
    assert world.refresh(site, kept["refresh_token"]).status == 200
    assert told(world) == 2
    expected = {claims_of(one["id_token"])["sid"] for one in given}
    assert {claims_of(token)["sid"] for token in machine.tokens} == expected


def test_everywhere_tells_sites_that_live_on_a_refresh_token_alone(
    world: World, site: Site, person: Person, at: FrozenClock
) -> None:
    """Their session here has run out and is purged; their own may not have."""
    world.tokens(site, person)
    at.advance(days=3)
    world.change(update(BrowserSession).values(ended_at=clock.now()))
    everywhere(world, person)
    assert len(notices(world)) == 1


def test_keycloak_49007_half_done_sign_ins_die_too(world: World, person: Person) -> None:
    somebody = world.person("autre@mgen-connect.test")
    with world.database.writing() as session:
        mine = factories.make_interaction(session, person.id).id
        other = factories.make_interaction(session, somebody.id).id
        for started in (mine, other):
            proof = {"id": new_id(), "interaction_id": started, "kind": "password"}
            session.execute(insert(Proof).values(**proof, proved_at=clock.now()))
    everywhere(world, person)
    with world.database.reading() as session:
        over = {row.id: row.completed_at for row in session.scalars(select(Interaction))}
        void = {row.interaction_id: row.voided_at for row in session.scalars(select(Proof))}
    assert over == {mine: clock.now(), other: None}
    assert void == {mine: clock.now(), other: None}


def test_se5_a_sign_in_that_completes_at_this_instant_is_ended_too(
    world: World, person: Person
) -> None:
    """It holds its interaction until its session is there: "everywhere" waits, then finds it."""
    with world.database.writing() as session:
        started = factories.make_interaction(session, person.id).id
    thread = Thread(target=lambda: everywhere(world, person))
    with world.database.writing() as session:
        claim = update(Interaction).where(Interaction.id == started)
        assert changed(session, claim.values(completed_at=clock.now())) == 1
        thread.start()
        thread.join(timeout=0.5)  # as long as it would need, were it not held
        assert thread.is_alive()
        row = {"id": new_id(), "cookie_hash": new_id(), "identity_id": person.id}
        now = clock.now()
        dates = {"created_at": now, "seen_at": now, "expires_at": now.replace(year=now.year + 1)}
        session.execute(insert(BrowserSession).values(**row, **dates))
    thread.join()
    assert live(world, person) == 0


def test_au1_one_event_each_with_its_reason(world: World, site: Site, person: Person) -> None:
    other = world.another_session(person)
    with world.database.writing() as session:
        ending.end_session(
            session, other.session_id, why="sign_out", where=NOWHERE, client_id=site.id
        )
    everywhere(world, person)
    with world.database.reading() as session:
        query = select(Event).where(Event.kind.like("member:session:%")).order_by(Event.kind)
        found = [
            (event.kind, event.identity_id, event.client_id, event.detail)
            for event in session.scalars(query)
        ]
    assert found == [
        ("member:session:signed_out", person.id, site.id, {"why": "sign_out"}),
        (
            "member:session:signed_out_everywhere",
            person.id,
            None,
            {"why": "everywhere", "sessions": 1},
        ),
    ]


def test_everywhere_twice_changes_nothing_more(world: World, site: Site, person: Person) -> None:
    world.tokens(site, person)
    everywhere(world, person)
    before = [row.sid for row in notices(world)]
    everywhere(world, person)
    assert [row.sid for row in notices(world)] == before


def test_signing_in_again_works(world: World, site: Site, person: Person) -> None:
    everywhere(world, person)
    again = world.another_session(person)
    assert body(world.userinfo(world.tokens(site, again)["access_token"]))["sub"]
