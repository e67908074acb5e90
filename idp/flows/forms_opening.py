"""The forms of opening a space and joining a member's record."""

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from idp.flows.fields import (
    Check,
    EmptyForm,
    answer_field,
    at_most,
    code_field,
    confirm_field,
    email_field,
    new_password_field,
    no_control,
    password_field,
    password_size,
    question_field,
    strip,
)
from idp.texts import text

NAME_MAX = 120
SHORT_MAX = 64


def _line(label: str, missing: str, autocomplete: str, *checks: Check, **more: str) -> StringField:
    return StringField(
        text(label),
        filters=[strip],
        validators=[DataRequired(text(missing)), no_control, *checks],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false", **more},
    )


def _phone(label: str, autocomplete: str) -> StringField:
    return StringField(
        text(label),
        filters=[strip],
        validators=[Optional(), no_control, at_most(SHORT_MAX, "forms.phone_invalid")],
        render_kw={"autocomplete": autocomplete, "inputmode": "tel"},
    )


class NirForm(EmptyForm):
    # never shown again once sent (PII3)
    nir = _line(
        "forms.nir",
        "forms.nir_missing",
        "off",
        at_most(SHORT_MAX, "forms.nir_invalid"),
        autocapitalize="characters",
        value="",
    )


class JoinForm(EmptyForm):
    """The fold of who has an account already. Its ids differ from the other fold's."""

    have_account = HiddenField(default="yes", render_kw={"id": False, "value": "yes"})
    email = email_field("username")
    password = password_field(
        "forms.password", "forms.password_missing", "current-password", password_size
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.email, self.password):
            field.id = f"join-{field.name}"
            field.label.field_id = field.id


class AccessForm(EmptyForm):
    """The fold of who has none yet."""

    have_account = HiddenField(default="no", render_kw={"id": False, "value": "no"})
    email = email_field("email")
    password = new_password_field()
    confirm_password = confirm_field()
    secret_question = question_field()
    secret_answer = answer_field()


class CoordinatesForm(EmptyForm):
    nir_key = _line(
        "forms.nir_key",
        "forms.nir_key_missing",
        "off",
        at_most(SHORT_MAX, "forms.nir_key_invalid"),
        inputmode="numeric",
    )
    family_name = _line(
        "forms.family_name",
        "forms.family_name_missing",
        "family-name",
        at_most(NAME_MAX, "forms.family_name_long"),
    )
    birth_date = _line(
        "forms.birth_date",
        "forms.birth_date_missing",
        "bday",
        at_most(SHORT_MAX, "forms.birth_date_invalid"),
    )
    landline = _phone("forms.landline", "home tel")
    mobile = _phone("forms.mobile", "mobile tel")


class ChannelForm(EmptyForm):
    """Where the code shall go; the choices are set by the view."""

    channel = RadioField(
        text("forms.channel"),
        validate_choice=False,
        validators=[InputRequired(text("forms.channel_missing"))],
    )


class MemberCodeForm(EmptyForm):
    channel = HiddenField(render_kw={"id": False})
    code = code_field()


class LetterForm(EmptyForm):
    code = _line(
        "forms.letter_code",
        "forms.letter_code_missing",
        "off",
        at_most(SHORT_MAX, "forms.letter_code_long"),
        autocapitalize="characters",
        value="",
    )
