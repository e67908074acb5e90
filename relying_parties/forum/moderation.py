"""What moderators may do: hide a post or show it again, lock a topic or open it again.

A moderator is whoever's session says so by the claim `roles`: read there at each request, never
from the form.
"""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from relying_parties.common.errors import ProblemError
from relying_parties.forum.reading import NUMBER, pages
from relying_parties.forum.visitor import Visitor, forum, writer


@pages.post(f"/sujets/<{NUMBER}:topic_id>/verrou")
def lock(topic_id: int) -> Response:
    """`locked` is yes or no."""
    here = url_for("site.topic", topic_id=topic_id)
    who = _moderator(here)
    if not forum().discussions.lock(topic_id, who.sub if _yes("locked") else None):
        abort(404)
    return redirect(here, 303)


@pages.post(f"/messages/<{NUMBER}:post_id>/masque")
def hide(post_id: int) -> Response:
    """`hidden` is yes or no."""
    who = _moderator(url_for("site.home"))
    place = forum().discussions.hide(post_id, who.sub if _yes("hidden") else None)
    if place is None:
        abort(404)
    topic_id, number = place
    anchor = f"message-{post_id}"
    return redirect(url_for("site.topic", topic_id=topic_id, page=number, _anchor=anchor), 303)


def _moderator(then: str) -> Visitor:
    who = writer(then)
    if not who.moderator:
        raise ProblemError("403", "not a moderator")
    return who


def _yes(name: str) -> bool:
    value = request.form.get(name)
    if value not in {"yes", "no"}:
        raise ProblemError("400", f"{name} is neither yes nor no")
    return value == "yes"
