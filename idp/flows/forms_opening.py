"""The forms of opening a space and joining a member's record."""

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from idp.flows.fields import (
    LINE_MAX,
    AccessFields,
    EmptyForm,
    at_most,
    code_field,
    email_field,
    line_field,
    nir_field,
    password_field,
    password_size,
    phone_field,
)
from idp.texts import text

NAME_MAX = 120


class NirForm(EmptyForm):
    nir = nir_field()


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


class AccessForm(AccessFields):
    """The fold of who has none yet."""

    have_account = HiddenField(default="no", render_kw={"id": False, "value": "no"})


class CoordinatesForm(EmptyForm):
    nir_key = line_field(
        "forms.nir_key",
        "forms.nir_key_missing",
        "off",
        at_most(LINE_MAX, "forms.nir_key_invalid"),
        inputmode="numeric",
    )
    family_name = line_field(
        "forms.family_name",
        "forms.family_name_missing",
        "family-name",
        at_most(NAME_MAX, "forms.family_name_long"),
    )
    birth_date = line_field(
        "forms.birth_date",
        "forms.birth_date_missing",
        "bday",
        at_most(LINE_MAX, "forms.birth_date_invalid"),
    )
    landline = phone_field("forms.landline", "home tel")
    mobile = phone_field("forms.mobile", "mobile tel")


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
    code = line_field(
        "forms.letter_code",
        "forms.letter_code_missing",
        "off",
        at_most(LINE_MAX, "forms.letter_code_long"),
        autocapitalize="characters",
        value="",
    )
