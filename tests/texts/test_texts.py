"""The texts: every key used exists, every key is used, French typography, the fixed phrases."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import idp
from idp.errors import BadRequestError, BusyError, DomainError, InteractionLostError
from idp.texts import error_page, keys, mail, questions, sentence, sms, text

ROOT = Path(idp.__file__).parent
STEMS = {key.partition(".")[0] for key in keys()}
KEY = re.compile(rf"(?:{'|'.join(sorted(STEMS))})\.[a-z_]+(?:\.[a-z_]+)?")
IN_TEMPLATE = re.compile(r"""text\(\s*(['"])([^'"]+)\1""")
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
PARTS = ("title", "message")


def _literals(node: ast.AST) -> set[str]:
    """The strings below a node, but for names of log events and of endpoints: they look alike."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "url_for")):
        return set()
    return set().union(*(_literals(child) for child in ast.iter_child_nodes(node)))


def _used_in_python() -> set[str]:
    sources = [path for path in ROOT.rglob("*.py") if ROOT / "texts" not in path.parents]
    literals: set[str] = set().union(
        *(_literals(ast.parse(path.read_text(encoding="utf-8"))) for path in sources)
    )
    return {literal for literal in literals if KEY.fullmatch(literal)}


def _used_in_templates() -> set[str]:
    return {
        match.group(2)
        for path in TEMPLATES
        for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8"))
    }


def _used_by_name() -> set[str]:
    """Keys that are put together from a list of names kept in idp/texts."""
    subjects = {f"mail.{name}.subject" for name in mail.VARIABLES}
    short = {f"sms.{name}" for name in sms.VARIABLES}
    return subjects | short | {f"questions.{name}" for name in questions.TEXTS}


def _pairs(used: set[str]) -> set[str]:
    """errors.X stands for a title and a message, as error_page reads them."""
    return {f"{key}.{part}" for key in used if f"{key}.title" in keys() for part in PARTS}


def test_every_key_in_a_template_exists() -> None:
    assert _used_in_templates() - keys() == set()


def test_no_template_puts_a_key_together() -> None:
    # A key made at run time would escape the two tests beside this one.
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        assert len(re.findall(r"\btext\(", source)) == len(IN_TEMPLATE.findall(source)), path.name


def _endpoints() -> set[str]:
    """Flask's names of the pages, MODULE.FUNCTION, which look like keys too; or as they say."""
    return {
        f"{path.stem}.{name}"
        for path in (ROOT / "flows").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        for name in (node.name, *_said_names(node))
    }


def _said_names(view: ast.FunctionDef) -> Iterator[str]:
    for decorator in view.decorator_list:
        for keyword in getattr(decorator, "keywords", ()):
            if keyword.arg == "endpoint":
                yield ast.literal_eval(keyword.value)


def test_every_key_in_the_code_exists() -> None:
    used = _used_in_python() - _endpoints()
    assert used - keys() - {key for key in used if f"{key}.title" in keys()} == set()


def test_every_key_is_used() -> None:
    used = _used_in_templates() | _used_in_python() | _used_by_name()
    assert keys() - used - _pairs(used) == set()


def test_an_unknown_key_and_a_forgotten_value_are_errors() -> None:
    with pytest.raises(KeyError):
        text("login.no_such_key")
    with pytest.raises(KeyError):
        text("common.towards")


@pytest.mark.parametrize("error", [DomainError, BadRequestError, InteractionLostError, BusyError])
def test_the_key_of_a_domain_error_makes_a_page(error: type[DomainError]) -> None:
    assert set(error_page(error.text_key)) == set(PARTS)


@pytest.mark.parametrize("key", sorted(keys()))
def test_typography(key: str) -> None:
    shown = sentence(key)
    assert not re.search(r" [:;!?»]|« ", shown), "a space that may break"
    assert not re.search(r"[^\s\u00a0«][;!?»]", shown), "no space before ; ! ? »"
    assert not re.search(r"[<>&\"’]|\.\.\.|  ", shown), "markup, quotes or typing slips"
    assert shown == shown.strip()


@pytest.mark.parametrize("key", sorted(keys()))
def test_members_are_addressed_formally(key: str) -> None:
    words = set(re.findall(r"\w+", sentence(key).lower()))
    assert not words & {"tu", "te", "toi", "ton", "ta", "tes"}


@pytest.mark.parametrize(
    ("key", "phrase"),
    [
        ("login.blocked_title", "Votre compte est bloqué"),
        ("login.failure", "Identifiant ou mot de passe incorrect"),
        ("step_up.sent_again", "Un message vient d'être envoyé"),
        ("signup.sent_title", "Un message vient d'être envoyé"),
        ("activation.sent_title", "Un message vient d'être envoyé"),
        ("errors.redirect_uri.title", "Adresse de retour non autorisée"),
        ("sign_out.done_title", "Vous êtes déconnecté"),
        ("activation.invalid_title", "Lien expiré ou invalide"),
    ],
)
def test_fixed_phrases_are_verbatim(key: str, phrase: str) -> None:
    assert text(key).startswith(phrase)


def test_a_subject_bears_nothing_that_varies() -> None:
    for name in mail.VARIABLES:
        fields = [part[1] for part in Formatter().parse(sentence(f"mail.{name}.subject"))]
        assert fields == [None]
