"""Invented records in any number, made by recombining the review's own references, with copies, look-alikes and their truth.

Titles follow the words of the references two by two, authors and journals are drawn from them, places and identifiers are
random. None of the records exists. Copies are spoiled as databases spoil them: other case, British or American spelling,
abbreviated journals, initials or full names, cut lists of authors, missing fields, pages as 73-6 or 73-76, a slip of a key.
Look-alikes share nearly everything and are not copies: an erratum, a second part, a meeting abstract of the same title.
"""

from __future__ import annotations

import csv
import itertools
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

COLUMNS = ("ID", "ENTRYTYPE", "title", "author", "year", "journal", "volume", "number", "pages", "doi")
GIVEN = [
    "Anna",
    "Ben",
    "Chloe",
    "David",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Karin",
    "Luca",
    "Maria",
    "Nils",
    "Olga",
    "Pedro",
    "Rosa",
    "Sven",
    "Tara",
    "Yusuf",
]
SHARE_COPIED, SHARE_LOOK_ALIKE = 0.35, 0.05


@dataclass(frozen=True)
class Words:
    """What references are made of: words that follow a word in titles, first words, surnames, journals."""

    after: dict[str, list[str]]
    first: list[str]
    surnames: list[str]
    journals: list[str]


@dataclass(frozen=True)
class Invented:
    """An invented record; ``authors`` are (surname, given name, second initial)."""

    title: str
    authors: tuple[tuple[str, str, str], ...]
    year: int
    journal: str
    volume: str
    number: str
    first: int
    last: int
    doi: str
    full_names: bool = False
    drop: frozenset[str] = field(default_factory=frozenset)
    short_pages: bool = False


