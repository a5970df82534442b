"""What a notebook reads while it runs, so that it is run again only when one of these things has changed.

The evidence notes its own questions here (`evidence.Asked`). Whatever else a notebook opens in the review's folder is noted
by Python's audit hooks; a folder of data that is listed stands for everything. Only code that goes past Python (a shell, a
reader in C that opens files by itself) is not seen: see `needs_everything`.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EVERYTHING = (
    "everything",
)  # data, helpers, references and versions: what a notebook depends on that asks in no other way
FILES = ("files",)  # all data but the tables, with the names of all files
NOT_READ = ("src", "notebooks", "_runs", "_site")  # code and what is made; versions of code have their own key
PAST_PYTHON = re.compile(
    r"^\s*[!%]|\b(subprocess|os\.system|os\.popen|get_ipython|ctypes|mmap|sqlite3|lxml|multiprocessing)\b", re.M
)
DIGITS = 16  # of a SHA-256, in a record that people see in a diff

_root: str | None = None
_found: dict[str, str] = {}  # questions as text, with the digests of their answers
_later: list[Callable[[], dict[str, str]]] = []
_local = threading.local()


def digest(content: bytes) -> str:
    """The beginning of a SHA-256."""
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def digest_of_file(path: Path) -> str:
    """The same of a file; a word where there is none."""
    with unwatched():
        return digest(path.read_bytes()) if path.is_file() else "none"


def needs_everything(code: str) -> bool:
    """Whether a notebook may read in a way that cannot be recorded: commands of the shell or of IPython, other processes."""
    return PAST_PYTHON.search(code) is not None


def record(root: str) -> None:
    """Note from now on what this process reads below a folder; once for a process."""
    global _root
    if _root is None:
        _root = os.path.realpath(root)
        sys.addaudithook(_hook)


def recorded_root() -> Path | None:
    """Folder below which reading is noted; None where it is not."""
    return None if _root is None else Path(_root)


def note(question: tuple[Any, ...]) -> None:
    """Note a question whose answer the runner knows: `EVERYTHING` or `FILES`."""
    _found[repr(question)] = ""


def answer_at_the_end(answers: Callable[[], dict[str, str]]) -> None:
    """Ask somebody who keeps questions for them, and for their answers, once the notebook has run."""
    _later.append(answers)


def recorded() -> dict[str, str]:
    """Every question as text, with the digest of its answer (empty for those that the runner answers)."""
    found = dict(_found)
    with unwatched():
        for answers in _later:
            found |= answers()
    return dict(sorted(found.items()))


@contextmanager
def unwatched() -> Iterator[None]:
    """Read without noting it: what is read here is noted as a question by who reads it."""
    before = getattr(_local, "is_unwatched", False)
    _local.is_unwatched = True
    try:
        yield
    finally:
        _local.is_unwatched = before


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("open", "os.listdir", "os.scandir") or getattr(_local, "is_unwatched", False) or _root is None:
        return
    path = arguments[0]
    if isinstance(path, int):
        return
    inside = _inside(os.fsdecode(path) if path is not None else ".")
    if inside is None:
        return
    if event != "open":
        if inside.parts[0] == "data":
            note(EVERYTHING)
    elif not _only_writes(arguments[1], arguments[2]):
        question = repr(("file", inside.as_posix()))
        if question not in _found:
            _found[question] = "none"  # what reads it meanwhile is this line itself
            _found[question] = digest_of_file(Path(_root) / inside)


def _inside(path: str) -> Path | None:
    """A path within the folder; None where it is elsewhere, hidden, code or made."""
    whole = os.path.abspath(path)  # noqa: PTH100  # asks the disk nothing, so that the hook does not call itself
    if not whole.startswith(f"{_root}{os.sep}"):
        return None
    found = Path(whole[len(str(_root)) + 1 :])
    return None if found.parts[0] in NOT_READ or found.parts[0].startswith(".") else found


def _only_writes(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return "r" not in mode and "+" not in mode
    return bool(isinstance(flags, int) and flags & os.O_WRONLY)
