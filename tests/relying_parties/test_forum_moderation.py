"""Moderators, by the claim `roles`: they hide and show, lock and open; nobody else does (H2)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.relying_parties.browsing import Browser
from tests.relying_parties.forum_visits import Enter, answer, open_topic
from tests.relying_parties.issuer_double import IssuerDouble

HIDDEN = "Message masqué par la modération."


@pytest.fixture
def topic(enter: Enter) -> str:
    """A topic of somebody's with one answer, messages 1 and 2."""
    author = enter("s1", "Zoé")
    path = open_topic(author, "Le sujet premier", "Les mots premiers.")
    answer(author, path, "Les mots seconds.")
    return path


def test_a_moderator_hides_a_message_and_shows_it_again(
    forum: Flask, enter: Enter, topic: str
) -> None:
    moderator = enter("s2", None, "moderator")

    hidden = moderator.send("/messages/2/masque", hidden="yes")

    assert hidden.location == f"{topic}?page=1#message-2"
    seen = Browser(forum).get(topic).text
    assert HIDDEN in seen
    assert "Les mots seconds." not in seen
    assert "Les mots premiers." in seen
    assert "Les mots seconds." in moderator.get(topic).text
    moderator.send("/messages/2/masque", hidden="no")
    assert "Les mots seconds." in Browser(forum).get(topic).text


def test_the_title_is_hidden_with_the_first_message(forum: Flask, enter: Enter, topic: str) -> None:
    moderator = enter("s2", None, "moderator")
    moderator.send("/messages/1/masque", hidden="yes")

    for path in ("/", topic):
        page = Browser(forum).get(path).text
        assert "Le sujet premier" not in page
        assert "Sujet masqué par la modération" in page
        assert "Le sujet premier" in moderator.get(path).text


def test_a_locked_topic_takes_no_answer(enter: Enter, topic: str) -> None:
    moderator, writer = enter("s2", None, "moderator"), enter("s3", "Paul")
    moderator.send(f"{topic}/verrou", locked="yes")

    assert "Publier ma réponse" not in writer.get(topic).text
    refused = answer(writer, topic, "Trop tard")
    assert refused.status_code == 409
    assert "Ce sujet est verrouillé" in refused.text
    assert "Trop tard</textarea>" in refused.text
    assert "Trop tard" not in writer.get(topic).text
    assert "Verrouillé." in writer.get("/").text

    moderator.send(f"{topic}/verrou", locked="no")
    assert answer(writer, topic, "Enfin").status_code == 303


def _hide(browser: Browser, topic: str) -> int:
    return browser.send("/messages/1/masque", hidden="yes").status_code


def _show(browser: Browser, topic: str) -> int:
    return browser.send("/messages/2/masque", hidden="no").status_code


def _lock(browser: Browser, topic: str) -> int:
    return browser.send(f"{topic}/verrou", locked="yes").status_code


def _unlock(browser: Browser, topic: str) -> int:
    return browser.send(f"{topic}/verrou", locked="no").status_code


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


@pytest.mark.parametrize("act", [_hide, _show, _lock, _unlock])
@pytest.mark.parametrize("roles", [(), ("Moderator",), ("moderators", "admin")], ids=str)
def test_nobody_else_moderates(
    forum: Flask,
    enter: Enter,
    topic: str,
    act: Callable[[Browser, str], int],
    roles: tuple[str, ...],
) -> None:
    moderator = enter("s2", None, "moderator")
    moderator.send("/messages/2/masque", hidden="yes")
    before = _without_tokens(moderator.get(topic).text)
    other = enter("s1", None, *roles)

    assert act(other, topic) == 403
    assert "Masquer" not in other.get(topic).text
    assert "Verrouiller" not in other.get(topic).text
    assert _without_tokens(moderator.get(topic).text) == before


@pytest.mark.parametrize("roles", ["moderator", {"moderator": True}, [["moderator"]], None, True])
def test_roles_of_an_odd_shape_make_no_moderator(
    enter: Enter, issuer: IssuerDouble, topic: str, roles: object
) -> None:
    issuer.person |= {"sub": "s4", "roles": roles}
    browser = Browser(enter("s9").client.application)
    issuer.person |= {"sub": "s4", "roles": roles}
    browser.sign_in()

    assert _hide(browser, topic) == 403


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/messages/99/masque", {"hidden": "yes"}, 404),
        ("/sujets/99/verrou", {"locked": "yes"}, 404),
        ("/messages/1/masque", {}, 400),
        ("/messages/1/masque", {"hidden": "perhaps"}, 400),
        ("/sujets/1/verrou", {"locked": ""}, 400),
    ],
)
def test_odd_orders_are_refused_in_french(
    enter: Enter, topic: str, path: str, fields: dict[str, str], status: int
) -> None:
    moderator = enter("s2", None, "moderator")

    refused = moderator.send(path, **fields)

    assert refused.status_code == status
    assert "Retour à l'accueil" in refused.text


@pytest.mark.parametrize("path", ["/messages/1/masque", "/sujets/1/verrou"])
def test_an_order_without_token_or_session_does_nothing(
    forum: Flask, enter: Enter, topic: str, path: str
) -> None:
    moderator, fields = enter("s2", None, "moderator"), {"hidden": "yes", "locked": "yes"}

    assert moderator.post(path, data=fields).status_code == 400
    assert Browser(forum).post(path, data=fields).status_code == 400
    assert HIDDEN not in Browser(forum).get(topic).text
    assert moderator.get(path).status_code == 405
