"""What changed between two updates: conclusions first, then estimates, studies, totals, corrections, searches."""

from __future__ import annotations

import copy
import csv
import json
import shutil
from pathlib import Path

import later_update
import pytest
from copies import copy_review
from later_update import BASELINE, LATER, append, change, count_row

from helpers import consistency, evidence, numbers
from helpers.report import changes, feed, pages
from helpers.run.errors import UsageError


@pytest.fixture(scope="module")
def updated(tmp_path_factory) -> Path:
    """A copy of the real data with the synthetic update. Read only."""
    folder = copy_review(tmp_path_factory.mktemp("updated"), with_folders=("data", "notebooks", "de"))
    later_update.add_series(folder)
    append(
        folder,
        "searches",
        {
            "search_id": "later-pubmed",
            "update_id": LATER,
            "database": "PubMed",
            "date_run": LATER,
            "records": 321,
            "source_id": "synthetic2024-report",
            "locator": "Made up",
        },
    )
    return folder


@pytest.fixture
def folder(updated, tmp_path) -> Path:
    return shutil.copytree(updated, tmp_path / "review", symlinks=True)


def replace_finding(folder, old, new, *, is_low=False, **cells):
    """A line of the summary of findings as people change it: the old one is retired, a new one takes its place.

    Its judgements of certainty go with it; `is_low` judges no domain serious, so that the level becomes low.
    """
    row = read(folder, "findings", finding_id=old)[0]
    change(folder, "findings", old, retired_in=LATER)
    append(folder, "findings", row | {"finding_id": new, "added_in": LATER} | cells)
    judged = read(folder, "certainty", finding_id=old)
    ended = [r | {"retired_in": LATER} for r in judged]
    lowered = {"judgement": "not_serious"} if is_low else {}
    new_rows = [
        r | {"finding_id": new, "added_in": LATER} | (lowered if r["domain"] != "start" else {}) for r in judged
    ]
    others = [r for r in read(folder, "certainty") if r not in judged]
    write(folder, "certainty", [*others, *ended, *(new_rows if cells.get("outcome_row") != "" else [])])


