"""Every failure as a page: a clear French sentence, a stable reason in the log, never a trace."""

import logging
from datetime import datetime

from flask import Flask, Response, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from idp import clock
from idp.errors import DomainError, InteractionLostError, TooManyError
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.pages import failure, handle, see_other
from idp.flows.runtime import runtime
from idp.models import new_id
from idp.texts import text
from idp.texts.dates import long_date

log = logging.getLogger("idp.pages")
_BY_STATUS = {
    404: "errors.not_found",
    405: "errors.method",
    413: "errors.too_large",
    415: "errors.media_type",
}


def install(app: Flask) -> None:
    """Register the handlers of the hosted pages."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(DomainError, _told)
    app.register_error_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(away, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def _expired(error: CSRFError) -> Response:
    """The form is older than the session: in another tab one has just signed in (two tabs)."""
    log.info("page.expired", extra={"path": request.endpoint})
    cancelled = request.blueprint == "refusal"  # who cancels is not led on to the site
    if handle() is not None and browser().session is not None and not cancelled:
        # the one page that leads to whatever is due now, the sign-in or the answer included
        return see_other(url_for("step_up.page", interaction=handle()))
    return failure("errors.page_expired", 400)


def _told(error: DomainError) -> Response:
    log.info("page.refused", extra={"reason": error.reason, "path": request.endpoint})
    if isinstance(error, TooManyError):
        return _too_many(error)
    if isinstance(error, InteractionLostError):
        return _lost()
    response = failure(error.text_key, error.status)
    if error.status == 503:
        response.headers["Retry-After"] = "2"
    return response


def _too_many(error: TooManyError) -> Response:
    keys = {
        "sign_in_failures_ip": "errors.too_many",
        "sign_up_ip": "errors.too_many",
        "wrong_codes": "errors.too_many_codes",
        "mail_anonymous": "errors.too_many_mails",
        "mail_signed": "errors.too_many_mails",
        "wrong_codes_anonymous": "errors.too_many_codes",
        "invitation_tries": "errors.too_many",
        "opening_nir": "errors.too_many_openings",
        "opening_ip": "errors.too_many",
        "sms_number": "errors.too_many_sms",
        "sms_anonymous": "errors.too_many_sms",
        "sms_signed": "errors.too_many_sms",
        "sms_ip": "errors.too_many_sms",
        "sms_daily": "errors.too_many_sms",
        "recovery_identifier": "errors.too_many_recoveries",
        "recovery_ip": "errors.too_many_recoveries",
        "recovery_hourly": "errors.too_many_recoveries",
        "phone_changes": "errors.too_many_phones",
    }
    return too_many(failure(keys[error.budget], 429, hour=long_date(error.retry_at)), error)


def too_many(response: Response, error: TooManyError) -> Response:
    """A page that says so, as the answer 429 that it is (RFC 6585 §4)."""
    response.status_code = 429
    response.headers["Retry-After"] = str(_seconds_until(error.retry_at))
    return response


def _lost() -> Response:
    """The way on from a page that is finished or expired: the start address of its site."""
    with runtime().database.reading() as session:
        client = interactions.site_of(session, runtime().issuer, browser(), handle())
    start = client.initiate_login_uri if client else None
    way = _home()
    if client and start:
        label = text("common.continue_to", site=client.name)
        way = {"action_url": start, "action_label": label}
    return failure("errors.interaction_lost", 400, way=way)


def _home() -> dict[str, str]:
    return {"action_url": url_for("accueil.page"), "action_label": text("common.home")}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    key = _BY_STATUS.get(status, "errors.bad_request" if status < 500 else "errors.internal")
    response = failure(key, status, way=_home() if status == 404 else None)
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return response


def _unavailable(error: OperationalError | InterfaceError | TimeoutError) -> Response:
    """The database does not answer: nothing was half-written, try again soon (AV2)."""
    said = str(getattr(error, "orig", error))  # of the driver: no statement, no value
    log.error("database.unavailable", extra={"said": said}, exc_info=error)
    response = failure("errors.unavailable", 503)
    response.headers["Retry-After"] = "3"
    return response


def _unexpected(error: Exception) -> Response:
    incident = new_id()[:12]
    log.error("page.failed", extra={"incident": incident}, exc_info=error)
    return failure("errors.internal", 500, way={"incident": incident})


def _seconds_until(at: datetime) -> int:
    return max(1, int((at - clock.now()).total_seconds()) + 1)
