"""The SMTP end of the inbox (RFC 5321): accepts whatever comes for whomever it is."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from idp.development.inbox import mail
from idp.development.inbox.store import Store

_LARGEST = 5 * 1024 * 1024  # bytes of one mail


class _Keeper:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(  # noqa: N802, the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        # what cannot be read is refused with a 500 by aiosmtpd, so that the sender hears of it
        message = mail.read(envelope.original_content or b"")
        for recipient in envelope.rcpt_tos:
            self._store.add_mail(recipient, message)
        return "250 Kept for reading"


def controller(store: Store, host: str, port: int) -> Controller:
    """The server, to start() and stop(); it runs in a thread of its own."""
    return Controller(_Keeper(store), hostname=host, port=port, data_size_limit=_LARGEST)
