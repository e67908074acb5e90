"""Makes docs/journeys/*.png anew, by hand: `.venv/bin/python -m tests.stories.pictures`. No test.

Members of a made-up register live what docs/journeys.md tells, in a copy of their own. Here: how a
space is opened, or joined by invitation; the ways in by NIR and the ways back are in
pictures_back.py, a partner's site and refusals in pictures_partner.py.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.stories import pictures_back, pictures_partner
from tests.stories.album import FOLDER, Album
from tests.stories.chromium import launched
from tests.stories.opener import NOTHING_COMES, SENT, Opener
from tests.stories.person import Person
from tests.stories.stack import PASSWORD, Stack, running
from tests.stories.test_invitation_stories import SUBJECT, Invitee

ON_FILE, TYPED = "camille.officiel@exemple.test", "camille@exemple.test"
MOBILE = "+33600010008"


def make() -> None:
    """All of them."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launched(playwright) as browser,
        running(Path(folder)) as stack,
        browser.new_context(color_scheme="light", reduced_motion="reduce") as context,
        browser.new_context(color_scheme="light", reduced_motion="reduce") as elsewhere,
        browser.new_context(color_scheme="light", reduced_motion="reduce") as invited,
    ):
        album = Album(browser)
        line = stack.on_file(email=ON_FILE, mobile=MOBILE)
        member = Opener(stack, context.new_page())
        _opens(member, album, line)
        _enters(member, album)
        _opens_the_others(member, album)
        _is_invited(Invitee(stack, invited.new_page()), album)
        _waits_for_a_letter(Opener(stack, elsewhere.new_page()), album, stack)
        _undoes(Person(stack, elsewhere.new_page()), album)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launched(playwright) as browser,
        running(Path(folder)) as stack,
    ):
        pictures_back.make(stack, browser, Album(browser))
        pictures_partner.make(stack, browser, Album(browser))


def _opens(member: Opener, album: Album, line: dict[str, str]) -> None:
    page = member.page
    member.go_to_sign_in()
    album.keep(page, "sign-in")
    album.keep(page, "sign-in-320", 320)
    member.follow("Créer mon espace")
    album.keep(page, "space-nir")
    member.gives_nir(line)
    album.keep(page, "space-access")
    album.keep(page, "space-access-320", 320)
    member.has_no_account(TYPED)
    album.keep(page, "space-coordinates")
    member.gives_coordinates(line)
    album.keep(page, "space-channels")
    page.get_by_label("Par SMS").check()
    member.press("Recevoir un code")
    album.keep(page, "space-code")
    album.keep(page, "space-code-320", 320)
    member.gives_member_code("", MOBILE)
    member.sees(SENT)
    album.keep(page, "space-sent")
    page.goto(member.stack.about("Activez votre compte MGEN Connect", TYPED)["links"][0])
    album.keep(page, "activation")
    member.press("Activer mon compte")


def _enters(member: Opener, album: Album) -> None:
    album.keep(member.page, "activated")
    member.give_password(TYPED, PASSWORD)
    member.sees("Authentification renforcée")
    album.keep(member.page, "code")
    album.keep(member.page, "code-320", 320)
    member.give_code(
        member.stack.about("Votre code de connexion", TYPED)["text"].split(" - ")[1][:7]
    )
    member.is_at_home_as_a_member()
    album.keep(member.page, "home")
    album.keep(member.page, "home-320", 320)


def _opens_the_others(member: Opener, album: Album) -> None:
    page, stack = member.page, member.stack
    for package, link in (("avantage", "Voir mes prix adhérent"), ("forum", "Me connecter")):
        page.goto(stack.address_of(package))
        member.follow(link)
        album.keep(page, package)
    page.goto(f"{stack.idp}/deconnexion")
    album.keep(page, "sign-out")


def _is_invited(invitee: Invitee, album: Album) -> None:
    email = invitee.stack.invite()
    invitee.page.goto(invitee.stack.about(SUBJECT, email)["links"][0])
    album.keep(invitee.page, "invitation")
    invitee.takes_up(email, email)
    album.keep(invitee.page, "invitation-done")
    invitee.go_to_sign_in()
    invitee.enters(email)
    album.keep(invitee.page, "secret-question")


def _waits_for_a_letter(member: Opener, album: Album, stack: Stack) -> None:
    line, email = stack.on_file(email=""), "sacha@exemple.test"
    member.page.goto(f"{stack.idp}/creer-mon-espace")
    member.gives_nir(line)
    member.has_no_account(email)
    member.gives_coordinates(line)
    member.press(NOTHING_COMES)
    album.keep(member.page, "space-sent-without")
    member.activates(email)
    member.follow("Me connecter")
    member.enters(email)
    album.keep(member.page, "issuer-home")
    member.follow("Saisir le code reçu par courrier")
    album.keep(member.page, "letter")


def _undoes(owner: Person, album: Album) -> None:
    told = owner.stack.about("Votre dossier d'adhérent a été rattaché à un compte", ON_FILE)
    owner.page.goto(told["links"][0])
    album.keep(owner.page, "undo")
    owner.press("Ce n'était pas moi\u00a0: détacher mon dossier")
    album.keep(owner.page, "undone")


if __name__ == "__main__":
    make()
