"""Every page as HTML: valid, labelled, described, one button a form, nothing inline, escaped."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from idp.flows.forms import CodeForm, LoginForm, SignUpForm
from idp.flows.forms_opening import AccessForm, JoinForm, LetterForm, MemberCodeForm, NirForm
from tests.templates.support import HOSTILE, PAGES, TEMPLATES, Page, fake_app, with_errors

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
TYPED = ("input", "select", "textarea")
TYPED_BACK = ("email", "family_name")  # shown again as they were typed


@pytest.fixture(scope="module")
def app() -> Flask:
    return fake_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def in_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def _parse(html: str) -> Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(html)
    return tree


def _fields(tree: Element) -> list[Element]:
    """The controls that a person sees."""
    return [
        element
        for tag in TYPED
        for element in tree.iter(tag)
        if element.get("type") not in ("hidden", "submit")
    ]


def _text(tree: Element, tag: str) -> str:
    """What the only element of this name says, spaces made plain."""
    (element,) = tree.iter(tag)
    return " ".join("".join(element.itertext()).split())


def _with(page: Page, **changes: Any) -> str:
    return render_template(page.template, **(page.context() | changes))


def test_every_template_is_shown_here() -> None:
    pages = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path.parent.name != "mail" and path.parent != TEMPLATES
    }
    assert pages == {page.template for page in PAGES}


@EVERY_PAGE
def test_valid_html(client: FlaskClient, page: Page) -> None:
    tree = _parse(client.get(f"/{page.name}").text)
    html = tree if tree.tag == "html" else tree.find("html")
    assert html is not None
    assert html.get("lang") == "fr"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert _text(tree, "title").endswith(f"{_text(tree, 'h1')} – MGEN Connect")


@EVERY_PAGE
def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient, page: Page) -> None:
    tree = _parse(client.get(f"/{page.name}").text)
    assert not list(tree.iter("style"))
    for element in tree.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    for script in tree.iter("script"):
        assert script.get("src", "").startswith("/static/")
        assert not "".join(script.itertext())
    for link in tree.iter("link"):
        assert link.get("href", "").startswith("/static/")
    assert not list(tree.iter("img"))


@EVERY_PAGE
def test_each_form_is_one_button_with_a_token(client: FlaskClient, page: Page) -> None:
    for form in _parse(client.get(f"/{page.name}").text).iter("form"):
        assert form.get("method") == "post"
        assert form.get("action", "").startswith("/")
        buttons = [one for one in form.iter("button") if one.get("type") == "submit"]
        assert len(buttons) == 1
        assert {one.get("type") for one in form.iter("button")} <= {"submit", "button"}
        if page.name == "reponse":  # it goes to a site, which must not hold a token of ours
            assert "csrf_token" not in {one.get("name") for one in form.iter("input")}
            continue
        tokens = [one for one in form.iter("input") if one.get("name") == "csrf_token"]
        assert [one.get("type") for one in tokens] == ["hidden"]
        assert tokens[0].get("value")


@EVERY_PAGE
def test_each_field_has_a_label_and_existing_descriptions(client: FlaskClient, page: Page) -> None:
    tree = _parse(client.get(f"/{page.name}").text)
    ids = {element.get("id") for element in tree.iter()}
    labels = {label.get("for"): "".join(label.itertext()).strip() for label in tree.iter("label")}
    for field in _fields(tree):
        if "hidden" in field.attrib:  # of a password manager: nobody fills it in
            assert "name" not in field.attrib
            continue
        assert labels[field.get("id")]
        assert field.get("autocomplete")
        assert set((field.get("aria-describedby") or "").split()) <= ids
        assert ("required" in field.attrib) == ("*" in labels[field.get("id")])
    for name in labels:
        assert name in ids


@EVERY_PAGE
def test_an_error_is_on_top_and_beside_its_field(client: FlaskClient, page: Page) -> None:
    tree = _parse(client.get(f"/{page.name}").text)
    alerts = [element for element in tree.iter() if element.get("role") == "alert"]
    wrong = [element for element in tree.iter() if element.get("aria-invalid") == "true"]
    targets = [link.get("href") for alert in alerts for link in alert.iter("a")]
    assert targets == [f"#{field.get('id')}" for field in wrong]
    for field in wrong:
        assert f"{field.get('id')}-error" in (field.get("aria-describedby") or "").split()
    for alert in alerts:
        assert alert.get("tabindex") == "-1"
        assert _text(tree, "title").startswith("Erreur : ")


def test_pages_with_errors_are_among_them(client: FlaskClient) -> None:
    shown = {name: client.get(f"/{name}").text for name in ("connexion-vide", "creer-errone")}
    assert shown["connexion-vide"].count('aria-invalid="true"') == 2
    assert shown["creer-errone"].count('aria-invalid="true"') == 3


def test_fixed_phrases_stand_in_the_source(client: FlaskClient) -> None:
    for name, phrase in {
        "bloque": "Votre compte est bloqué",
        "connexion-refusee": "Identifiant ou mot de passe incorrect",
        "code-renvoye": "Un message vient d'être envoyé",
        "message": "Un message vient d'être envoyé",
        "renvoye": "Un message vient d'être envoyé",
        "erreur-redirect_uri": "Adresse de retour non autorisée",
        "deconnecte": "Vous êtes déconnecté",
        "invalide": "Lien expiré ou invalide",
    }.items():
        assert phrase in client.get(f"/{name}").text


@pytest.mark.usefixtures("in_a_request")
@EVERY_PAGE
def test_hostile_values_are_escaped(page: Page) -> None:
    hostile: dict[str, Any] = {
        name: HOSTILE
        for name in ("mask", "email", "prefix", "notice", "failure", "title", "message")
        if name in page.context()
    }
    for name in ("form", "join", "create"):
        form = page.context().get(name, ())
        if field := next((one for one in form if one.name in TYPED_BACK), None):
            field.data, field.errors = HOSTILE, [HOSTILE]
            hostile[name] = form
    html = _with(page, site=SimpleNamespace(name=HOSTILE), **hostile)
    assert "<script>alert" not in html
    assert "49" not in re.sub(r'value="[^"]*"', "", html)
    tree = _parse(html)
    assert len(list(tree.iter("script"))) == 1
    for element in tree.iter():
        assert "alert(1)" not in "".join(element.attrib)


def test_the_hostile_values_are_really_shown(app: Flask) -> None:
    with app.test_request_context():
        pages = {page.name: page for page in PAGES}
        for name, value in (
            ("code", "mask"),
            ("message", "email"),
            ("connexion", "notice"),
            ("espace-code", "mask"),
            ("espace-message", "email"),
        ):
            assert "&lt;script&gt;alert(1)" in _with(pages[name], **{value: HOSTILE})
        html = _with(pages["connexion"], site=SimpleNamespace(name=HOSTILE))
        assert "&lt;script&gt;alert(1)" in html


def test_passwords_and_codes_never_come_back(app: Flask) -> None:
    secret = "Mot2passe!secret"
    with app.test_request_context():
        pages = {page.name: page for page in PAGES}
        for name, shown, form in (
            ("connexion", "form", with_errors(LoginForm, password=secret)),
            ("creer", "form", with_errors(SignUpForm, password=secret, confirm_password=secret)),
            ("code", "form", with_errors(CodeForm, code=secret)),
            ("espace", "form", with_errors(NirForm, nir=secret)),
            ("acces-deja", "join", with_errors(JoinForm, password=secret)),
            ("acces", "create", with_errors(AccessForm, password=secret, confirm_password=secret)),
            ("espace-code", "form", with_errors(MemberCodeForm, code=secret)),
            ("courrier", "form", with_errors(LetterForm, code=secret)),
        ):
            assert secret not in _with(pages[name], **{shown: form})


@pytest.mark.parametrize(
    ("name", "opened"),
    [("acces", 1), ("acces-errone", 1), ("acces-deja", 0), ("acces-refuse", 0)],
)
def test_a2_one_fold_is_open_and_it_is_the_wrong_one(
    client: FlaskClient, name: str, opened: int
) -> None:
    folds = list(_parse(client.get(f"/{name}").text).iter("details"))
    assert [fold.get("name") for fold in folds] == ["fold", "fold"]
    assert ["open" in fold.attrib for fold in folds] == [rank == opened for rank in range(2)]


def test_d4_of_one_channel_nothing_is_chosen(client: FlaskClient) -> None:
    for name, radios in (("canaux", 2), ("espace-code", 2), ("espace-code-seul", 0)):
        fields = _parse(client.get(f"/{name}").text).iter("input")
        found = [field for field in fields if field.get("name") == "channel"]
        assert sum(field.get("type") == "radio" for field in found) == radios
        assert all(field.get("value") for field in found if field.get("type") == "radio")
        assert "*****@exemple.test" in client.get(f"/{name}").text


def test_a_code_that_was_right_too_late_leaves_nothing_to_type(client: FlaskClient) -> None:
    tree = _parse(client.get("/courrier-tard").text)
    assert _fields(tree) == []
    assert "n'a pas pu être rattaché" in "".join(tree.itertext())


def test_the_code_page_shows_the_prefix_and_no_box_ticked(client: FlaskClient) -> None:
    tree = _parse(client.get("/code").text)
    fields = {field.get("name"): field for field in _fields(tree)}
    assert fields["code"].get("inputmode") == "numeric"
    assert "checked" not in fields["trust_device"].attrib
    assert fields["trust_device"].get("value") == "yes"
    assert "671 -" in "".join(tree.itertext())


def test_without_a_live_code_there_is_only_a_button(client: FlaskClient) -> None:
    tree = _parse(client.get("/code-absent").text)
    assert _fields(tree) == []
    assert [form.get("action") for form in tree.iter("form")] == ["/connexion/code/renvoyer"]


def test_hints_and_rules_need_no_script(client: FlaskClient) -> None:
    for name in ("code", "creer"):
        tree = _parse(client.get(f"/{name}").text)
        hidden = [element for element in tree.iter() if "hidden" in element.attrib]
        assert {element.get("class") for element in hidden} <= {"reveal"}
    assert "courriers indésirables" in client.get("/code").text


def test_a_forgotten_variable_is_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError, match="until"):
        render_template("login/bloque.html", sign_in_url="/connexion")
