"""The headers of every answer (WB2, WB3)."""

from flask import Flask, Response, g

from idp.settings import Settings

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action"
)


def install(app: Flask, settings: Settings) -> None:
    """Add them to whatever the app answers, errors included."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = f"{_POLICY} {_forms_may_go_to()}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = _referrer()
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _referrer() -> str:
    """No address that holds a link's token; a site that is posted an answer sees from which host.

    Under same-origin that POST would say "Origin: null", which sites that look at it refuse.
    """
    if g.get("link_page"):
        return "no-referrer"
    return "strict-origin" if g.get("answer_to") else "same-origin"


def _forms_may_go_to() -> str:
    """Here alone; and to the site that waits, since Chromium applies it to the redirect after.

    The page that posts an answer has no form of ours: it may post to the site and nowhere else.
    """
    if answered := g.get("answer_to"):
        return str(answered)
    site = g.get("form_action")
    return f"'self' {site}" if site else "'self'"
