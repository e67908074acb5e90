"""Makes docs/journeys/*.png anew, by hand: `.venv/bin/python -m tests.stories.pictures`. No test.

One member of a made-up register lives what docs/journeys.md tells, in a copy of its own. The
pictures are of few colours: small enough for a repository, and text stays sharp.
"""

import base64
import struct
import tempfile
import zlib
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.stories.chromium import launched
from tests.stories.opener import NOTHING_COMES, SENT, Opener
from tests.stories.person import Person
from tests.stories.stack import PASSWORD, Stack, running
from tests.stories.test_invitation_stories import SUBJECT, Invitee

FOLDER = Path(__file__).parents[2] / "docs" / "journeys"
ON_FILE, TYPED = "camille.officiel@exemple.test", "camille@exemple.test"
MOBILE = "+33600010008"
_HEIGHT = 640  # a page is at least this high
_COLOURS = 192  # with fewer, the red of a small star is lost
_INDEXED = """async ([png, most]) => {
    const bytes = await (await fetch(`data:image/png;base64,${png}`)).blob();
    const image = await createImageBitmap(bytes);
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const pixels = new Uint32Array(
        canvas.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map(([one]) => one);
    const parts = (one) => [one & 255, (one >> 8) & 255, (one >> 16) & 255];
    const far = (a, b) => parts(a).reduce((sum, v, i) => sum + (v - parts(b)[i]) ** 2, 0);
    const nearest = new Map([...counts.keys()].map((one) =>
        [one, kept.reduce((best, each, i) =>
            far(one, each) < far(one, kept[best]) ? i : best, 0)]));
    let shown = "";
    for (const pixel of pixels) shown += String.fromCharCode(nearest.get(pixel));
    return [image.width, image.height, kept.flatMap(parts), btoa(shown)];
}"""


class Album:
    """Takes pictures of the pages that one copy serves, wide and narrow."""

    def __init__(self, browser: Browser) -> None:
        self._desk = browser.new_page()

    def keep(self, page: Page, name: str, width: int = 1280) -> None:
        """The whole page as it is now, as NAME.png."""
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        page.evaluate("document.activeElement?.blur()")
        shot = base64.b64encode(page.screenshot(full_page=True)).decode()
        wide, high, palette, pixels = self._desk.evaluate(_INDEXED, [shot, _COLOURS])
        png = _png(wide, high, bytes(palette), base64.b64decode(pixels))
        (FOLDER / f"{name}.png").write_bytes(png)


def _png(width: int, height: int, palette: bytes, pixels: bytes) -> bytes:
    """A PNG of indexed colours, 8 bits a pixel (ISO/IEC 15948 §11.2)."""
    rows = (b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


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
