"""A partner's site, which is not the mutual's: what it may have is asked, kept, taken back (F6).

And what such a site may ask for besides: which account, a new one, the answer as a posted form.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories import partner as partners
from tests.stories.chromium import quiet
from tests.stories.mover import LookingMover
from tests.stories.partner import NAME, REFUSED, WELCOME, Partner
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
LEVEL = {"claims": '{"id_token": {"acr": {"essential": true, "value": "eidas1-mfa"}}}'}
CONSENT, CHOICE, SIGN_UP = (
    "Partager vos informations ?",
    "Avec quel compte continuer ?",
    "Créer un compte",
)
SERVICES, WITHDRAWN = "Mes services digitaux", "Votre accord est retiré"
ACTIVATE, OPENING = "Activez votre compte MGEN Connect", "Votre code pour ouvrir votre espace"
NO_RECORD = "Votre dossier d'adhérent est nécessaire"


@pytest.fixture
def partner(stack: Stack) -> Iterator[Partner]:
    with partners.open_site(stack) as opened:
        yield opened


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing: the policy lets each form lead to the site."""
    with quiet(chromium) as opened:
        yield opened


@pytest.fixture
def member(context: BrowserContext, stack: Stack) -> Iterator[LookingMover]:
    """Somebody who has seen nothing wrong, at the end of the test neither."""
    looking = LookingMover(stack, context.new_page())
    yield looking
    assert looking.found == []


def test_f6_asked_once_and_again_once_withdrawn(member: LookingMover, partner: Partner) -> None:
    """« Autoriser », then nothing is asked; « Retirer » ends the tokens; « Refuser » is told."""
    email, page = member.stack.new_member(), member.page
    page.goto(partner.ask())
    member.enters(email)
    member.sees(CONSENT)
    member.press("Autoriser")
    member.sees(WELCOME)
    assert partner.persons[-1]["email"] == email
    assert "given_name" not in partner.persons[-1]  # it is registered for it, and did not ask

    page.goto(partner.ask())
    member.sees(WELCOME)
    assert partner.userinfo().status_code == 200
    page.goto(f"{member.stack.idp}/compte/services")
    member.follow(f"Retirer mon accord à {NAME}")
    member.press("Retirer mon accord")
    member.is_told(WITHDRAWN)
    expect(page.get_by_role("heading", name=NAME)).to_have_count(0)
    assert partner.userinfo().status_code == 401

    page.goto(partner.ask())
    member.sees(CONSENT)
    member.press("Refuser")
    member.sees(REFUSED)
    _method, told = partner.answers[-1]
    assert told["error"] == "access_denied"
    assert told["iss"] == member.stack.idp
    assert len(partner.tokens) == 2


