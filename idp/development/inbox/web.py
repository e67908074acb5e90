"""The HTTP end of the inbox: pages for people, /api/messages for scripts."""

from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request

from idp.development.inbox.store import KEPT, Store

_ON_PAGE = 100
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
    app.after_request(_headers)
    _add_pages(app, store)
    _add_api(app, store)
    return app


def _add_pages(app: Flask, store: Store) -> None:
    def message(number: int) -> dict[str, Any]:
        return store.get(number) or abort(404)

    @app.get("/")
    def listing() -> str:
        to = request.args.get("to") or None
        return render_template("inbox/list.html", messages=store.newest(_ON_PAGE, to), to=to or "")

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
        to, limit = request.args.get("to"), request.args.get("limit", "50")
        if not limit.isdecimal() or not 1 <= int(limit) <= KEPT:
            abort(_refusal(f"limit is a number from 1 to {KEPT}"))
        return jsonify(store.newest(int(limit), to))

    @app.delete("/api/messages")
    def clear() -> tuple[str, int]:
        store.clear()
        return "", 204


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
