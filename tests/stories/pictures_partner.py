"""The pictures of what a site may ask for: a partner's site, a sensitive page, a refusal. No test.

Part of pictures.py, which says how they are made.
"""

from playwright.sync_api import Browser

from tests.stories import partner as partners
from tests.stories.album import Album
from tests.stories.mover import Mover
from tests.stories.partner import NAME, WELCOME, Partner
from tests.stories.pictures_back import two_browsers
from tests.stories.stack import Stack

_NARROW = 320
_LEVEL = '{"id_token": {"acr": {"essential": true, "value": "eidas1-mfa"}}}'
_ABOUT = {
    "policy_uri": "https://club.exemple.test/vie-privee",
    "tos_uri": "https://club.exemple.test/conditions",
}


def make(stack: Stack, browser: Browser, album: Album) -> None:
    """All of them, in the order of docs/journeys.md."""
    with two_browsers(stack, browser) as (member, other):
        _cancels(member, album)
        _shows_what_is_sensitive(member, album)
        _has_no_record(other, album)
    with (
        two_browsers(stack, browser) as (member, other),
        partners.open_site(stack, **_ABOUT) as partner,
    ):
        _agrees(member, album, partner)
        _is_asked_more(other, album, partner)
        _is_posted(browser, album, partner)


def _cancels(member: Mover, album: Album) -> None:
    member.comes_from("espace_personnel")
    member.press("Annuler")
    album.keep(member.page, "cancelled")
    album.keep(member.page, "cancelled-320", _NARROW)


def _shows_what_is_sensitive(member: Mover, album: Album) -> None:
    """In a browser that is trusted: the password alone has opened the site."""
    _, email = member.stack.attached()
    member.go_to_sign_in()
    member.give_password(email)
    member.give_code(member.stack.code(email), trust=True)
    member.press("Me déconnecter")
    member.go_to_sign_in()
    member.give_password(email)
    member.follow("Voir mes coordonnées bancaires")
    album.keep(member.page, "sensitive")
    album.keep(member.page, "sensitive-320", _NARROW)
    member.follow("Me connecter avec un code")
    album.keep(member.page, "sensitive-code")
    member.press("Recevoir un code")
    member.gives_code(email)
    album.keep(member.page, "sensitive-open")


def _has_no_record(member: Mover, album: Album) -> None:
    member.page.goto(f"{member.stack.site}/coordonnees-bancaires")
    member.follow("Me connecter avec un code")
    member.enters(member.stack.new_member())
    album.keep(member.page, "sensitive-no-record")


def _agrees(member: Mover, album: Album, partner: Partner) -> None:
    page, (_, email) = member.page, member.stack.attached()
    member.comes_from("espace_personnel")
    member.enters(email)
    member.has_arrived()
    page.goto(partner.ask(scope="openid profile email offline_access"))
    album.keep(page, "consent")
    album.keep(page, "consent-320", _NARROW)
    member.press("Autoriser")
    member.sees(WELCOME)
    page.goto(partner.ask(prompt="select_account"))
    album.keep(page, "which-account")
    page.goto(f"{member.stack.idp}/compte/services")
    album.keep(page, "services")
    album.keep(page, "services-320", _NARROW)
    member.follow(f"Retirer mon accord à {NAME}")
    album.keep(page, "services-withdraw")
    member.press("Retirer mon accord")
    album.keep(page, "services-withdrawn")


def _is_asked_more(member: Mover, album: Album, partner: Partner) -> None:
    member.page.goto(partner.ask(prompt="create"))
    album.keep(member.page, "sign-up")
    member.page.goto(partner.ask(claims=_LEVEL))
    member.enters(member.stack.new_member())
    album.keep(member.page, "level")
    album.keep(member.page, "level-320", _NARROW)


def _is_posted(browser: Browser, album: Album, partner: Partner) -> None:
    with browser.new_context(color_scheme="light", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(partner.ask(response_mode="form_post", prompt="none"))
        album.keep(page, "answer")
