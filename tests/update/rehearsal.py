"""The people of a rehearsal: an operator, two reviewers, two extractors and a third person, who all know the answers.

They play the whole update on a copy of the real review, from the exports to the moment before the merge.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from babel.messages.pofile import read_po, write_po
from copies import ROOT, copy_review

from helpers.publish import pandoc, stage
from helpers.records import unsafe_cell, write_csv
from helpers.update.state import Update, read_update

from .conftest import Answer, Review, reported

BASELINE, UPDATE = "2023-06-30", "2026-06-30"
SAMPLE = Path(__file__).parent / "sample"
PUBMED, EMBASE = "pubmed.nbib", "embase.ris"
CONTESTED = {"4": "include", "35": "include", "38": "include"}  # what the second reviewer decides otherwise
INCLUDED = {"1", "4", "24", "25", "33"}  # what both include on full text, by number of the publication
Row = dict[str, str]


def table(name: str) -> list[Row]:
    """Rows of a file of the sample."""
    with (SAMPLE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class People:
    """Those who decide, on an update that is under way.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        The update.
    """

    def __init__(self, root: Path, update_id: str) -> None:
        self.root, self.update_id = root, update_id
        state = self.state()
        files = dict(zip(state.exports["file"], state.exports["export_id"], strict=True))
        rows = state.records.to_dict("records")
        self.of_pubmed = {r["pmid"]: r["record_id"] for r in rows if r["export_id"] == files[PUBMED]}
        self.of_embase = {r["position"]: r["record_id"] for r in rows if r["export_id"] == files[EMBASE]}
        self.expected: dict[str, Row] = {}
        for row in table("expected.csv"):
            for record in (self.of_pubmed.get(row["pmid"]), self.of_embase.get(row["embase_position"])):
                if record:
                    self.expected[record] = row

    def state(self) -> Update:
        """The update as it stands."""
        return read_update(self.root, self.update_id)

    def truth(self) -> dict[frozenset[str], str]:
        """Relations of pairs that are both in the exports."""
        found = {}
        for row in table("truth.csv"):
            ends = [self._record(row[f"file_{side}"], row[f"key_{side}"]) for side in "ab"]
            if all(ends):
                found[frozenset(str(end) for end in ends)] = row["relation"]
        return found

    def _record(self, file: str, key: str) -> str | None:
        number = key.split()[-1]
        return {PUBMED: self.of_pubmed, EMBASE: self.of_embase}.get(file, {}).get(number)

    def expects(self, report: str) -> Row:
        """What is expected of a report, whichever of its records it is named by."""
        groups = self.state().report_of
        return next(self.expected[str(r)] for r, name in groups.items() if name == report and str(r) in self.expected)


def filled(sheet: Path, target: Path, fill: Callable[[Row], Mapping[str, str]]) -> Path:
    """A list filled in: each row with the cells that somebody writes into it. The lines that explain it stay."""
    lines = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
    rows = []
    for line in lines:
        row = {name: unsafe_cell(cell) for name, cell in line.items()}
        rows.append(row if next(iter(row.values())).startswith("#") else row | dict(fill(row)))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(write_csv(pd.DataFrame(rows)), encoding="utf-8")
    return target


def fill_form(form: Path, name: str, change: Callable[[str, Row], list[Row]] = lambda table, row: [row]) -> None:
    """An extraction form filled in from the sample, with what this extractor writes otherwise."""
    about = form / "about.csv"
    about.write_text(about.read_text(encoding="utf-8-sig").replace("your name,", f"your name,{name}"), encoding="utf-8")
    given: dict[str, list[Row]] = {t: table(f"extraction/{t}.csv") for t in ("studies", "cohorts", "counts")}
    for file, new in given.items():
        path = form / f"{file}.csv"
        header, *begun = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        names = [title.removesuffix(" *") for title in header]
        before = {row[0]: dict(zip(names, row, strict=True)) for row in begun}
        rows = [
            r for row in new for r in change(file, before.get(row["study_id"], {}) | row if file == "studies" else row)
        ]
        _write(path, header, [[row.get(name, "") for name in names] for row in rows])
    judge(form / "appraisals.csv")


def judge(path: Path) -> None:
    """Every item of the appraisal as not told: the publications themselves were not read for the rehearsal."""
    header, *rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    names = [title.removesuffix(" *") for title in header]
    said: dict[str, Any] = {"answer": "unclear", "note": "Not read for the rehearsal.", "locator": "Not read"}
    _write(path, header, [[said.get(name, cell) for name, cell in zip(names, row, strict=True)] for row in rows])


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def mended(name: str, row: Row) -> list[Row]:
    """The rows on the pooled emapalumab trials put right: shared patients told, other definitions not added up."""
    if row["study_id"] != "grom2024":
        return [row]
    if name == "cohorts":
        return [row | {"overlaps_with": "debenedetti2023-sjia", "overlap_patients": "14"}]
    if name != "counts" or not row["adds_up_to"]:
        return [row]
    alone = row | {"adds_up_to": ""}
    if row["measure"] != "patients":
        return [alone]
    new = {"detail": "not in the earlier trial", "events": "25", "how_obtained": "derived"}
    note = "39 less the 14 of NI-0501-06, who are in the total already."
    return [alone, row | new | {"note": note}]


def in_own_words(name: str, row: Row) -> list[Row]:
    """The same rows, found by somebody else: the place is told in other words."""
    rows = mended(name, row)
    return [found | {"locator": f"{found['locator']}, read by Ole"} for found in rows] if name == "counts" else rows


@dataclass
class Operated(Review):
    """A review that remembers each command that was given."""

    commands: list[tuple[str, ...]] = field(default_factory=list)

    def call(self, *words: str | Path, status: int | None = 0) -> Answer:
        self.commands.append(tuple(map(str, words)))
        return super().call(*words, status=status)


@dataclass
class Played:
    """What was seen on the way."""

    review: Operated
    people: People
    said: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.review.root

    def rows(self, name: str) -> list[Row]:
        return list(csv.DictReader(io.StringIO((self.root / f"data/{name}.csv").read_text(encoding="utf-8"))))


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def shown_alike(before: bytes, after: bytes) -> bool:
    """Whether two states of a notebook show the same, as a page is made of it, in every cell that both of them have.

    The cell that says as of when, and its place in the count, are left out.
    """
    cells = [json.loads(notebook)["cells"] for notebook in (before, after)]
    common = set.intersection(*({"".join(cell["source"]) for cell in side} for side in cells))
    for cell in [cell for side in cells for cell in side]:
        for part in [cell, *cell.get("outputs", ())]:
            part.pop("execution_count", None)
    one, other = ([c for c in side if "".join(c["source"]) in common] for side in cells)
    return one == other and len(one) > len(cells[0]) / 2


def new_copy(folder: Path) -> Operated:
    """A copy of the real review, all of it."""
    root = folder / "review"
    root.mkdir()
    copy_review(root)
    shutil.copy(ROOT / "CHANGELOG.md", root)
    return Operated(root)


def publish(root: Path) -> None:
    """Say of the pages in ``_site`` that they show what is in the review now."""
    key = stage.inputs_key(root, f"pandoc {pandoc.version()}")
    (root / "_site/.build.json").write_text(json.dumps({"key": key, "renderer": "pandoc"}))


def begin(review: Operated) -> Played:
    """The operator looks where the update stands, and starts it with the two exports."""
    review.stands()
    start = review.update("start", UPDATE, "--pubmed", SAMPLE / PUBMED, "--embase", SAMPLE / EMBASE, "--json").document
    reported(review.root, UPDATE)
    if (review.root / "_site").is_dir():
        publish(review.root)  # which shows the same as before the search strings were written down
    return Played(review, People(review.root, UPDATE), {"start": start})


def decide(made: Played) -> None:
    """Everything between the import and the merge."""
    link(made)
    screen(made)
    answer_signals(made)
    extract(made)


def work(made: Played, name: str) -> Path:
    return made.root / "_update" / UPDATE / "worklists" / name


def link(made: Played) -> None:
    """The operator answers the open pairs, and adds what no rule has found."""
    review, people = made.review, made.people
    made.said["links before"] = review.stands()["links"]
    truth = people.truth()
    reports = people.state().report_of.to_dict()

    def answer(row: Row) -> Row:
        ends = {reports.get(row[side], row[side]) for side in "ab"}
        for pair, relation in truth.items():
            if {reports[record] for record in pair} == ends:
                return {"relation": relation}
        known = any(row[side].startswith("known:") for side in "ab") and row["proposed"] == "same_report"
        return {"relation": "same_report" if known else "unrelated"}

    review.update("link", "--out", work(made, "links.csv"))
    done = filled(work(made, "links.csv"), made.root.parent / "links.csv", answer)
    review.update("link", "--decisions", done, "--person", "O. Operator")
    made.said["found"] = connected(made)
    for pair, relation in truth.items():
        if pair not in made.said["found"]:
            a, b = sorted(pair)
            review.update("link", "--pair", a, relation, b, "--person", "O. Operator", "--why", "the same trials")
    trial = people.of_embase["4"]
    review.update("link", "--pair", trial, "same_study", "known:debenedetti2023", "--person", "O. Operator")


def connected(made: Played) -> set[frozenset[str]]:
    """Pairs of the truth that the ledger connects: as one report, by the very relation, or as reports of one study."""
    state = made.people.state()
    reports = state.report_of.to_dict()
    said: dict[frozenset[str], set[str]] = {}
    studies: dict[str, set[str]] = {report: {report} for report in reports.values()}
    for row in state.current[state.current["status"] == "decided"].to_dict("records"):
        ends = [reports.get(row[side], row[side]) for side in "ab"]
        said.setdefault(frozenset(ends), set()).add(row["relation"])
        if row["relation"] in ("same_study", "abstract_of") and all(end in studies for end in ends):
            joined = studies[ends[0]] | studies[ends[1]]
            studies.update(dict.fromkeys(joined, joined))
    found = set()
    for pair, relation in made.people.truth().items():
        one, other = (reports[record] for record in pair)
        is_one_study = relation == "same_study" and other in studies[one]
        if (
            one == other
            if relation == "same_report"
            else is_one_study or relation in said.get(frozenset((one, other)), ())
        ):
            found.add(pair)
    return found


def screen(made: Played) -> None:
    """Two reviewers, who differ on a few; what they settle together."""
    review, people = made.review, made.people
    lists = work(made, "x").parent

    def first(report: str) -> Row:
        row = people.expects(report)
        return {"decision": "include" if row["expected"] == "full_text" else "exclude", "reason": row["reason"]}

    def second(report: str) -> Row:
        contested = CONTESTED.get(people.expects(report)["record_no"])
        return {"decision": contested, "reason": ""} if contested else first(report)

    def full(report: str) -> Row:
        number = people.expects(report)["record_no"]
        if number in INCLUDED:
            return {"decision": "include", "reason": ""}
        return {"decision": "exclude", "reason": "not_retrieved" if number == "32" else "no_treatment"}

    def together(row: Row) -> Row:
        wanted = people.expects(row["report_id"])["record_no"] == "4"  # an exception, as the trial is the only one
        return {"decision": "include", "reason": ""} if wanted else first(row["report_id"])

    names = ("--reviewer", "Ann Reader", "--reviewer", "Ben Reader")
    made.said["to screen"] = people.state().to_screen
    for phase, deciders in (("title_abstract", (first, second)), ("full_text", (full, full))):
        review.update("screen", "--out", lists, *names)
        files = []
        for who, decide in zip("ab", deciders, strict=True):
            sheet = lists / f"{phase}-reviewer-{who}.csv"
            files += [
                "--decisions",
                filled(sheet, made.root.parent / sheet.name, lambda row, d=decide: d(row["report_id"])),
            ]
        made.said[phase] = review.update("screen", *files).out
        conflicts = lists / f"conflicts-{phase}.csv"
        if conflicts.exists():
            review.update("screen", "--resolved", filled(conflicts, made.root.parent / "settled.csv", together))


def answer_signals(made: Played) -> None:
    """The operator answers for the signals that the search did not bring."""
    made.said["unanswered"] = made.review.stands()["signals"]["unanswered"]
    for name in made.said["unanswered"]:
        why = ("--why", "Not among the records of the rehearsal.")
        made.review.call("signals", "answer", name, "--update", UPDATE, "--answer", "waits", *why)
    publish(made.root)  # with the answers; as `review build` before the merge would


def extract(made: Played) -> None:
    """Two extractors, a third person, the refused merge, and the forms put right."""
    review, forms = made.review, made.root / "_update" / UPDATE / "forms"

    def second(name: str, row: Row) -> list[Row]:
        """Differs in a number, and has one row less."""
        if name == "counts" and row["measure"] == "death" and row["study_id"] == "matt2025":
            return [row | {"events": "3"}]
        return [] if row.get("measure") == "recurrence" else [row]

    review.update("extract", "--out", forms)
    fill_form(forms / "a", "Eve Extractor")
    fill_form(forms / "b", "Ole Extractor", second)
    made.said["extract"] = review.update("extract", "--a", forms / "a", "--b", forms / "b").out
    decided = filled(
        work(made, "extraction-open.csv"),
        made.root.parent / "decided.csv",
        lambda row: {"chosen": "a", "reason": "looked up again"},
    )
    review.update("extract", "--adjudicated", decided, "--person", "T. Third")
    before = review.files()
    made.said["refused"] = review.update("merge", "--json", status=1).document
    made.said["untouched"] = review.files() == before
    for who in "ab":
        shutil.rmtree(forms / who)
        (forms / f"{who}.xlsx").unlink()
    review.update("extract", "--out", forms)
    fill_form(forms / "a", "Eve Extractor", mended)
    fill_form(forms / "b", "Ole Extractor", in_own_words)
    review.update("extract", "--a", forms / "a", "--b", forms / "b")
    if review.stands()["step"] == "extract":
        sheet = work(made, "audit.csv")
        reason = "39 patients in both trials, of whom 25 are new; the note tells"
        done = filled(sheet, made.root.parent / "audit.csv", lambda row: {"reason": reason})
        review.update("extract", "--acknowledged", done, "--person", "T. Third")


def take_in(made: Played) -> None:
    """The merge, which names what would be false; the team rewords it, and the merge goes through."""
    review = made.review
    before = review.files()
    made.said["dry"] = review.update("merge", "--dry-run", status=None).out
    made.said["falsified"] = review.update("merge", "--json", status=1).document
    made.said["still untouched"] = review.files() == before
    reword(made.root)
    made.said["merge"] = review.update("merge").out


def rewordings() -> dict[str, Any]:
    """What the team says instead of what the update makes false."""
    found: dict[str, Any] = yaml.safe_load((SAMPLE / "reworded.yaml").read_text(encoding="utf-8"))
    return found


def reword(root: Path) -> None:
    """The team puts what is true in place of what the merge has named: sentences in pages, rows in tables."""
    for sentence in rewordings()["sentences"]:
        path = root / sentence["file"]
        words = r"\s+".join(map(re.escape, sentence["before"].split()))  # however its lines are broken
        text, count = re.subn(
            rf"{words}(?:\s*<!--.*?-->)?", lambda _, s=sentence: s["now"], path.read_text(), flags=re.S
        )
        assert count == 1, sentence
        path.write_text(text, encoding="utf-8")
    for wanted in rewordings()["rows"]:
        path = root / f"data/{wanted['table']}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            header, *lines = csv.reader(stream)
        rows = [dict(zip(header, line, strict=True)) for line in lines]
        ended = [row for row in rows if wanted["replaces"].items() <= row.items() and not row["retired_in"]]
        new = []
        for row in ended:
            cells = wanted["cells"] | wanted.get("except", {}).get(row.get("domain"), {})
            new.append(row | cells | {"added_in": UPDATE})
            row["retired_in"] = UPDATE
        assert new, wanted
        _write(path, header, [list(row.values()) for row in [*rows, *new]])


def translate(root: Path) -> None:
    """The catalogue gets the new texts of the home page: in German, or, where nobody is at hand, kept in English."""
    path = root / "locale/de.po"
    catalogue = read_po(io.BytesIO(path.read_bytes()))
    wanted = read_po(io.BytesIO((root / "locale/review.pot").read_bytes()))
    german = {row["cells"].get("text"): row.get("german") for row in rewordings()["rows"]}
    for message in [m for m in catalogue if m.id and wanted.get(m.id, m.context) is None]:
        catalogue.delete(message.id, message.context)
    for message in wanted:
        if message.id and catalogue.get(message.id, message.context) is None:
            said = german.get(message.id)
            catalogue.add(message.id, said, context=message.context, user_comments=[] if said else ["keep English"])
    written = io.BytesIO()
    write_po(written, catalogue)
    path.write_bytes(written.getvalue())
