"""The pictures of the ways in by NIR, of the ways back, and of a telephone (C, D, E5). No test.

Part of pictures.py, which says how they are made.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.stories.album import Album
from tests.stories.mover import Mover
from tests.stories.opener import SENT
from tests.stories.stack import PASSWORD, Stack

VALIDATE = "Confirmez votre adresse e-mail"
TAKEN = "Rattachez votre dossier à votre compte MGEN Connect"
_NARROW = 320


def make(stack: Stack, browser: Browser, album: Album) -> None:
    """All of them, in the order of docs/journeys.md."""
    with two_browsers(stack, browser) as (member, other):
        _moves(member, other, album)
    with two_browsers(stack, browser) as (member, other):
        _joins(member, other, album)
    with two_browsers(stack, browser) as (member, other):
        _waits_for_a_letter(member, album)
        _comes_back_by_mail(other, album)
    with two_browsers(stack, browser) as (member, other):
        _comes_back_by_sms(member, other, album)
    with two_browsers(stack, browser) as (member, other):
        _forgot_the_address(member, album)
        _activates_a_telephone(other, album)


@contextmanager
def two_browsers(stack: Stack, browser: Browser) -> Iterator[tuple[Mover, Mover]]:
    """Two browsers, each at one page."""
    with (
        browser.new_context(color_scheme="light", reduced_motion="reduce") as one,
        browser.new_context(color_scheme="light", reduced_motion="reduce") as other,
    ):
        yield Mover(stack, one.new_page()), Mover(stack, other.new_page())


def _moves(member: Mover, other: Mover, album: Album) -> None:
    line = member.stack.legacy(email="camille.contact@exemple.test")
    email, page = "camille.nouvelle@exemple.test", member.page
    member.comes_from("espace_personnel")
    member.follow("Me connecter avec mon numéro de sécurité sociale")
    album.keep(page, "nir-sign-in")
    album.keep(page, "nir-sign-in-320", _NARROW)
    member.follow("Me connecter avec mon adresse e-mail")
    member.gives_old_password(line["nir"])
    member.sees("Vérification")
    album.keep(page, "nir-code")
    member.gives_code(line["email"])
    member.sees("Votre nouvel identifiant")
    album.keep(page, "nir-identifier")
    album.keep(page, "nir-identifier-320", _NARROW)
    member.chooses(email)
    member.sees(SENT)
    album.keep(page, "nir-sent")
    other.opens_the_link(email, VALIDATE)
    album.keep(other.page, "nir-validation")
    other.press("Confirmer mon adresse")
    album.keep(other.page, "nir-done")
    member.has_arrived()


def _joins(member: Mover, other: Mover, album: Album) -> None:
    line, email = member.stack.legacy(), member.stack.new_member()
    member.comes_from("forum")
    member.is_proved(line["nir"], line["email"])
    member.chooses(email)
    member.sees(SENT)
    other.opens_the_link(email, TAKEN)
    album.keep(other.page, "nir-join-link")
    other.page.fill("[name=password]", PASSWORD)
    other.press("Me connecter et continuer")
    other.sees("Authentification renforcée")
    other.gives_code(email)
    album.keep(other.page, "nir-join-agree")
    other.press("Donner mon accord")
    album.keep(other.page, "nir-join-agreed")
    member.page.reload()  # the page that waits moves on by itself, sooner or later
    member.sees(f"Rattacher mon dossier au compte {email}\u00a0?")
    album.keep(member.page, "nir-join-word")
    member.press("Ce n'est pas mon adresse\u00a0: en choisir une autre")
    member.sees("Votre nouvel identifiant")
    member.has_an_account(email, "Faux-Cheval*7")
    album.keep(member.page, "nir-join")
    album.keep(member.page, "nir-join-320", _NARROW)
    member.has_an_account_here(email)
    member.sees("Authentification renforcée")
    member.gives_code(email)
    member.sees("Rattacher mon dossier")
    album.keep(member.page, "nir-join-confirm")


def _waits_for_a_letter(member: Mover, album: Album) -> None:
    line = member.stack.legacy(email="")
    member.comes_from("espace_personnel")
    member.gives_old_password(line["nir"])
    member.sees("Vérification")
    album.keep(member.page, "nir-letter")


def _comes_back_by_mail(member: Mover, album: Album) -> None:
    line, email = member.stack.attached(mobile=member.stack.new_mobile())
    page = member.page
    member.comes_from("espace_personnel")
    member.is_blocked(email)
    album.keep(page, "blocked")
    album.keep(page, "blocked-320", _NARROW)
    member.follow("Débloquez votre compte")
    album.keep(page, "unblock")
    album.keep(page, "unblock-320", _NARROW)
    member.says_who(email, line["birth_date"])
    member.sees("Où recevoir le message\u00a0?")
    album.keep(page, "recovery-channel")
    member.asks_by("Par e-mail")
    member.sees(SENT)
    album.keep(page, "recovery-sent")
    member.opens_the_link(email)
    album.keep(page, "new-password")
    album.keep(page, "new-password-320", _NARROW)
    member.resets()
    member.has_arrived()


def _comes_back_by_sms(member: Mover, other: Mover, album: Album) -> None:
    line, email = member.stack.attached(mobile=member.stack.new_mobile())
    member.comes_from("forum")
    member.follow("Mot de passe oublié\u00a0?")
    album.keep(member.page, "forgotten")
    member.says_who(email, line["birth_date"])
    member.asks_by("Par SMS")
    member.sees(SENT)
    album.keep(member.page, "recovery-sent-sms")
    album.keep(member.page, "recovery-sent-sms-320", _NARROW)
    other.comes_from("forum")
    other.give_password(email, other.temporary_password(line["mobile"]))
    other.resets()
    album.keep(other.page, "new-password-saved")


def _forgot_the_address(member: Mover, album: Album) -> None:
    line, email = member.stack.attached()
    member.page.goto(f"{member.stack.idp}/debloquer")
    member.says_who(line["nir"], line["birth_date"])
    member.takes_mail()
    member.sees(SENT)
    member.opens_the_link(email)
    album.keep(member.page, "forgotten-address")


def _activates_a_telephone(member: Mover, album: Album) -> None:
    (_, email), mobile = member.stack.attached(), member.stack.new_mobile()
    page = member.page
    member.comes_from("espace_personnel")
    member.enters(email)
    member.has_arrived()
    member.follow("Valider mon mobile")
    album.keep(page, "two-step")
    page.fill("[name=mobile]", f"0{mobile.removeprefix('+33')}")
    member.press("Recevoir un code par SMS")
    album.keep(page, "two-step-code")
    member.gives_code(mobile, "")
    album.keep(page, "two-step-on")
    album.keep(page, "two-step-on-320", _NARROW)
    page.goto(member.stack.site)
    member.press("Me déconnecter")
    member.stack.minutes_pass()
    member.go_to_sign_in()
    member.give_password(email)
    album.keep(page, "method")
    album.keep(page, "method-320", _NARROW)
    page.get_by_label("Par SMS").check()
    member.press("Recevoir un code")
    album.keep(page, "code-sms")
