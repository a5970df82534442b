"""Two reviewers put together: agreement, conflict, consensus, and what is still missing."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import screening
from helpers.faults import ReviewError
from screening.small_update import decided, identifier

A, B = identifier("aa", 1), identifier("aa", 2)


def outcome(*rows, phase="title_abstract", agreed=(), reasons=None) -> list[str]:
    both = pd.concat([decided(*rows, phase=phase), decided(*agreed, phase=phase, stage="consensus")])
    return screening.combine(both, reasons=reasons)[["outcome", "reason", "settled_by"]].iloc[0].to_list()


@pytest.mark.parametrize(
    ("phase", "anna", "ben", "expected"),
    [
        ("title_abstract", "include", "include", "include"),
        ("title_abstract", "include", "unsure", "include"),
        ("title_abstract", "unsure", "unsure", "include"),
        ("title_abstract", "exclude", "exclude", "exclude"),
        ("title_abstract", "exclude", "include", "conflict"),
        ("title_abstract", "exclude", "unsure", "conflict"),
        ("full_text", "include", "include", "include"),
        ("full_text", "include", "unsure", "conflict"),
        ("full_text", "unsure", "unsure", "conflict"),
        ("full_text", "exclude", "include", "conflict"),
    ],
)
def test_two_decisions_come_to_one_outcome(phase, anna, ben, expected):
    for first, second in ((anna, ben), (ben, anna)):
        assert outcome((A, "Anna", first), (A, "Ben", second), phase=phase)[0] == expected


def test_one_reviewer_is_not_enough():
    assert outcome((A, "Anna", "exclude"))[0] == "incomplete"
    assert outcome((A, "Anna", "exclude"), (A, "anna ", "exclude"))[0] == "incomplete"


def test_a_consensus_takes_the_place_of_the_reviewers_decisions():
    rows = (A, "Anna", "include"), (A, "Ben", "exclude")
    assert outcome(*rows, agreed=[(A, "Anna and Ben", "exclude", "language")]) == ["exclude", "language", "consensus"]
    assert outcome(*rows, agreed=[(A, "Carla", "include")]) == ["include", "", "consensus"]


def test_a_consensus_does_not_stand_in_for_a_reviewer_who_has_not_looked():
    assert outcome((A, "Anna", "include"), agreed=[(A, "Anna", "include")])[0] == "incomplete"


def test_a_consensus_does_not_override_two_who_agree():
    rows = (A, "Anna", "include"), (A, "Ben", "include")
    assert outcome(*rows, agreed=[(A, "Carla", "exclude", "language")]) == ["include", "", "agreement"]


def test_a_third_reviewer_has_to_agree_as_well():
    rows = (A, "Anna", "include"), (A, "Ben", "include")
    assert outcome(*rows, (A, "Carla", "include"))[0] == "include"
    assert outcome(*rows, (A, "Carla", "exclude"))[0] == "conflict"


def test_of_two_reasons_for_one_exclusion_the_first_of_the_list_counts(reasons):
    rows = (A, "Anna", "exclude", "no_treatment"), (A, "Ben", "exclude", "language")
    assert outcome(*rows, phase="full_text", reasons=reasons) == ["exclude", "language", "agreement"]


def test_that_only_one_could_get_the_full_text_is_a_conflict(reasons):
    rows = (A, "Anna", "exclude", "not_retrieved"), (A, "Ben", "exclude", "language")
    assert outcome(*rows, phase="full_text", reasons=reasons)[0] == "conflict"
    both = (A, "Anna", "exclude", "not_retrieved"), (A, "Ben", "exclude", "not_retrieved")
    assert outcome(*both, phase="full_text", reasons=reasons) == ["exclude", "not_retrieved", "agreement"]


def test_the_worklist_of_conflicts_shows_what_each_has_decided_and_reads_back_as_consensus(
    records, reports, reasons, read
):
    own = decided(
        (A, "Anna", "include"), (A, "Ben", "exclude", "language"), (B, "Anna", "include"), (B, "Ben", "include")
    )
    conflicts = screening.conflicts(screening.combine(own))
    assert list(conflicts["report_id"]) == [A]
    rows = screening.one_per_report(records.assign(report_id=records["record_id"].map(reports)))
    text = screening.worklist(
        rows[rows["report_id"].isin(conflicts["report_id"])],
        phase="title_abstract",
        reviewer="Anna and Ben",
        reasons=reasons,
        stage="consensus",
        so_far=dict(zip(conflicts["report_id"], conflicts["decisions"], strict=True)),
    )
    assert "Anna: include; Ben: exclude (language)" in text
    settled = read(text.replace(f"{A},,", f"{A},exclude,"), stage="consensus")
    assert settled.faults == ()
    both = screening.merged(own, [settled.decisions])
    assert list(screening.combine(both)["outcome"]) == ["exclude", "include"]


def test_one_reviewer_cannot_have_decided_twice_differently():
    with pytest.raises(ReviewError, match="2 different decisions by anna"):
        screening.combine(decided((A, "Anna", "include"), (A, "ANNA", "exclude"), (A, "Ben", "include")))
    with pytest.raises(ReviewError, match="by the consensus"):
        outcome((A, "Anna", "include"), (A, "Ben", "exclude"), agreed=[(A, "Anna", "include"), (A, "Ben", "exclude")])


def test_decisions_follow_their_records_into_another_report():
    own = decided((A, "Anna", "include"), (B, "Ben", "include"))
    moved = screening.regroup(own, pd.Series({A: A, B: A}))
    assert list(screening.combine(moved)["outcome"]) == ["include"]
    assert list(screening.combine(screening.regroup(moved, pd.Series({A: A, B: B})))["outcome"]) == ["incomplete"] * 2


def test_handing_in_a_file_again_changes_nothing():
    own = screening.merged(screening.empty(), [decided((A, "Anna", "include"))])
    again = screening.merged(own, [decided((A, "anna", "include"))])
    pd.testing.assert_frame_equal(own, again)


def test_the_rest_of_a_list_is_added_under_the_same_name():
    own = screening.merged(screening.empty(), [decided((A, "Anna Lamb", "include"))])
    more = screening.merged(own, [decided((A, "anna lamb", "include"), (B, "anna lamb", "exclude"))])
    assert list(more["reviewer"]) == ["Anna Lamb", "Anna Lamb"]


def test_a_changed_decision_is_refused_unless_it_is_meant():
    own = decided((A, "Anna", "include"))
    with pytest.raises(ReviewError, match="already decided include"):
        screening.merged(own, [decided((A, "Anna", "exclude"))])
    assert list(screening.merged(own, [decided((A, "Anna", "exclude"))], replace=True)["decision"]) == ["exclude"]


def test_a_second_consensus_by_somebody_else_is_a_change_of_the_first():
    agreed = decided((A, "Anna and Ben", "include"), stage="consensus")
    other = decided((A, "Carla", "exclude"), stage="consensus")
    with pytest.raises(ReviewError, match="already decided include"):
        screening.merged(agreed, [other])
    assert list(screening.merged(agreed, [other], replace=True)["reviewer"]) == ["Carla"]


@pytest.mark.parametrize("second", ["Anna Lamb", "anna  lamb ", "ANNA-LAMB", "Anna Lamb."])
def test_two_files_by_reviewers_with_the_same_name_are_refused(second):
    with pytest.raises(ReviewError, match="come from reviewers with the same name"):
        screening.merged(screening.empty(), [decided((A, "Anna Lamb", "include")), decided((B, second, "include"))])


def test_one_person_may_hand_in_both_phases_and_share_a_file():
    both = [decided((A, "Anna", "include")), decided((A, "Anna", "include"), phase="full_text")]
    assert len(screening.merged(screening.empty(), both)) == 2
    shared = decided((A, "Anna", "include"), (A, "Ben", "include"))
    assert len(screening.merged(screening.empty(), [shared])) == 2


def test_empty_cells_of_a_table_that_was_read_back_are_no_reasons():
    rows = decided((A, "Anna", "exclude"), (A, "Ben", "exclude")).replace("", pd.NA)
    assert screening.combine(rows).iloc[0]["decisions"] == "Anna: exclude; Ben: exclude"


PEOPLE = st.sampled_from(["Anna", "Ben", "Carla"])
WORDS = st.sampled_from(["include", "exclude", "unsure"])


@given(st.dictionaries(st.tuples(st.sampled_from([A, B]), PEOPLE), WORDS), st.randoms())
def test_the_order_of_the_decisions_does_not_matter(said, random):
    rows = [(report, who, word) for (report, who), word in said.items()]
    before = screening.combine(decided(*rows)).set_index("report_id")["outcome"].sort_index()
    random.shuffle(rows)
    after = screening.combine(decided(*rows)).set_index("report_id")["outcome"].sort_index()
    pd.testing.assert_series_equal(before, after)
