"""The pages of those who write: a pseudonym once, topics and answers."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from relying_parties.common.returns import safe_path
from relying_parties.forum import plain_text, pseudonyms
from relying_parties.forum.budget import BudgetSpentError
from relying_parties.forum.discussions import LockedError
from relying_parties.forum.people import Choice
from relying_parties.forum.reading import NUMBER, found, pages, topic_page
from relying_parties.forum.texts import TEXTS
from relying_parties.forum.visitor import forum, visitor, writer


@pages.get("/pseudonyme")
def pseudonym() -> AnyResponse:
    """The form, or the pseudonym that was chosen."""
    if visitor() is None:
        return redirect(url_for("auth.login", next=url_for("site.pseudonym")), 303)
    return _pseudonym_page(typed="", error=None, status=200)


@pages.post("/pseudonyme")
def choose_pseudonym() -> AnyResponse:
    """Choose it, once; then on to the page that wanted it."""
    who = writer(url_for("site.pseudonym"))
    typed = pseudonyms.normalised(request.form.get("pseudonym", ""))
    problem = pseudonyms.problem(typed)
    if problem is None and forum().people.choose(who.sub, typed) is Choice.TAKEN:
        problem = "pseudonym_taken"
    if problem is not None and who.pseudonym is None:
        return _pseudonym_page(typed=typed, error=TEXTS[problem], status=400)
    return redirect(safe_path(request.form.get("next")), 303)


@pages.get("/sujets/nouveau")
def new_topic() -> AnyResponse:
    """The form of a new topic, for whoever has a pseudonym."""
    who, here = visitor(), url_for("site.new_topic")
    if who is None:
        return redirect(url_for("auth.login", next=here), 303)
    if who.pseudonym is None:
        return redirect(url_for("site.pseudonym", next=here), 303)
    return make_response(render_template("new_topic.html", title="", body="", errors={}))


@pages.post("/sujets/nouveau")
def open_topic() -> AnyResponse:
    """Begin a topic."""
    who = writer(url_for("site.new_topic"))
    title = plain_text.line(request.form.get("title", ""))
    body = plain_text.paragraphs(request.form.get("body", ""))
    wrong = {
        "title": not plain_text.fits(title, plain_text.TITLE_LENGTHS),
        "body": not plain_text.fits(body, plain_text.BODY_LENGTHS),
    }
    errors = {name: TEXTS[name] for name, is_wrong in wrong.items() if is_wrong}
    if who.pseudonym is None:
        return redirect(url_for("site.pseudonym", next=g.then), 303)
    if not errors:
        try:
            topic_id = forum().discussions.open_topic(who.sub, title, body)
        except BudgetSpentError as spent:
            return _too_much(_new_topic_page(title, body, {"body": _budget_text(spent)}), spent)
        return redirect(url_for("site.topic", topic_id=topic_id), 303)
    return _new_topic_page(title, body, errors)


@pages.post(f"/sujets/<{NUMBER}:topic_id>/reponses")
def answer(topic_id: int) -> AnyResponse:
    """Add a post to a topic."""
    who = writer(url_for("site.topic", topic_id=topic_id))
    about, discussions = found(topic_id), forum().discussions
    body = plain_text.paragraphs(request.form.get("body", ""))
    last = discussions.last_page(about)
    if who.pseudonym is None:
        return redirect(url_for("site.pseudonym", next=g.then), 303)
    if not plain_text.fits(body, plain_text.BODY_LENGTHS):
        return topic_page(about, last, body=body, error=TEXTS["body"], status=400)
    try:
        post_id = discussions.answer(topic_id, who.sub, body)
    except LockedError:
        return topic_page(found(topic_id), last, body=body, error=TEXTS["locked"], status=409)
    except BudgetSpentError as spent:
        page = topic_page(about, last, body=body, error=_budget_text(spent))
        return _too_much(page, spent)
    number = discussions.last_page(found(topic_id))
    anchor = f"message-{post_id}"
    return redirect(url_for("site.topic", topic_id=topic_id, page=number, _anchor=anchor), 303)


def _pseudonym_page(*, typed: str, error: str | None, status: int) -> Response:
    then = request.values.get("next", "")
    html = render_template("pseudonym.html", typed=typed, error=error, then=safe_path(then))
    return make_response(html, status)


def _new_topic_page(title: str, body: str, errors: dict[str, str]) -> Response:
    html = render_template("new_topic.html", title=title, body=body, errors=errors)
    return make_response(html, 400)


def _too_much(page: Response, spent: BudgetSpentError) -> Response:
    page.status_code = 429
    page.headers["Retry-After"] = str(spent.wait)
    return page


def _budget_text(spent: BudgetSpentError) -> str:
    return TEXTS["budget"].format(minutes=-(-spent.wait // 60))
