"""Records as a table, and tables as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.records import clean
from helpers.records.building import LONGEST_CELL
from helpers.records.cells import safe_cell, unsafe_cell
from helpers.records.record import COLUMNS, Record


def to_frame(records: Iterable[Record], *, update_id: str, export_id: str, database: str) -> pd.DataFrame:
    """Rows of ``records.csv``: bibliographic facts, no abstract, no keywords.

    Parameters
    ----------
    records : iterable of Record
        Of one export.
    update_id : str
        The update they belong to, e.g. ``2024-06-30``.
    export_id : str
        The export they come from: the first 12 hexadecimal digits of its SHA-256.
    database : str
        The database that was searched, as the operator names it; empty for what the records say themselves.

    Returns
    -------
    DataFrame, one row a record
        Columns `COLUMNS`; ``record_id`` is ``<update_id>:<export_id>:<position>``, ``position`` and ``line`` are whole
        numbers, everything else is text and empty where the export says nothing. A text longer than a spreadsheet's
        cell is cut and says so.
    """
    rows = [
        {
            "record_id": f"{update_id}:{export_id}:{record.position}",
            "export_id": export_id,
            "position": record.position,
            "line": record.line,
            "database": database or record.database,
            "authors": _fitting("; ".join(record.authors)),
            "relations": _fitting("; ".join(record.relations)),
            **{name: _fitting(getattr(record, name)) for name in COLUMNS[5:] if name not in ("authors", "relations")},
        }
        for record in records
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = ["position", "line"]
    return frame.astype({name: "int64" if name in numbers else "str" for name in COLUMNS})


def _fitting(value: str) -> str:
    if len(value) <= LONGEST_CELL:
        return value
    return f"{value[:LONGEST_CELL]}\u2026 [cut: {len(value):,} characters]"


def write_csv(frame: pd.DataFrame, *, bom: bool = False) -> str:
    """A table as CSV that no spreadsheet can take for formulas.

    Parameters
    ----------
    frame : DataFrame
        Any table; missing values become empty cells. The index is not written.
    bom : bool
        Begin with a byte order mark, by which Excel knows UTF-8.

    Returns
    -------
    str
        Comma separated, LF, quoted where needed, each cell through `safe_cell`.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_cell(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow(["" if pd.isna(cell) else safe_cell(str(cell)) for cell in row])
    return ("\ufeff" if bom else "") + text.getvalue()


def read_csv(text: str) -> pd.DataFrame:
    """The table that `write_csv` wrote: every cell as text, as it was.

    Parameters
    ----------
    text : str
        With or without a byte order mark.

    Returns
    -------
    DataFrame
        All columns of type str; an empty cell is an empty text.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    if not rows:
        return pd.DataFrame()
    names, *cells = [[unsafe_cell(cell) for cell in row] for row in rows if row]
    return pd.DataFrame(cells, columns=names, dtype="str")


_RIS_KINDS = {"conference": "CONF", "meeting": "CONF", "book": "BOOK", "chapter": "CHAP", "thesis": "THES"}
_RIS_TAGS = (
    ("TI", "title"),
    ("AU", "authors"),
    ("PY", "year"),
    ("T2", "journal"),
    ("VL", "volume"),
    ("IS", "issue"),
    ("SP", "pages"),
    ("DO", "doi"),
    ("C5", "pmid"),  # as Embase.com writes it
    ("C2", "pmcid"),  # as EndNote writes it
    ("AN", "accession"),
    ("M3", "type"),
    ("LA", "language"),
    ("DB", "database"),
    ("KW", "keywords"),
    ("AB", "abstract"),
)


def write_ris(
    records: pd.DataFrame | Iterable[Record], *, id_column: str = "record_id", extra: Mapping[str, str] | None = None
) -> str:
    """Records as RIS for reference managers and screening tools.

    Parameters
    ----------
    records : DataFrame or iterable of Record
        A frame has columns of ``records.csv`` and may have ``abstract`` and ``keywords``; what it lacks is left out.
    id_column : str
        Column of a frame that goes to the ``ID`` tag, by which decisions find their way back.
    extra : mapping of str to str, optional
        Further tags and the columns that fill them, e.g. ``{"N1": "note"}``.

    Returns
    -------
    str
        UTF-8 text with LF; `read_export` gives the same records back, `other` excepted.
    """
    if isinstance(records, pd.DataFrame):
        rows: Iterable[dict[str, object]] = ({str(k): v for k, v in row.items()} for row in records.to_dict("records"))
    else:
        rows = ({name: getattr(record, name) for _, name in _RIS_TAGS} for record in records)
    tags = (("ID", id_column), *_RIS_TAGS, *(extra or {}).items())
    return "".join(_ris_record(row, tags) for row in rows)


def _ris_record(row: Mapping[str, object], tags: Iterable[tuple[str, str]]) -> str:
    lines = [f"TY  - {_ris_kind(str(row.get('type') or ''))}"]
    for tag, name in tags:
        value = row.get(name)
        if isinstance(value, tuple | list):
            values = [str(part) for part in value]
        elif value is None or pd.isna(value):  # type: ignore[call-overload]
            continue
        else:
            values = str(value).split("; ") if name in ("authors", "keywords") else [str(value)]
        lines += [
            f"{tag}  - {tidy}" for part in values if (tidy := clean.text(part))
        ]  # one line: no tag can hide in it
    return "\n".join([*lines, "ER  - ", "", ""])


def _ris_kind(kind: str) -> str:
    return next((code for word, code in _RIS_KINDS.items() if word in kind.lower()), "JOUR")
