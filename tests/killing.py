"""A process killed at every moment at which it touches a file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TOUCHES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "shutil.rmtree")
KILLED, FAILED = 137, 1


def run_and_kill(action: Callable[[], Any], folder: Path, moment: int) -> bool:
    """Do something in a process of its own, which dies without a word at the n-th touch of a file below `folder`.

    Returns
    -------
    bool
        Whether it was killed; False when it ended by itself before.
    """
    child = os.fork()
    if not child:
        code = FAILED
        try:
            _die_at(folder, moment)
            with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
                action()
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED), f"ended with {code} at moment {moment}"
    return code == KILLED


def _die_at(folder: Path, moment: int) -> None:
    left = moment
    home = str(folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event not in TOUCHES or (event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)):
            return  # reading leaves nothing behind
        if any(isinstance(a, (str, Path)) and str(a).startswith(home) for a in arguments[:2]):
            left -= 1
            if left <= 0:
                os._exit(KILLED)  # as kill -9: no handler, no clean-up, no flush

    sys.addaudithook(hook)


def every_moment(action: Callable[[], Any], folder: Path, *, step: int = 1) -> Iterator[int]:
    """Kill `action` at every n-th touch, one after the other; the caller looks at what is left after each."""
    moment = 1
    while run_and_kill(action, folder, moment):
        yield moment
        moment += step
