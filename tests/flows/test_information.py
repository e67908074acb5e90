"""Help and legal pages: open to anybody at any time, true, and each link leads somewhere."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from idp.accounts import lifetimes
from idp.flows import information, information_facts
from idp.flows.cookies import name_of
from idp.models import Base
from idp.oidc.clients import Registered
from idp.settings import NEVER_DEFAULT, Settings
from idp.storage.engine import Database
from tests.fixtures import OPERATOR
from tests.flows.support import BROWSER, DEVICE, SESSION, authorize, person, with_code
from tests.flows.support_b import app_with
from tests.flows.told import TOLD
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
TITLES = {
    "/aide": "Aide",
    "/aide/connexion": "Aide à la connexion",
    "/mentions-legales": "Mentions légales",
    "/confidentialite": "Confidentialité",
    "/cookies": "Cookies",
    "/conditions": "Conditions d'utilisation",
    "/accessibilite": "Déclaration d'accessibilité",
    "/plan-du-site": "Plan du site",
}
FOOTER = [page for page in TITLES if page != "/aide/connexion"]
EACH_PAGE = pytest.mark.parametrize("address", TITLES)
# where else a page may lead; the same tab, at the reader's own wish
ELSEWHERE = {
    "www.cnil.fr",
    "www.defenseurdesdroits.fr",
    "formulaire.defenseurdesdroits.fr",
    "www.france-services.gouv.fr",
}
# what a visitor cannot open by its bare address: the middle of a journey; and machines
NOT_TO_VISIT = {
    "/.well-known/change-password",  # for password managers: it only leads on
    "/authorize",
    "/authorize/reponse",
    "/connexion/code",
    "/connexion/methode",
    "/connexion/compte",
    "/connexion/niveau",
    "/connexion/autorisation",
    "/compte/services",
    "/compte/services/retirer",
    "/compte/deux-etapes",
    "/compte/deux-etapes/code",
    "/connexion/question-secrete",
    "/connexion/nir/code",
    "/migration",
    "/migration/message-envoye",
    "/migration/association",
    "/migration/rattachement",
    "/migration/confirmation",
    "/invitation/acces-cree",
    "/creer-un-compte/message-envoye",
    "/debloquer/canal",
    "/mot-de-passe-oublie/canal",
    "/nouveau-mot-de-passe",
    *(f"/creer-mon-espace/{page}" for page in ("acces", "coordonnees", "code", "message-envoye")),
}
MACHINES = ("machine.", "health.", "metrics.")
NAMED = {name: value for name, value in OPERATOR.items() if isinstance(value, str)}


class _Page(HTMLParser):
    """Headings and links, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        elif tag == "a":
            self.links.append(dict(attrs))


def parsed(member: Member) -> _Page:
    """The page in front of this browser."""
    return _Page(member.page.get_data(as_text=True))


def hrefs(member: Member) -> list[str]:
    """Where its links lead."""
    return [str(link["href"]) for link in parsed(member).links]


def test_these_are_all_of_them(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("information.")]
    assert {rule.rule for rule in rules} == set(TITLES)


@EACH_PAGE
def test_anybody_may_read_it(member: Member, address: str) -> None:
    member.open(address)
    assert member.page.status_code == 200
    html = member.page.get_data(as_text=True)
    assert f"<h1>{TITLES[address]}</h1>" in html
    assert f"<title>{TITLES[address]} – MGEN Connect</title>" in html
    assert member.page.headers["Cache-Control"] == "no-store"
    assert member.page.headers.getlist("Set-Cookie") == []  # E6: reading needs no cookie
    assert member.forms == []


@EACH_PAGE
def test_headings_leave_no_level_out(member: Member, address: str) -> None:
    levels = parsed(member.open(address)).levels
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert set(levels[1:]) == {2}


@EACH_PAGE
def test_each_link_leads_somewhere_in_the_same_tab(member: Member, address: str) -> None:
    for link in parsed(member.open(address)).links:
        assert "target" not in link
        target = urlsplit(str(link["href"]))
        if target.scheme == "mailto":
            assert target.path in {Settings().contact_email, Settings().dpo_email}
        elif target.netloc:
            assert (target.scheme, target.netloc in ELSEWHERE) == ("https", True)
        elif target.path:
            assert member.client.get(target.path).status_code == 200, target.path
        else:
            assert target.fragment == "content"


@EACH_PAGE
def test_who_is_signed_in_or_was_reads_the_same(
    store: Database, site: Registered, member: Member, app: Flask, address: str
) -> None:
    stranger = Member(app).open(address).page.get_data()
    dead = Member(app)
    for name in (BROWSER, SESSION, DEVICE):
        dead.client.set_cookie(name, "A" * 43)
    assert dead.open(address).page.get_data() == stranger
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    assert member.open(address).page.get_data() == stranger
    assert member.page.headers.getlist("Set-Cookie") == []


