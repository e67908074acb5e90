"""The look of templates/answers."""

from tests.templates.page import SITE, Page

MEMBERS = {"code": "un-code", "state": "\"'><script>alert(1)</script>", "iss": "http://localhost"}

PAGES = (
    Page(
        "reponse",
        "answers/page.html",
        lambda: {"site": SITE, "action": "/ici", "members": MEMBERS},
    ),
)
