from __future__ import annotations

import pytest

from helpers import synthesis

X, N = [0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4]
GOOD = {"good": [True, True, True, False, False, True, False]}


@pytest.fixture(scope="module")
def many():
    return synthesis.multiverse(X, N, studies=list("abcdefg"), validity=GOOD)


def test_every_row_is_what_pooling_that_specification_gives(many):
    frame = many.to_frame()
    for _, row in frame.sample(25, random_state=1).iterrows():
        kept = [
            i
            for i, study in enumerate("abcdefg")
            if study not in row["left_out"].split("; ") and (row["validity"] == "all" or GOOD["good"][i])
        ]
        r = synthesis.pool_proportions([X[i] for i in kept], [N[i] for i in kept], row["method"], row["ci"])
        found = row[["k", "events", "total", "estimate", "ci_low", "ci_high", "tau2", "i2"]].tolist()
        assert found == pytest.approx([r.k, r.events, r.total, r.estimate, r.ci_low, r.ci_high, r.tau2, r.i2], abs=1e-8)


def test_specifications_are_all_combinations_that_exist(many):
    frame = many.to_frame()
    analyses = 5 * 4 + 2 * 2
    assert len(frame) == analyses * ((1 + 7) + (1 + 4))
    assert not frame.duplicated(["method", "ci", "validity", "definition", "left_out"]).any()
    assert not (frame["method"].isin(["glmm", "fixed"]) & frame["ci"].isin(["hksj", "mhksj"])).any()
    assert frame["rank"].tolist() == list(range(1, len(frame) + 1))
    assert frame["estimate"].is_monotonic_increasing
    assert not frame.isna().any().any()


def test_one_row_is_the_primary_result(many):
    primary = many.to_frame().query("is_primary")
    assert len(primary) == 1
    assert primary["estimate"].item() == pytest.approx(synthesis.pool_proportions(X, N).estimate, abs=1e-9)
    assert "rma.glmm" in many.r_code()
    assert "primary 45.7%" in repr(many)


def test_r_code_of_a_row_names_its_studies_and_method(many):
    frame = many.to_frame()
    row = frame[(frame["method"] == "logit-pm") & (frame["ci"] == "hksj") & (frame["left_out"] == "b")].iloc[0]
    code = many.r_code(int(row["rank"]))
    assert 'method = "PM", test = "knha"' in code
    assert '"b"' not in code
    with pytest.raises(synthesis.SynthesisError, match="no specification has rank 0"):
        many.r_code(0)


def test_leave_k_out_is_lowered_to_the_cap_and_a_note_says_so():
    options = {"methods": ["glmm"], "cis": ["t"], "leave_out": 3}
    assert len(synthesis.multiverse(X, N, **options)) == 1 + 7 + 21 + 35
    capped = synthesis.multiverse(X, N, cap=30, **options)
    assert len(capped) == 1 + 7 + 21
    assert capped.notes == ("At most 2 studies were left out at a time, to stay within 30 specifications.",)
    with pytest.raises(synthesis.SynthesisError, match="at most 0"):
        synthesis.multiverse(X, N, cap=0, **options)


def test_at_least_two_studies_stay():
    found = synthesis.multiverse([1, 2, 3], [4, 5, 6], methods=["fixed"], cis=["t"], leave_out=2).to_frame()
    assert sorted(found["k"]) == [2, 2, 2, 3]
    assert synthesis.multiverse([1], [4], methods=["fixed"], cis=["t"], leave_out=2).to_frame()["k"].tolist() == [1]


def test_filters_that_leave_no_study_are_named():
    nobody = [False] * 7
    found = synthesis.multiverse(X, N, definition={"strict": nobody}, leave_out=0)
    assert found.notes == ("No study passes validity 'all' with definition 'strict'.",)
    assert set(found.to_frame()["definition"]) == {"all"}


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"validity": {"good": [True]}}, "one true or false for each study"),
        ({"validity": {"good": ["yes"] * 7}}, "only true or false"),
        ({"methods": ["magic"]}, "method = 'magic' is unknown"),
        ({"cis": ["magic"]}, "ci = 'magic' is unknown"),
        ({"leave_out": -1}, "leave_out = -1"),
        ({"methods": ["glmm"], "cis": ["hksj"]}, "no pair of method and interval exists"),
        ({"methods": [], "cis": ["t"]}, "no pair of method and interval exists"),
        ({"methods": "magic"}, "method = 'magic' is unknown"),
    ],
)
def test_bad_choices_are_refused(options, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.multiverse(X, N, **options)


def test_one_method_or_interval_may_be_a_bare_string():
    bare = synthesis.multiverse(X, N, methods="glmm", cis="t").to_frame()
    assert bare.equals(synthesis.multiverse(X, N, methods=["glmm"], cis=["t"]).to_frame())


def test_frame_is_a_copy(many):
    handed_out = many.to_frame()
    handed_out["estimate"] = 0
    assert many.to_frame()["estimate"].max() > 0
