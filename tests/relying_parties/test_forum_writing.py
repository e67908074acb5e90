"""The forum: read openly, write under a pseudonym chosen once, within bounds (H2, PII6)."""

import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.relying_parties.browsing import Browser
from tests.relying_parties.forum_visits import BODY, TITLE, XSS, Enter, answer, open_topic
from tests.relying_parties.issuer_double import IssuerDouble
from tests.relying_parties.logout_posts import tell

Later = Callable[[timedelta], None]


def test_everybody_reads_h2(forum: Flask, enter: Enter) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author)
    answer(author, topic, "Une réponse.\nSur deux lignes.")
    stranger = Browser(forum)

    listed, read = stranger.get("/").text, stranger.get(topic).text

    assert f'<a href="{topic}">Un sujet d&#39;essai</a>' in listed
    assert "Par Zoé. 1&nbsp;réponse." in listed
    assert "Un message d&#39;essai." in read
    assert "Une réponse.\nSur deux lignes." in read
    assert "Zoé" in read
    assert "Me connecter pour répondre" in read
    assert stranger.cookies() == {}


def test_an_empty_forum_invites(forum: Flask) -> None:
    assert "Ouvrez le premier sujet" in Browser(forum).get("/").text


def test_it_never_learns_e_mail_or_number_pii6(
    enter: Enter, issuer: IssuerDouble, tmp_path: Path
) -> None:
    browser = enter("subject-of-zoe", "Zoé", "moderator")
    issuer.person |= {"member_number": "EX-0001", "given_name": "Camille"}
    browser.sign_in()
    topic = open_topic(browser)

    assert "scope=openid+roles&" in browser.start().replace("%20", "+")
    with closing(sqlite3.connect(tmp_path / "forum.sqlite3")) as connection:
        (claims,) = connection.execute("SELECT claims FROM sessions").fetchone()
    assert claims == '{"roles": ["moderator"]}'
    for path in ("/", topic, "/pseudonyme"):
        page = browser.get(path).text
        assert not [
            word
            for word in ("exemple.test", "EX-0001", "Camille", "subject-of-zoe")
            if word in page
        ]


@pytest.mark.parametrize("path", ["/sujets/nouveau", "/pseudonyme"])
def test_who_wants_to_write_is_led_through_the_sign_in_and_back(forum: Flask, path: str) -> None:
    browser = Browser(forum)
    there = browser.get(path).location

    assert there == f"/auth/login?next={path}"
    assert browser.get(browser.visit_issuer(browser.get(there).location)).location == path


def test_a_pseudonym_comes_first_and_leads_back(enter: Enter) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author)
    newcomer = enter("s2")

    assert newcomer.get("/sujets/nouveau").location == "/pseudonyme?next=/sujets/nouveau"
    assert f"/pseudonyme?next={topic}" in newcomer.get(topic).text
    for path in ("/sujets/nouveau", f"{topic}/reponses"):
        refused = newcomer.send(path, title=TITLE, body=BODY)
        assert refused.location.startswith("/pseudonyme?next=/sujets/")
    chosen = newcomer.send("/pseudonyme", pseudonym="Paul", next=topic)
    assert chosen.location == topic
    assert "Publier ma réponse" in newcomer.get(topic).text


def test_what_is_written_is_shown_as_text(forum: Flask, enter: Enter) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author, XSS, XSS + "\n\u202eretourné")
    answer(author, topic, XSS)

    for path in ("/", topic):
        page = Browser(forum).get(path).text
        assert not re.search(r"<(script|img)|\u202e|>49<", page)
        assert "&lt;script&gt;" in page
        assert "{{ 7 * 7 }}" in page


@pytest.mark.parametrize(
    ("title", "body", "told"),
    [
        ("Oui", BODY, "Donnez un titre de 5"),
        ("x" * 101, BODY, "Donnez un titre de 5"),
        (" \n\u200b ", BODY, "Donnez un titre de 5"),
        (TITLE, "", "Écrivez un message de 2"),
        (TITLE, " \u200b\r\n\t", "Écrivez un message de 2"),
        (TITLE, "x" * 4001, "Écrivez un message de 2"),
    ],
)
def test_lengths_are_bounded_and_nothing_typed_is_lost(
    enter: Enter, title: str, body: str, told: str
) -> None:
    author = enter("s1", "Zoé")

    refused = author.send("/sujets/nouveau", title=title, body=body)

    assert refused.status_code == 400
    assert told in refused.text
    assert body.strip(" \u200b\r\n\t") in refused.text.replace("&#39;", "'")
    assert "Ouvrez le premier sujet" in author.get("/").text


def test_the_longest_message_passes(enter: Enter) -> None:
    author = enter("s1", "Zoé")

    assert "🎈" * 4000 in author.get(open_topic(author, "x" * 100, "🎈" * 4000)).text


def test_an_answer_too_long_is_refused_with_its_text(enter: Enter) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author)

    refused = answer(author, topic, "x" * 4001)

    assert refused.status_code == 400
    assert "x" * 4001 in refused.text
    assert "x" * 4001 not in author.get(topic).text


