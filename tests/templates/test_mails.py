"""Every mail, as text and as HTML: its variables, the link in full, no image, no tracking."""

import re
from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest
from jinja2 import Environment, FileSystemLoader, UndefinedError

from idp.texts import environment, mail, text
from tests.templates.support import HOSTILE, TEMPLATES

NOON = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "link": "https://connect.exemple.fr/activation/q9V0m3hT8uS2xKfWc7Ld5Rb1Jn6Ez4Ya-PgXoQiUvA",
    "sign_in_url": "https://connect.exemple.fr/connexion",
    "sign_up_url": "https://connect.exemple.fr/creer-un-compte",
    "site_name": "Espace personnel",
    "code_shown": "671 - 482 913",
    "minutes": 15,
    "until": NOON,
    "at": NOON,
    "browser": "Firefox",
    "mask": "** ** ** ** 08",
    "changed": "adresse e-mail de contact",
    "removed": "numéro de mobile",
    "serves_from": NOON,
    "asks_question": True,
    "given_name": "Camille",
    "employer": "Lycée Exemple",
    "contract": "Prévoyance Exemple",
}
NAMES = sorted(mail.VARIABLES)


def _environment() -> Environment:
    built = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.install(built)
    return built


def _render(name: str, kind: str, **changes: Any) -> str:
    values = {key: VALUES[key] for key in mail.VARIABLES[name]} | changes
    return _environment().get_template(f"mail/{name}.{kind}").render(values)


def _links(html: str) -> set[str]:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return {anchor.get("href") for anchor in tree.iter("a")}


def test_every_mail_has_its_variables_listed() -> None:
    for kind in ("txt", "html"):
        found = {path.stem for path in (TEMPLATES / "mail").glob(f"[a-z]*.{kind}")}
        assert found == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_each_listed_variable_is_needed(name: str, kind: str) -> None:
    for missing in mail.VARIABLES[name]:
        values = {key: VALUES[key] for key in mail.VARIABLES[name] - {missing}}
        with pytest.raises(UndefinedError, match=missing):
            _environment().get_template(f"mail/{name}.{kind}").render(values)


@pytest.mark.parametrize("name", NAMES)
def test_the_two_bodies_say_the_same(name: str) -> None:
    plain, html = _render(name, "txt"), _render(name, "html")
    for line in filter(None, (line.strip() for line in plain.splitlines())):
        assert line == "--" or line in html, line


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_tidy(name: str) -> None:
    plain = _render(name, "txt")
    assert plain.startswith("Bonjour,\n\n")
    assert "\n\n\n" not in plain
    assert not re.search(r"<|&[a-z#]|\{", plain)


@pytest.mark.parametrize("name", NAMES)
def test_the_html_has_no_image_and_nothing_from_elsewhere(name: str) -> None:
    html = _render(name, "html")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert not [element.tag for element in tree.iter() if element.get("src") is not None]
    assert not {"img", "link", "script", "style"} & {str(one.tag) for one in tree.iter()}
    assert "url(" not in html
    addresses = {VALUES[key] for key in mail.VARIABLES[name] if key.endswith(("link", "_url"))}
    assert _links(html) == addresses
    for address in addresses:
        assert f">{address}</a>" in html
        assert f"\n{address}\n" in _render(name, "txt")


@pytest.mark.parametrize("name", NAMES)
def test_hostile_values_are_escaped_in_html_and_left_alone_in_text(name: str) -> None:
    words = {"site_name", "browser", "code_shown"} & mail.VARIABLES[name]
    hostile = dict.fromkeys(words, HOSTILE)
    assert "<script>" not in _render(name, "html", **hostile)
    assert (HOSTILE in _render(name, "txt", **hostile)) == bool(words)


def test_the_code_is_shown_with_its_prefix_and_never_in_the_subject() -> None:
    for kind in ("txt", "html"):
        assert "671 - 482 913" in _render("code", kind)
        assert "Espace personnel" in _render("code", kind)
        assert "None" not in _render("code", kind, site_name=None)
    assert not re.search(r"\d", text("mail.code.subject"))


def test_dates_are_french() -> None:
    for name in ("blocked", "device_added"):
        assert "samedi 21\u00a0novembre 2026 à 14\u00a0h\u00a032" in _render(name, "txt")


def test_r2_who_is_invited_is_told_of_a_question_only_where_one_is_asked() -> None:
    for kind in ("txt", "html"):
        assert "question secrète" in _render("invitation_done", kind)
        assert "question secrète" not in _render("invitation_done", kind, asks_question=False)
