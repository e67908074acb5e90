"""The forms of signing in and signing up; their fields are made in fields.py."""

from wtforms import RadioField
from wtforms.fields import SelectChoice

from idp.flows.fields import (
    EmptyForm,
    YesField,
    answer_field,
    code_field,
    confirm_field,
    email_field,
    new_password_field,
    password_field,
    password_size,
    question_field,
)
from idp.texts import text


class LoginForm(EmptyForm):
    email = email_field("username")
    password = password_field(
        "forms.password", "forms.password_missing", "current-password", password_size
    )


class SignUpForm(EmptyForm):
    email = email_field("email")
    password = new_password_field()
    confirm_password = confirm_field()
    secret_question = question_field()
    secret_answer = answer_field()


class InvitationForm(EmptyForm):
    email = email_field("username")
    password = new_password_field()
    confirm_password = confirm_field()


class QuestionForm(EmptyForm):
    secret_question = question_field()
    secret_answer = answer_field()


class CodeForm(EmptyForm):
    code = code_field()
    trust_device = YesField(text("forms.trust_device"), render_kw={"autocomplete": "off"})


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
