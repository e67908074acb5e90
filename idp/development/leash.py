"""Run a command so that it cannot outlive the supervisor: `python -m idp.development.leash CMD…`.

A supervisor that is killed outright cannot stop anybody; the kernel does it instead.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(parent: int, command: list[str]) -> None:
    """Become `command`; it is sent SIGTERM when the process `parent` ends. Does not return."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())  # the supervisor holds signals back
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
