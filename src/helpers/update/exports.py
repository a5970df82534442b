"""Search exports that the operator names: read, counted, and held against the review before anything is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from helpers import records
from helpers.faults import Fault, ReviewError
from helpers.project import digest
from helpers.settings import load_settings
from helpers.update import databases, layout
from helpers.update.errors import fault

NO_DOUBTS: Mapping[str, Collection[str]] = MappingProxyType({})
FEWEST_ON_TOPIC = 0.05  # share of titles; a search finds its subject, that of another review hardly ever does
COMMON = """
treatment treatments therapy therapies patients patient children childhood child disease diseases syndrome disorder
disorders conditions condition other group given several mixed inhibitors inhibitor study clinical intravenous cell stem
transplantation exchange plasma unspecified second third combination high dose with without associated treated systemic
"""
COMMON_WORDS = frozenset(COMMON.split())  # in the labels of treatments and conditions, but also in any other title


@dataclass(frozen=True)
class Given:
    """A file that the operator names.

    Attributes
    ----------
    path : Path
        Where it lies.
    database : str
        Where it comes from, as the operator says; empty when the file itself may tell.
    arm : str
        Arm of the flow diagram: ``databases``, ``registers`` or ``other``.
    """

    path: Path
    database: str
    arm: str


@dataclass(frozen=True)
class Export:
    """A file that was read whole.

    Attributes
    ----------
    given : Given
        As named.
    sha256, export_id : str
        Hash of its bytes, and the beginning of it.
    size : int
        Bytes.
    content : Import
        Its records, and how they were counted.
    """

    given: Given
    sha256: str
    size: int
    content: records.Import

    @property
    def export_id(self) -> str:
        """Id of the export: the same bytes always have the same."""
        return self.sha256[:12]

    @property
    def name(self) -> str:
        """Name of the file, without its folder."""
        return self.given.path.name

    @property
    def database(self) -> str:
        """As the operator says, else as the file says; see `name_faults`."""
        return self.given.database or databases.told_by_file(self.content.records) or databases.UNNAMED

    def row(self, today: str) -> dict[str, str]:
        """Its row of ``exports.csv``."""
        content = self.content
        return {
            "export_id": self.export_id,
            "file": self.name,
            "sha256": self.sha256,
            "bytes": str(self.size),
            "format": content.format,
            "database": self.database,
            "arm": self.given.arm,
            "started": str(content.started),
            "parsed": str(content.parsed),
            "imported_on": today,
        }

    def frame(self, update_id: str) -> pd.DataFrame:
        """Its rows of ``records.csv``."""
        frame = records.to_frame(
            self.content.records, update_id=update_id, export_id=self.export_id, database=self.database
        )
        return frame.astype("str")


def with_names(given: Iterable[Given]) -> list[Given]:
    """``NAME=FILE`` taken apart where no option says whose file it is: so the operator names the source."""
    found = []
    for one in given:
        name, _, path = str(one.path).partition("=")
        if one.database or not path or one.path.exists():
            found.append(one)
        else:
            found.append(Given(Path(path), " ".join(name.split()), one.arm))
    return found


def name_faults(export: Export) -> list[Fault]:
    """Whether the name of the database can be used: it becomes part of file names, tables, pages and pictures."""
    if databases.is_plain(export.database):
        return []
    option = "--register" if export.given.arm == "registers" else "--other"
    message = f"{'the name given' if export.given.database else 'what the file says of its database'} cannot be used"
    fix = f'Give a plain name ({databases.RULE}): {option} "NAME={export.name}"'
    return [fault(export.name, message, fix, rule="database-name", value=export.database[:100])]


def read_exports(
    given: Sequence[Given],
    *,
    anyway: Mapping[str, Collection[str]] = NO_DOUBTS,
    imported: Collection[str] = frozenset(),
) -> list[Export]:
    """Read every file, and say everything that is wrong with any of them.

    Parameters
    ----------
    given : sequence of Given
        Files.
    anyway : mapping of str to collection of str
        Doubts that the operator lets pass, by path of the file.
    imported : collection of str
        Hashes of files that were imported already: of these nothing is asked again.

    Raises
    ------
    ReviewError
        A file is missing, is no search export, or does not add up; the faults of all files together.
    """
    found: list[Export] = []
    faults: list[Fault] = []
    for one in given:
        if not one.path.is_file():
            what = "is a folder" if one.path.is_dir() else "is not there"
            fix = "Give the path of the exported file."
            faults.append(fault(str(one.path), f"the file {what}", fix, rule="file-present"))
            continue
        try:
            sha256 = str(digest(one.path))
            passed = sha256 in imported or anyway.get(str(one.path), ())
            content = records.read_export(one.path, anyway=passed)
            found.append(Export(one, sha256, one.path.stat().st_size, content))
        except ReviewError as error:
            faults += error.faults
    if faults:
        raise ReviewError(faults, "Nothing was imported")
    return found


def topic_words(root: Path) -> frozenset[str]:
    """Words that a title on the review's subject is likely to have: its own, and those of its treatments and conditions."""
    terms = pd.read_csv(root / "data" / "vocabularies.csv", dtype="str", keep_default_na=False)
    named = terms[terms["list"].isin(["treatment", "condition"])]
    words = _words([*named["label"], *named["short"]])
    return frozenset({*words, *(word.lower() for word in load_settings(root).topic_words)})


