"""`make run` with somebody in front of it: beside another copy, over a restart, under Ctrl-C."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from idp.development.layout import Layout
from tests.development.support import free_base
from tests.development.test_run import started
from tests.stories.person import Person
from tests.stories.stack import Stack, running

pytestmark = pytest.mark.story
READY_AGAIN_SECONDS = 5
ROOT = Path(__file__).parents[2]


@pytest.mark.browser
@pytest.mark.slow
def test_two_copies_side_by_side_know_nothing_of_each_other(
    chromium: Browser, stack: Stack, tmp_path: Path
) -> None:
    """One browser at both: cookies do not keep ports apart (RFC 6265 §8.5), their names must."""
    with running(tmp_path) as second, chromium.new_context() as context:
        here, there = Person(stack, context.new_page()), Person(second, context.new_page())
        emails = [stack.new_member(), second.new_member()]
        for person, email in zip((here, there), emails, strict=True):
            person.go_to_sign_in()
            person.give_password(email)
            person.give_code(person.stack.code(email), trust=True)
            person.is_greeted(email)
        there.press("Me déconnecter")
        there.is_told("Vous êtes déconnecté")
        here.page.reload()
        here.is_greeted(emails[0])
        here.page.goto(stack.idp)
        expect(here.page.get_by_text("Vous êtes connecté.")).to_be_visible()
        there.go_to_sign_in()
        there.give_password(emails[0])
        there.is_told("Identifiant ou mot de passe incorrect")


@pytest.mark.browser
def test_a_restart_is_quick_and_nobody_notices(chromium: Browser, tmp_path: Path) -> None:
    with chromium.new_context() as context, running(tmp_path) as before:
        email = before.new_member()
        person = Person(before, context.new_page())
        person.go_to_sign_in()
        person.give_password(email)
        person.give_code(before.code(email), trust=True)
        person.is_greeted(email)
        newest = before.mail(email, number=2)
        assert before.run.end(signal.SIGINT) == (0, "")
        begun = time.monotonic()
        with started(before.layout) as run:
            took = time.monotonic() - begun
            assert took < READY_AGAIN_SECONDS + _queued_seconds(before.layout)
            after = Stack(before.layout, run)
            person.page.reload()
            person.is_greeted(email)
            person.press("Me déconnecter")
            person.is_told("Vous êtes déconnecté")
            person.go_to_sign_in()
            person.give_password(email)
            person.is_greeted(email)
            assert after.mail(email, number=2) == newest


def test_ctrl_c_under_make_leaves_no_process(tmp_path: Path) -> None:
    """A terminal signals make, its shell and the supervisor all at once."""
    if shutil.which("make") is None:
        pytest.skip("NO make ON THIS MACHINE: `make run` was not tested")
    layout = Layout(free_base(), tmp_path / "state", tmp_path / "keys")
    with _made(layout) as process:
        _read_table(process)
        assert len(_processes_of(layout)) >= 6  # make, the supervisor and its four children
        os.killpg(process.pid, signal.SIGINT)
        _said, errors = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGINT
        assert "Traceback" not in errors
        assert _processes_of(layout) == []


@contextmanager
def _made(layout: Layout) -> Iterator[subprocess.Popen[str]]:
    """`make run`, its variables on the command line, in the environment that runs this test."""
    places = {"PORT_BASE": layout.base, "STATE_DIR": layout.state_dir, "KEYS_DIR": layout.keys_dir}
    named = [f"{name}={value}" for name, value in {"VENV": sys.prefix, **places}.items()]
    process = subprocess.Popen(
        ["make", "--old-file=install", "run", *named],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # whoever runs the tests in the background ignores it, and so would make
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=60)


def _read_table(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    if any(line.startswith("  commands") for line in process.stdout):
        return
    _said, errors = process.communicate(timeout=60)
    raise AssertionError(f"it ended first: {errors}")


def _processes_of(layout: Layout) -> list[Path]:
    """The /proc folder of every process that was told this copy's STATE_DIR."""
    told = f"STATE_DIR={layout.state_dir}\0"
    return [pid for pid in Path("/proc").glob("[0-9]*") if told in _read(pid / "environ")]


def _queued_seconds(layout: Layout) -> float:
    """How long they have stood in line for a processor: on a busy machine, not their own doing."""
    tasks = (task for pid in _processes_of(layout) for task in pid.glob("task/*/schedstat"))
    waited = (_read(task).split() for task in tasks)  # nanoseconds run, nanoseconds waited, slices
    return sum(int(numbers[1]) for numbers in waited if numbers) / 1e9


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # it has just ended, or is not ours
        return ""
