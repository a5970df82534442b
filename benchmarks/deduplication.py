"""Linking of records beside bib-dedupe: accuracy on labelled sets, speed and memory on them and on invented records.

Run ``python benchmarks/deduplication.py FOLDER``, or set ``REVIEW_LABELLED_SETS`` to the folder: in it a folder for each set
with ``records.csv`` (ID, ENTRYTYPE, title, author, year, journal, volume, number, pages, perhaps doi and booktitle) and
``merged_record_ids.csv`` (``merged_ids``: the ids of one report, between them ``;``), as in the evaluation of bib-dedupe.
``--store`` keeps the counts of our rules for the page of methods. Without a folder only growth is measured, on invented records. ``--full`` runs bib-dedupe on 200,000 records too (a quarter
of an hour and more), ``--million`` our rules on a million; ``--show`` prints what the methods and the labels disagree on.

Each figure is that of a whole process, from its start to its written result; memory is that of its largest process. Run on
a quiet machine, or read the ratios and processor times only. Counts are records removed wrongly (FP), kept wrongly (FN) and
removed rightly (TP), where one record of each group is kept. "Linked" are those of the FN that our rules show to a person, or
relate otherwise, instead of merging them; "with linked" is the recall if these are counted as found; "asked" is the number of
questions that a person gets.

The bars: no record merged against the labels; recall not below that of bib-dedupe, where labels that join two DOIs on two
pages are shown and left out; 20 times its speed from 7,000 records on, 40 times from 200,000; a million records in 5 minutes
and 8 GB; growth near linear.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deduplication.counting import Count, count, disagreements, read_truth, two_documents
from deduplication.synthetic import read_words, write_set

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / "_runs" / "bench"
STORED = "data/results/linking-accuracy.csv"
YARDSTICK = "bib-dedupe==0.11.0"
SIZES = (5_000, 50_000, 200_000)
YARDSTICK_MOST = 50_000  # records; beyond, only with --full
BARS = ((200_000, 40), (7_000, 20))  # from so many records on, so many times as fast
MOST_SECONDS, MOST_MEGABYTES = 300, 8_000  # for a million records
MOST_POWER, LARGE = 1.2, 50_000  # of growth; in smaller sets the start of the process weighs too much
HEAD = "| set | records | method | FP | FN | linked | asked | TP | precision | recall | with linked | seconds | processor | ratio | peak MB |"


@dataclass(frozen=True)
class Run:
    """One method on one set."""

    seconds: float
    processor: float
    megabytes: int
    result: dict[str, list[list[str]]]


@dataclass(frozen=True)
class Measured:
    """What was measured on one set: our run, what is to be said of its labels, and the bars that are missed."""

    size: int
    ours: Run
    notes: list[str]
    missed: list[str]
    stored: dict[str, object]


def environment() -> dict[str, str]:
    """The environment of each process: compiled modules are kept, so that no start pays for compiling."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(WORK / "pycache")}


