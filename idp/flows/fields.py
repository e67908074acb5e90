"""The fields that forms are made of: names, labels, and the shape of what is typed.

Shape only: present, not too long, no control character, the two passwords equal. Whether a password
is good enough, an e-mail address valid or a code right is decided in idp/accounts; the view appends
what it says, in French, to ``field.errors``. A repeated parameter is refused before a form sees it.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, Field, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation

from idp.errors import BadRequestError
from idp.texts import questions, text

EMAIL_MAX = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets
PASSWORD_MAX = 128
PASSWORD_MAX_BYTES = 1024
ANSWER_MIN = 2
ANSWER_MAX = 200
CODE_MAX = 32
LINE_MAX = 64

# C0, DEL, C1, line and paragraph separators, lone surrogates: nothing that a keyboard types.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_OUTER_SPACE = " \t\r\n\u00a0\u202f"

Check = Callable[[FlaskForm, Field], None]


def strip(value: str | None) -> str | None:
    return value.strip(_OUTER_SPACE) if value else value


def no_control(form: FlaskForm, field: Field) -> None:
    if _CONTROL.search(field.data):
        raise StopValidation(text("forms.control"))


def at_most(length: int, text_key: str) -> Check:
    # Not WTForms' Length: its maxlength attribute lets browsers cut what is pasted in silence.
    def check(form: FlaskForm, field: Field) -> None:
        if len(field.data) > length:
            raise StopValidation(text(text_key))

    return check


def at_least(length: int, text_key: str) -> Check:
    def check(form: FlaskForm, field: Field) -> None:
        if len(field.data) < length:
            raise StopValidation(text(text_key))

    return check


def password_size(form: FlaskForm, field: Field) -> None:
    if len(field.data) > PASSWORD_MAX or len(field.data.encode()) > PASSWORD_MAX_BYTES:
        raise StopValidation(text("forms.password_long"))


def same_password(form: FlaskForm, field: Field) -> None:
    first = form["new_password" if "new_password" in form else "password"]
    if not first.errors and field.data != first.data:
        raise StopValidation(text("forms.confirm_differs"))


def known_question(form: FlaskForm, field: Field) -> None:
    if field.data not in questions.TEXTS:
        raise StopValidation(text("forms.question_missing"))


class YesField(BooleanField):
    """A box that sends ``yes``; anything else is no. Its default is always unticked."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist == ["yes"]

    def _value(self) -> str:
        return "yes"


def email_field(autocomplete: str) -> EmailField:
    return EmailField(
        text("forms.email"),
        filters=[strip],
        validators=[
            DataRequired(text("forms.email_missing")),
            no_control,
            at_most(EMAIL_MAX, "forms.email_long"),
        ],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"},
    )


def password_field(label: str, missing: str, autocomplete: str, *checks: Check) -> PasswordField:
    return PasswordField(
        text(label),
        validators=[InputRequired(text(missing)), no_control, *checks],
        render_kw={"autocomplete": autocomplete},
    )


class EmptyForm(FlaskForm):
    """Nothing but the CSRF token: a page that is one button. The base of the others too."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            # Flask-WTF would also read JSON and files, whose values need not be strings.
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None


def new_password_field() -> PasswordField:
    return password_field("forms.password", "forms.password_missing", "new-password", password_size)


def confirm_field() -> PasswordField:
    return password_field(
        "forms.confirm_password", "forms.confirm_missing", "new-password", same_password
    )


def question_field() -> SelectField:
    return SelectField(
        text("forms.secret_question"),
        choices=[
            SelectChoice("", text("forms.choose_question")),
            *(SelectChoice(key, text(f"questions.{key}")) for key in questions.TEXTS),
        ],
        validate_choice=False,  # its message is English
        validators=[InputRequired(text("forms.question_missing")), known_question],
        render_kw={"autocomplete": "off"},
    )


def answer_field() -> StringField:
    return StringField(
        text("forms.secret_answer"),
        filters=[strip],
        validators=[
            DataRequired(text("forms.answer_missing")),
            no_control,
            at_least(ANSWER_MIN, "forms.answer_short"),
            at_most(ANSWER_MAX, "forms.answer_long"),
        ],
        render_kw={"autocomplete": "off"},
    )


def check_button() -> None:
    """BadRequestError for a button that is not of a page of ours: its form token is wrong (WB3)."""
    if not EmptyForm().validate_on_submit():
        raise BadRequestError("form token")


class AccessFields(EmptyForm):
    """The fields of a new access. Where no question is asked (R2), those of the question are not.

    A form that is built apart from the app, to look at, has them all.
    """

    email = email_field("email")
    password = new_password_field()
    confirm_password = confirm_field()
    secret_question = question_field()
    secret_answer = answer_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not current_app.config.get("SECRET_QUESTIONS", True):
            del self.secret_question, self.secret_answer


def line_field(
    label: str, missing: str, autocomplete: str, *checks: Check, **more: str
) -> StringField:
    return StringField(
        text(label),
        filters=[strip],
        validators=[DataRequired(text(missing)), no_control, *checks],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false", **more},
    )


def phone_field(label: str, autocomplete: str, missing: str | None = None) -> StringField:
    """May be left empty, unless `missing` says what is wrong then."""
    return StringField(
        text(label),
        filters=[strip],
        validators=[
            DataRequired(text(missing)) if missing else Optional(),
            no_control,
            at_most(LINE_MAX, "forms.phone_invalid"),
        ],
        render_kw={"autocomplete": autocomplete, "inputmode": "tel"},
    )


def nir_field() -> StringField:
    # Never shown again once sent (PII3).
    return line_field(
        "forms.nir",
        "forms.nir_missing",
        "off",
        at_most(LINE_MAX, "forms.nir_invalid"),
        autocapitalize="characters",
        value="",
    )


def code_field() -> StringField:
    return StringField(
        text("forms.code"),
        filters=[strip],
        validators=[
            DataRequired(text("forms.code_missing")),
            no_control,
            at_most(CODE_MAX, "forms.code_long"),
        ],
        # Never shown again, as a password is not: a right code may come back with another error.
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
            "value": "",
        },
    )
