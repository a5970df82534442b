"""Lists that people fill in: however often a step is repeated, no word of theirs is lost, and nothing else is written over."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import FIRST, SECOND, UPDATE, Review
from .rehearsal import filled
from .small import ALL, decisions
from .test_screening_steps import lists
from .test_two_extractors import differing, made  # noqa: F401  # fixtures
from .test_two_extractors import review as extracted  # noqa: F401

Read = Callable[[Path], list[dict[str, str]]]


def rows(path: Path) -> list[dict[str, str]]:
    found = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    return [row for row in found if not next(iter(row.values())).startswith("#")]


def in_place(path: Path, **words: str) -> bytes:
    """Fill a list in where it lies, as people do."""
    filled(path, path, lambda row: words)
    return path.read_bytes()


def kept(path: Path) -> list[Path]:
    return sorted((path.parent / "kept").glob(f"{path.stem}.*")) if (path.parent / "kept").is_dir() else []


def test_a_screening_list_that_is_written_again_keeps_its_decisions(started: Review) -> None:
    a, b = lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    before = in_place(a, decision="include")
    said = started.update("screen", "--out", a.parent, "--reviewer", "Ann Li", "--reviewer", "Ben Ode").out
    assert a.read_bytes() == before and not kept(a) and not any(row["decision"] for row in rows(b))
    assert "what was filled in there in 3 rows stays" in said


def test_a_list_saved_by_a_spreadsheet_keeps_its_decisions_when_rows_are_new(started: Review) -> None:
    a, _ = lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    in_place(a, decision="exclude", reason="too_few")
    text = a.read_text(encoding="utf-8-sig")
    as_saved = io.StringIO(newline="")
    csv.writer(as_saved, delimiter=";", lineterminator="\r\n").writerows(csv.reader(io.StringIO(text, newline="")))
    a.write_bytes(as_saved.getvalue().encode("utf-16"))
    started.update(
        "import",
        "--other",
        started.write("more.ris", "TY  - JOUR\nTI  - A fourth report of invented fever\nPY  - 2024\nER  - \n"),
    )
    lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    assert [row["decision"] for row in rows(a)] == ["exclude"] * 3 + [""] and not kept(a)


def test_a_list_of_somebody_else_is_kept_and_its_decisions_are_not_given_to_another(started: Review) -> None:
    a, _ = lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    before = in_place(a, decision="include")
    said = started.update("screen", "--out", a.parent, "--reviewer", "Cem Ak", "--reviewer", "Ben Ode").out
    assert not any(row["decision"] for row in rows(a))
    assert [path.read_bytes() for path in kept(a)] == [before]
    assert "kept/title_abstract-reviewer-a.1.csv" in said
    in_place(a, decision="exclude")
    started.update("screen", "--out", a.parent, "--reviewer", "Dea Fo", "--reviewer", "Ben Ode")
    assert [path.name for path in kept(a)] == ["title_abstract-reviewer-a.1.csv", "title_abstract-reviewer-a.2.csv"]


def test_a_column_of_ones_own_is_kept(started: Review) -> None:
    a, _ = lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    lines = a.read_text(encoding="utf-8").splitlines()
    a.write_text("\n".join(f"{line},{'my notes' if not n else 'ask Ben'}" for n, line in enumerate(lines)) + "\n")
    before = a.read_bytes()
    lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    assert [path.read_bytes() for path in kept(a)] == [before]


@pytest.mark.parametrize("form", ["ris", "rayyan", "asreview"])
def test_a_list_of_another_tool_is_not_written_over_once_it_differs(started: Review, form: str) -> None:
    words = ("--format", form, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    a, b = lists(started, *words)
    lists(started, *words)  # the same once more is no harm
    a.write_text(a.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = (a.read_bytes(), b.read_bytes())
    answer = started.update("screen", "--out", a.parent, *words, "--json", status=2)
    assert answer.rules == ["out-own-list"] and a.name in answer.document["faults"][0]["file"]
    assert (a.read_bytes(), b.read_bytes()) == before


def test_what_was_settled_stays_on_the_list_of_conflicts_until_somebody_changes_their_mind(started: Review) -> None:
    a = decisions(started, "a.csv", "title_abstract", ALL, "Ann Li")
    b = decisions(started, "b.csv", "title_abstract", ALL | {SECOND: "include", FIRST: "exclude"}, "Ben Ode")
    started.update("screen", "--decisions", a, "--decisions", b)
    sheet = started.root / "_update" / UPDATE / "worklists/conflicts-title_abstract.csv"
    settled = in_place(sheet, decision="exclude", reason="too_few")
    started.update("screen", "--decisions", a)
    assert sheet.read_bytes() == settled
    changed = decisions(started, "b2.csv", "title_abstract", ALL | {SECOND: "unsure", FIRST: "exclude"}, "Ben Ode")
    said = started.update("screen", "--decisions", changed, "--replace").out
    assert sorted(row["decision"] for row in rows(sheet)) == [
        "",
        "exclude",
    ]  # on the other report they differ as before
    assert [path.read_bytes() for path in kept(sheet)] == [settled] and "kept/conflicts-title_abstract.1.csv" in said


def test_the_list_of_open_pairs_keeps_what_was_decided_on_it(asked: Review) -> None:
    sheet = asked.root / "_update" / UPDATE / "worklists/links.csv"
    asked.update("link", "--out", sheet)
    filled(sheet, sheet, lambda row: {"relation": "same_study", "a": row["b"], "b": row["a"]})  # turned round
    before = sheet.read_bytes()
    asked.update("link", "--out", sheet)
    asked.update("link")
    assert sheet.read_bytes() == before and not kept(sheet)


@pytest.mark.parametrize(
    "name", ["README.md", "data/counts.csv", "data/updates/links.csv", "new.csv", "_update/../x.csv"]
)
def test_a_list_of_pairs_is_never_written_into_the_repository(asked: Review, name: str) -> None:
    before = asked.files()
    assert asked.update("link", "--out", asked.root / name, "--json", status=2).rules == ["no-abstracts"]
    assert asked.files() == before


@pytest.mark.parametrize("content", ["# Thesis\n", "link_id\nx\n", "", "a,b\n1,2\n", "%PDF-1.7", "PK\x03\x04"])
def test_a_file_that_is_none_of_our_lists_is_never_written_over(asked: Review, content: str) -> None:
    path = asked.write("thesis.md", content)
    assert asked.update("link", "--out", path, "--json", status=2).rules == ["out-own-list"]
    assert path.read_text() == content
    folder = asked.root.parent / "mine"
    theirs = asked.write("mine/title_abstract-reviewer-b.csv", content)
    asked.update("link", "--decisions", asked.root / "none", "--person", "Ann Li", status=1)
    for pair in asked.stands()["links"]:
        asked.update("link", "--pair", pair["a"], "same_study", pair["b"], "--person", "Ann Li")
    assert asked.update("screen", "--out", folder, "--json", status=2).rules == ["out-own-list"]
    assert theirs.read_text() == content and [path.name for path in folder.iterdir()] == [theirs.name]


def test_what_the_third_person_chose_stays_while_it_is_about_the_same_two_values(extracted: Review) -> None:  # noqa: F811
    sheet = differing(extracted)
    settled = in_place(sheet, chosen="a", reason="as printed")
    forms = sheet.parents[1] / "forms"
    extracted.update("extract", "--b", forms / "b")
    assert sheet.read_bytes() == settled and not kept(sheet)
