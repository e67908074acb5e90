"""One look of one template, and what the looks of all of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict

from idp.flows.fields import EmptyForm

SITE = SimpleNamespace(name="Espace personnel")
NOON = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """One look of one template; ``context`` is called inside a request."""

    name: str
    template: str
    context: Callable[[], dict[str, Any]]


def with_errors(form_class: type[EmptyForm], **typed: str) -> EmptyForm:
    """The form as the view shows it again after ``typed`` was refused."""
    form = form_class(formdata=ImmutableMultiDict(typed))
    form.validate()
    return form
