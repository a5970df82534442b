"""The PRISMA 2020 flow is computed: every record has one fate, every box opens its records, all sums hold."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import screening
from helpers.dictionary import load_dictionary
from helpers.faults import ReviewError
from screening.small_update import UPDATE, decided, identifier

A, B, C = (identifier("aa", n) for n in (1, 2, 3))
D, E = identifier("bb", 2), identifier("cc", 1)
PREVIOUS = {"studies": 57, "reports": None, "update_id": "2023-06-30"}


def both(report: str, decision: str, reason: str = "") -> list[tuple[str, ...]]:
    return [(report, who, decision, reason) for who in ("Anna", "Ben")]


@pytest.fixture
def screened() -> pd.DataFrame:
    first = decided(*both(A, "include"), *both(B, "exclude", "not_original"), *both(C, "include"), *both(E, "include"))
    second = decided(*both(A, "include"), *both(C, "exclude", "no_treatment"), *both(E, "exclude", "not_retrieved"), phase="full_text")  # fmt: skip
    return pd.concat([first, second], ignore_index=True)


@pytest.fixture
def compute(exports, records, reports, reasons, screened):
    def computed(**more) -> screening.Flow:
        asked = {
            "screening": screened,
            "reasons": reasons,
            "previous": PREVIOUS,
            "source_id": "baldo2025",
            "already_decided": {D},
            "included_studies": {A: "lamb2024"},
        }
        asked |= more
        return screening.flow(UPDATE, exports, records, reports, asked.pop("screening"), **asked)

    return computed


def count(flow: screening.Flow, box: str, arm: str = "databases", reason: str | None = None) -> int | None:
    rows = flow.boxes[(flow.boxes["box"] == box) & (flow.boxes["arm"] == arm)]
    rows = rows[rows["reason"].isna() if reason is None else rows["reason"] == reason]
    assert len(rows) == 1, (box, arm, reason)
    return None if pd.isna(rows["count"].iloc[0]) else int(rows["count"].iloc[0])


def test_the_boxes_of_a_small_update_are_those_counted_by_hand(compute):
    flow = compute()
    expected = {
        ("identified", "databases", None): 5,
        ("identified", "databases", "PubMed"): 3,
        ("identified", "databases", "Embase"): 2,
        ("duplicates_removed", "databases", None): 1,
        ("automation_removed", "databases", None): 0,
        ("already_decided", "databases", None): 1,
        ("screened", "databases", None): 3,
        ("excluded_title_abstract", "databases", None): 1,
        ("excluded_title_abstract", "databases", "Not an original article"): 1,
        ("sought", "databases", None): 2,
        ("not_retrieved", "databases", None): 0,
        ("assessed", "databases", None): 2,
        ("excluded_full_text", "databases", None): 1,
        ("excluded_full_text", "databases", "No treatment reported"): 1,
        ("included_reports", "databases", None): 1,
        ("identified", "other", None): 2,
        ("duplicates_removed", "other", None): 1,
        ("screened", "other", None): 1,
        ("sought", "other", None): 1,
        ("not_retrieved", "other", None): 1,
        ("assessed", "other", None): 0,
        ("included_reports", "other", None): 0,
        ("previous_studies", "previous", None): 57,
        ("previous_reports", "previous", None): None,
        ("new_studies", "all", None): 1,
        ("new_reports", "all", None): 1,
        ("total_studies", "all", None): 58,
        ("total_reports", "all", None): None,
    }
    assert {key: count(flow, key[0], key[1], key[2]) for key in expected} == expected


def test_each_box_opens_the_records_behind_it(compute):
    flow = compute()
    assert flow.members["flow-2024-06-30-databases-identified-embase"] == (identifier("bb", 1), D)
    assert flow.members["flow-2024-06-30-databases-duplicates-removed"] == (identifier("bb", 1),)
    assert flow.members["flow-2024-06-30-other-duplicates-removed"] == (identifier("cc", 2),)
    assert flow.members["flow-2024-06-30-databases-already-decided"] == (D,)
    assert flow.members["flow-2024-06-30-databases-excluded-full-text-no-treatment-reported"] == (C,)
    assert flow.members["flow-2024-06-30-new-studies"] == ("lamb2024",)


def test_the_way_of_each_record_ends_in_one_box_and_the_boxes_count_them(compute, records):
    flow = compute()
    assert sorted(flow.ended) == sorted(records["record_id"])
    count = flow.boxes.set_index("box_id")["count"]
    boxes = pd.Series(list(flow.ended.values())).value_counts()
    assert boxes.to_dict() == {name: int(count[name]) for name in boxes.index}
    parts = flow.boxes[flow.boxes["reason"].notna()].set_index("box_id")
    with_parts = set(parts.loc[parts["box"] != "identified", "box"])
    wholes = set(flow.boxes.loc[flow.boxes["reason"].isna() & flow.boxes["box"].isin(with_parts), "box_id"])
    assert not wholes & set(boxes.index)  # a record is told with its reason


def test_the_boxes_are_rows_of_the_flow_table(compute, review, root):
    fields = {field.name: field for field in load_dictionary(root)["flow"].fields}
    boxes = compute().boxes
    assert list(boxes.columns) == list(fields)
    assert boxes["box_id"].is_unique
    for name, field in fields.items():
        if field.is_required:
            assert boxes[name].notna().all(), name
        if field.vocabulary:
            assert set(boxes[name].dropna()) <= set(review.order(field.vocabulary)), name


def test_the_records_of_a_report_decided_before_are_removed_before_screening(compute, screened):
    flow = compute(screening=screened[screened["report_id"] != A], already_decided={A, D}, included_studies={})
    assert count(flow, "already_decided") == 2
    assert count(flow, "duplicates_removed") == 1
    assert count(flow, "screened") == 2
    assert count(flow, "total_studies", "all") == 57


@pytest.mark.parametrize("by", ["record", "report"])
def test_an_earlier_decision_counts_by_record_and_by_report(compute, screened, by):
    earlier = {identifier("bb", 1) if by == "record" else A, D}
    flow = compute(screening=screened[screened["report_id"] != A], already_decided=earlier, included_studies={})
    assert count(flow, "already_decided") == 2


def test_of_a_report_found_by_both_ways_the_record_from_a_database_stands_for_it(compute, exports, records, reports, reasons, screened):  # fmt: skip
    backwards = screening.flow(
        UPDATE, exports, records.iloc[::-1], reports, screened, reasons=reasons, previous=PREVIOUS, source_id="x",
        already_decided={D}, included_studies={A: "lamb2024"},
    )  # fmt: skip
    for box in ("duplicates_removed", "screened"):
        for arm in ("databases", "other"):
            assert count(backwards, box, arm) == count(compute(), box, arm)


def test_a_further_report_of_a_study_already_included_is_no_new_study(compute):
    flow = compute(included_studies={A: "wei2020"}, previous=PREVIOUS | {"study_ids": ["wei2020", "aytac2016"]})
    assert count(flow, "new_studies", "all") == 0
    assert count(flow, "known_study_reports", "all") == 1
    assert count(flow, "total_studies", "all") == 57


def test_studies_are_not_stated_before_extraction(compute):
    flow = compute(included_studies=None)
    assert count(flow, "new_studies", "all") is None
    assert count(flow, "total_studies", "all") is None
    assert count(flow, "included_reports") == 1


def test_an_update_without_hits_has_a_flow_of_noughts(exports, records, reports, reasons):
    flow = screening.flow(
        UPDATE, exports, records.iloc[:0], reports.iloc[:0], screening.empty(), reasons=reasons, previous=PREVIOUS, source_id="x"
    )  # fmt: skip
    assert count(flow, "identified") == 0
    assert count(flow, "total_studies", "all") == 57
    assert "other" not in set(flow.boxes["arm"])


def test_open_reports_stop_the_flow_and_are_all_named(compute, screened):
    with pytest.raises(ReviewError) as caught:
        compute(screening=screened[screened["reviewer"] == "Anna"], included_studies={})
    assert [(f.column, f.rule) for f in caught.value.faults if f.rule == "flow-open"] == [
        (report, "flow-open") for report in (A, B, C, E)
    ]


def test_open_reports_stand_in_boxes_of_their_own_while_the_update_runs(compute, screened):
    part = screened[(screened["phase"] == "title_abstract") & (screened["report_id"] != B)]
    flow = compute(screening=part, included_studies=None, allow_open=True)
    assert count(flow, "awaiting_title_abstract") == 1
    assert count(flow, "awaiting_full_text") == 2
    assert count(flow, "assessed") == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (decided(*both("2024-06-30:ffffffffffff:1", "include")), "not in this update"),
        (decided(*both(D, "include")), "an earlier update has decided"),
        (decided(*both(B, "include"), phase="full_text"), "have not kept it"),
    ],
)
def test_a_decision_without_a_place_in_the_flow_is_refused(compute, screened, more, message):
    with pytest.raises(ReviewError, match=message):
        compute(screening=pd.concat([screened, more]))


@pytest.mark.parametrize(("studies", "message"), [({}, "no study names it"), ({A: "x", B: "y"}, "not included")])
def test_studies_that_do_not_fit_the_decisions_are_refused(compute, studies, message):
    with pytest.raises(ReviewError, match=message):
        compute(included_studies=studies)


def test_a_record_of_an_unknown_export_or_without_a_report_is_refused(compute, exports, records, reports, reasons):
    with pytest.raises(ReviewError, match=r"not in exports\.csv"):
        screening.flow(UPDATE, exports.iloc[1:], records, reports, screening.empty(), reasons=reasons, previous=PREVIOUS, source_id="x")  # fmt: skip
    with pytest.raises(ReviewError, match="belongs to no report"):
        screening.flow(UPDATE, exports, records, reports.iloc[1:], screening.empty(), reasons=reasons, previous=PREVIOUS, source_id="x")  # fmt: skip


@pytest.mark.parametrize(
    ("box", "arm"),
    [
        ("identified", "databases"),
        ("duplicates_removed", "databases"),
        ("already_decided", "databases"),
        ("screened", "databases"),
        ("excluded_title_abstract", "databases"),
        ("sought", "databases"),
        ("not_retrieved", "databases"),
        ("assessed", "databases"),
        ("excluded_full_text", "databases"),
        ("included_reports", "databases"),
        ("included_reports", "other"),
        ("screened", "other"),
        ("new_studies", "all"),
        ("new_reports", "all"),
        ("total_studies", "all"),
        ("previous_studies", "previous"),
    ],
)
def test_one_more_in_any_box_is_found(compute, box, arm):
    flow = compute()
    assert screening.check_flow(flow.boxes, members=flow.members) == []
    wrong = flow.boxes.copy()
    wrong.loc[(wrong["box"] == box) & (wrong["arm"] == arm) & wrong["reason"].isna(), "count"] += 1
    assert {f.rule for f in screening.check_flow(wrong)} == {"flow-adds-up"}


def test_one_more_in_a_part_of_a_box_is_found(compute):
    wrong = compute().boxes
    wrong.loc[wrong["reason"] == "Embase", "count"] += 1
    assert "its parts sum to 6" in screening.check_flow(wrong)[0].message


def test_a_box_with_another_number_than_its_records_is_found(compute):
    flow = compute()
    name = "flow-2024-06-30-databases-screened"
    fewer = dict(flow.members) | {name: flow.members[name][1:]}
    (fault,) = screening.check_flow(flow.boxes, members=fewer)
    assert (fault.column, fault.message) == (name, "2 entries stand behind it")


@pytest.mark.parametrize("box", ["sought", "screened", "included_reports", "duplicates_removed"])
def test_a_sum_with_a_box_that_nobody_has_stated_is_left_out(compute, box):
    boxes = compute().boxes
    assert screening.check_flow(boxes[boxes["box"] != box]) == []


def test_the_transcribed_flow_of_the_baseline_keeps_the_sums_that_it_states(review):
    assert screening.check_flow(review.tables["flow"]) == []


def test_the_table_beside_the_picture_has_every_box(compute, review):
    boxes = compute().boxes
    labels = {code: review.label("flow_box", code) for code in review.order("flow_box")}
    arms = {code: review.label("flow_arm", code) for code in review.order("flow_arm")}
    table = screening.flow_table(boxes, labels=labels, arms=arms)
    assert len(table) == len(boxes)
    assert list(table.loc[table["Box"] == "Reports in the previous version", "Number"]) == ["not stated"]


def test_the_updates_side_by_side_add_up(compute, review):
    frame = screening.living_flow(pd.concat([review.tables["flow"], compute().boxes]))
    cells = frame.set_index(["update_id", "step"])["count"]
    assert cells["2023-06-30", "identified"] == 6588
    assert pd.isna(cells["2023-06-30", "screened"])
    assert cells["2023-06-30", "total_studies"] == 57
    assert cells[UPDATE, "identified"] == 7
    assert cells[UPDATE, "removed"] == 3
    assert cells[UPDATE, "screened"] == 4
    assert cells[UPDATE, "new_studies"] == 1
    assert cells[UPDATE, "total_studies"] == 58
    labels = dict.fromkeys(frame["step"], "x")
    table = screening.living_table(frame, labels=labels, versions={"2023-06-30": "2023.1", UPDATE: "2024.1"})
    assert list(table.columns) == ["Step", "2023.1", "2024.1"]
    assert list(table["2023.1"])[:3] == ["6,588", "not stated", "not stated"]


def test_updates_whose_studies_do_not_add_up_are_refused(compute, review):
    wrong = compute().boxes
    wrong.loc[wrong["box"] == "total_studies", "count"] = 59
    with pytest.raises(ReviewError, match="57 studies of the update before and the 1 new"):
        screening.living_flow(pd.concat([review.tables["flow"], wrong]))


REASONS = ["", "language", "too_few", "not_retrieved", "no_treatment"]


@st.composite
def updates(draw):
    """Records of any number of exports, grouped into any reports, with any decisions by any reviewers."""
    exports = draw(st.lists(st.sampled_from(["databases", "registers", "other"]), min_size=1, max_size=4))
    rows = draw(st.lists(st.tuples(st.integers(0, len(exports) - 1), st.integers(0, 12)), max_size=25))
    groups = sorted({group for _, group in rows})
    word = st.sampled_from(["include", "exclude", "unsure", None])
    said = {
        phase: {g: {who: draw(st.tuples(word, st.sampled_from(REASONS))) for who in ("Anna", "Ben")} for g in groups}
        for phase in screening.PHASES
    }
    earlier = draw(st.sets(st.sampled_from(groups))) if groups else set()
    return exports, rows, said, earlier


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(updates(), st.integers(0, 90), st.booleans())
def test_boxes_add_up_for_any_decisions(reasons, update, studies_before, has_studies):
    kinds, rows, said, earlier = update
    exports = pd.DataFrame({"export_id": [str(n) for n in range(len(kinds))], "arm": kinds, "database": [f"base {n // 2}" for n in range(len(kinds))]})  # fmt: skip
    records = pd.DataFrame([{"record_id": f"r{n}", "export_id": str(e), "database": ""} for n, (e, _) in enumerate(rows)], columns=["record_id", "export_id", "database"])  # fmt: skip
    first = {group: f"r{n}" for n, (_, group) in reversed(list(enumerate(rows)))}
    reports = pd.Series({f"r{n}": first[group] for n, (_, group) in enumerate(rows)}, dtype="object")
    early = decided(*_said(said["title_abstract"], first, earlier, "title_abstract"))
    kept = set(screening.combine(early).query("outcome == 'include'")["report_id"])
    late = [row for row in _said(said["full_text"], first, earlier, "full_text") if row[0] in kept]
    both = pd.concat([early, decided(*late, phase="full_text")], ignore_index=True)
    ends = screening.combine(both).query("phase == 'full_text' and outcome == 'include'")["report_id"]
    studies = {report: f"study {n // 2}" for n, report in enumerate(ends)} if has_studies else None
    flow = screening.flow(
        "2030-01-01",
        exports,
        records,
        reports,
        both,
        reasons=reasons,
        previous={"studies": studies_before, "reports": None},
        source_id="x",
        already_decided={first[g] for g in earlier},
        included_studies=studies,
        allow_open=True,
    )
    boxes = flow.boxes.set_index("box_id")
    whole = boxes[boxes["reason"].isna()]
    # Every record stands once in the boxes that records leave the flow by, and once at its beginning.
    leave = ("duplicates_removed", "already_decided", "excluded_title_abstract", "awaiting_title_abstract")
    gone = [m for name, box in whole["box"].items() if box in leave for m in flow.members[name]]
    reports_left = ("not_retrieved", "awaiting_full_text", "excluded_full_text", "included_reports")
    on = [m for name, box in whole["box"].items() if box in reports_left for m in flow.members[name]]
    start = [m for name, box in whole["box"].items() if box == "identified" for m in flow.members[name]]
    assert sorted(start) == sorted(records["record_id"])
    assert len(gone) == len(set(gone))
    assert len(on) == len(set(on))
    assert len(gone) + len(on) == len(start)
    for name, row in boxes.iterrows():
        if row["unit"] != "studies" and row["arm"] in ("databases", "other"):
            assert len(flow.members[name]) == row["count"]


def _said(said, first, earlier, phase) -> list[tuple[str, ...]]:
    rows = []
    for group, people in said.items():
        for who, (word, reason) in people.items():
            if word is None or group in earlier:
                continue
            late = phase == "full_text"
            why = "" if word != "exclude" else reason or ("language" if late else "")
            rows.append((first[group], who, word, "" if why == "not_retrieved" and not late else why))
    return rows