@EACH_PAGE
def test_it_needs_no_database(
    store: Database, member: Member, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Help is there when nothing else works."""

    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    for name in ("reading", "writing"):
        monkeypatch.setattr(type(store), name, away)
    assert member.open("/connexion").page.status_code == 503
    assert member.open(address).page.status_code == 200


@pytest.mark.parametrize("address", ["/", "/connexion", "/creer-un-compte", "/nulle-part", "/aide"])
def test_every_page_leads_to_them(member: Member, address: str) -> None:
    """E1."""
    found = hrefs(member.open(address))
    assert [link for link in found[-len(FOOTER) :] if link in FOOTER] == found[-len(FOOTER) :]
    assert set(found[-len(FOOTER) :]) == set(FOOTER)
    assert "Accessibilité : non conforme" in member.text


def test_who_signs_in_finds_help_and_who_signs_up_the_terms(
    site: Registered, member: Member
) -> None:
    """E1; the address of the request is not carried along."""
    assert "Besoin d'aide ?" in member.open(authorize(site)).text
    assert "/aide/connexion" in hrefs(member)
    main = hrefs(member.open("/creer-un-compte"))[: -len(FOOTER)]
    assert {"/conditions", "/confidentialite"} < set(main)


def test_the_site_map_holds_all_that_can_be_visited(app: Flask, member: Member) -> None:
    """A new page is put there, or into the list above."""
    listed = set(hrefs(member.open("/plan-du-site"))) - {"#content"}
    open_to_all = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and not rule.arguments
        and not rule.endpoint.startswith(MACHINES)
    }
    assert listed == open_to_all - NOT_TO_VISIT
    assert open_to_all > NOT_TO_VISIT
    pages = [page for group in information.PLAN.values() for page, _name in group]
    assert len(pages) == len(set(pages)) == len(listed)


@pytest.fixture(params=["http://localhost:8000", "https://connect.exemple.test"])
def issuer(request: pytest.FixtureRequest) -> str:
    """How members reach us; names of cookies depend on it."""
    return str(request.param)


@pytest.fixture
def served(here: Settings, site: Registered, issuer: str) -> Iterator[Flask]:
    """The app at that address."""
    with app_with(here, issuer=issuer) as made:
        yield made


def test_the_cookies_told_are_the_cookies_set(
    served: Flask, site: Registered, here: Settings, issuer: str
) -> None:
    """E6: each that a whole sign-in sets, with its life, and no other."""
    person(served.extensions["idp"].database)
    member = Member(served)
    set_lines = member.client.get(authorize(site)).headers.getlist("Set-Cookie")
    with_code(member.open(authorize(site)), trust=True)
    set_lines += member.page.headers.getlist("Set-Cookie")
    ages = {
        line.partition("=")[0]: next(iter(re.findall(r"Max-Age=(\d+)", line)), None)
        for line in set_lines
    }
    html = member.open("/cookies").page.get_data(as_text=True)
    assert set(re.findall("<code>(.*?)</code>", html)) == set(ages)
    settings = replace(here, issuer=issuer)
    assert ages == {
        name_of(settings, "browser"): None,
        name_of(settings, "session"): None,
        name_of(settings, "device"): str(int(lifetimes.TRUSTED_DEVICE.total_seconds())),
    }
    lives = [cookie["life"] for cookie in information_facts.cookies(settings)]
    assert [life.startswith("Jusqu'à la fermeture") for life in lives] == [True, True, False]
    assert lives[2] == "30\u00a0jours"


def test_numbers_follow_the_settings_and_the_rules(
    here: Settings, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = member.open("/aide/connexion").text
    for told in ("valable 15 minutes", "Après 5 codes faux", "24 heures", "30 jours", "3 erreurs"):
        assert told in text
    monkeypatch.setattr(lifetimes, "WRONG_PASSWORDS", 4)
    with app_with(here, code_lifetime=300) as made:
        text = Member(made).open("/aide/connexion").text
    assert "valable 5 minutes" in text
    assert "Après 4 erreurs" in text


def test_the_operator_is_whom_the_settings_name(here: Settings) -> None:
    """Nobody is invented: what is shown is a setting, and production demands its own."""
    with app_with(here, **NAMED) as made:
        legal = Member(made).open("/mentions-legales").text
        privacy = Member(made).open("/confidentialite").text
    for name, value in NAMED.items():
        assert value in (privacy if name == "dpo_email" else legal), name
    assert sorted(information_facts.operator(replace(here, **NAMED)).values()) == sorted(
        NAMED.values()
    )
    assert set(NAMED) < set(NEVER_DEFAULT)
    for name in set(NAMED) - {"contact_email", "dpo_email"}:
        assert re.fullmatch(r"\[.* à renseigner\]", getattr(Settings(), name)), name


def test_what_an_operator_writes_is_text(here: Settings) -> None:
    with app_with(here, operator_name="<script>alert(1)</script> & fils") as made:
        for address in ("/mentions-legales", "/confidentialite", "/conditions", "/accessibilite"):
            html = Member(made).open(address).page.get_data(as_text=True)
            assert "<script>alert" not in html
            assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; fils" in html


def test_people_are_told_of_each_table_that_keeps_something_of_them(member: Member) -> None:
    """A new table is told of on /confidentialite, or is listed above as keeping nothing."""
    assert set(TOLD) == set(Base.metadata.tables)
    text = member.open("/confidentialite").text
    assert [words for words in TOLD.values() if words and words not in text] == []
