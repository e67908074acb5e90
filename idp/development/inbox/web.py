"""The HTTP end of the inbox: pages for people, /api/messages for scripts, a gateway for SMS."""

from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request

from idp.development.inbox.sms import add_gateway, recipient
from idp.development.inbox.store import KEPT, Store

_ON_PAGE, _TITLE = 100, 200
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'"
# a mail's own HTML runs nothing and fetches nothing; its links open a tab of their own
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def create_app(store: Store) -> Flask:
    """The inbox over `store`; answers only to loopback names (against DNS rebinding)."""
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["localhost", "127.0.0.1"]
    app.template_filter("title_of")(_title)
    app.after_request(_headers)
    _add_pages(app, store)
    _add_api(app, store)
    add_gateway(app, store)
    return app


def _add_pages(app: Flask, store: Store) -> None:
    def message(number: int) -> dict[str, Any]:
        return store.get(number) or abort(404)

    @app.get("/")
    def listing() -> str:
        to = request.args.get("to") or None
        found = store.newest(_ON_PAGE, _wanted())
        return render_template("inbox/list.html", messages=found, to=to or "")

    @app.get("/messages/<int:number>")
    def one(number: int) -> str:
        return render_template("inbox/message.html", message=message(number))

    @app.get("/messages/<int:number>/html")
    def one_html(number: int) -> Response:
        body = '<base target="_blank">' + message(number)["html"]
        return Response(body, headers={"Content-Security-Policy": _MAIL_POLICY})


def _add_api(app: Flask, store: Store) -> None:
    @app.get("/api/messages")
    def messages() -> Response:
        limit = request.args.get("limit", "50")
        if not limit.isdecimal() or not 1 <= int(limit) <= KEPT:
            abort(_refusal(f"limit is a number from 1 to {KEPT}"))
        return jsonify(store.newest(int(limit), _wanted()))

    @app.delete("/api/messages")
    def clear() -> tuple[str, int]:
        store.clear()
        return "", 204


def _title(message: dict[str, Any]) -> str:
    """What a list shows of it: an SMS has no subject."""
    said = message["text"] if message["kind"] == "sms" else message["subject"]
    return str(said)[:_TITLE] or "(no subject)"


def _wanted() -> str | None:
    to = request.args.get("to")
    return recipient(to) if to else None


def _refusal(reason: str) -> Response:
    answer = jsonify(error=reason)
    answer.status_code = 400
    return answer


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
