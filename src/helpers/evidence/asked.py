"""Evidence that keeps what it was asked, so that the same questions can be put again to other data."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import reads
from helpers.codes import Codes
from helpers.evidence.model import Evidence
from helpers.evidence.totals import Living
from helpers.settings import Settings

Question = tuple[Any, ...]
VIEW = "evidence"  # first word of every question to it
BY_ID = ("row", "has", "slip")  # asked by the hundred: recorded together, as rows, hass and slips


class Asked(Evidence):
    """The same evidence, which notes each question on its way: rows asked for by column, by id, or a table as a whole.

    Parameters
    ----------
    inner : Evidence
        What answers.
    view : tuple of (str or None, bool)
        What it was asked as: the update asked for, and whether as printed.
    """

    _inner: Evidence
    _view: tuple[str | None, bool]
    _questions: dict[str, str]

    def __init__(self, inner: Evidence, view: tuple[str | None, bool]) -> None:
        for name, value in {"_inner": inner, "_view": view, "_questions": {}}.items():
            object.__setattr__(self, name, value)
        self._ask("about")
        reads.answer_at_the_end(self._answers)

    def _ask(self, *question: Any) -> None:
        if (text := repr(question)) not in self._questions:  # answered now: the notebook may change what it is given
            with reads.unwatched():
                self._questions[text] = answer(self._inner, question)

    def _answers(self) -> dict[str, str]:
        """All questions so far with the digests of their answers; rows by id are one question, or they would be hundreds."""
        found = dict(self._questions)
        for kind in BY_ID:
            if texts := sorted(text for text in found if text.startswith(f"('{kind}', ")):
                together = (f"{kind}s", *(ast.literal_eval(text)[1] for text in texts))
                found[repr(together)] = _together(found.pop(text) for text in texts)
        return {repr((VIEW, *self._view, *ast.literal_eval(text))): value for text, value in found.items()}

    @property
    def root(self) -> Path:
        """Folder of the review; who asks for it looks at files, of which those that are opened are noted one by one."""
        reads.note(reads.FILES)
        return self._inner.root

    @property
    def as_of(self) -> str:
        """Update the tables are cut at."""
        return self._inner.as_of

    @property
    def is_latest(self) -> bool:
        """Whether no later update is integrated."""
        return self._inner.is_latest

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables; each that is taken is noted as a whole."""
        return _Tables(self)

    @property
    def corrections(self) -> tuple[Mapping[str, Any], ...]:
        """Known slips of the sources."""
        self._ask("corrections")
        return self._inner.corrections

    @property
    def living(self) -> Mapping[str, Living]:
        """The rows that differ from print."""
        reads.note(reads.EVERYTHING)
        return self._inner.living

    @property
    def uncut(self) -> Mapping[str, pd.DataFrame]:
        """The tables as their files have them."""
        reads.note(reads.EVERYTHING)
        return self._inner.uncut

    @property
    def update(self) -> pd.Series:
        """The update itself."""
        self._ask("update")
        return self._inner.update

    @cached_property
    def printed(self) -> Evidence:
        """The same evidence before anything was added up; its questions are kept apart."""
        return self if self._view[1] else Asked(self._inner.printed, (self._view[0], True))

    def select(self, table: str = "counts", /, **wanted: Any) -> pd.DataFrame:
        """Rows of a table with these values."""
        plain = {name: _plain(value) for name, value in sorted(wanted.items())}
        if _is_literal(plain):
            self._ask("select", table, plain)
        else:
            self._ask("table", table)
        with reads.unwatched():
            return self._inner.select(table, **wanted)

    def columns(self, table: str, names: Collection[str]) -> pd.DataFrame:
        """Some columns of a whole table."""
        self._ask("columns", table, list(names))
        return self._inner.columns(table, names)

    def row(self, row_id: str) -> pd.Series:
        """One row by its id."""
        self._ask("row", str(row_id))
        return self._inner.row(row_id)

    def has_row(self, row_id: str) -> bool:
        """Whether there is such a row."""
        self._ask("has", str(row_id))
        return self._inner.has_row(row_id)

    def counted_once(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows in which no patient stands twice."""
        self._ask("table", "cohorts")
        return self._inner.counted_once(rows)

    def corrections_of(self, row_id: str) -> list[Mapping[str, Any]]:
        """Known slips that touch a row."""
        self._ask("slip", str(row_id))
        return self._inner.corrections_of(row_id)

    @property
    def settings(self) -> Settings:
        """What the review says of itself."""
        self._ask("settings")
        with reads.unwatched():
            return self._inner.settings

    @property
    def codes(self) -> Codes:
        """The code lists."""
        self._ask("table", "vocabularies")
        return self._inner.codes

    @property
    def section_pages(self) -> dict[str, str]:
        """The notebook of each section."""
        self._ask("pages")
        with reads.unwatched():
            return self._inner.section_pages


class _Tables(Mapping[str, pd.DataFrame]):
    """Tables of which each that is taken is noted."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def __getitem__(self, name: str) -> pd.DataFrame:
        self._asked._ask("table", name)
        return self._asked._inner.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked._inner.tables)

    def __len__(self) -> int:
        return len(self._asked._inner.tables)


