"""Every French sentence that a member reads, found by a key such as ``login.title``.

One module a stem (``login``, ``signup``, ``mail``…), each with a dict ``TEXTS``. The modules are
written with ordinary spaces: French typography (spaces that must not break) is added here, once.
Dates are in ``dates``; the variables of mails and SMS are listed in ``mail`` and ``sms``;
``environment`` gives all of this to Jinja. Not here: the English errors of the machine endpoints
(idp/oidc).
"""

import re

from idp.texts import (
    account_choice,
    accueil,
    activation,
    answers,
    association,
    common,
    consent,
    errors,
    forms,
    information,
    information_access,
    information_cookies,
    information_help,
    information_legal,
    information_privacy,
    information_terms,
    invitation,
    legacy_code,
    legacy_nir,
    letter,
    level,
    login,
    mail,
    method,
    migration,
    new_password,
    opening,
    questions,
    recovery,
    secret_question,
    services,
    sign_out,
    signup,
    sms,
    step_up,
    two_step,
    undo,
    validation,
)

NO_BREAK_SPACE = "\u00a0"
_MODULES = (
    account_choice,
    accueil,
    activation,
    answers,
    association,
    common,
    consent,
    errors,
    forms,
    information,
    information_access,
    information_cookies,
    information_help,
    information_legal,
    information_privacy,
    information_terms,
    invitation,
    legacy_code,
    legacy_nir,
    letter,
    level,
    login,
    mail,
    method,
    new_password,
    migration,
    opening,
    questions,
    recovery,
    secret_question,
    services,
    sign_out,
    signup,
    sms,
    step_up,
    two_step,
    undo,
    validation,
)
# Before : ; ! ? », after «, and between a number and its unit.
_GLUED = re.compile(
    r" (?=[:;!?»])|(?<=«) |(?<=[\d}]) (?=(?:minutes?|jours?|heures?|caractères?|chiffres?)\b)"
)


def _typeset(sentence: str) -> str:
    return _GLUED.sub(NO_BREAK_SPACE, sentence)


_TEXTS = {
    f"{module.__name__.rpartition('.')[2]}.{key}": _typeset(sentence)
    for module in _MODULES
    for key, sentence in module.TEXTS.items()
}


def keys() -> frozenset[str]:
    """All the keys that ``text`` knows."""
    return frozenset(_TEXTS)


def sentence(key: str) -> str:
    """The sentence of ``key`` with its ``{placeholders}`` still empty. KeyError if unknown."""
    return _TEXTS[key]


def text(key: str, **values: object) -> str:
    """The French sentence of ``key``, its ``{placeholders}`` filled with ``values``.

    Raises KeyError for an unknown key, and for a placeholder that got no value.
    The result is plain text: whoever puts it into HTML escapes it.
    """
    return sentence(key).format(**values)


def error_page(text_key: str, **values: object) -> dict[str, str]:
    """Title and message for errors/page.html, from the ``text_key`` of a domain error.

    ``error_page("errors.too_many", hour=long_date(retry_at))``. KeyError if there is no such pair.
    """
    return {
        "title": text(f"{text_key}.title", **values),
        "message": text(f"{text_key}.message", **values),
    }
