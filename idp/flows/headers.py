"""The headers of every answer (WB2, WB3)."""

from flask import Flask, Response, g

from idp.settings import Settings

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def install(app: Flask, settings: Settings) -> None:
    """Add them to whatever the app answers, errors included."""

    @app.after_request
    def add(response: Response) -> Response:
        # Chromium applies form-action to the redirect after a POST: the site must be named
        site = g.get("form_action")
        response.headers["Content-Security-Policy"] = f"{_POLICY} {site}" if site else _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer" if g.get("link_page") else "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
