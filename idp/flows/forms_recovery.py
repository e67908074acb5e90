"""The forms of asking for the way back into an account."""

from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Optional

from idp.flows.fields import (
    EMAIL_MAX,
    LINE_MAX,
    EmptyForm,
    at_most,
    line_field,
    no_control,
    strip,
)
from idp.texts import text


class RecoveryForm(EmptyForm):
    identifier = line_field(
        "forms.identifier",
        "forms.identifier_missing",
        "username",
        at_most(EMAIL_MAX, "forms.identifier_invalid"),
        autocapitalize="none",
    )
    birth_date = StringField(
        text("forms.birth_date"),
        filters=[strip],
        validators=[Optional(), no_control, at_most(LINE_MAX, "forms.birth_date_invalid")],
        render_kw={"autocomplete": "bday", "spellcheck": "false"},
    )


class RecoveryChannelForm(EmptyForm):
    """Where the message shall go; the choices are set by the view."""

    channel = RadioField(
        text("recovery.channel"),
        validate_choice=False,
        validators=[InputRequired(text("recovery.channel_missing"))],
    )
