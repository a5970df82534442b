"""Comparisons in print: compatible counts, recomputed P values, and what is said where nothing can be recomputed."""

import re
from dataclasses import replace
from math import comb
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import binom

from helpers import comparisons, plots, wording
from helpers.evidence import Evidence


def two_sided(a: int, m: int, b: int, n: int) -> float:
    """Fisher's exact P value from its definition: all tables no more probable than the one seen."""
    ways = [comb(m, x) * comb(n, a + b - x) for x in range(max(0, a + b - n), min(m, a + b) + 1)]
    return sum(w for w in ways if w <= comb(m, a) * comb(n, b)) / sum(ways)


def review_of(*printed: dict) -> tuple[Evidence, pd.DataFrame]:
    """Evidence of nothing but comparisons; each is ``{"p": "= 0.02", "groups": [(name, total, events, percent), ...]}``."""
    rows, groups = [], []
    for number, one in enumerate(printed, start=1):
        identifier = f"compare-{number}"
        relation, value = one["p"].split() if one.get("p") else (pd.NA, pd.NA)
        rows.append(
            {"comparison_id": identifier, "treatment": "csa", "measure": "received", "contrast": "area"}
            | {"p_relation": relation, "p_printed": value, "locator": "Results, p1 s1"}
        )
        groups += [
            {"comparison_id": identifier, "group_no": n, "group": name, "total": total, "events": events}
            | {"percent_printed": percent, "total_source_id": one.get("sizes_from", pd.NA)}
            for n, (name, total, events, percent) in enumerate(one["groups"], start=1)
        ]
    typed = {"total": "Int64", "events": "Int64", "percent_printed": "Float64", "group_no": "Int64"}
    terms = [("treatment", "csa", "Ciclosporin", "CsA", 1), ("contrast", "area", "By area", pd.NA, 1)]
    tables = {table: pd.DataFrame(columns=[key]) for table, key in KEYS.items()}
    tables |= {
        "comparisons": pd.DataFrame(rows),
        "comparison_groups": pd.DataFrame(groups).astype(typed),
        "vocabularies": pd.DataFrame(terms, columns=["list", "code", "label", "short", "sort"]),
        "sources": pd.DataFrame([{"source_id": "sizes", "title": "An abstract", "citation_key": "author2000"}]),
    }
    return Evidence(Path(), "2000-01-01", tables), tables["comparisons"]


KEYS = {"counts": "row_id", "doses": "dose_id", "quantities": "quantity_id", "flow": "box_id"}
NO_COUNT = pd.NA


def test_a_printed_p_value_is_told_from_the_range_the_percentages_allow():
    groups = [("a", 79, NO_COUNT, 24.0), ("b", 283, NO_COUNT, 3.0)]
    review, rows = review_of({"p": "= 0.02", "groups": groups})
    found = comparisons.recomputed(review, rows).iloc[0]
    assert found["tables"] == 2  # 19 of 79 with 8 or 9 of 283
    assert found["fisher_low"] == pytest.approx(two_sided(19, 79, 8, 283), rel=1e-9)
    assert found["fisher_high"] < 1e-6
    assert found["fitting_tests"] == ()
    assert list(found[["events_low", "events_high", "total"]]) == [27, 28, 362]
    assert "**fits none of the tests**" in comparisons.comparison_table(review, rows)


def test_one_test_of_three_may_explain_a_printed_value():
    review, rows = review_of({"p": "= 0.04", "groups": [("a", 79, NO_COUNT, 18.0), ("b", 283, NO_COUNT, 10.0)]})
    assert comparisons.recomputed(review, rows).iloc[0]["fitting_tests"] == ("chi2",)
    assert "| fits chi-square |" in comparisons.comparison_table(review, rows)


def test_percentages_that_would_fit_the_printed_value_are_found_on_both_sides():
    review, _ = review_of({"p": "= 0.02", "groups": [("a", 79, NO_COUNT, 24.0), ("b", 283, NO_COUNT, 3.0)]})
    assert comparisons.fitting_percentages(review, "compare-1", 2) == (12, 13, 38, 39, 40)


def test_a_percentage_that_no_count_rounds_to_is_marked_and_allowed_to_be_cut_off():
    review, rows = review_of({"p": "< 0.0001", "groups": [("a", 283, NO_COUNT, 67.0), ("b", 79, NO_COUNT, 40.0)]})
    assert comparisons.recomputed(review, rows).iloc[0]["rounding"] == "any"
    table = comparisons.comparison_table(review, rows)
    row, made = "(../evidence.qmd#compare-1)", "(../results.qmd#result-compare-1)"
    assert f"b: [40% of 79]{row} ([32]{made}) ‡" in table
    assert f"[189 to 192]{made}) ‡" not in table  # the other group is not marked and not last
    assert comparisons.CUT_OFF_NOTE in table
    assert "| fits every test |" in table


