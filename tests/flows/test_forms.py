"""The shape that the forms accept (PW3, PW4, PW6): lengths, control characters, equality."""

import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from idp.flows.fields import EmptyForm
from idp.flows.forms import CodeForm, LoginForm, ResendForm, SignUpForm
from idp.texts import text

GOOD = {
    "email": "prenom@exemple.fr",
    "password": "Une phrase à moi, longue",
    "confirm_password": "Une phrase à moi, longue",
    "secret_question": "first_pet",
    "secret_answer": "Félix",
}
CONTROLS = ["\x00", "\x07", "\x1b[31m", "\r\n", "\x7f", "\x85", "\u2028", "\ud800"]


def _app() -> Flask:
    app = Flask("forms")
    app.config.update(SECRET_KEY="only for these tests", WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture(autouse=True)
def in_a_request() -> Iterator[None]:
    with _app().test_request_context(method="POST"):
        yield


def _errors(form_class: type[EmptyForm], typed: dict[str, str]) -> dict[str, list[str]]:
    form = form_class(formdata=ImmutableMultiDict(typed))
    form.validate()
    return dict(form.errors)


def _sign_up(**changes: str) -> dict[str, list[str]]:
    return _errors(SignUpForm, GOOD | changes)


def test_a_good_sign_up_passes() -> None:
    assert _sign_up() == {}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_every_field_is_required(name: str) -> None:
    typed = {key: value for key, value in GOOD.items() if key != name}
    assert set(_errors(SignUpForm, typed)) >= {name}
    assert set(_sign_up(**{name: ""})) >= {name}


@pytest.mark.parametrize("form_class", [LoginForm, CodeForm, ResendForm])
def test_an_empty_form_says_each_missing_field_in_french(form_class: type[EmptyForm]) -> None:
    errors = _errors(form_class, {})
    required = {field.name for field in form_class() if field.flags.required}
    assert set(errors) == required != set()
    for (sentence,) in errors.values():
        assert sentence.startswith("Saisissez")


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("name", ["email", "password", "secret_answer"])
def test_control_characters_are_refused(name: str, control: str) -> None:
    assert _sign_up(**{name: f"abc{control}def"})[name] == [text("forms.control")]


@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters_in_a_code_are_refused(control: str) -> None:
    assert _errors(CodeForm, {"code": f"48{control}2913"}) == {"code": [text("forms.control")]}


@pytest.mark.parametrize(
    ("name", "longest"),
    [
        ("email", "a" * 243 + "@exemple.fr"),
        ("password", "🐟" * 128),
        ("secret_answer", "é" * 200),
    ],
)
def test_the_longest_passes_and_one_more_does_not(name: str, longest: str) -> None:
    def errors(value: str) -> dict[str, list[str]]:
        alike = {"confirm_password": value} if name == "password" else {}
        return _sign_up(**{name: value}, **alike)

    assert errors(longest) == {}
    assert set(errors("x" + longest)) == {name}


def test_password_of_129_characters_is_refused_and_128_kept_whole() -> None:
    form = LoginForm(
        formdata=ImmutableMultiDict({"email": GOOD["email"], "password": " " + "x" * 127})
    )
    assert form.validate()
    assert form.password.data == " " + "x" * 127
    assert "password" in _errors(LoginForm, {"email": GOOD["email"], "password": "x" * 129})


@pytest.mark.parametrize("password", ["   ", "🐟" * 64, "mot de passe é", "e\u0301té"])
def test_any_other_password_is_left_as_typed(password: str) -> None:
    form = LoginForm(formdata=ImmutableMultiDict({"email": GOOD["email"], "password": password}))
    assert form.validate()
    assert form.password.data == password


def test_a_short_answer_is_refused_spaces_not_counted() -> None:
    assert _sign_up(secret_answer=" a ") == {"secret_answer": [text("forms.answer_short")]}
    assert _sign_up(secret_answer="ab") == {}


def test_email_and_code_are_stripped() -> None:
    form = LoginForm(
        formdata=ImmutableMultiDict({"email": " \u00a0prenom@exemple.fr\t", "password": "x"})
    )
    assert form.email.data == "prenom@exemple.fr"
    assert CodeForm(formdata=ImmutableMultiDict({"code": " 482 913 "})).code.data == "482 913"


def test_passwords_that_differ_are_told_beside_the_second() -> None:
    assert _sign_up(confirm_password="autre") == {
        "confirm_password": [text("forms.confirm_differs")]
    }
    assert set(_sign_up(password="", confirm_password="autre")) == {"password"}


def test_an_unknown_question_is_refused() -> None:
    assert _sign_up(secret_question="mother_name") == {
        "secret_question": [text("forms.question_missing")]
    }


@pytest.mark.parametrize("code", ["482913", "482 913", "671 - 482 913", "671-482-913", "x" * 32])
def test_codes_in_every_spelling_reach_the_rules(code: str) -> None:
    assert _errors(CodeForm, {"code": code}) == {}


def test_a_code_of_33_characters_is_refused() -> None:
    assert _errors(CodeForm, {"code": "1" * 33}) == {"code": [text("forms.code_long")]}


@pytest.mark.parametrize(
    ("sent", "ticked"), [(None, False), ("yes", True), ("no", False), ("y", False), ("", False)]
)
def test_only_yes_trusts_the_device(sent: str | None, ticked: bool) -> None:
    typed = {"code": "482913"} | ({"trust_device": sent} if sent is not None else {})
    form = CodeForm(formdata=ImmutableMultiDict(typed))
    assert form.validate()
    assert form.trust_device.data is ticked


def test_the_box_is_never_ticked_beforehand() -> None:
    shown = CodeForm(formdata=None).trust_device()
    assert 'value="yes"' in shown
    assert "checked" not in shown


def test_secrets_never_come_back() -> None:
    login = LoginForm(formdata=ImmutableMultiDict(GOOD))
    code = CodeForm(formdata=ImmutableMultiDict({"code": "482913"}))
    assert GOOD["password"] not in login.password()
    assert "482913" not in code.code()


@pytest.mark.parametrize(
    ("field", "autocomplete"),
    [
        (lambda: LoginForm().email, "username"),
        (lambda: LoginForm().password, "current-password"),
        (lambda: SignUpForm().email, "email"),
        (lambda: SignUpForm().password, "new-password"),
        (lambda: SignUpForm().confirm_password, "new-password"),
        (lambda: CodeForm().code, "one-time-code"),
        (lambda: ResendForm().email, "email"),
    ],
)
def test_autocomplete(field: object, autocomplete: str) -> None:
    shown = field()()  # type: ignore[operator]
    assert f'autocomplete="{autocomplete}"' in shown
    assert "maxlength" not in shown


def test_json_and_files_are_not_read() -> None:
    body = json.dumps({"email": 5, "password": ["x"]})
    with _app().test_request_context(method="POST", data=body, content_type="application/json"):
        assert LoginForm().email.data is None
    files = {"email": (BytesIO(b"x"), "x.txt"), "password": "x"}
    with _app().test_request_context(method="POST", data=files):
        form = LoginForm()
        assert not form.validate()
        assert form.email.data is None


@given(st.fixed_dictionaries({name: st.text() for name in GOOD}))
def test_nothing_typed_breaks_a_form(typed: dict[str, str]) -> None:
    with _app().test_request_context(method="POST"):
        for form_class in (LoginForm, SignUpForm, ResendForm):
            _errors(form_class, typed)
        _errors(CodeForm, {"code": typed["email"], "trust_device": typed["password"]})