def _words(texts: Iterable[str]) -> set[str]:
    return {w for text in texts for w in re.findall(r"[^\W\d_]{4,}", text.lower()) if w not in COMMON_WORDS}


def doubts(export: Export, *, topic: frozenset[str], searched_through: str) -> list[Fault]:
    """Why an export may be the wrong file although it can be read; for the operator to confirm.

    Parameters
    ----------
    export : Export
        What was read.
    topic : frozenset of str
        Words of which a title on the review's subject has at least one.
    searched_through : str
        Last day that earlier searches cover.
    """
    found = []

    def doubt(rule: str, message: str, value: str) -> None:
        option = records.anyway_option(export.name, rule)
        fix = f"If it is the right file, repeat the command with {option}; nothing was written."
        found.append(fault(export.name, message, fix, rule=rule, value=value[:100]))

    titles = [r.title for r in export.content.records if r.title]
    fits = sum(bool(_any_word(title, topic)) for title in titles)
    if titles and fits < max(1, FEWEST_ON_TOPIC * len(titles)):
        message = (
            f"{fits} of {len(titles)} titles have a word of this review's subject: is it the export of another review?"
        )
        doubt("on-topic", message, titles[0])
    years = [int(r.year) for r in export.content.records if r.year]
    # Reference lists and the like are old by nature; a search of a database or register is not.
    if years and max(years) < int(searched_through[:4]) and export.given.arm != "other":
        message = (
            f"its newest record is of {max(years)}, but the literature has been searched through {searched_through}"
        )
        doubt("newer-than-last-search", message, str(max(years)))
    if export.content.missing:
        lacking = ", ".join(export.content.missing)
        message = f"no record has {lacking}, which exports of {export.content.platform} always have: was it read right?"
        doubt("field-always-there", message, lacking)
    return found


def _any_word(title: str, topic: frozenset[str]) -> bool:
    return not topic.isdisjoint(re.findall(r"[^\W\d_]+", title.lower()))


def sort_out(root: Path, update_id: str, found: Sequence[Export]) -> tuple[list[Export], list[str], list[Fault]]:
    """Exports that are new; what to tell about those that are not; those that an earlier update has had.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Update that they are for.
    found : sequence of Export
        What was read.
    """
    imported = {u: layout.read(root, u, layout.EXPORTS) for u in layout.updates_on_disk(root)}
    seen: dict[str, str] = {}
    for update, rows in imported.items():
        for sha256, file in zip(rows["sha256"], rows["file"], strict=True):
            seen.setdefault(sha256, f"{update}\0{file}")
    new: list[Export] = []
    told: list[str] = []
    faults: list[Fault] = []
    for export in found:
        update, _, file = seen.get(export.sha256, "").partition("\0")
        if update and update != update_id:
            message = f"the very same file was imported as {file} for the update {update}"
            fix = "Give the export of the new search; records decided earlier would only come back as known."
            faults.append(fault(export.name, message, fix, rule="same-export"))
        elif update or export.sha256 in {one.sha256 for one in new}:
            twin = file or next(one.name for one in new if one.sha256 == export.sha256)
            told.append(
                f"{export.name} is the same file as {twin}, which is imported already; it was not counted twice"
            )
        else:
            new.append(export)
    return new, told, faults