def test_five_messages_in_ten_minutes(enter: Enter, later: Later) -> None:
    later(timedelta())
    author, other = enter("s1", "Zoé"), enter("s2", "Paul")
    topic = open_topic(author)
    for number in range(4):
        assert answer(author, topic, f"Réponse {number}").status_code == 303

    later(timedelta(minutes=4))
    refused = answer(author, topic, "Une de trop")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "360"
    assert "renvoyez-le dans 6\u00a0min" in refused.text
    assert "Une de trop</textarea>" in refused.text
    refused = author.send("/sujets/nouveau", title=TITLE, body="Encore")
    assert refused.status_code == 429
    assert "Encore</textarea>" in refused.text
    assert answer(other, topic, "Un autre écrit").status_code == 303

    later(timedelta(minutes=10))
    assert answer(author, topic, "Une de trop").status_code == 303


def test_forty_messages_a_day(enter: Enter, later: Later) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author)
    for number in range(39):
        later(timedelta(minutes=11 * (number + 1)))
        if number == 20:
            author.sign_in()
        assert answer(author, topic, f"Réponse {number}").status_code == 303

    later(timedelta(minutes=11 * 40))
    assert answer(author, topic, "Une de trop").status_code == 429


def test_messages_sent_at_once_stay_within_the_budget(enter: Enter) -> None:
    author = enter("s1", "Zoé")
    topic, token = open_topic(author), author.form_token()
    copies = []
    for _ in range(8):
        copy = Browser(author.client.application)
        for name, value in author.cookies().items():
            copy.client.set_cookie(name, value, domain="localhost")
        copies.append(copy)

    def send(pair: tuple[int, Browser]) -> int:
        data = {"csrf_token": token, "body": f"Réponse {pair[0]}"}
        return pair[1].post(f"{topic}/reponses", data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(send, enumerate(copies))) == [303] * 4 + [429] * 4


def test_a_form_sent_twice_is_one_message(enter: Enter) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author)

    first, second = answer(author, topic, "Deux fois"), answer(author, topic, "Deux fois")

    assert first.location == second.location
    assert author.get(topic).text.count("Deux fois") == 1


def test_a_long_topic_has_pages_and_an_answer_leads_to_its_own(enter: Enter, later: Later) -> None:
    author = enter("s1", "Zoé")
    topic = open_topic(author)
    for number in range(30):
        later(timedelta(minutes=11 * (number + 1)))
        if number == 20:
            author.sign_in()
        sent = answer(author, topic, f"Réponse {number}.")

    assert sent.location == f"{topic}?page=2#message-31"
    first, second = author.get(topic).text, author.get(f"{topic}?page=2").text
    assert "Réponse 28." in first
    assert 'href="?page=2"' in first
    assert "Réponse 29." in second
    assert 'href="?page=1"' in second
    assert "?page=3" not in second


@pytest.mark.parametrize(
    "path",
    [
        "/sujets/1",
        "/sujets/99999999999999999999",
        "/?page=2",
        "/?page=0",
        "/?page=x",
        "/?page=99999999999",
        "/?page=%C2%B2",
    ],
)
def test_what_is_not_there_is_said(forum: Flask, path: str) -> None:
    answer = Browser(forum).get(path)

    assert answer.status_code == 404
    assert "Page introuvable" in answer.text


def test_an_answer_to_nothing_is_said(enter: Enter) -> None:
    author = enter("s1", "Zoé")

    assert answer(author, "/sujets/12", BODY).status_code == 404
    assert answer(author, "/sujets/99999999999999999999", BODY).status_code == 404


@pytest.mark.parametrize("path", ["/sujets/nouveau", "/sujets/1/reponses", "/pseudonyme"])
def test_a_form_without_its_token_writes_nothing_wb1(
    enter: Enter, path: str, tmp_path: Path
) -> None:
    author = enter("s1", "Zoé")
    open_topic(author)

    refused = author.post(path, data={"title": TITLE, "body": "Perdu ?", "pseudonym": "Paul"})

    assert refused.status_code == 400
    assert "Perdu ?</textarea>" in refused.text
    with closing(sqlite3.connect(tmp_path / "forum.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM posts").fetchone() == (1,)


@pytest.mark.parametrize("path", ["/sujets/nouveau", "/sujets/1/reponses", "/pseudonyme"])
def test_who_was_signed_out_meanwhile_writes_nothing_and_keeps_the_text(
    forum: Flask, enter: Enter, issuer: IssuerDouble, path: str, tmp_path: Path
) -> None:
    author = enter("s1", "Zoé")
    open_topic(author)
    token = author.form_token()
    tell(forum, issuer.logout_token())

    refused = author.post(path, data={"csrf_token": token, "title": TITLE, "body": "Mon texte"})

    assert refused.status_code == 403
    assert "plus connecté" in refused.text
    assert "Mon texte</textarea>" in refused.text
    assert 'href="/auth/login?next=/' in refused.text
    with closing(sqlite3.connect(tmp_path / "forum.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM posts").fetchone() == (1,)