def answer(review: Evidence, question: Question) -> str:
    """Digest of what the evidence answers; that there is no answer is one, too."""
    kind, *rest = question
    if kind[:-1] in BY_ID:
        return _together(answer(review, (kind[:-1], name)) for name in rest)
    try:
        text = _text(review, kind, rest)
    except (LookupError, ValueError) as error:
        text = type(error).__name__
    return reads.digest(text.encode("utf-8", "surrogatepass"))


def _text(review: Evidence, kind: str, rest: list[Any]) -> str:
    match kind, rest:
        case "about", []:
            return repr((review.as_of, review.is_latest))
        case "update", []:
            return repr(review.update.to_dict())
        case "table", [table]:
            return _frame(review.tables[table])
        case "select", [table, wanted]:
            return _frame(review.select(table, **wanted))
        case "columns", [table, names]:
            return _frame(review.columns(table, names))
        case "row", [name]:
            row = review.row(name)
            return repr((row.name, list(row.items())))
        case "has", [name]:
            return repr(review.has_row(name))
        case "slip", [name]:
            return json.dumps(review.corrections_of(name), default=str)
        case "corrections", []:
            return json.dumps(review.corrections, default=str)  # in the order of the file, which is the order shown
        case "settings", []:
            return repr(review.settings)
        case "pages", []:
            return repr(review.section_pages)
    raise LookupError(kind)  # a question of another version of the engine


def _together(answers: Iterable[str]) -> str:
    return reads.digest(" ".join(answers).encode())


def _frame(frame: pd.DataFrame) -> str:
    """Everything a frame holds: lines of the file, columns, types, cells."""
    return repr(
        (list(frame.columns), [str(t) for t in frame.dtypes], list(frame.index), frame.to_numpy(object).tolist())
    )


def _plain(value: Any) -> Any:
    return (
        sorted(value, key=repr)
        if isinstance(value, (set, frozenset))
        else list(value)
        if isinstance(value, tuple)
        else value
    )


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False


class Replay:
    """Answers to recorded questions from the data that are here now; each version of the evidence is loaded once."""

    def __init__(self, load: Callable[[str | None], Evidence]) -> None:
        self._load = load
        self._views: dict[tuple[str | None, bool], Evidence] = {}

    def __call__(self, question: Question) -> str:
        """Digest of an answer.

        Raises
        ------
        ReviewError
            The data cannot be loaded.
        """
        _, as_of, is_printed, *rest = question
        if (as_of, is_printed) not in self._views:
            review = self._load(as_of)
            self._views |= {(as_of, False): review, (as_of, True): review.printed}
        return answer(self._views[as_of, is_printed], tuple(rest))