def read_words(bibliography: Path) -> Words:
    """The words of a BibTeX file; its own few fields are read by pattern, so that nothing needs to be installed."""
    text = bibliography.read_text(encoding="utf-8")
    values = defaultdict(list)
    for name, value in re.findall(r"^\s*(title|author|journal)\s*=\s*[{\"](.+?)[}\"],?\s*$", text, re.MULTILINE):
        values[name].append(value.replace("{", "").replace("}", ""))
    after: dict[str, list[str]] = defaultdict(list)
    first = []
    for title in values["title"]:
        words = title.split()
        first.append(words[0])
        for word, following in itertools.pairwise(words):
            after[word].append(following)
    named = sorted(
        {name.split(",")[0].strip() for names in values["author"] for name in names.split(" and ") if "," in name}
    )
    # Few people sign the references; beginnings and ends of their names make some thousands.
    surnames = sorted({a[: (len(a) + 1) // 2] + b[len(b) // 2 :].lower().lstrip() for a in named for b in named})
    return Words(dict(after), first, surnames, sorted(set(values["journal"])))


def invent(words: Words, chance: random.Random, number: int) -> Invented:
    """A record that exists nowhere."""
    title = [chance.choice(words.first)]
    length = chance.randint(9, 16)
    vocabulary = list(words.after)
    while len(title) < length:
        title.append(
            chance.choice(words.after.get(title[-1]) or vocabulary)
            if chance.random() < 0.7
            else chance.choice(vocabulary)
        )
    people = tuple(
        (chance.choice(words.surnames), chance.choice(GIVEN), chance.choice("ABCDEFGHJKLMNPRST"))
        for _ in range(chance.randint(1, 12))
    )
    year, first = chance.randint(1985, 2023), chance.randint(1, 2400)
    return Invented(
        title=" ".join(title),
        authors=people,
        year=year,
        journal=chance.choice(words.journals),
        volume=str(year - 1960 + chance.randint(0, 12)),
        number=str(chance.randint(1, 12)),
        first=first,
        last=first + chance.randint(2, 14),
        doi=f"10.{1000 + number % 97}/x.{year}.{number}",
    )


def _slip(title: str, chance: random.Random) -> str:
    place = chance.randrange(3, len(title) - 3)
    return (
        title[:place] + title[place + 1 :]
        if chance.random() < 0.5
        else title[:place] + title[place - 1] + title[place:]
    )


def spoil(record: Invented, chance: random.Random) -> Invented:
    """A copy of a record as another database would have it."""
    title = record.title
    if chance.random() < 0.5:
        title = title.lower() if chance.random() < 0.7 else title.upper()
    if chance.random() < 0.3:
        title = title.replace("aem", "em").replace("paed", "ped")
    if chance.random() < 0.08:
        title = f"[{title}]. [Chinese]"
    if chance.random() < 0.06:
        title = _slip(title, chance)
    journal = record.journal
    if chance.random() < 0.5:
        journal = " ".join(
            word[: max(3, len(word) // 2)] for word in journal.split() if word.lower() not in {"of", "the", "and"}
        )
    authors = record.authors
    if chance.random() < 0.1:
        authors = authors[: max(1, min(3, len(authors)))]
    missing = {
        name: chance.random() < share
        for name, share in (("doi", 0.5), ("number", 0.25), ("pages", 0.06), ("volume", 0.04), ("year", 0.02))
    }
    if missing["pages"] and missing["volume"]:
        missing["doi"] = False  # something must be left to know it by
    return replace(
        record,
        title=title,
        journal=journal,
        authors=authors,
        full_names=chance.random() < 0.4,
        short_pages=chance.random() < 0.4,
        drop=frozenset(name for name, is_missing in missing.items() if is_missing),
    )


def look_alike(record: Invented, chance: random.Random, number: int) -> Invented:
    """Another report that shares most of what a record says."""
    doi = f"10.{1000 + number % 97}/y.{record.year}.{number}"
    kind = chance.randrange(3)
    if kind == 0:
        return replace(record, title=f"Erratum: {record.title}", first=record.last + 40, last=record.last + 40, doi=doi)
    if kind == 1:
        return replace(record, title=f"{record.title}. Part 2", first=record.last + 1, last=record.last + 9, doi=doi)
    return replace(
        record,
        journal="Abstracts of the Annual Meeting",
        volume="",
        number="",
        first=chance.randint(3000, 5000),
        last=0,
        doi="",
    )


def as_row(record: Invented, name: str) -> dict[str, str]:
    """The record as the row of a table."""
    people = [f"{s}, {g} {i}." if record.full_names else f"{s}, {g[0]}. {i}." for s, g, i in record.authors]
    first, last = str(record.first), str(record.last)
    if record.short_pages and len(first) == len(last):
        same = next((k for k, (x, y) in enumerate(zip(first, last, strict=True)) if x != y), 0)
        last = last[same:]
    row = {
        "ID": name,
        "ENTRYTYPE": "article",
        "title": record.title,
        "author": " and ".join(people),
        "year": str(record.year),
        "journal": record.journal,
        "volume": record.volume,
        "number": record.number,
        "pages": f"{first}-{last}" if record.last else first,
        "doi": record.doi,
    }
    return {column: "" if column in record.drop else value for column, value in row.items()}


def write_set(folder: Path, words: Words, size: int, *, seed: int = 20260630) -> Path:
    """A set of `size` records with its truth, in the layout of the labelled sets.

    Parameters
    ----------
    folder : Path
        Gets ``records.csv`` and ``merged_record_ids.csv``.
    words : Words
    size : int
        Records, copies and look-alikes included.
    seed : int, optional

    Returns
    -------
    Path
        `folder`.
    """
    chance = random.Random(seed)
    rows: list[tuple[Invented, int]] = []
    number = 0
    while len(rows) < size:
        record = invent(words, chance, number)
        rows.append((record, number))
        draw = chance.random()
        if draw < SHARE_COPIED:
            rows += [(spoil(record, chance), number) for _ in range(1 if chance.random() < 0.8 else 2)]
        elif draw < SHARE_COPIED + SHARE_LOOK_ALIKE:
            number += 1
            rows.append((look_alike(record, chance, number), number))
        number += 1
    rows = rows[:size]
    chance.shuffle(rows)
    folder.mkdir(parents=True, exist_ok=True)
    groups: dict[int, list[str]] = defaultdict(list)
    with (folder / "records.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        for position, (record, truth) in enumerate(rows):
            name = f"s{position:07d}"
            table.writerow(as_row(record, name))
            groups[truth].append(name)
    with (folder / "merged_record_ids.csv").open("w", encoding="utf-8", newline="") as stream:
        stream.write("merged_ids\n")
        stream.writelines(";".join(names) + "\n" for names in groups.values() if len(names) > 1)
    return folder