def test_three_groups_have_no_corrected_test_and_no_difference():
    groups = [("a", 72, NO_COUNT, 54.0), ("b", 179, NO_COUNT, 26.0), ("c", 111, NO_COUNT, 43.0)]
    review, rows = review_of({"groups": groups})
    found = comparisons.recomputed(review, rows).iloc[0]
    assert found["tables"] == 2
    assert 0 < found["fisher_low"] <= found["fisher_high"] < 1e-4
    assert pd.isna(found["chi2_corrected_low"])
    assert pd.isna(found["difference"])
    assert "nothing to compare" in comparisons.comparison_table(review, rows)


def test_a_known_count_leaves_one_table():
    review, rows = review_of({"p": "= 0.01", "groups": [("a", 19, 4, pd.NA), ("b", 102, 3, 3.0)]})
    found = comparisons.recomputed(review, rows).iloc[0]
    assert found["tables"] == 1
    assert found["fisher_low"] == found["fisher_high"] == pytest.approx(0.0115, abs=1e-4)


@pytest.mark.parametrize(
    "groups",
    [
        [("a", pd.NA, NO_COUNT, 68.0), ("b", pd.NA, NO_COUNT, 33.0)],
        [("a", 19, 0, pd.NA), ("b", 102, NO_COUNT, pd.NA)],
        [("a", 19, NO_COUNT, 32.0)],
        [("a", 0, NO_COUNT, 32.0), ("b", 10, NO_COUNT, 30.0)],
        [("a", 3, NO_COUNT, 51.0), ("b", 10, NO_COUNT, 30.0)],
    ],
    ids=["no sizes", "no share", "one group", "empty group", "no count fits"],
)
def test_what_cannot_be_recomputed_is_said_and_not_guessed(groups):
    review, rows = review_of({"groups": groups})
    found = comparisons.recomputed(review, rows).iloc[0]
    assert found["tables"] == 0
    assert pd.isna(found["fisher_low"])
    assert "not recomputable" in comparisons.comparison_table(review, rows)


def test_intervals_reach_from_the_least_to_the_greatest_count():
    review, rows = review_of({"groups": [("a", 283, NO_COUNT, 3.0), ("b", pd.NA, NO_COUNT, 30.0), ("c", 5, 1, pd.NA)]})
    frame = comparisons.group_intervals(review, rows)
    assert list(frame["label"]) == ["a (n = 283)", "b (size not stated)"]  # a group without a percentage is not drawn
    assert list(frame.loc[0, ["count_low", "count_high"]]) == [8, 9]
    low, high = frame.loc[0, ["ci_low", "ci_high"]]  # what an exact interval is: each tail holds 2.5%
    assert binom.sf(7, 283, low) == pytest.approx(0.025, rel=1e-6)
    assert binom.cdf(9, 283, high) == pytest.approx(0.025, rel=1e-6)
    assert frame.loc[1, ["count_low", "ci_low"]].isna().all()


def slip(**parts: object) -> tuple[dict, ...]:
    """One known slip of the first comparison."""
    return ({"id": "slip", "rows": ["compare-1"], "likely": None, "expect": {}} | parts,)


TWO = {"p": "= 0.04", "groups": [("a", 79, NO_COUNT, 18.0), ("b", 283, NO_COUNT, 10.0)]}
MARK = "[†](../notebooks/13-audit.ipynb#slip-slip)"


@pytest.mark.parametrize(
    ("expect", "marked"),
    [
        ({"compare-1/2.percent_printed": 10.0}, {"b"}),
        ({"compare-1.p_value": 0.04}, {"p"}),
        ({"compare-1.p_value": 0.04, "compare-1/1.percent_printed": 18.0}, {"a", "p"}),
        ({"elsewhere.events": 3}, {"a", "b"}),
    ],
    ids=["a group", "the P value", "both", "no number of it"],
)
def test_the_dagger_stands_at_the_number_that_the_slip_is_about(expect, marked):
    review, rows = review_of(TWO)
    review = replace(review, corrections=slip(expect=expect))
    groups, printed = pipe_rows_of(comparisons.comparison_table(review, rows))
    shown = {name for name in ("a", "b") if f"{name}: [{groups[name]}]" and MARK in groups[name]}
    assert shown | ({"p"} if MARK in printed else set()) == marked
    frame = comparisons.group_intervals(review, rows)
    drawn = {} if "known_slip" not in frame else dict(zip("ab", frame["known_slip"].notna(), strict=True))
    assert {name for name, is_marked in drawn.items() if is_marked} == marked - {"p"}
    said = comparisons.printed_shares(review, rows)
    assert {"ab"[int(place[-1]) - 1] for place, share in said.items() if MARK in share.markdown} == marked - {"p"}


