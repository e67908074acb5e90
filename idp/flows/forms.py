"""The forms of signing in and signing up; their fields are made in fields.py."""

from wtforms import HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, InputRequired

from idp.flows.fields import (
    AccessFields,
    EmptyForm,
    YesField,
    answer_field,
    code_field,
    confirm_field,
    email_field,
    new_password_field,
    nir_field,
    password_field,
    password_size,
    phone_field,
    question_field,
)
from idp.texts import text


class LoginForm(EmptyForm):
    email = email_field("username")
    password = password_field(
        "forms.password", "forms.password_missing", "current-password", password_size
    )


class NirLoginForm(EmptyForm):
    # the NIR is never shown again once sent (PII3)
    nir = nir_field()
    password = password_field(
        "forms.password", "forms.password_missing", "current-password", password_size
    )


class SignUpForm(AccessFields):
    """An access without a member."""


class InvitationForm(EmptyForm):
    email = email_field("username")
    password = new_password_field()
    confirm_password = confirm_field()


class NewPasswordForm(EmptyForm):
    new_password = password_field(
        "forms.new_password", "forms.password_missing", "new-password", password_size
    )
    confirm_password = confirm_field()


class ProvedPasswordForm(NewPasswordForm):
    """The same for who has a secret question. The answer is never shown again (PII7)."""

    secret_answer = answer_field()


class QuestionForm(EmptyForm):
    secret_question = question_field()
    secret_answer = answer_field()


class CodeForm(EmptyForm):
    code = code_field()
    trust_device = YesField(text("forms.trust_device"), render_kw={"autocomplete": "off"})


class ConsentForm(EmptyForm):
    """One button; `shown` is what its page has shown, and of whom."""

    shown = HiddenField()


class MethodForm(EmptyForm):
    """Which second factor; the choices, with their masks, are set by the view."""

    method = RadioField(
        text("forms.channel"),
        choices=[],
        default="sms",
        validate_choice=False,  # its message is English
        validators=[
            InputRequired(text("forms.channel_missing")),
            AnyOf(["sms", "email"], text("forms.channel_missing")),
        ],
    )


class PhoneForm(EmptyForm):
    mobile = phone_field("forms.mobile", "mobile tel", "forms.phone_missing")


class PhoneCodeForm(EmptyForm):
    code = code_field()


class ResendForm(EmptyForm):
    email = email_field("email")


class SignOutForm(EmptyForm):
    everywhere = RadioField(
        text("sign_out.where"),
        choices=[
            SelectChoice("no", text("sign_out.here_only")),
            SelectChoice("yes", text("sign_out.everywhere")),
        ],
        default="no",
        validate_choice=False,  # whatever is not yes ends this browser's session
    )
