"""`make run`: prepare what is missing, start everything, say where it is, stop it clean.

Exit status 0 after Ctrl-C or a termination signal, 1 when it cannot start or a child has died.
"""

import fcntl
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from idp import env_files
from idp.development import first_use, processes, secret_values
from idp.development.layout import CannotStartError, Layout
from idp.development.processes import Child, ChildDiedError
from idp.development.programs import programs, welcome
from idp.settings import PREFIX, Settings, UnsafeSettingsError


def main(environ: Mapping[str, str]) -> int:
    """Run everything in the foreground; return the exit status."""
    # from here on signals are asked for, never thrown: first use is not cut in half
    nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    unheard = {signal.SIGHUP} if nohup else set()
    signal.pthread_sigmask(signal.SIG_BLOCK, processes.STOP_SIGNALS - unheard)
    os.umask(0o077)
    try:
        layout = Layout.from_env(environ)
        with _only_one(env_files.private_dir(layout.state_dir)):
            layout.check_ports()
            return _run(layout, environ)
    except (CannotStartError, ChildDiedError, UnsafeSettingsError) as error:
        click.echo(str(error), err=True)
        return 1


def _run(layout: Layout, environ: Mapping[str, str]) -> int:
    values = idp_settings(layout, environ)
    sites, demo = first_use.prepare(layout, Settings.from_env(values))
    env_files.write(layout.state_dir / "idp.env", values)
    log_dir = env_files.private_dir(layout.state_dir / "log")
    children: list[Child] = []
    try:
        for program in programs(layout, environ, values, sites):
            children.append(Child(program, log_dir))  # noqa: PERF401, stop() needs those begun
        if processes.wait_ready(children):
            click.echo(welcome(layout, demo))
            while not processes.stop_asked(0.5):
                for child in children:
                    child.check()
        with suppress(OSError):  # the terminal may be what has gone
            click.echo("Stopping…")
        return 0
    finally:
        processes.stop(children)


def idp_settings(layout: Layout, environ: Mapping[str, str]) -> dict[str, str]:
    """Every MGEN_CONNECT_* of the run: what was asked for wins over `.env`, then our defaults."""
    defaults = layout.settings() | secret_values.settings_keys(layout.state_dir)
    asked = env_files.read(Path(".env")) | dict(environ)
    folders = (f"{PREFIX}STATE_DIR", f"{PREFIX}KEYS_DIR")  # already read, unprefixed first
    return defaults | {
        name: value
        for name, value in asked.items()
        if name.startswith(PREFIX) and name not in folders
    }


@contextmanager
def _only_one(state_dir: Path) -> Iterator[None]:
    """Hold STATE_DIR for this run; the lock goes with the process, however it ends."""
    with (state_dir / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError(
                f"Another run uses {state_dir}. Stop it, or choose another folder and other ports: "
                "make run STATE_DIR=var-2 PORT_BASE=9000"
            ) from None
        yield
