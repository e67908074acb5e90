"""/debloquer and /mot-de-passe-oublie: asking for the way back (D2-D6, D8, D10)."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.accounts import budgets, recoveries
from idp.clock import FrozenClock
from idp.models import Event, Link, Recovery
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts.recovery_support import phone
from tests.fixtures import START
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.opening_support import FILED, MOBILE, on_file
from tests.flows.support import authorize
from tests.flows.support_b import WRONG, app_with, person
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
BORN = "31/05/1985"
FORGOTTEN, UNBLOCK = "/mot-de-passe-oublie", "/debloquer"
SENT = "Un message vient d'être envoyé"
IF_ANY = "Si ces informations correspondent à un compte"
EITHER = pytest.mark.parametrize("start", [FORGOTTEN, UNBLOCK])


def ask(member: Member, identifier: str, born: str = BORN, start: str = FORGOTTEN) -> Member:
    """The first page, filled in."""
    return member.open(start).submit("Continuer", identifier=identifier, birth_date=born)


def hrefs(member: Member) -> list[str]:
    """Where the page leads."""
    return re.findall(r'href="([^"]*)"', member.page.get_data(as_text=True))


@EITHER
def test_d2_d8_the_form(member: Member, start: str) -> None:
    """Two names, one form; it says beforehand what will happen."""
    member.open(start)
    title = "Débloquer mon compte" if start == UNBLOCK else "Mot de passe oublié"
    html = member.page.get_data(as_text=True)
    assert f"<h1>{title}</h1>" in html
    assert 'autocomplete="username"' in html
    assert 'autocomplete="bday"' in html
    assert "J'ai un doute sur mon identifiant" in member.text
    assert "nous vous montrerons l'adresse e-mail de votre compte" in member.text
    assert "Laissez vide si votre compte n'est rattaché à aucun dossier" in member.text


def test_a_password_manager_is_led_to_the_page(member: Member) -> None:
    """surface.md, machine addresses; W3C: a redirect to where a password is changed."""
    answer = member.client.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["Location"]) == (303, FORGOTTEN)
    assert "Mot de passe oublié" in member.open("/.well-known/change-password").text


@EITHER
def test_d4_one_channel_is_used_at_once(
    store: Database, site: Registered, member: Member, start: str
) -> None:
    """The page says which; the link leads back to the site first asked for."""
    line = on_file(store)
    handle = member.open(authorize(site)).address.partition("?")[2]
    ask(member, line["nir"], start=f"{start}?{handle}")
    assert member.address.startswith(f"{start}/canal?")
    assert SENT in member.text
    assert f"{IF_ANY}, un e-mail vient de partir vers *****@*****." in member.text
    assert "Pour continuer vers Espace personnel" in member.text
    assert member.mails(FILED, "reset")[0]["values"]["minutes"] == 30
    with store.reading() as session:
        link = session.scalars(select(Link)).one()
    assert f"interaction={link.interaction_id}" == handle
    assert link.client_id == site.client.id


def test_d5_by_sms_and_nothing_comes(store: Database, member: Member, at: FrozenClock) -> None:
    """What to do with the temporary password, and the way back to the e-mail."""
    line = on_file(store, mobile=MOBILE, email="contact@orange.fr")
    ask(member, line["nir"])
    assert "Par SMS : ** ** ** ** 78. Vous recevrez un mot de passe provisoire." in member.text
    assert "Par e-mail : *****@orange.fr. Vous recevrez un lien." in member.text
    assert SENT not in member.text
    member.submit("Envoyer le message", channel="sms")
    assert f"{IF_ANY}, un SMS vient de partir au ** ** ** ** 78." in member.text
    assert "valable 15 minutes" in member.text
    assert "Saisissez le même numéro de sécurité sociale qu'ici." in member.text
    assert "/connexion/nir" in hrefs(member)
    assert len(member.mails(MOBILE, "temporary_password")) == 1
    assert "Je ne reçois rien" in member.text
    member.submit("Renvoyer le message")  # the e-mail is chosen beforehand there
    assert f"{IF_ANY}, un e-mail vient de partir vers *****@orange.fr." in member.text
    assert len(member.mails("contact@orange.fr", "reset")) == 1


def test_d5_the_page_to_sign_in_at_is_that_of_the_identifier(
    store: Database, member: Member
) -> None:
    phone(store, person(store), MOBILE, START)
    ask(member, EMAIL, born="").submit("Envoyer le message", channel="sms")
    assert "Saisissez la même adresse e-mail qu'ici." in member.text
    assert "/connexion" in hrefs(member)
    assert "/connexion/nir" not in hrefs(member)


@pytest.mark.parametrize(
    ("identifier", "born", "told"),
    [
        ("", BORN, "Saisissez votre adresse e-mail ou votre numéro de sécurité sociale."),
        ("claire", BORN, "Saisissez une adresse e-mail, par exemple"),
        ("claire@", BORN, "Cette adresse e-mail n'est pas valable."),
        ("1850575999001", "", "indiquez aussi votre date de naissance"),
        ("1850575999001", "31/02/1985", "Cette date n'est pas valable."),
        ("185057599900199", BORN, "La clé ne correspond pas au numéro"),
        (EMAIL, "demain", "Cette date n'est pas valable."),
        ("x" * 255 + "@exemple.test", "", "Saisissez une adresse e-mail, par exemple"),
    ],
)
def test_what_is_no_answer_is_told(
    store: Database, member: Member, identifier: str, born: str, told: str
) -> None:
    """Of its shape alone; an address is shown again, a NIR never (PII3)."""
    ask(member, identifier, born)
    assert member.page.status_code == 400
    assert told in member.text
    html = member.page.get_data(as_text=True)
    assert "1850575999" not in html
    assert (EMAIL in html) is (identifier == EMAIL)
    with store.reading() as session:
        assert session.scalars(select(Recovery)).all() == []


def test_another_browser_has_no_part_in_it(
    store: Database, member: Member, browsers: Callable[[], Member]
) -> None:
    ask(member, on_file(store, mobile=MOBILE)["nir"])
    other = browsers().open(FORGOTTEN).open(member.address)
    assert other.page.status_code == 400
    assert "Cette demande n'est plus en cours" in other.text
    assert "78" not in other.text
    for address in (FORGOTTEN, f"{FORGOTTEN}/canal", f"{FORGOTTEN}/canal?recuperation=x"):
        assert other.open(address).page.status_code == (200 if address == FORGOTTEN else 400)


def test_a_paused_request_that_is_over_leaves_the_pages(
    store: Database, site: Registered, member: Member, at: FrozenClock
) -> None:
    handle = member.open(authorize(site)).address.partition("?")[2]
    at.advance(minutes=31)
    ask(member, on_file(store)["nir"], start=f"{FORGOTTEN}?{handle}")
    assert SENT in member.text
    with store.reading() as session:
        assert session.scalars(select(Link.interaction_id)).one() is None


def test_d10_over_budget_a_link_an_hour_and_then_a_page_that_says_when(
    store: Database, member: Member, at: FrozenClock
) -> None:
    line = on_file(store, mobile=MOBILE)
    with store.writing() as session:
        typed = recoveries.typed_digests(session, recoveries.parse(session, line["nir"]))[0]
        for _ in range(5):
            budgets.take(session, "recovery_identifier", typed)
    ask(member, line["nir"])
    assert SENT in member.text
    assert "un seul e-mail par heure" in member.text
    assert "SMS" not in member.text
    member.submit("Renvoyer le message")
    assert member.page.status_code == 429
    assert "Trop de messages ont été demandés." in member.text
    assert member.page.headers["Retry-After"] == "3601"
    ask(member, line["nir"])
    assert member.page.status_code == 429
    assert "Trop de demandes" in member.text
    assert len(member.mails(FILED, "reset")) == 1
    at.advance(hours=1)
    ask(member, line["nir"])
    assert len(member.mails(FILED, "reset")) == 2


def test_an_sms_too_many_leaves_the_email(store: Database, member: Member) -> None:
    line = on_file(store, mobile=MOBILE)
    ask(member, line["nir"]).submit("Envoyer le message", channel="sms")
    member.submit("Renvoyer le message", channel="sms")
    assert member.page.status_code == 429
    assert "Nous ne pouvons pas envoyer d'autre SMS pour le moment." in member.text
    member.submit("Renvoyer le message")
    assert member.page.status_code == 200
    assert len(member.mails(FILED, "reset")) == 1


def test_a_channel_that_is_none_is_the_first(store: Database, member: Member) -> None:
    """OTC10: choosing another one marks nothing as done."""
    ask(member, on_file(store, mobile=MOBILE)["nir"])
    member.submit("Envoyer le message", channel="pigeon")
    assert len(member.mails(MOBILE, "temporary_password")) == 1
    with store.reading() as session:
        assert session.scalars(select(Recovery.proved_at)).one() is None


def test_otc8_a_poisoned_host_reaches_no_mail(here: Settings, store: Database) -> None:
    line = on_file(store)
    evil = "http://pirate.exemple.test"
    headers = {"X-Forwarded-Host": "pirate.exemple.test", "Forwarded": "host=pirate.exemple.test"}
    with app_with(here, trusted_proxies=1) as made:
        member = Member(made)
        page = member.client.get(FORGOTTEN, base_url=evil, headers=headers)
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]*)', page.get_data(as_text=True))
        fields = {"csrf_token": token[0], "identifier": line["nir"], "birth_date": BORN}
        answer = member.client.post(FORGOTTEN, base_url=evil, headers=headers, data=fields)
        assert answer.headers["Location"].startswith(f"{FORGOTTEN}/canal?")
        link = member.mails(FILED, "reset")[0]["values"]["link"]
    assert link.startswith("http://localhost:8000/nouveau-mot-de-passe/")


def test_the_pages_that_lead_there(store: Database, site: Registered, member: Member) -> None:
    """D1: the block page offers the way out; the tab goes on with its request."""
    handle = member.open(authorize(site)).address.partition("?")[2]
    assert f"{FORGOTTEN}?{handle}" in hrefs(member)
    assert f"{FORGOTTEN}?{handle}" in hrefs(member.open(f"/connexion/nir?{handle}"))
    for _ in range(4):
        sign_in(member.open(f"/connexion?{handle}"), "personne@exemple.test", WRONG)
    assert "Débloquez votre compte" in member.text
    assert f"{UNBLOCK}?{handle}" in hrefs(member)
    for page in ("/connexion/nir", "/aide/connexion", "/plan-du-site"):
        assert FORGOTTEN in hrefs(member.open(page))


def test_lk6_the_events_tell_what_was_asked(store: Database, member: Member) -> None:
    """And no more than that: nothing typed."""
    line = on_file(store, mobile=MOBILE)
    ask(member, line["nir"], start=UNBLOCK).submit("Envoyer le message", channel="sms")
    with store.reading() as session:
        events = session.scalars(select(Event).where(Event.kind.contains("recovery"))).all()
    assert sorted((event.kind, str(event.detail)) for event in events) == [
        ("member:recovery:asked", "{'cause': 'unblock'}"),
        ("system:recovery:sent", "{'by': 'sms'}"),
    ]
    assert {event.flow_id for event in events} == {member.address.partition("recuperation=")[2]}
