"""Five plainly fictional people whom an employer invites, for `make run`.

They come by the import that an operator would use, so a second start sends nothing anew. The
mails wait in the inbox.
"""

import csv
import io
from collections.abc import Iterator

from idp.accounts import invitation_import
from idp.accounts.invitation_lines import COLUMNS
from idp.storage.engine import Database

_EMPLOYER, _CONTRACT = "Académie de l'Exemple", "Prévoyance Exemple"
_WHO = "make run"  # the operator, in the events
# given name, family name, birth date
_PEOPLE = (
    ("Camille", "Exemple", "1990-02-28"),
    ("Dominique", "Modèle", "1984-07-14"),
    ("Claude", "Fictif", "1979-11-03"),
    ("Andrea", "Essai", "1995-05-19"),
    ("Maxime", "Imaginaire", "1988-09-30"),
)


def load(database: Database) -> None:
    """Invite those who are not invited yet."""
    invitation_import.import_file(database, _lines(), lambda _finding: None, by=_WHO)


def _lines() -> Iterator[bytes]:
    yield _written(COLUMNS)
    for given_name, family_name, birth_date in _PEOPLE:
        local = f"{given_name}.{family_name}".lower().replace("è", "e")
        email = f"{local}@ac-exemple.test"
        yield _written((email, given_name, family_name, birth_date, _EMPLOYER, _CONTRACT))


def _written(cells: tuple[str, ...]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()
