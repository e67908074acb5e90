"""The forms of the mailed link: the address is that of the identity it was made for (OTC9)."""

from wtforms import HiddenField

from idp.flows.fields import EmptyForm, password_field, password_size


class LinkForm(EmptyForm):
    password = password_field(
        "forms.password", "forms.password_missing", "current-password", password_size
    )


class AgreedForm(EmptyForm):
    """The last word: about the address that was read, whoever has agreed since."""

    email = HiddenField(render_kw={"id": False})
