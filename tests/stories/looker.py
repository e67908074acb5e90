"""Judges a page as it is really served: axe, wide and narrow, in the light and in the dark."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.stories.person import Person
from tests.stories.stack import Stack

_HEIGHT = 800
_LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1280, "light"),
    (320, "light"),
    (320, "dark"),
)
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


class Looker(Person):
    """A person who looks at each page they come to; what is wrong with it is added to `found`."""

    def __init__(self, stack: Stack, page: Page) -> None:
        super().__init__(stack, page)
        self.found: list[tuple[str, str]] = []

    def looks_at(self, title: str, told: str = "") -> None:
        """The page with this title and this notice or summary of errors, in every look."""
        self.sees(title)
        if told:
            self.is_told(told)
        for width, scheme in _LOOKS:
            self.page.set_viewport_size({"width": width, "height": _HEIGHT})
            # no transition: axe would judge the colours half-way
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.found += [(f"{title} {width} {scheme}", wrong) for wrong in self._wrong()]

    def _wrong(self) -> list[str]:
        violations = Axe().run(self.page, options=_RULES).response["violations"]
        wrong = [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in violations]
        if self.page.evaluate(_SCROLLS_SIDEWAYS):
            wrong.append("scrolls sideways")
        return wrong
