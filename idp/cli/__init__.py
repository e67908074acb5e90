"""`mgen-connect`: what an operator types. One module a group, loaded only when it is named.

Exit status: 0 done, 1 refused (a sentence on stderr), 2 wrong usage, 3 not found. What is known
to go wrong is turned into a sentence in refusals.py; anything else is a bug and shows itself.
"""

from importlib import import_module

import click

from idp.cli.refusals import refusal

# name → what --help says; the module and the command bear that name
COMMANDS = {
    "client": "Register member sites, change them, rotate their secrets, carry them elsewhere.",
    "key": "List, rotate, retire and export the signing keys.",
    "identity": "Help one member.",
    "member": "Import the register, look a member up.",
    "invitation": "Invite people by an employer's file.",
    "db": "Bring the schema up to date, check it, purge what is past its time.",
    "config": "Check and show the settings.",
    "serve": "Run the web process.",
    "worker": "Run the message sender.",
}


class _Commands(click.Group):
    """Loads a command when it is called, so that --help is quick; turns errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"idp.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = refusal(error)
            if sentence is None:
                raise
            raise sentence from error


@click.command(cls=_Commands)
def main() -> None:
    """MGEN Connect, the identity provider. Settings are MGEN_CONNECT_* environment variables."""
