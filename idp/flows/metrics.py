"""/metrics in Prometheus' text format, for the operator's own collector: numbers only (WB8).

In production nobody else may read it: with no key set it is not there, with one the key is
demanded. No session, cookie or form token is touched.
"""

import hmac
import logging

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from idp.accounts import figures
from idp.accounts.figures import Gauge
from idp.flows.runtime import runtime
from idp.oidc import logout_notices
from idp.settings import Settings

log = logging.getLogger("idp.metrics")

blueprint = Blueprint("metrics", __name__)

PREFIX = "mgen_connect_"
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
def page() -> Response:
    """Every gauge; 404 where the figures are nobody's, 401 without the key, 503 without data."""
    here = runtime()
    if not here.settings.development and not here.settings.metrics_key:
        abort(404)
    if not _may_read(here.settings):
        refusal = _plain("The key of MGEN_CONNECT_METRICS_KEY is wanted.\n", 401)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refusal
    try:
        with here.database.reading() as session:
            text = "".join(map(_written, _gauges(session)))
    except SQLAlchemyError as error:
        log.error("metrics.unavailable", extra={"failure": type(error).__name__})
        return _plain("The database does not answer.\n", 503)
    return _plain(text, 200)


def _may_read(settings: Settings) -> bool:
    """A key that is set is wanted in development too. Compared in constant time (OTC6)."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), settings.metrics_key.encode())
    return not settings.metrics_key or (scheme.lower() == "bearer" and same)


def _gauges(session: Session) -> list[Gauge]:
    notices = Gauge(
        "logout_notices_waiting",
        "Sign-outs that sites have to be told of still.",
        {"": logout_notices.waiting(session)},
    )
    return [*figures.gauges(session), notices]


def _written(gauge: Gauge) -> str:
    """HELP, TYPE and one line a sample."""
    name = f"{PREFIX}{gauge.name}"
    meaning = gauge.meaning.replace("\\", "\\\\").replace("\n", "\\n")
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
    for value, number in sorted(gauge.samples.items()):
        label = f'{{{gauge.label}="{_escaped(value)}"}}' if gauge.label else ""
        lines.append(f"{name}{label} {number:.3f}" if number % 1 else f"{name}{label} {number:.0f}")
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, content_type=_TYPE)
