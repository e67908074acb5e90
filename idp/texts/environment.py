"""Gives the texts to Jinja: the same for the pages (Flask's environment) and for the mails."""

from jinja2 import Environment, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup

from idp.texts import dates, sentence


@pass_eval_context
def _text(context: EvalContext, key: str, **values: object) -> str:
    # Our sentences are trusted and stay verbatim (an apostrophe is not &#39;); values never are.
    if not context.autoescape:
        return sentence(key).format(**values)
    return Markup(sentence(key)).format(**values)  # noqa: S704  our own sentence


def install(environment: Environment) -> None:
    """Prepares an environment for idp/templates; call it before any template is loaded.

    Adds the global ``text(key, **values)`` and the filter ``long_date``.
    Values are escaped in .html, not in .txt. A variable that a view or a mail forgot raises
    UndefinedError instead of leaving a hole.
    """
    environment.autoescape = select_autoescape(("html",), default_for_string=True)
    environment.globals["text"] = _text
    environment.filters["long_date"] = dates.long_date
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