def read(folder, table, **wanted):
    with (folder / f"data/{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if wanted.items() <= row.items()]


def write(folder, table, rows):
    with (folder / f"data/{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_first_version_is_new_as_a_whole_and_said_briefly(root, review):
    found = changes.compare(root, None, BASELINE)
    assert found.before is None
    assert len(found.studies_new) == len(review.tables["studies"])
    assert len(found.text().splitlines()) == 2
    assert "everything is new" in found.text()
    assert found.markdown().startswith("## Version 2023.1 {#version-2023-1}")
    assert len(found.markdown().splitlines()) < 15


def test_a_new_study_shows_in_every_number_it_moves_and_nowhere_else(updated):
    found = changes.compare(updated, BASELINE, LATER)
    assert found.conclusions == ()
    assert [(f.finding_id, f.after["outcome"]) for f in found.estimates] == [
        ("anakinra-sle", "11 of 19, 58% (33% to 80%)")
    ]
    assert found.estimates[0].before["outcome"] == "6 of 10, 60% (26% to 88%)"
    assert [(s.study_id, s.patients) for s in found.studies_new] == [(later_update.STUDY, 15)]
    assert found.rows_new["counts"] == list(later_update.ROWS)
    assert not any(found.rows_retired.values())
    counted = {t.row_id: (t.before, t.after) for t in found.totals if t.is_count}
    assert counted["anakinra-all-received"] == ("179", "188")
    assert set(counted) == {
        *("review-all-patients", "review-sle-patients", "anakinra-all-received", "anakinra-sle-received"),
        *("anakinra-sle-assessable", "anakinra-sle-favourable-outcome", "anakinra-sle-death"),
    }
    assert {t.row_id for t in found.totals} == set(evidence.load(updated).living)
    assert found.searches == ({"database": "PubMed", "date_run": LATER, "records": 321},)


def test_versions_can_be_named_as_well_as_dates(updated):
    by_version = changes.compare(updated, "2023.1", "2024.1")
    assert by_version == changes.compare(updated, BASELINE, LATER)


@pytest.mark.parametrize(
    ("before", "after"), [("2022.1", LATER), (BASELINE, "2031-01-01"), (LATER, BASELINE), (LATER, LATER)]
)
def test_unknown_or_reversed_updates_are_wrong_usage(updated, before, after):
    with pytest.raises(UsageError) as caught:
        changes.compare(updated, before, after)
    assert caught.value.faults[0].fix


def test_changed_conclusions_come_first_with_their_reason(folder):
    replace_finding(folder, "anakinra-sle", "anakinra-sle-2024", is_low=True)
    replace_finding(
        folder, "infliximab-kd", "infliximab-kd-2024", outcome_row="nonsjia-infliximab-kd-received", is_low=True
    )
    change(folder, "findings", "pe-sjia", retired_in=LATER)
    append(
        folder,
        "findings",
        {
            "finding_id": "anakinra-kd",
            "sort": "15",
            "section": "anakinra",
            "treatment": "anakinra",
            "condition": "kd",
            "use_row": "anakinra-kd-received",
            "basis": "few_reports",
            "added_in": LATER,
        },
    )
    found = changes.compare(folder, BASELINE, LATER)
    assert [f.finding_id for f in found.conclusions] == [
        "anakinra-sle-2024",
        "infliximab-kd-2024",
        "anakinra-kd",
        "pe-sjia",
    ]
    sle, infliximab, kd, exchange = found.conclusions
    assert sle.conclusions == ("Certainty: very low before, low now.",)
    assert any("11 of 19" in moved for moved in sle.moved)
    assert [c.split(":")[0] for c in infliximab.conclusions] == ["Certainty", "Another outcome"]
    assert kd.conclusions == ("New in the summary of findings.",)
    assert (exchange.conclusions, exchange.after) == (("No longer in the summary of findings.",), None)
    text = found.text()
    assert text.index("Certainty: very low before, low now.") < text.index("Studies:")
    page = found.markdown()
    assert page.index("Changed conclusions") < page.index("Changed estimates") < page.index("New studies")
    assert len(text.splitlines()) <= 10


def test_an_estimate_outside_the_earlier_interval_is_a_reason_to_look_and_no_conclusion(folder):
    for name, events in (("favourable-outcome", 0), ("death", 9)):
        change(folder, "counts", f"synthetic2024-anakinra-sle-{name}", events=events)
    for name in ("patients", "anakinra-sle-received"):
        change(folder, "counts", f"synthetic2024-{name.replace('patients', 'sle-patients')}", events=40)
    for name in ("assessable", "favourable-outcome", "death"):
        change(folder, "counts", f"synthetic2024-anakinra-sle-{name}", total=40)
    change(folder, "counts", "synthetic2024-anakinra-sle-assessable", events=40)
    change(folder, "counts", "synthetic2024-anakinra-sle-death", events=40)
    found = changes.compare(folder, BASELINE, LATER)
    assert found.conclusions == ()
    first = found.estimates[0]
    assert first.after["outcome"].startswith("6 of 50, 12%")
    assert first.moved[0] == "the estimate lies outside the earlier interval (26% to 88%)"


def test_a_corrected_row_is_told_with_the_row_it_takes_the_place_of(folder):
    """A made-up correction: thirty-six patients instead of thirty-five."""
    old, new = "tocilizumab-all-received", "tocilizumab-all-received-2"
    row = evidence.load(folder, as_of=BASELINE).row(old).dropna()
    change(folder, "counts", old, retired_in=LATER)
    append(folder, "counts", {k: str(v) for k, v in row.items()} | {"row_id": new, "events": 36, "added_in": LATER})
    assert {f.rule for f in consistency.check(folder)} == {"finding-row"}  # the summary still points at the old row
    replace_finding(folder, "tocilizumab-all", "tocilizumab-all-2024", use_row=new)
    assert consistency.check(folder) == []
    found = changes.compare(folder, BASELINE, LATER)
    assert [(c.replaced, c.row_id, c.before, c.after) for c in found.corrected] == [(old, new, "35", "36")]
    assert found.estimates[-1].moved == ("patients treated: 35 before, 36 now",)
    assert f"35 → [36](evidence.qmd#{new})" in found.markdown()
    assert "Corrected: Tocilizumab" in found.text()


def test_ten_lines_hold_whatever_changed(folder):
    for number, finding in enumerate(evidence.load(folder).tables["findings"]["finding_id"]):
        cells = {"outcome_row": ""} if number % 2 else {"is_low": True}
        replace_finding(folder, finding, f"{finding}-again", **cells)
    text = changes.compare(folder, BASELINE, LATER).text()
    assert len(text.splitlines()) <= 10
    assert "more)" in text


def test_the_difference_is_plain_values_for_machines(updated):
    found = changes.compare(updated, BASELINE, LATER).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found)[:4] == ["before", "after", "conclusions", "estimates"]  # conclusions first
    assert found["unchanged"] == 15


def test_the_page_of_what_is_new_tells_every_version_newest_first(updated):
    parts = pages.page_parts(updated)
    page = parts["data/results/pages/updates.md"]
    assert parts[pages.FEED] == feed.atom(updated)
    assert page.index("{#version-2024-1}") < page.index("{#version-2023-1}")
    assert "[2024.1](#version-2024-1)" in page
    assert page.count("data-due=") == 1  # only the newest version's next search can be overdue
    assert "| Anakinra, SLE | 12 → 21 |" in page
    assert "studies.qmd#study-synthetic2024" in page
    assert [v["after"]["version"] for v in json.loads(parts["data/results/changes.json"])["versions"]] == [
        "2023.1",
        "2024.1",
    ]


def test_marks_in_the_names_of_studies_are_shown_and_not_obeyed(folder):
    change(folder, "studies", later_update.STUDY, first_author="<b>*Bad*</b> [x](javascript:1)")
    page = changes.compare(folder, BASELINE, LATER).markdown()
    assert r"\<b\>\*Bad\*\</b\> \[x\](javascript\:1)" in page


# What a run moved


def results(root):
    return {
        p.stem: json.loads(p.read_text(encoding="utf-8"))
        for p in sorted((root / "data" / "results").glob("[0-9]*.json"))
    }


def test_nothing_moved_between_a_state_and_itself(root):
    assert changes.moved(results(root), results(root)) == []


def test_each_shown_number_that_moved_is_named_once_with_both_its_values(root):
    before = results(root)
    after = copy.deepcopy(before)
    answer = next(r for r in after["05-anakinra"]["results"] if r.get("id") == "answer")
    place = next(v for v in answer["values"] if v["row"] == "anakinra-sle-death")
    place["shown"] = "8 of 19"
    pooled = next(r for r in after["11-non-sjia"]["results"] if r.get("id") == "pooled")
    by_outcome = {v["outcome"]: v for v in pooled["values"] if "outcome" in v}
    death = by_outcome["pooled-death"]
    was = f"{numbers.percent(death['estimate'])} ({numbers.interval(death['ci_low'], death['ci_high'])})"
    death |= {"k": 11, "estimate": 0.5, "ci_low": 0.4, "ci_high": 0.6}
    del after["12-geography"]["results"][0]["values"][0]
    found = changes.moved(before, after)
    assert ("05-anakinra", "answer: anakinra-sle-death", "4 of 10", "8 of 19") in found
    assert ("11-non-sjia", "pooled: pooled-death k", "10", "11") in found
    assert ("11-non-sjia", "pooled: pooled-death estimate", was, "50% (40% to 60%)") in found
    gone = [m for m in found if m.page == "12-geography"]
    assert len(gone) == 1
    assert gone[0].after == ""
    assert len(found) == 4


def test_a_number_that_comes_in_does_not_make_those_after_it_move():
    def page(*shown):
        return {
            "13-audit": {
                "results": [{"id": "t", "values": [{"result": "counts", "how": "Counted.", "shown": s} for s in shown]}]
            }
        }

    assert changes.moved(page("1", "2", "3"), page("9", "1", "2", "4")) == [
        ("13-audit", "t: counts", "", "9"),
        ("13-audit", "t: counts", "3", "4"),
    ]


def test_points_of_a_figure_are_named_by_their_row():
    def page(**numbers):
        point = {"row_id": "anakinra-sle-death", "as_printed": "four", "label": "Death", "made_of": "4 + 4"}
        return {"05-anakinra": {"results": [{"id": "fig-outcomes", "values": [point | numbers]}]}}

    found = changes.moved(page(events=4, total=10), page(events=8, total=19))
    assert found == [
        ("05-anakinra", "fig-outcomes: anakinra-sle-death events", "4", "8"),
        ("05-anakinra", "fig-outcomes: anakinra-sle-death total", "10", "19"),
    ]


def test_a_new_page_is_told_number_by_number(root):
    after = results(root)
    before = {k: v for k, v in after.items() if k != "09-hsct"}
    found = changes.moved(before, after)
    assert found
    assert {m.page for m in found} == {"09-hsct"}
    assert all(m.before == "" and m.after for m in found)


def test_rows_of_a_retired_update_are_not_lost(folder):
    append(folder, "updates", later_update.update_row("2025-06-30", "2025.1"))
    change(folder, "studies", later_update.STUDY, retired_in="2025-06-30")
    change(folder, "cohorts", later_update.COHORT, retired_in="2025-06-30")
    for name in later_update.ROWS:
        change(folder, "counts", name, retired_in="2025-06-30")
    found = changes.compare(folder, LATER, "2025-06-30")
    assert [s.study_id for s in found.studies_retired] == [later_update.STUDY]
    assert found.rows_retired["counts"] == list(later_update.ROWS)
    assert found.estimates[0].after["outcome"].startswith("6 of 10")
    whole = changes.compare(folder, BASELINE, "2025-06-30")
    assert (whole.estimates, whole.studies_new, whole.totals) == ((), (), ())


def test_a_row_that_adds_to_no_total_moves_none(folder):
    append(folder, "counts", count_row("synthetic2024-csa", measure="received", events=3, treatment="csa"))
    found = changes.compare(folder, BASELINE, LATER)
    assert "synthetic2024-csa" in found.rows_new["counts"]
    assert not any("csa" in t.row_id for t in found.totals)
