"""What the commands on one identity share: it is named by its address, found by a keyed index."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from idp.accounts import administered
from idp.cli.common import opened, read_settings
from idp.cli.refusals import NotFoundError
from idp.errors import DomainError
from idp.models import Identity
from idp.storage.engine import Database


@contextmanager
def with_keys() -> Iterator[Database]:
    """The database, once it is sure that the keys of its indexes are set."""
    read_settings().check()
    with opened() as database:
        yield database


def found(session: Session, email: str) -> Identity:
    """The identity of an address as typed. Exit status 1 for no address, 3 for nobody's."""
    try:
        known = administered.find(session, email)
    except DomainError as error:
        raise click.ClickException("This is no e-mail address.") from error
    if known is None:
        raise NotFoundError("There is no identity with this address.")
    return known
