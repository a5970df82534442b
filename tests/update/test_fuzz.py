"""Damaged inputs of every kind: read, or refused in a sentence; never a traceback, and no record lost without a word.

The suite reads a bounded number, always the same ones; `make fuzz` (REVIEW_FUZZ=long) reads 3,000.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers import records, screening
from helpers.faults import ReviewError

from .conftest import FIRST, SECOND, THIRD, nbib, ris

ROUNDS = 3000 if os.environ.get("REVIEW_FUZZ") == "long" else 150
IDS = [f"2024-06-30:{'ab' * 6}:{n}" for n in (1, 2, 3)]
NOTE = 'review-id: {} | RAYYAN-INCLUSION: {{"Anna"=>"Excluded"}} | RAYYAN-EXCLUSION-REASONS: wrong drug'
XML = "<xml><records><record><ref-type name='Journal Article'>17</ref-type><titles><title>{}</title></titles></record></records></xml>"
EXPORTS = {
    "a.nbib": nbib(FIRST, SECOND, THIRD),
    "a.ris": ris(FIRST, SECOND, THIRD),
    "a.xml": XML.format(FIRST),
    "a.bib": f"@article{{one, title = {{{FIRST}}}, author = {{A, B and C, D}}, year = 2024}}\n" * 2,
    "a.csv": f'Title,Authors,Year,DOI\n"{FIRST}",A B,2024,10.5555/1\n"{SECOND}",C D,2024,\n',
}
DECISIONS = {
    "d.csv": "report_id,decision,reason,reviewer,decided_on\n"
    + "".join(f"{i},exclude,,Anna,2024-07-01\n" for i in IDS),
    "r.csv": "key,title,notes\n"
    + "".join(
        f'{n},"Sheep {n}","{NOTE.format(i)}"\n'.replace('"Anna"=>"Excluded"', '""Anna""=>""Excluded""')
        for n, i in enumerate(IDS)
    ),
    "z.ris": "".join(
        f"TY  - JOUR\nTI  - Sheep\nN1  - review-id: {i}\nN1  - <p>ASReview_relevant</p>\nER  - \n\n" for i in IDS
    ),
    "review_1_irrelevant_csv.csv": "Title,DOI,Covidence #,Notes\n"
    + "".join(f"Sheep,10.5555/{n},#{n},review-id: {i}\n" for n, i in enumerate(IDS)),
}
JUNK = (
    "\x00",
    "\ufeff",
    '"',
    ";",
    "\t",
    "\n",
    "\r",
    "=cmd|' /C calc'!A1",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "{{{",
    "é" * 40,
    "<<<<<<< HEAD\n",
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A file as a broken download, a wrong encoding, an editor or a spreadsheet may leave it."""
    at, other = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    lines = content.splitlines(keepends=True)
    ways: list[Callable[[], bytes]] = [
        lambda: content[:at],
        lambda: content[:at] + content[other:],
        lambda: content[:at] + chance.choice(JUNK).encode("utf-8", "surrogatepass") + content[at:],
        lambda: content[:at] + bytes(chance.randrange(256) for _ in range(8)) + content[at:],
        lambda: b"".join(chance.sample(lines, len(lines))),
        lambda: content + content[at:],
        lambda: content.replace(b"\n", b"\r\n" if chance.random() < 0.5 else b"\r"),
        lambda: content.decode("utf-8", "replace").encode("utf-16"),
        lambda: content.replace(b",", b";"),
        lambda: content.upper(),
    ]
    return chance.choice(ways)()


@pytest.fixture(scope="module")
def reasons() -> screening.Reasons:
    terms = [
        ("exclusion_reason", "too_few", "Too few", "Made up.", 1),
        ("exclusion_reason", "not_retrieved", "Not had", "Made up.", 2),
    ]
    return screening.Reasons.from_table(pd.DataFrame(terms, columns=["list", "code", "label", "definition", "sort"]))


@pytest.mark.parametrize("name", EXPORTS)
def test_damaged_exports_are_read_or_refused(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    for _ in range(ROUNDS // len(EXPORTS)):
        path = tmp_path / name
        path.write_bytes(damaged(EXPORTS[name].encode(), chance))
        try:
            content = records.read_export(path)
        except ReviewError as error:
            assert error.faults and all(fault.message and fault.fix for fault in error.faults)
            continue
        frame = records.to_frame(content.records, update_id="2024-06-30", export_id="ab", database="")
        assert len(frame) == len(content.records) == content.parsed
        assert content.parsed == content.started or content.notes


@pytest.mark.parametrize("name", DECISIONS)
def test_damaged_decisions_are_read_or_refused(tmp_path: Path, reasons: screening.Reasons, name: str) -> None:
    chance = random.Random(name)
    known = {i: i for i in IDS}
    for _ in range(ROUNDS // len(DECISIONS)):
        path = tmp_path / name
        path.write_bytes(damaged(DECISIONS[name].encode(), chance))
        try:
            found = screening.read_decisions(
                path, phase="title_abstract", known=known, reasons=reasons, today="2024-07-02", reviewer="Anna"
            )
        except ReviewError as error:
            assert error.faults and all(fault.message and fault.fix for fault in error.faults)
            continue
        assert set(found.decisions["report_id"]) <= set(IDS)
        assert set(found.decisions["decision"]) <= {"include", "exclude", "unsure"}