def run(python: Path, script: str, records: Path) -> Run:
    """A method as a process of its own, measured from outside."""
    target = WORK / "result.json"
    started = time.perf_counter()
    with (WORK / "log.txt").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [python, HERE / "deduplication" / script, records, target], env=environment(), stdout=log, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{script} failed on {records}:\n{(WORK / 'log.txt').read_text(encoding='utf-8')[-2000:]}")
    processor = usage.ru_utime + usage.ru_stime
    return Run(seconds, processor, usage.ru_maxrss // 1024, json.loads(target.read_text(encoding="utf-8")))


def yardstick() -> Path | None:
    """The Python of bib-dedupe's environment, which is made when missing; None, with the reason printed, where it cannot be."""
    home = WORK / YARDSTICK.replace("==", "-")
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        print(f"Installing {YARDSTICK} into {home.relative_to(ROOT)} ...", file=sys.stderr)
        for command in (
            [sys.executable, "-m", "venv", "--clear", home],
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", YARDSTICK],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"bib-dedupe is not measured, because it could not be installed: {done.stderr.strip()[-300:]}")
                return None
        (home / "ready").touch()
    return python


def linked(result: dict[str, list[list[str]]], truth: dict[str, int]) -> int:
    """Records kept wrongly that a link of another kind, or a question, joins to their group."""
    groups = result["groups"] + [
        pair[:2] for pair in result["linked"] if truth.get(pair[0], -1) == truth.get(pair[1], -2)
    ]
    joined: dict[str, set[str]] = {}
    for group in groups:
        whole = set(group).union(*(joined.get(name, set()) for name in group))
        joined |= dict.fromkeys(whole, whole)
    unique = {id(group): list(group) for group in joined.values()}
    return count(result["groups"], truth).fn - count(unique.values(), truth).fn


def row(name: str, size: int, method: str, of: Run, counted: Count, more: tuple[str, str], ratio: str) -> str:
    """A line of the table."""
    cells = (
        name,
        f"{size:,}",
        method,
        str(counted.fp),
        str(counted.fn),
        *more,
        f"{counted.tp:,}",
        f"{counted.precision:.4f}",
        f"{counted.recall:.4f}",
        f"{(counted.tp + int(more[0])) / max(counted.tp + counted.fn, 1):.4f}" if more[0] else "",
        f"{of.seconds:.1f}",
        f"{of.processor:.1f}",
        ratio,
        f"{of.megabytes:,}",
    )
    return f"| {' | '.join(cells)} |"


def show(
    method: str, result: dict[str, list[list[str]]], cells: dict[str, dict[str, str]], truth: dict[str, int]
) -> None:
    """What a method and the labels disagree on, record by record."""
    why = {frozenset(pair[:2]): f"{pair[2]}: {pair[3]}" for pair in result.get("linked", [])}
    for title, groups in zip(
        ("merged against the labels", "labelled and not merged"), disagreements(result["groups"], truth), strict=True
    ):
        for group in groups:
            print(f"\n{method}, {title}. {why.get(frozenset(group[:2]), '')}")
            for name in group:
                print("    " + " | ".join(value for column, value in cells[name].items() if value and column != "ID"))


def disputed(
    cells: dict[str, dict[str, str]], truth: dict[str, int], groups: set[int], of: dict[str, Run]
) -> list[str]:
    """A sentence for each label that joins two DOIs on two pages: what the records are, and what each method does."""
    lines = []
    for group in sorted(groups):
        names = [name for name, number in truth.items() if number == group]
        merging = [method for method, one in of.items() if not count(one.result["groups"], dict.fromkeys(names, 0)).fn]
        quoted = (f"“{cells[n]['title']}”, pages {cells[n]['pages']}, DOI {cells[n]['doi']}" for n in names)
        lines.append(
            f"one label joins two DOIs on two pages, so recall is compared without it (merged by"
            f" {' and '.join(merging) or 'none'}): {' / '.join(quoted)}"
        )
    return lines


def measure(name: str, folder: Path, python: Path | None, *, is_shown: bool) -> Measured:
    """Both methods on one set; prints the lines of the table."""
    records, truth = folder / "records.csv", read_truth(folder / "merged_record_ids.csv")
    with records.open(encoding="utf-8", newline="") as stream:
        cells = {line["ID"]: line for line in csv.DictReader(stream)}
    size = len(cells)
    ours = run(Path(sys.executable), "ours.py", records)
    counted = count(ours.result["groups"], truth)
    asked = ours.result["questions"]
    theirs = run(python, "with_bib_dedupe.py", records) if python else None
    ratio = f"{theirs.seconds / ours.seconds:.0f}" if theirs else ""
    seen = linked(ours.result, truth)
    print(
        row(name, size, "our rules", ours, counted, (str(seen), "" if asked is None else str(asked)), ratio), flush=True
    )
    doubted = two_documents(truth, cells)
    notes = disputed(cells, truth, doubted, {"our rules": ours} | ({"bib-dedupe": theirs} if theirs else {}))
    missed = [f"our rules merge {counted.fp} records against the labels"] if counted.fp else []
    if size >= 1_000_000 and (ours.seconds > MOST_SECONDS or ours.megabytes > MOST_MEGABYTES):
        missed.append(f"our rules need {ours.seconds:.0f} seconds and {ours.megabytes:,} MB")
    if theirs:
        print(row(name, size, "bib-dedupe", theirs, count(theirs.result["groups"], truth), ("", ""), "1"), flush=True)
        sure = {record: group for record, group in truth.items() if group not in doubted}
        kept, beside = (count(one.result["groups"], sure).fn for one in (ours, theirs))
        if doubted:
            as_labelled = (count(one.result["groups"], truth).recall for one in (ours, theirs))
            without = (count(one.result["groups"], sure).recall for one in (ours, theirs))
            notes.append(
                "recall of our rules and of bib-dedupe as labelled: {:.4f} and {:.4f}; without these labels: {:.4f} and {:.4f}".format(
                    *as_labelled, *without
                )
            )
        if kept > beside:
            missed.append(f"our rules keep {kept} copies, bib-dedupe {beside}")
        bar = next((times for least, times in BARS if size >= least), 0)
        if theirs.seconds < bar * ours.seconds:
            missed.append(f"our rules are {theirs.seconds / ours.seconds:.1f} times as fast, and not {bar} times")
    if is_shown:
        show("our rules", ours.result, cells, truth)
        if theirs:
            show("bib-dedupe", theirs.result, cells, truth)
    head = f"{name}, {size:,} records: "
    stored = {
        "set": name,
        "records": size,
        "copies": counted.tp + counted.fn,
        "merged_rightly": counted.tp,
        "merged_wrongly": counted.fp,
        "shown_or_related": seen,
        "questions": "" if asked is None else asked,
        "processor_seconds": f"{ours.processor:.1f}",
        "peak_megabytes": ours.megabytes,
    }
    return Measured(size, ours, [head + line for line in notes], [head + line for line in missed], stored)


def growth(measured: list[Measured]) -> tuple[str, bool]:
    """How the processor time of our rules grows with the records, and whether that is near linear."""
    least, most = (choose(measured, key=lambda one: one.size) for choose in (min, max))
    power = math.log(most.ours.processor / least.ours.processor) / math.log(most.size / least.size)
    said = f"From {least.size:,} to {most.size:,} records our processor time grows as their number to the power {power:.2f}."
    return said, power <= MOST_POWER


def main() -> int:
    """Print the table and the bars that are missed; exit 1 where one is."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", nargs="?", type=Path, default=os.environ.get("REVIEW_LABELLED_SETS"))
    reader.add_argument("--full", action="store_true", help="bib-dedupe on 200,000 records too")
    reader.add_argument("--million", action="store_true", help="our rules on a million records too")
    reader.add_argument("--show", action="store_true", help="what methods and labels disagree on")
    reader.add_argument(
        "--sizes", type=lambda text: [int(n) for n in text.split(",") if n], default=SIZES, help="invented records"
    )
    reader.add_argument(
        "--store", action="store_true", help=f"write what our rules do to {STORED}, for the page of methods"
    )
    reader.add_argument("--without-yardstick", action="store_true", help="our rules only")
    given = reader.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    python = None if given.without_yardstick else yardstick()
    words = read_words(ROOT / "references.bib")
    small = write_set(WORK / "invented-100", words, 100)
    run(Path(sys.executable), "ours.py", small / "records.csv")  # so that modules are compiled before anything counts
    if python:
        run(python, "with_bib_dedupe.py", small / "records.csv")
    sets = sorted(path.parent for path in Path(given.folder).glob("*/merged_record_ids.csv")) if given.folder else []
    if not sets:
        print(
            "Accuracy is not measured: no labelled sets. Name the folder that holds them, or set REVIEW_LABELLED_SETS to it;"
            " its layout stands in `--help`."
        )
    if not given.full:
        print(
            f"bib-dedupe is not measured beyond {YARDSTICK_MOST:,} records: a quarter of an hour and more, with --full."
        )
    if not given.million:
        print("A million records are not measured: some minutes and gigabytes, with --million.")
    print(f"{HEAD}\n|{'---|' * (HEAD.count('|') - 1)}")
    done = [measure(folder.name, folder, python, is_shown=given.show) for folder in sets]
    invented = []
    for size in (*given.sizes, *([1_000_000] if given.million else [])):
        folder = write_set(WORK / f"invented-{size}", words, size)
        within = size <= YARDSTICK_MOST or (given.full and size <= max(SIZES))
        invented.append(measure("made_up", folder, python if within else None, is_shown=False))
    done += invented
    if given.store:
        with (ROOT / STORED).open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, list(done[0].stored), lineterminator="\n")
            table.writeheader()
            table.writerows(one.stored for one in done)
    missed = [line for one in done for line in one.missed]
    large = [one for one in invented if one.size >= LARGE]
    if len(large) > 1:
        said, is_near_linear = growth(large)
        print(said)
        missed += [] if is_near_linear else [f"growth: the power is above {MOST_POWER}"]
    print(*(line for one in done for line in one.notes), sep="\n", end="\n" if any(one.notes for one in done) else "")
    print(*(f"Missed. {line}" for line in missed), sep="\n", end="\n" if missed else "")
    print("Not every bar is kept." if missed else "All bars that were measured are kept.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
