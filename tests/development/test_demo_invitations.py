"""The demo's invitations: five, plainly fictional, and none anew at the next start."""

import pytest

from idp.development import demo_invitations
from idp.storage.engine import Database
from tests import factories


@pytest.mark.usefixtures("at")
def test_five_invitations_once(database: Database) -> None:
    demo_invitations.load(database)
    demo_invitations.load(database)
    mails = factories.mails(database)
    assert len(mails) == 5
    assert {mail["purpose"] for mail in mails} == {"invitation"}
    for mail in mails:
        local, _at, domain = mail["to"].partition("@")
        assert domain == "ac-exemple.test"
        given_name, _dot, family_name = local.partition(".")
        assert given_name.isascii()
        assert family_name.isascii()
        assert mail["values"]["given_name"].lower() == given_name
    assert factories.counts(database)["members"] == 5
