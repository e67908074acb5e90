"""Domain errors: a stable reason for the log, the key of a French page, detail for the log only."""

from datetime import datetime


class DomainError(Exception):
    """Something a person can be told. `reason` is stable and logged; `text_key` names the page."""

    reason = "error"
    text_key = "errors.internal"
    status = 400

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.reason}: {detail}" if detail else self.reason)
        self.detail = detail


class BadRequestError(DomainError):
    """The request is not one that our pages send: repeated, malformed or unexpected input."""

    reason = "bad_request"
    text_key = "errors.bad_request"


class InteractionLostError(DomainError):
    """No such paused request in this browser: expired, finished, or begun in another browser."""

    reason = "interaction_lost"
    text_key = "errors.interaction_lost"


class TooManyError(DomainError):
    """A budget is used up; `retry_at` says when it has room again (aware UTC)."""

    reason = "too_many"
    text_key = "errors.too_many"
    status = 429

    def __init__(self, budget: str, retry_at: datetime) -> None:
        super().__init__(budget)
        self.budget = budget
        self.retry_at = retry_at


class BusyError(DomainError):
    """Too much work is waiting; the person may try again at once (AV1)."""

    reason = "busy"
    text_key = "errors.unavailable"
    status = 503


class BadLinkError(DomainError):
    """One answer for expired, used, unknown and malformed links alike."""

    reason = "bad_link"
    text_key = "activation.invalid_title"
