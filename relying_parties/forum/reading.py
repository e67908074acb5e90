"""The pages that everybody reads: the topics, and one topic."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from relying_parties.forum.discussions import POSTS_A_PAGE, TOPICS_A_PAGE, Topic
from relying_parties.forum.visitor import forum

pages = Blueprint("site", __name__)
NUMBER = "int(max=999999999999)"  # SQLite counts no further than 2**63
_MOST_PAGES = 100_000


@pages.get("/")
def home() -> str:
    """The topics, the one that was last written to first."""
    number = _page_number()
    topics = forum().discussions.topics(number)
    if not topics and number > 1:
        abort(404)
    more = len(topics) == TOPICS_A_PAGE
    return render_template("topics.html", topics=topics, number=number, more=more)


@pages.get(f"/sujets/<{NUMBER}:topic_id>")
def topic(topic_id: int) -> Response:
    """One topic, its posts, and the form to answer for those who may."""
    return topic_page(found(topic_id), _page_number())


def topic_page(
    about: Topic, number: int, *, body: str = "", error: str | None = None, status: int = 200
) -> Response:
    """The page of a topic, with what was typed and what is wrong with it."""
    posts = forum().discussions.posts(about.id, number)
    if not posts:
        abort(404)
    html = render_template(
        "topic.html",
        topic=about,
        posts=posts,
        number=number,
        more=about.answers >= number * POSTS_A_PAGE,
        body=body,
        error=error,
    )
    return make_response(html, status)


def found(topic_id: int) -> Topic:
    """The topic of that number; 404 where there is none."""
    about = forum().discussions.topic(topic_id)
    if about is None:
        abort(404)
    return about


def _page_number() -> int:
    raw = request.args.get("page", "1")
    number = int(raw) if raw.isdecimal() and len(raw) < 7 else 0
    if not 1 <= number <= _MOST_PAGES:
        abort(404)
    return number
