"""Lists that people fill in, written so that no word of theirs is lost: carried over, or the old list kept, or refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers import records
from helpers.faults import Fault, ReviewError
from helpers.project import write_atomically, write_together
from helpers.project.together import Content
from helpers.screening import sources
from helpers.update import layout
from helpers.update.errors import fault, misused

Row = dict[str, str]


@dataclass(frozen=True)
class Handout:
    """A list to be filled in.

    Attributes
    ----------
    path : Path
        Where it goes; what people filled in may lie there.
    text : str
        The list as it is now, CSV with a header, or what another tool reads.
    key : tuple of str
        Columns that say what a row is about: what was filled in is carried over to the row with the same cells. Empty for
        the layouts of other tools, of which nothing can be carried over.
    fill : tuple of str
        Columns that people fill in.
    prefilled : tuple of str
        Those of them that hold words from the beginning: carried over with the others, and alone no work of anybody's.
    mark : str
        Words by which a list without `key` is known as one of ours.
    make : function, optional
        What makes the file's bytes of the text, such as a workbook; default: the text in UTF-8.
    is_ours_alone : bool
        Nothing is filled in there: it is written over.
    """

    path: Path
    text: str
    key: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    prefilled: tuple[str, ...] = ()
    mark: str = ""
    make: Callable[[str], bytes] | None = None
    is_ours_alone: bool = False

    def content(self, text: str) -> str | bytes:
        """What is written for a text of the list."""
        return text if self.make is None else self.make(text)


def hand_out(
    root: Path,
    handouts: Sequence[Handout],
    *,
    files: Mapping[str, Content] | None = None,
    unless_changed: Mapping[str, Content] | None = None,
) -> list[str]:
    """Write lists, and what belongs to them, as one.

    Parameters
    ----------
    root : Path
        Folder of the review.
    handouts : sequence of Handout
        The lists.
    files, unless_changed : mapping of str to Content, optional
        What is written together with the lists, as for `write_together`: after a crash all of it is there, or nothing.

    Returns
    -------
    list of str
        What became of words that people had filled in: a sentence for each list that had any.

    Raises
    ------
    UsageError
        A file that is none of our lists lies there, or a list of another tool that differs from the new one. Nothing was
        written.
    """
    home = root.resolve()
    inside: dict[str, Content] = dict(files or {})
    outside: dict[Path, str | bytes] = {}
    faults: list[Fault] = []
    said: list[str] = []
    for handout in handouts:
        try:
            new, lines = _planned(root, handout)
        except ReviewError as error:
            faults += error.faults
            continue
        said += lines
        for path, content in new.items():
            at = path.resolve()
            if at.is_relative_to(home):
                inside[at.relative_to(home).as_posix()] = content
            else:
                outside[path] = content
    if faults:
        raise misused("Nothing was written", *faults)
    for path, content in outside.items():
        write_atomically(path, content)
    write_together(root, inside, unless_changed=unless_changed)
    return said


def refuse_public(root: Path, out: Path, holds: str) -> None:
    """Refuse a place that git follows for a list of which not every word is ours.

    Raises
    ------
    UsageError
        The place lies in the review, and not below the folder that git ignores.
    """
    at = out.resolve()
    if at.is_relative_to(root.resolve()) and not at.is_relative_to((root / layout.RAW).resolve()):
        message = f"the lists hold {holds}, and the repository is published"
        fix = f"Write them below {layout.RAW}/, or outside the review."
        raise misused("Nothing was written", fault("--out", message, fix, rule="no-abstracts", value=str(out)))


def _planned(root: Path, handout: Handout) -> tuple[dict[Path, str | bytes], list[str]]:
    """What is to be written for a list, the old one among it where words of it are not on the new one."""
    path, shown = handout.path, layout.shown(root, handout.path)
    if not path.exists() or (handout.is_ours_alone and path.is_file()):
        return {path: handout.content(handout.text)}, []
    if path.is_dir():
        fix = "Name a file."
        raise misused("", fault(shown, "this is a folder", fix, rule="out-own-list"))
    old = path.read_bytes()
    if old == handout.text.encode("utf-8"):
        return {}, []
    if not handout.key:
        return _of_other_tool(handout, old, shown)
    before = _sheet(handout, shown)
    new, rows = _parsed(handout.text)
    own = [name for name in handout.fill if name not in handout.prefilled]
    filled = [row for row in before if any(row[name] for name in own)]
    words = {_cells(row, handout.key): {name: row[name] for name in handout.fill if row[name]} for row in filled}
    for row in rows:
        row |= words.pop(_cells(row, handout.key), {})
    added = {
        name for row in before for name, cell in row.items() if cell and name not in new
    }  # notes in columns of theirs
    if not words and before == [{name: row[name].strip() for name in new} for row in rows]:  # only saved otherwise
        return {}, _carried(shown, len(filled))
    text = _written(new, rows, handout.text)
    if not words and not added:
        return {path: handout.content(text)}, _carried(shown, len(filled))
    kept = _free(path)
    lost = f"{len(words)} filled-in rows that are not on the new list" if words else "columns that were added"
    line = f"{shown}: the list that lay there is kept as {layout.shown(root, kept)}, for its {lost}."
    return {kept: old, path: handout.content(text)}, [*_carried(shown, len(filled) - len(words)), line]


def _carried(shown: str, count: int) -> list[str]:
    return [f"{shown}: what was filled in there in {count} row{'s' * (count != 1)} stays."] if count else []


def _of_other_tool(handout: Handout, old: bytes, shown: str) -> tuple[dict[Path, str | bytes], list[str]]:
    """A list in the layout of another tool is written over only where there is nothing in it to lose."""
    if handout.mark and handout.mark in old.decode("utf-8", errors="replace"):
        message = "a list lies there that differs from the new one, and may hold decisions"
        fix = "Hand it in first and then remove it, or name another folder."
    else:
        message, fix = "a file lies there that is none of these lists", "Name another folder or file."
    raise misused("", fault(shown, message, fix, rule="out-own-list"))


def _sheet(handout: Handout, shown: str) -> list[Row]:
    """Rows of the list that lies there, as a spreadsheet has left it, with the names of columns as we write them."""
    try:
        sheet = sources.read_sheet(sources.read_text(handout.path), handout.path)
    except ReviewError:
        sheet = None
    if sheet is None or not {*handout.key, *handout.fill} <= set(sheet.columns):
        message, fix = "a file lies there that is none of these lists", "Name another folder or file."
        raise misused("", fault(shown, message, fix, rule="out-own-list"))
    rows = [{name: records.unsafe_cell(cell).strip() for name, cell in row.items()} for _, row in sheet.rows]
    return [row for row in rows if not next(iter(row.values()), "").startswith(sources.HELP)]


def _parsed(text: str) -> tuple[list[str], list[Row]]:
    """Columns and rows of a list of ours; rows of help are no rows."""
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    rows = [dict(zip(cells[0], map(records.unsafe_cell, row), strict=True)) for row in cells[1:]]
    return cells[0], [row for row in rows if not row[cells[0][0]].startswith(sources.HELP)]


def _cells(row: Mapping[str, str], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(row[name].split()) for name in names)


def _written(columns: Sequence[str], rows: Sequence[Row], template: str) -> str:
    """The list with what was carried over, its rows of help as they were."""
    reader = csv.reader(io.StringIO(template.removeprefix("\ufeff"), newline=""))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    fresh = iter(rows)
    for number, cells in enumerate(reader):
        if number == 0 or cells[0].startswith(sources.HELP):
            writer.writerow(cells)
        else:
            row = next(fresh)
            writer.writerow([records.safe_cell(row[name]) for name in columns])
    return "\ufeff" * template.startswith("\ufeff") + stream.getvalue()


def _free(path: Path) -> Path:
    """A name beside the list, in a folder `kept`, that nothing has yet."""
    number = 1
    while (kept := path.parent / "kept" / f"{path.stem}.{number}{path.suffix}").exists():
        number += 1
    return kept