def pipe_rows_of(table: str) -> tuple[dict[str, str], str]:
    """Groups of the first comparison by name, and its printed P value, as Markdown."""
    cells = table.splitlines()[2].split(" | ")
    groups = {cell.partition(":")[0].removeprefix("| "): cell for cell in cells[1].split("<br>")}
    return groups, cells[3]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"likely": "A 10%, B 18%"}, "probably printed the wrong way round"),
        ({"likely": "A 10%, B 18%", "is_proved": True}, "printed the wrong way round"),
        ({"likely": "12%"}, None),
        ({}, None),
    ],
)
def test_a_picture_of_a_comparison_the_wrong_way_round_says_so_beside_it(parts, words):
    review, rows = review_of(TWO, {**TWO, "p": None})
    review = replace(review, corrections=slip(**parts))
    frame = comparisons.group_intervals(review, rows)
    remarks = dict(zip(frame["comparison_id"], frame.get("remark", [None] * len(frame)), strict=True))
    assert ([r for r in remarks.values() if isinstance(r, str)] or [None]) == [words]
    frame["block"] = frame["comparison_id"]
    picture = plots.printed_percentages(frame, label="label", group="block", caption="Shares.")
    told = " ".join(re.findall(r"<text[^>]*>([^<]*)", picture.svg))
    assert (f"† {words}" in told) == (words is not None)
    assert words != "printed the wrong way round" or "probably" not in told
    assert picture.alt.count("wrong way round") == (2 if words else 0)  # with each of the two groups
    assert "18%† (" in picture.alt
    assert picture.caption.endswith("see [the audit](../notebooks/13-audit.ipynb#slip-slip).")
    assert "see the audit." in picture.alt


def test_sizes_from_another_source_are_cited():
    groups = [("a", 79, NO_COUNT, 18.0), ("b", 283, NO_COUNT, 10.0)]
    review, rows = review_of({"groups": groups, "sizes_from": "sizes"})
    assert "Group sizes: An abstract [@author2000]." in comparisons.comparison_table(review, rows)


def test_a_table_carries_its_values_and_can_be_narrowed():
    review, rows = review_of({"p": "= 0.04", "groups": [("a", 79, NO_COUNT, 18.0), ("b", 283, NO_COUNT, 10.0)]})
    table = comparisons.comparison_table(review, rows, columns=("Treatment", "Printed"), name="tbl-p")
    assert table.startswith("| Treatment | Printed |")
    assert table.name == "tbl-p"
    (value,) = table.values
    assert value["row"] == "compare-1"
    assert value["fitting_tests"] == ["chi2"]
    assert "difference" in value


def test_printed_shares_are_places_of_a_sentence():
    review, rows = review_of({"groups": [("a", 79, NO_COUNT, 18.0), ("b", 283, 20, pd.NA)]})
    shares = comparisons.printed_shares(review, rows)
    assert list(shares) == ["compare-1/1"]
    assert shares["compare-1/1"].record["row"] == "compare-1"
    assert wording.say(review, "Given to {compare-1/1}.", **shares) == "Given to [18%](../evidence.qmd#compare-1)."


def test_no_comparisons_are_no_error():
    review, rows = review_of({"groups": [("a", 79, NO_COUNT, 18.0), ("b", 283, NO_COUNT, 10.0)]})
    assert comparisons.recomputed(review, rows.iloc[:0]).empty
    assert comparisons.printed_shares(review, rows.iloc[:0]) == {}
    assert comparisons.group_intervals(review, rows.iloc[:0]).empty
    assert comparisons.comparison_table(review, rows.iloc[:0]).startswith("*No rows")


def test_percentages_cannot_be_tried_without_a_printed_value_or_sizes():
    unprinted = {"groups": [("a", 79, NO_COUNT, 18.0), ("b", 283, NO_COUNT, 10.0)]}
    unsized = {"p": "= 0.02", "groups": [("a", 79, NO_COUNT, 18.0), ("b", pd.NA, NO_COUNT, 10.0)]}
    review, _ = review_of(unprinted, unsized)
    with pytest.raises(ValueError, match="prints no P value"):
        comparisons.fitting_percentages(review, "compare-1", 2)
    with pytest.raises(ValueError, match="lacks the size"):
        comparisons.fitting_percentages(review, "compare-2", 2)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.0424, 0.0694, "0.042 to 0.069"), (1e-9, 1e-8, "< 0.0001"), (1e-9, 0.0123, "< 0.0001 to 0.012"), (1, 1, "1")],
)
def test_ranges_of_p_values_read_as_printed_ones_do(low, high, shown):
    assert comparisons.p_range(low, high) == shown
