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


def test_every_analysis_is_a_model_on_a_set_of_studies_of_its_own(many):
    frame = many.to_frame()
    assert len(frame) == 7 * ((1 + 7) + (1 + 4))
    assert not frame.duplicated(["method", "validity", "definition", "left_out"]).any()
    assert set(frame.loc[frame["method"].isin(["glmm", "fixed"]), "ci"]) == {"profile"}
    assert set(frame.loc[~frame["method"].isin(["glmm", "fixed"]), "ci"]) == {"mhksj"}
    assert frame["rank"].tolist() == list(range(1, len(frame) + 1))
    assert frame["estimate"].is_monotonic_increasing
    assert not frame.isna().any().any()


def test_one_row_is_the_primary_result(many):
    primary = many.to_frame().query("is_primary")
    assert len(primary) == 1
    assert primary["estimate"].item() == pytest.approx(synthesis.pool_proportions(X, N).estimate, abs=1e-9)
    assert "rma.glmm" in many.r_code()
    assert "lme4" in many.r_code()
    assert "primary 45.7%" in repr(many)


def test_r_code_of_a_row_names_its_studies_and_method(many):
    frame = many.to_frame()
    row = frame[(frame["method"] == "logit-pm") & (frame["left_out"] == "b")].iloc[0]
    code = many.r_code(int(row["rank"]))
    assert 'method = "PM", test = "adhoc"' in code
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


def test_intervals_make_no_further_analyses():
    """A point estimate does not depend on its interval."""
    one, four = (synthesis.multiverse(X, N, cis=cis) for cis in ("t", ("t", "wald", "hksj", "mhksj")))
    assert one.to_frame().equals(four.to_frame())
    hksj = synthesis.multiverse(X, N, methods="logit-dl", cis=("hksj", "wald"), leave_out=0).to_frame()
    assert hksj["ci"].tolist() == ["hksj"]


def test_a_filter_that_excludes_nobody_is_no_specification():
    plain = synthesis.multiverse(X, N)
    everybody = synthesis.multiverse(X, N, validity={"any": [True] * 7}, definition={"any": [True] * 7})
    assert everybody.to_frame().equals(plain.to_frame())
    assert [note.split(",")[0] for note in everybody.notes] == [
        "The definition filter 'any' excludes nobody",
        "The validity filter 'any' excludes nobody",
    ]


def test_filters_and_left_out_studies_that_leave_the_same_make_one_analysis():
    but_b = [True, False, True, True, True, True, True]
    found = synthesis.multiverse(X, N, validity={"good": but_b}, definition={"strict": but_b}, studies=list("abcdefg"))
    frame = found.to_frame()
    assert len(frame) == 7 * (1 + 7 + 6)  # everybody; each of the seven left out; a second one beside b
    assert any("leaves the same studies as" in note for note in found.notes)
    assert (frame["n_left_out"] == 0).sum() == 7 * 2


def test_the_summary_counts_each_analysis_once_and_places_the_primary_one(many):
    frame, summary = many.to_frame(), many.summary()
    primary = frame.loc[frame["is_primary"], "estimate"].item()
    assert (summary.analyses, summary.models, summary.sets) == (91, 7, 13)
    assert summary.median == pytest.approx(frame["estimate"].median())
    assert summary.primary == primary
    assert summary.below == (frame["estimate"] < primary - 1e-9).sum()
    said = summary.sentence("remission")
    assert "91 distinct analyses (7 models for each of 13 sets of studies, each analysis counted once)" in said
    assert "with remission ranges from" in said
    assert "the primary analysis gives 46%" in said
    without = synthesis.multiverse(X, N, methods=["fixed", "logit-dl"]).summary()
    assert without.primary is None
    assert "primary" not in without.sentence()


def test_frame_is_a_copy(many):
    handed_out = many.to_frame()
    handed_out["estimate"] = 0
    assert many.to_frame()["estimate"].max() > 0