@pytest.mark.slow
def test_f6_more_is_asked_for_by_its_own_name(member: LookingMover, partner: Partner) -> None:
    """A site that wants more than before asks again; each page in every look."""
    email, page = member.stack.new_member(), member.page
    page.goto(partner.ask())
    member.enters(email)
    member.looks_at(CONSENT)
    expect(page.get_by_text("votre nom, votre prénom")).to_have_count(0)
    member.press("Autoriser")
    member.sees(WELCOME)
    page.goto(partner.ask(scope="openid email profile offline_access"))
    member.looks_at(CONSENT)
    expect(page.get_by_text("votre nom, votre prénom et votre date de naissance")).to_be_visible()
    expect(page.get_by_text("même en votre absence")).to_be_visible()
    member.press("Autoriser")
    member.sees(WELCOME)
    assert "refresh_token" in partner.tokens[-1]
    page.goto(member.stack.site)
    member.follow("Me connecter")
    member.follow("Voir mes services digitaux et ce qu'ils reçoivent")
    member.looks_at(SERVICES)
    expect(page.get_by_role("heading", name="Espace personnel")).to_be_visible()
    member.follow(f"Retirer mon accord à {NAME}")
    member.looks_at("Retirer votre accord ?")
    member.follow("Garder mon accord et revenir à la liste")
    member.sees(SERVICES)
    member.follow(f"Retirer mon accord à {NAME}")
    member.press("Retirer mon accord")
    member.looks_at(SERVICES, WITHDRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no_javascript"])
def test_an_answer_is_posted(
    chromium: Browser, stack: Stack, partner: Partner, javascript: bool
) -> None:
    """response_mode=form_post: by itself, or by the button; a refusal too. Never in an address."""
    asked = {"response_mode": "form_post"}
    with quiet(chromium, javascript=javascript) as context:
        member = LookingMover(stack, context.new_page())
        member.page.goto(partner.ask(**asked))
        member.enters(stack.new_member())
        member.sees(CONSENT)
        _posts(member, "Autoriser", WELCOME, javascript)
        member.page.goto(partner.ask(**asked, prompt="login"))
        member.sees("Me connecter")
        _posts(member, "Annuler", REFUSED, javascript)
    (first, code), (second, error) = partner.answers
    assert (first, second) == ("POST", "POST")
    assert code.keys() == {"code", "state", "iss"}
    assert error["error"] == "access_denied"


def _posts(member: LookingMover, button: str, title: str, javascript: bool) -> None:
    member.press(button)
    if not javascript:
        member.sees(f"Retour vers {NAME}")
        member.press(f"Continuer vers {NAME}")
    member.sees(title)
    assert member.page.url.endswith("/retour")


@pytest.mark.slow
def test_which_account_it_shall_be(member: LookingMover, partner: Partner) -> None:
    """prompt=select_account: this one goes on at once; the other is known by its password."""
    (one, other), page = [member.stack.new_member() for _ in range(2)], member.page
    page.goto(partner.ask())
    member.enters(one)
    member.press("Autoriser")
    member.sees(WELCOME)
    page.goto(partner.ask(prompt="select_account"))
    member.looks_at(CHOICE)
    member.press("Continuer avec ce compte")
    member.sees(WELCOME)
    page.goto(partner.ask(prompt="select_account"))
    member.follow("Utiliser un autre compte")
    member.enters(other)
    member.sees(CONSENT)  # one person's agreement is not another's
    member.press("Autoriser")
    member.sees(WELCOME)
    assert [person["email"] for person in partner.persons] == [one, one, other]
    assert partner.persons[0]["sub"] == partner.persons[1]["sub"] != partner.persons[2]["sub"]
    page.goto(partner.ask(prompt="select_account"))
    member.press("Annuler")
    member.sees(REFUSED)


@pytest.mark.slow
def test_an_account_is_created_for_it(member: LookingMover, partner: Partner) -> None:
    """prompt=create: the sign-up page comes first, and its mail leads back to the partner."""
    email, page = member.stack.new_address(), member.page
    page.goto(partner.ask(prompt="create"))
    member.looks_at(SIGN_UP)
    member.fill_sign_up(email)
    member.sees("Un message vient d'être envoyé")
    page.goto(member.stack.about(ACTIVATE, email)["links"][0])
    member.press("Activer mon compte")
    member.enters(email)
    member.sees(CONSENT)
    member.press("Autoriser")
    member.sees(WELCOME)
    assert partner.persons[-1]["email"] == email


@pytest.mark.slow
def test_a_level_that_only_a_record_gives(member: LookingMover, partner: Partner) -> None:
    """An essential acr: the way back tells the site so; the other way leads through the record."""
    line, email, page = member.stack.on_file(), member.stack.new_member(), member.page
    page.goto(partner.ask(**LEVEL))
    member.enters(email)
    member.looks_at(NO_RECORD)
    member.press(f"Revenir sur {NAME}")
    member.sees(REFUSED)
    assert partner.answers[-1][1]["error"] == "unmet_authentication_requirements"
    page.goto(partner.ask(**LEVEL))
    member.enters(email)  # nothing was opened for a site that got nothing
    member.follow("Rattacher mon dossier d'adhérent")
    member.looks_at("Rattacher mon dossier d'adhérent")
    page.get_by_label("Numéro de sécurité sociale").fill(line["nir"])
    member.press("Continuer")
    member.gives_coordinates(line)
    member.gives_member_code(OPENING, line["email"])
    member.sees(CONSENT)
    member.press("Autoriser")
    member.sees(WELCOME)
    assert partner.acr() == "eidas1-mfa"
