"""An operator's mistakes as sentences with an exit status, never as tracebacks."""

import errno
import sys

import click


class NotFoundError(click.ClickException):
    """What was named does not exist."""

    exit_code = 3


def refusal(error: Exception) -> click.ClickException | None:
    """The sentence for an error that is no bug of ours; None for one that is, and for click's."""
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        where = f": {error.filename}" if error.filename else ""
        return click.ClickException(f"{error.strerror or error}{where}")
    for module, name, sentence in _KNOWN:
        # a module that was never imported has raised nothing
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return sentence(error)
    return None


def _as_it_is(error: Exception) -> click.ClickException:
    return click.ClickException(str(error))


def _not_found(error: Exception) -> click.ClickException:
    return NotFoundError(str(error))


def _package(error: Exception) -> click.ClickException:
    return click.ClickException(f"A Python package that the settings need is missing: {error}.")


def _database(error: Exception) -> click.ClickException:
    # never str(error): it quotes the statement and its values
    cause = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
    return click.ClickException(
        f"The database refuses: {cause}. Is it the right one, and its schema up to date? "
        "See: mgen-connect db check"
    )


def _address(_: Exception) -> click.ClickException:
    return click.ClickException("MGEN_CONNECT_DATABASE_URL is no database address.")


def _sealed(_: Exception) -> click.ClickException:
    return click.ClickException(
        "What is stored was sealed under a key that MGEN_CONNECT_PII_KEYS does not hold."
    )


_KNOWN = (
    ("idp.settings", "UnsafeSettingsError", _as_it_is),
    ("idp.oidc.clients", "UnknownClientError", _not_found),
    ("idp.oidc.client_metadata", "InvalidMetadataError", _as_it_is),
    ("idp.oidc.client_transfer", "BadEntriesError", _as_it_is),
    ("idp.oidc.roles", "BadRoleError", _as_it_is),
    ("idp.oidc.key_files", "UnsafeKeyFileError", _as_it_is),
    ("idp.oidc.key_store", "UnknownKeyError", _not_found),
    ("idp.oidc.key_retirement", "LastKeyError", _as_it_is),
    ("idp.oidc.key_store", "NoSigningKeyError", _as_it_is),
    ("idp.accounts.register_lines", "BadFileError", _as_it_is),
    ("idp.storage.keyring", "UnreadableError", _sealed),
    ("builtins", "ModuleNotFoundError", _package),
    ("alembic.util.exc", "CommandError", _as_it_is),
    ("sqlalchemy.exc", "ArgumentError", _address),
    ("sqlalchemy.exc", "NoSuchModuleError", _address),
    ("sqlalchemy.exc", "DatabaseError", _database),
)
