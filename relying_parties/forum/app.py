"""The forum: what it is, and its application."""

from flask import Flask

from relying_parties.common.claims import Shape
from relying_parties.common.database import Database
from relying_parties.common.settings import Settings
from relying_parties.common.site import Site, create_site
from relying_parties.forum import moderation, writing
from relying_parties.forum.dates import day_and_time
from relying_parties.forum.discussions import Discussions
from relying_parties.forum.people import People
from relying_parties.forum.reading import pages
from relying_parties.forum.visitor import EXTENSION, Forum, visitor

__all__ = ["SITE", "create_app", "moderation", "writing"]

SITE = Site(
    slug="forum",
    title="Forum",
    package=__package__ or __name__,
    pages=pages,
    scope="openid roles",
    claims={"roles": Shape.TEXTS},
    returns=frozenset({"site.home", "site.topic", "site.new_topic", "site.pseudonym"}),
)


def create_app(settings: Settings) -> Flask:
    """The WSGI application of the forum."""
    app = create_site(SITE, settings)
    database = Database(settings.database)
    app.extensions[EXTENSION] = Forum(People(database), Discussions(database))
    app.add_template_filter(day_and_time)
    app.context_processor(lambda: {"visitor": visitor})
    return app
