"""What the pages of one process share: settings, database, issuer, hasher."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from idp.accounts.passwords import Hasher
from idp.oidc.issuer import Issuer
from idp.settings import Settings
from idp.storage.engine import Database

_NAME = "idp"


@dataclass(frozen=True)
class Runtime:
    """Built once by create_app()."""

    settings: Settings
    database: Database
    issuer: Issuer
    hasher: Hasher


def runtime() -> Runtime:
    """The runtime of the app that serves this request."""
    return cast(Runtime, current_app.extensions[_NAME])
