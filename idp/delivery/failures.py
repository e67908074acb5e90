"""Why a message did not go, as the worker must know it: later again, or never."""


class RefusedError(Exception):
    """Refused for good: trying again would end the same."""


class DelayedError(Exception):
    """Not now: to be tried again while the message is worth sending."""
