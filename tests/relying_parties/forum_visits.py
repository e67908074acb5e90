"""What somebody does at the forum, in a test."""

from collections.abc import Callable

from werkzeug.test import TestResponse

from tests.relying_parties.browsing import Browser

Enter = Callable[..., Browser]
TITLE, BODY = "Un sujet d'essai", "Un message d'essai."
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


def open_topic(browser: Browser, title: str = TITLE, body: str = BODY) -> str:
    """The path of a new topic."""
    answer = browser.send("/sujets/nouveau", title=title, body=body)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def answer(browser: Browser, topic: str, body: str) -> TestResponse:
    """Send the form under a topic."""
    return browser.send(f"{topic}/reponses", body=body)
