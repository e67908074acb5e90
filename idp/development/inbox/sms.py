"""The SMS end of the inbox: Kannel's form /cgi-bin/sendsms, as production calls its gateway."""

import re

from flask import Flask, Response, request
from werkzeug.datastructures import MultiDict

from idp.accounts.phones import BadPhoneError, canonical_phone
from idp.development.inbox.mail import links
from idp.development.inbox.store import Store

_NUMBER = re.compile(r"\+?\d{3,20}", re.ASCII)


def add_gateway(app: Flask, store: Store) -> None:
    """Accept whatever comes from whomever; 400 for what Kannel could not send either."""

    @app.route("/cgi-bin/sendsms", methods=["GET", "POST"])
    def sendsms() -> Response:
        fields: MultiDict[str, str] = request.values
        to, text = fields.get("to", "").strip(), fields.get("text", "")
        if not _NUMBER.fullmatch(to) or not text:
            return _answer(400, "Missing receiver or text, rejected")
        if fields.get("charset", "UTF-8").upper() != "UTF-8":
            return _answer(400, "Only charset=UTF-8 is read here, rejected")
        store.add_sms(recipient(to), fields.get("from", ""), text, links(text))
        return _answer(202, "0: Accepted for delivery")


def recipient(asked: str) -> str:
    """The one form of a number, however it was asked for: "33600…" and " 33600…" (a bare + in a
    query is a space) are +33600…; anything else, an address of mail for one, is left as it is.
    """
    try:
        return canonical_phone(asked)
    except BadPhoneError:
        return asked


def _answer(status: int, said: str) -> Response:
    return Response(said, status, content_type="text/html")
