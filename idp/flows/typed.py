"""What was typed into a form, by the rules of idp/accounts; the form tells what is wrong."""

from flask_wtf import FlaskForm

from idp.accounts import identifiers
from idp.accounts.identifiers import BadEmailError
from idp.accounts.passwords import WeakPasswordError, check_strength
from idp.flows.runtime import runtime
from idp.texts import text


def checked_email(form: FlaskForm) -> str | None:
    """The canonical address of a form that is sound, or None with its errors filled in."""
    if not form.validate_on_submit():
        return None
    return _canonical(form)


def checked_access(form: FlaskForm, *, about: tuple[str, ...] = ()) -> str | None:
    """The same for a form that chooses a password: every error is told at once.

    The password may not be made of what this person typed: the address, the answer, `about` (A3).
    """
    sound = form.validate_on_submit()
    email = _canonical(form)
    if email is None or not sound:
        return None
    answer = form["secret_answer"].data if "secret_answer" in form else None
    typed = [email, *about, *([str(answer)] if answer else [])]
    try:
        check_strength(
            str(form["password"].data or ""), typed, minimum=runtime().settings.password_min_length
        )
    except WeakPasswordError as weak:
        form["password"].errors = [text(weak.text_key)]
        return None
    return email


def checked_new_password(form: FlaskForm, *, about: tuple[str, ...]) -> str | None:
    """The new password of a form that is sound, or None with its errors filled in.

    `about` is what is known of this person, the address first: they have proved who they are (A3).
    """
    if not form.validate_on_submit():
        return None
    answer = form["secret_answer"].data if "secret_answer" in form else None
    password, typed = str(form["new_password"].data), [*about, *([str(answer)] if answer else [])]
    try:
        check_strength(password, typed, minimum=runtime().settings.password_min_length)
    except WeakPasswordError as weak:
        form["new_password"].errors = [text(weak.text_key)]
        return None
    return password


def _canonical(form: FlaskForm) -> str | None:
    field = form["email"]
    try:
        return identifiers.canonical_email(
            str(field.data or ""), development=runtime().settings.development
        )
    except BadEmailError as bad:
        field.errors = list(field.errors) or [text(bad.text_key)]
        return None
