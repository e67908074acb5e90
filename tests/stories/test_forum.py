"""The forum, as those who write and those who moderate live it (H2)."""

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import complaints_of
from tests.stories.person import Person
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
_NUMBERS = count()


@pytest.fixture(params=[True, False], ids=["javascript", "no_javascript"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser, with and without scripts, whose console complains of no more than a refusal."""
    with chromium.new_context(java_script_enabled=request.param) as opened:
        complaints = complaints_of(opened)
        yield opened
        assert [told for told in complaints if "status of 409" not in told] == []


def test_a_message_is_written_read_hidden_and_locked(
    context: BrowserContext, chromium: Browser, stack: Stack
) -> None:
    writer = _at_the_forum(stack, context, stack.new_member())
    with chromium.new_context() as stranger, chromium.new_context() as office:
        page = stranger.new_page()
        page.goto(writer.page.url)
        expect(page.get_by_text("Sur deux lignes.")).to_be_visible()
        expect(page.get_by_role("button")).to_have_count(0)

        email = stack.new_member()
        stack.grant(email, "Forum", "moderator")
        moderator = Person(stack, office.new_page())
        moderator.signs_in(email)
        moderator.page.goto(writer.page.url)
        moderator.follow("Me connecter")
        moderator.press("Masquer ce message")
        moderator.press("Verrouiller le sujet")

        page.reload()
        expect(page.get_by_text("Message masqué par la modération.")).to_be_visible()
        expect(page.get_by_text("Sur deux lignes.")).to_have_count(0)
    writer.page.fill("[name=body]", "Une réponse qui vient trop tard.")
    writer.press("Publier ma réponse")
    writer.is_told("Ce sujet est verrouillé")
    expect(writer.page.locator("[name=body]")).to_have_value("Une réponse qui vient trop tard.")


def _at_the_forum(stack: Stack, context: BrowserContext, email: str) -> Person:
    """Somebody in front of a topic of their own, having come from nowhere."""
    writer = Person(stack, context.new_page())
    writer.page.goto(stack.address_of("forum"))
    writer.follow("Ouvrir un sujet")  # leads through the sign-in, and on
    writer.give_password(email)
    writer.give_code(stack.code(email))
    writer.sees("Votre pseudonyme")
    writer.page.fill("[name=pseudonym]", f"{'Plume' if next(_NUMBERS) % 2 else 'Encre'} douce")
    writer.press("Choisir ce pseudonyme")
    writer.sees("Ouvrir un sujet")
    writer.page.fill("[name=title]", "Bonjour à tous")
    writer.page.fill("[name=body]", "Un premier message.\nSur deux lignes.")
    writer.press("Publier")
    writer.sees("Bonjour à tous")
    return writer
