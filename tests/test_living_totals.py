"""A later update adds to the totals exactly where it should, each patient once, and the baseline stays as it was."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import later_update
import pandas as pd
import pytest
from copies import copy_review
from later_update import BASELINE, LATER, append, change, count_row

from helpers import audit, consistency, evidence, sections, wording
from helpers.faults import ReviewError
from helpers.report import pages
from helpers.report.rows import evidence_rows

# Events and total after nine of fifteen new patients with lupus were given anakinra, and five of them did well.
MOVED = {
    "review-all-patients": (1148 + 15, None),
    "review-sjia-patients": (889, 1148 + 15),
    "review-sle-patients": (137 + 15, 1148 + 15),
    "review-kd-patients": (69, 1148 + 15),
    "review-other-patients": (53, 1148 + 15),
    "anakinra-all-received": (179 + 9, None),
    "anakinra-sjia-received": (147, 179 + 9),
    "anakinra-sle-received": (12 + 9, 179 + 9),
    "anakinra-kd-received": (1, 179 + 9),
    "anakinra-other-received": (19, 179 + 9),
    "anakinra-sle-assessable": (10 + 9, 12 + 9),
    "anakinra-sle-favourable-outcome": (6 + 5, 10 + 9),
    "anakinra-sle-death": (4 + 4, 10 + 9),
}


@pytest.fixture(scope="module")
def updated(tmp_path_factory) -> Path:
    """A copy of the real review with the synthetic update. Read only."""
    folder = copy_review(tmp_path_factory.mktemp("updated"), with_folders=("data", "notebooks", "de"))
    later_update.add_series(folder)
    return folder


@pytest.fixture(scope="module")
def now(updated) -> evidence.Evidence:
    return evidence.load(updated)


@pytest.fixture
def folder(updated, tmp_path) -> Path:
    """A copy of the updated review that a test may change."""
    return shutil.copytree(updated, tmp_path / "review", symlinks=True)


def cells(review, name):
    row = review.row(name)
    return tuple(None if pd.isna(row[c]) else int(row[c]) for c in ("events", "total"))


def test_the_synthetic_update_breaks_no_rule(updated):
    assert consistency.check(updated) == []


def test_totals_move_exactly_where_the_new_study_adds_to_them(now, review):
    assert {name: cells(now, name) for name in MOVED} == MOVED
    assert set(now.living) == set(MOVED)
    known = review.tables["counts"]
    columns = list(known.columns)
    stays = known[~known["row_id"].isin(MOVED)]
    after = now.tables["counts"]
    pd.testing.assert_frame_equal(after.loc[stays.index, columns], stays)


def test_as_of_the_baseline_every_table_and_every_page_part_is_the_same_to_the_byte(updated, root, review):
    before = evidence.load(updated, as_of=BASELINE)
    assert before.living == {}
    for name, frame in review.tables.items():
        pd.testing.assert_frame_equal(before.tables[name], frame, check_exact=True)
    assert pages.page_parts(updated, as_of=BASELINE) == pages.page_parts(root)


def test_a_living_total_says_what_it_is_made_of_and_keeps_what_was_printed(now, review):
    row = now.row("anakinra-sle-favourable-outcome")
    assert row["how_obtained"] == "derived"
    assert pd.isna(row["percent_printed"])  # 60% was the share of the printed count
    assert row["as_printed"] == "6/10 (60%)"
    value = wording.provenance(row, wording.written(row))
    assert value["shown"] == "11 of 19 (58%)"
    assert value["made_of"].startswith("6 of 10 as printed + 5 of 9 (synthetic2024-anakinra-sle-favourable-outcome)")
    pd.testing.assert_series_equal(now.printed.row(row["row_id"]), review.row(row["row_id"]))


def test_the_evidence_page_shows_the_sum_with_links_to_its_rows(now):
    page = evidence_rows(now)
    line = next(x for x in page.splitlines() if x.startswith("| [`anakinra-sle-favourable-outcome`]"))
    added = "synthetic2024-anakinra-sle-favourable-outcome"
    assert f"Living total: 6 of 10 as printed + 5 of 9 added by [`{added}`](#{added})." in line
    assert f"[`{added}`]{{#{added}}}" in page  # the row itself has an address
    assert "6/10 (60%)" in line
    assert "Made up for a test" in page  # who judged the definitions comparable


def test_tables_of_the_sections_show_the_sum_and_say_that_later_studies_are_in_it(now):
    rows = now.select(row_id="anakinra-sle-death")
    text = sections.evidence_table(now, rows)
    assert "8 of 19" in text
    assert "with later studies" in text
    assert "with later studies" not in sections.evidence_table(now, now.select(row_id="anakinra-sjia-death"))


def test_looking_back_a_sentence_of_today_says_which_numbers_came_later(updated, now, review):
    sentence = "{synthetic2024-sle-patients:n} of {review-sle-patients:n}"
    assert "(a later update) of [137]" in wording.say(evidence.load(updated, as_of=BASELINE), sentence)
    assert "[15]" in wording.say(now, sentence)
    with pytest.raises(KeyError):
        wording.say(review, sentence)  # here there is no later update: the id is wrong


def test_what_the_source_prints_is_audited_against_print_and_not_against_living_totals(now, review):
    before = {c.claim_id: (c.verdict, c.explanation) for c in audit.audit(review).claims}
    after = {c.claim_id: (c.verdict, c.explanation) for c in audit.audit(now).claims}
    assert {claim: after[claim] for claim in before} == before


def test_a_row_that_is_retired_no_longer_adds(folder):
    append(folder, "updates", later_update.update_row("2025-06-30", "2025.1"))
    for name in ("favourable-outcome", "death", "assessable"):
        change(folder, "counts", f"synthetic2024-anakinra-sle-{name}", retired_in="2025-06-30")
    assert consistency.check(folder) == []
    assert cells(evidence.load(folder), "anakinra-sle-favourable-outcome") == (6, 10)
    assert cells(evidence.load(folder), "anakinra-sle-assessable") == (10, 21)  # treated, but outcome unknown
    assert cells(evidence.load(folder, as_of=LATER), "anakinra-sle-favourable-outcome") == (11, 19)


def test_updates_add_up_and_each_can_be_looked_back_at(folder, now):
    append(folder, "updates", later_update.update_row("2025-06-30", "2025.1"))
    late = {"study_id": "synthetic2025", "added_in": "2025-06-30"}
    append(folder, "studies", later_update.study_row("synthetic2025", first_author="Invented B", added_in="2025-06-30"))
    append(folder, "cohorts", later_update.cohort_row("synthetic2025-sle", **late))
    received = {"measure": "received", "events": 2, "adds_up_to": "anakinra-sle-received"}
    append(folder, "counts", count_row("synthetic2025-anakinra-sle-received", **received, **late))
    assert consistency.check(folder) == []
    latest = evidence.load(folder)
    assert cells(latest, "anakinra-sle-received") == (12 + 9 + 2, 179 + 9 + 2)
    assert cells(latest, "anakinra-sle-assessable") == (10 + 9, 12 + 9 + 2)
    earlier = evidence.load(folder, as_of=LATER)
    for name, frame in now.tables.items():
        pd.testing.assert_frame_equal(earlier.tables[name], frame)


def test_a_condition_that_the_source_groups_under_other_adds_to_that_part(folder):
    jdm = {"study_id": later_update.STUDY, "condition": "jdm", "patients": "3"}
    append(folder, "cohorts", later_update.cohort_row("synthetic2024-jdm", **jdm))
    row = {"condition": "jdm", "measure": "received", "events": 2, "adds_up_to": "anakinra-other-received"}
    append(folder, "counts", count_row("synthetic2024-anakinra-jdm-received", **row))
    assert consistency.check(folder) == []
    review = evidence.load(folder)
    assert cells(review, "anakinra-other-received") == (19 + 2, 179 + 9 + 2)
    assert cells(review, "anakinra-all-received") == (179 + 9 + 2, None)


def test_a_study_that_gives_whole_and_parts_is_counted_once(folder):
    append(folder, "cohorts", later_update.cohort_row("synthetic2024-all", condition="all"))
    row = {"condition": "all", "measure": "received", "events": 9, "adds_up_to": "anakinra-all-received"}
    append(folder, "counts", count_row("synthetic2024-anakinra-all-received", **row))
    assert consistency.check(folder) == []
    assert cells(evidence.load(folder), "anakinra-all-received") == (179 + 9, None)


def test_patients_of_a_study_that_the_review_had_are_in_its_totals_already(folder):
    row = {"study_id": "borgia2018", "measure": "received", "events": 2, "adds_up_to": "anakinra-sle-received"}
    append(folder, "counts", count_row("borgia2018-anakinra-sle-received-later", **row))
    assert cells(evidence.load(folder), "anakinra-sle-received") == (12 + 9, 179 + 9)
    faults = consistency.check(folder)
    assert [(f.rule, f.row) for f in faults] == [("adds-up", line_of(folder, "anakinra-sle-received"))]
    assert "in its totals" in faults[0].fix


def test_study_rows_may_take_the_place_of_a_retired_part(folder):
    """Extraction of a known study: the remainder shrinks, the total stays, nothing is added."""
    change(folder, "counts", "anakinra-other-received", retired_in=LATER)
    part = {"measure": "received", "adds_up_to": "anakinra-all-received", "section": "anakinra"}
    rows = [
        count_row("ref51-anakinra-jdm-received", study_id="ref51", condition="jdm", events=4, **part),
        count_row("anakinra-other-received-rest", level="review", study_id="", condition="other", events=15, **part),
    ]
    append(folder, "counts", *rows)
    assert consistency.check(folder) == []
    assert cells(evidence.load(folder), "anakinra-all-received") == (179 + 9, None)
    change(folder, "counts", "anakinra-other-received-rest", events=14)
    assert [f.rule for f in consistency.check(folder)] == ["adds-up"]


def test_a_ring_of_totals_is_named_and_does_not_hang(folder):
    change(folder, "counts", "review-all-patients", adds_up_to="review-jdm-patients")
    faults = consistency.check(folder)
    assert {f.rule for f in faults if f.rule.startswith("adds-up")} == {"adds-up-ring"}
    assert "review-jdm-patients -> review-other-patients -> review-all-patients" in " ".join(f.message for f in faults)
    evidence.load(folder)


def test_an_update_that_is_not_integrated_adds_nothing(folder, review):
    change(folder, "updates", LATER, status="in_progress")
    assert evidence.load(folder).as_of == BASELINE
    with pytest.raises(ReviewError, match="no integrated update"):
        evidence.load(folder, as_of=LATER)


def test_versions_are_read_once_and_equal_what_each_load_gives(updated, now):
    first, second = evidence.load_versions(updated)
    assert (first.as_of, second.as_of) == (BASELINE, LATER)
    for name, frame in now.tables.items():
        pd.testing.assert_frame_equal(second.tables[name], frame)


def test_pooling_takes_the_larger_of_two_cohorts_that_share_patients(now):
    rows = now.select(study_id=["minoia2015", "minoia2014", "bennett2012", "borgia2018"], measure="patients")
    rows = pd.concat([rows.assign(condition="sjia"), rows.tail(1).assign(study_id="nobody")])
    once = now.counted_once(rows)
    assert "minoia2015" in set(once["study_id"])
    assert set(rows["study_id"]) - set(once["study_id"]) == {"minoia2014"}
    cohorts = now.tables["cohorts"].copy()
    cohorts.loc[cohorts["cohort_id"] == "minoia2014-sjia", "patients"] = 400
    larger = replace(now, tables={**now.tables, "cohorts": cohorts}).counted_once(rows)
    assert set(rows["study_id"]) - set(larger["study_id"]) == {"minoia2015"}


def line_of(root, row_id):
    lines = (root / "data" / "counts.csv").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f"{row_id},"))
