"""The development inbox: every message that the product sends, newest first.

Mail comes in by real SMTP, SMS by Kannel's HTTP form; people read them on /, scripts on
GET /api/messages?to=&limit= and DELETE /api/messages. Loopback only.
Run by `python -m idp.development.inbox`.
"""
