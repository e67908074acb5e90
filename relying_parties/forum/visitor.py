"""Who is in front of the forum: a pseudonym, and whether they moderate."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from relying_parties.common.errors import ProblemError
from relying_parties.common.services import signed_in
from relying_parties.forum.discussions import Discussions
from relying_parties.forum.people import People

EXTENSION = "forum"
MODERATOR = "moderator"  # a value of the claim `roles`


@dataclass(frozen=True, slots=True)
class Forum:
    """The tables of this forum."""

    people: People
    discussions: Discussions


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in; `pseudonym` is None before the choice."""

    sub: str
    pseudonym: str | None
    moderator: bool


def forum() -> Forum:
    """The tables of the forum that answers this request."""
    return cast(Forum, current_app.extensions[EXTENSION])


def visitor() -> Visitor | None:
    """Who is signed in, looked up once a request; None for anybody else."""
    if "visitor" not in g:
        person = signed_in()
        roles = person.claims.get("roles") if person else None
        g.visitor = person and Visitor(
            sub=person.sub,
            pseudonym=forum().people.pseudonym_of(person.sub),
            moderator=isinstance(roles, list) and MODERATOR in roles,
        )
    return cast("Visitor | None", g.visitor)


def writer(then: str) -> Visitor:
    """Who sends a form; ProblemError, with a way back to `then`, where nobody is signed in."""
    g.then = then
    who = visitor()
    if who is None:
        raise ProblemError("not_signed_in")
    return who
