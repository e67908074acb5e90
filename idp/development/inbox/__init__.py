"""The development inbox: every message that the product sends, newest first.

Mail comes in by real SMTP; people read it on /, scripts on GET /api/messages?to=&limit= and
DELETE /api/messages. Run by `python -m idp.development.inbox`; loopback only.
"""
