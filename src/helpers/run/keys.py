"""What an executed notebook depends on, and the records of what it was made from.

While nothing at all has changed, one key over everything says so. When it has, the questions that the notebook asked while
it ran (`helpers.reads`) are put to the data that are here now: with the same answers it would become the same notebook.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import helpers
from helpers import reads
from helpers.faults import Fault, ReviewError
from helpers.project import write_atomically
from helpers.run.errors import UsageError

if TYPE_CHECKING:
    from helpers.evidence import Replay

Entry = dict[str, Any]
Records = Mapping[str, Mapping[str, Any]]

STATE = "_runs/state.json"  # this machine's runs: never committed, so that a fresh clone runs everything
RECORD = "data/results/run.json"  # committed: lets `review check` see stale notebooks without running them
PACKAGE = Path(helpers.__file__).parent
# Made for people and pages, not for notebooks: a rule of `review check` keeps notebooks from importing them.
NOT_FOR_NOTEBOOKS = (
    "cli",
    "consistency",
    "extraction",
    "guards",
    "language",
    "links",
    "proof",
    "publish",
    "report",
    "run",
    "skeleton",
    "update",
)
LAYOUT = "2"  # raise it when the runner writes the same notebook in other bytes
TABLES = re.compile(r"data/[^/]+\.csv")
DATA_SUFFIXES = (".csv", ".json", ".yaml", ".yml")


def shared_inputs(root: Path) -> str:
    """SHA-256 over everything that all notebooks may read: helpers, data, references, navigation, locked versions."""
    return Inputs(root).shared


@dataclass
class Inputs:
    """Everything that the notebooks of a review may read, as it is now; each part is read when it is first asked for.

    Attributes
    ----------
    root : Path
        Folder of the review.
    """

    root: Path
    _answers: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in shared_files(self.root)}

    @cached_property
    def shared(self) -> str:
        """SHA-256 over all of it."""
        return _sum(self._digests)

    @cached_property
    def _code(self) -> str:
        """The same over helpers and versions only."""
        return _sum({n: d for n, d in self._digests.items() if n.startswith("src/") or n == "requirements.lock"})

    @cached_property
    def _files(self) -> str:
        """The same over data without the content of tables, which are asked by row."""
        return _sum({n: "" if TABLES.fullmatch(n) else d for n, d in self._digests.items() if n.startswith("data/")})

    def key(self, script: bytes, parameters: Mapping[str, Any]) -> str:
        """Key of a notebook over everything it might read."""
        return notebook_key(script, parameters, self.shared)

    def entry(self, script: bytes, found: Mapping[str, str]) -> Entry:
        """What a notebook that was just run with its defaults was made from, for `RECORD`.

        Parameters
        ----------
        script : bytes
            Its script.
        found : mapping of str to str
            What it read, as `reads.recorded` gives it.
        """
        answers = {question: value or str(self._answer(question)) for question, value in found.items()}
        return {"key": self.key(script, {}), "code": notebook_key(script, {}, self._code), "reads": answers}

    def same_as_in(self, entry: Mapping[str, Any], script: bytes) -> bool:
        """Whether a notebook run now with its defaults would become what it was when it was recorded."""
        if entry.get("key") == self.key(script, {}):
            return True
        if entry.get("code") != notebook_key(script, {}, self._code):
            return False
        return all(self._answer(question) == answer for question, answer in entry["reads"].items())

    def _answer(self, question: str) -> str | None:
        """Digest of the answer to a recorded question; None where the data cannot answer."""
        if question not in self._answers:
            try:
                self._answers[question] = self._look_up(ast.literal_eval(question))
            except (ValueError, SyntaxError, TypeError, LookupError, OSError, ReviewError):
                self._answers[question] = None  # the run, or `review check`, tells why
        return self._answers[question]

    def _look_up(self, question: tuple[Any, ...]) -> str:
        if question == reads.EVERYTHING:
            return self.shared[: reads.DIGITS]
        if question == reads.FILES:
            return self._files[: reads.DIGITS]
        if question[0] == "file":
            return reads.digest_of_file(self.root / question[1])
        return self._replay(question)

    @cached_property
    def _replay(self) -> Replay:
        from helpers import evidence  # loads pandas, which a run without work can spare

        return evidence.Replay(lambda as_of: evidence.load(self.root, as_of=as_of))


def _sum(digests: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(f"{name}\0{digest}\n" for name, digest in digests.items()).encode()).hexdigest()


def shared_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Files behind `shared_inputs`, with the names they go by on every machine."""
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0].removesuffix(".py") not in NOT_FOR_NOTEBOOKS:
            yield f"src/helpers/{inside.as_posix()}", path
    integrated = _integrated(root)
    for path in sorted((root / "data").rglob("*")):
        inside = path.relative_to(root / "data")
        if inside.parts[0] == "updates" and len(inside.parts) > 1 and inside.parts[1] not in integrated:
            continue  # under way: no evidence yet, so that a decision does not make every notebook due
        wanted = path.suffix in DATA_SUFFIXES or inside.parts[0] == "extraction"
        if wanted and inside.parts[0] != "results" and not path.name.startswith(".") and path.is_file():
            yield f"data/{inside.as_posix()}", path
    for name in ("references.bib", "requirements.lock", "_quarto.yml"):
        if (root / name).is_file():
            yield name, root / name


def _integrated(root: Path) -> set[str]:
    """Ids of the updates that are part of the evidence."""
    try:
        with (root / "data" / "updates.csv").open(encoding="utf-8", newline="") as stream:
            return {row["update_id"] for row in csv.DictReader(stream) if row["status"] == "integrated"}
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        return set()  # `review check` and the loader tell


def refuse_foreign_helpers(root: Path) -> None:
    """Refuse to run a clone's notebooks with the helpers of another clone.

    Raises
    ------
    UsageError
        The review has helpers of its own and others are installed.
    """
    own = root / "src" / "helpers"
    if own.is_dir() and own.resolve() != PACKAGE.resolve():
        message = f"the review's own helpers are in {own}, but those in use are in {PACKAGE}"
        fix = "Use the review's own environment: `make .venv`, then its .venv/bin/review."
        raise UsageError([Fault("src/helpers", None, None, None, "own-helpers", message, fix)], "Other helpers in use")


def notebook_key(script: bytes, parameters: Mapping[str, Any], shared: str) -> str:
    """Key of one notebook: its source, the parameters that are not the defaults, and the shared inputs."""
    values = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    source = hashlib.sha256(script).hexdigest()
    return hashlib.sha256("\0".join([LAYOUT, source, values, shared]).encode()).hexdigest()


def read_record(root: Path, name: str) -> dict[str, Entry]:
    """Entries of `STATE` or `RECORD` by notebook; empty where there is no such file yet.

    Raises
    ------
    ReviewError
        The committed record is damaged, for example by a merge. The local state is merely forgotten then.
    """
    path = root / name
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        parts = [
            part for entry in entries.values() for part in ({**entry, "reads": ""} | entry.get("reads", {})).values()
        ]
        if not all(isinstance(part, str) for part in parts):
            raise TypeError("an entry is not text")
        return {key: dict(entry) for key, entry in entries.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if name == STATE:
            return {}
        fix = f"It is made by machine: delete {name} and run `review run --force`."
        raise ReviewError([Fault(name, None, None, None, "run-record", f"cannot be read: {error}", fix)]) from error


def write_record(root: Path, name: str, entries: Records) -> None:
    """Write `STATE` or `RECORD`, the same bytes for the same entries."""
    text = json.dumps({"notebooks": entries}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomically(root / name, text)
