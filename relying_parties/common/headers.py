"""Security headers of every answer: our pages load nothing from elsewhere, and run no script."""

from flask import Flask, Response, request

from relying_parties.common.oidc import Provider

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self' {origins}"
)
_STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def protect(app: Flask, provider: Provider, secure: bool) -> None:
    """Add the headers to whatever `app` answers, errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(_FIXED)
        # Chromium holds redirects after a form to form-action: sign-out goes on to the issuer
        policy = _POLICY.format(origins=" ".join(provider.origins()))
        response.headers["Content-Security-Policy"] = policy
        if secure:
            response.headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
        if not (request.endpoint or "").endswith("static"):
            # pages differ from one visitor to the next, and the back button must show none of them
            response.headers["Cache-Control"] = "no-store"
        return response
