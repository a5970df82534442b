"""New rows before they are merged: each planted error is found and named in plain words, and sound rows raise nothing."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd
import pytest
from planted import percent
from scipy.stats import fisher_exact

from helpers import audit

UPDATE = "2024-06-30"
Tables = dict[str, list[dict]]
NUMBERS = {
    **dict.fromkeys(("events", "total", "patients", "group_no", "year"), "Int64"),
    **dict.fromkeys(("percent_printed", "low", "high", "value", "p_value", "prevalence_percent"), "Float64"),
}
COLUMNS = {
    "studies": "study_id first_author year patients note locator",
    "cohorts": "cohort_id study_id condition patients note source_id locator",
    "counts": "row_id section level source_id study_id condition treatment regimen line measure detail events total unit "
    "percent_printed definition adds_up_to as_printed how_obtained note locator added_in",
    "doses": "dose_id source_id study_id condition treatment kind regimen route low high unit detail note locator",
    "quantities": "quantity_id source_id study_id condition treatment quantity statistic value unit detail note locator",
    "comparisons": "comparison_id section source_id study_id treatment measure contrast p_relation p_value p_printed "
    "as_printed note locator",
    "comparison_groups": "comparison_id group_no group total events percent_printed unit note",
    "appraisals": "appraisal_id study_id item_id answer note source_id locator",
}


def study(rng: random.Random, name: str) -> Tables:
    """Rows of one study as careful extractors write them; every number follows from the others."""
    source = {"source_id": f"{name}-report", "study_id": name}
    responses = [rng.randint(1, 15) for _ in range(3)]
    treated = sum(responses)
    patients = treated + rng.randint(0, 9)
    others = rng.randint(1, 12)
    deaths = rng.randint(0, treated)
    base = source | {"section": "anakinra", "level": "study", "condition": "sjia", "treatment": "anakinra"}
    base |= {"unit": "patients", "how_obtained": "stated", "added_in": UPDATE}

    def count(row_id: str, measure: str, events: int, total: int | None = None, **cells: object) -> dict:
        share = {} if total is None else {"percent_printed": percent(events, total, rng.choice([0, 1]))}
        printed = {"as_printed": f"{events}" if total is None else f"{events}/{total}", "locator": f"Table 2, {row_id}"}
        return base | {"row_id": row_id, "measure": measure, "events": events, "total": total} | share | printed | cells

    measures = ("complete_response", "partial_response", "no_response")
    counts = [
        count("size", "patients", patients, treatment="none"),
        count("all", "received", treated),
        *(
            count(m, m, events, treated, definition="fever and ferritin", adds_up_to="all")
            for m, events in zip(measures, responses, strict=True)
        ),
        count("death", "death", deaths, treated),
        count("lupus", "patients", others, condition="sle", treatment="none"),
    ]
    ages = sorted(rng.sample(range(1, 18), 3))
    groups = [rng.randint(15, 40), rng.randint(15, 40)]
    events = [rng.randint(1, n - 1) for n in groups]
    p = float(fisher_exact([[x, n - x] for x, n in zip(events, groups, strict=True)])[1])
    sign, printed = ("=", f"{p:.3f}") if p >= 0.0015 else ("<", "0.001" if p < 0.0009 else "0.01")
    return {
        "studies": [
            {"study_id": name, "first_author": "Made A", "year": 2024, "patients": patients + others, "locator": "p1"}
        ],
        "cohorts": [
            source | {"cohort_id": "h1", "condition": "sjia", "patients": patients, "locator": "Table 1"},
            source | {"cohort_id": "h2", "condition": "sle", "patients": others, "locator": "Table 1"},
        ],
        "counts": counts,
        "doses": [
            source
            | {"dose_id": "d1", "condition": "sjia", "treatment": "anakinra", "kind": "dose", "unit": "mg/kg/day"}
            | {"low": 2.0, "high": 2.0 + rng.randint(0, 8), "locator": "Methods"}
        ],
        "quantities": [
            source
            | {"quantity_id": f"q{s}", "condition": "sjia", "treatment": "none", "quantity": "age", "unit": "years"}
            | {"statistic": s, "value": float(v), "locator": "Table 1"}
            for s, v in zip(("minimum", "median", "maximum"), ages, strict=True)
        ],
        "comparisons": [
            source
            | {"comparison_id": "k1", "section": "anakinra", "treatment": "anakinra", "measure": "death"}
            | {"contrast": "condition", "p_relation": sign, "p_value": float(printed), "p_printed": printed}
            | {"as_printed": f"P{sign}{printed}", "locator": "Table 3"}
        ],
        "comparison_groups": [
            {"comparison_id": "k1", "group_no": g, "group": f"Group {g}", "total": n, "events": x, "unit": "patients"}
            | {"percent_printed": percent(x, n, 1)}
            for g, (x, n) in enumerate(zip(events, groups, strict=True), start=1)
        ],
        "appraisals": [
            source | {"appraisal_id": "a1", "item_id": "jbi-case-series-01", "answer": "yes", "locator": "Methods"}
        ],
    }


def typed(tables: Tables) -> dict[str, pd.DataFrame]:
    found = {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows, columns=COLUMNS[name].split())
        found[name] = frame.astype({c: NUMBERS.get(c, "string") for c in frame})
    return found


def of(tables: Tables, table: str, key: str) -> dict:
    return next(row for row in tables[table] if key in row.values())


def wrong_share(rng: random.Random, t: Tables) -> None:
    row = of(t, "counts", "partial_response")
    true = 100 * row["events"] / row["total"]
    row["percent_printed"] = rng.choice([p for p in range(101) if abs(p - true) >= 1])


def share_of_no_count(rng: random.Random, t: Tables) -> None:
    row = of(t, "counts", "death")
    n = row["total"]
    row["events"] = None
    row["percent_printed"] = rng.choice(
        [p / 10 for p in range(1001) if all(abs(1000 * x / n - p) >= 10 for x in range(n + 1))]
    )


def broken_sum(rng: random.Random, t: Tables) -> None:
    row = of(t, "counts", "all")
    row["events"] += rng.randint(1, 3)
    of(t, "cohorts", "sjia")["patients"] += 5
    of(t, "counts", "size")["events"] += 5
    of(t, "studies", "Made A")["patients"] += 5


def more_than_the_cohort(rng: random.Random, t: Tables) -> None:
    of(t, "cohorts", "sjia")["patients"] = of(t, "counts", "all")["events"] - 1


def more_than_its_total(rng: random.Random, t: Tables) -> None:
    row = of(t, "counts", "death")
    row["events"], row["percent_printed"] = row["total"] + rng.randint(1, 5), None


def more_than_treated(rng: random.Random, t: Tables) -> None:
    row = of(t, "counts", "all")
    row["events"] -= 1
    for name in ("complete_response", "partial_response", "no_response"):
        of(t, "counts", name)["adds_up_to"] = None


def too_many_outcomes(rng: random.Random, t: Tables) -> None:
    for name in ("complete_response", "partial_response", "no_response"):
        row = of(t, "counts", name)
        row |= {"adds_up_to": None, "percent_printed": None}
    row["events"] = row["total"] - of(t, "counts", "complete_response")["events"] + 1
    row["events"] -= 0 if of(t, "counts", "partial_response")["events"] else -1


def negative(rng: random.Random, t: Tables) -> None:
    of(t, "counts", "lupus")["events"] = -rng.randint(1, 9)


def above_all(rng: random.Random, t: Tables) -> None:
    of(t, "counts", "lupus")["percent_printed"] = 100 + rng.randint(1, 900)


def median_outside(rng: random.Random, t: Tables) -> None:
    of(t, "quantities", "median")["value"] = of(t, "quantities", "maximum")["value"] + rng.randint(1, 9)


def median_below(rng: random.Random, t: Tables) -> None:
    of(t, "quantities", "median")["value"] = of(t, "quantities", "minimum")["value"] - 0.5


def dose_upside_down(rng: random.Random, t: Tables) -> None:
    of(t, "doses", "d1")["low"] = of(t, "doses", "d1")["high"] + rng.randint(1, 9)


def stands_twice(rng: random.Random, t: Tables) -> None:
    table, key = rng.choice([("counts", "death"), ("doses", "d1"), ("quantities", "qmedian")])
    again = dict(of(t, table, key)) | {"locator": "Discussion, p1 s1"}
    again[next(iter(c for c in again if c.endswith("_id") and c not in ("source_id", "study_id")))] = "again"
    t[table].append(again)


def undefined(rng: random.Random, t: Tables) -> None:
    of(t, "counts", rng.choice(["complete_response", "partial_response", "no_response"]))["definition"] = None


def impossible_p(rng: random.Random, t: Tables) -> None:
    t["comparison_groups"][0] |= {"total": 20, "events": 10, "percent_printed": 50.0}
    t["comparison_groups"][1] |= {"total": 30, "events": 15, "percent_printed": 50.0}
    t["comparisons"][0] |= {"p_relation": "=", "p_value": 0.01, "p_printed": "0.01"}


def p_in_two_forms(rng: random.Random, t: Tables) -> None:
    row = t["comparisons"][0]
    row["p_value"] = row["p_value"] + 0.25


def wrong_group_share(rng: random.Random, t: Tables) -> None:
    group = t["comparison_groups"][0]
    true = 100 * group["events"] / group["total"]
    group["percent_printed"] = rng.choice(
        [percent(x, group["total"], 1) for x in range(group["total"]) if abs(percent(x, group["total"], 1) - true) > 1]
    )
    t["comparisons"][0] |= {"p_relation": None, "p_value": None, "p_printed": None}


def larger_parts_than_the_study(rng: random.Random, t: Tables) -> None:
    of(t, "studies", "Made A")["patients"] -= rng.randint(1, 3)


KINDS: dict[str, Callable[[random.Random, Tables], None]] = {
    f.__name__: f
    for f in (
        *(wrong_share, share_of_no_count, broken_sum, more_than_the_cohort, more_than_its_total, more_than_treated),
        *(too_many_outcomes, negative, above_all, median_outside, median_below, dose_upside_down, stands_twice),
        *(undefined, impossible_p, p_in_two_forms, wrong_group_share, larger_parts_than_the_study),
    )
}
RULE = {  # what the finding is called, and a row it must name
    "wrong_share": ("percentage", "partial_response"),
    "share_of_no_count": ("grim", "death"),
    "broken_sum": ("partition", "all"),
    "more_than_the_cohort": ("subset", "all"),
    "more_than_its_total": ("subset", "death"),
    "more_than_treated": ("subset", "partial_response"),
    "too_many_outcomes": ("subset", "complete_response"),
    "negative": ("subset", "lupus"),
    "above_all": ("subset", "lupus"),
    "median_outside": ("range", "qmedian"),
    "median_below": ("range", "qmedian"),
    "dose_upside_down": ("range", "d1"),
    "stands_twice": ("twice", "again"),
    "undefined": ("definition", ""),
    "impossible_p": ("p_value", "k1"),
    "p_in_two_forms": ("p-value", "k1"),
    "wrong_group_share": ("percentage", "k1"),
    "larger_parts_than_the_study": ("sum", ""),
}
EACH = 6  # of every kind: 108 planted errors; the cases of test_planted_errors.py come on top
SOUND = 60  # studies of some thirty rows


@pytest.fixture(scope="module")
def sound(review):
    rng = random.Random(64)
    return [audit.check_new_rows(typed(study(rng, f"made{n}")), review) for n in range(SOUND)]


def test_sound_rows_raise_nothing(sound):
    assert [str(f) for found in sound for f in found] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_error_is_found_and_must_be_settled(kind, review):
    rng = random.Random(kind)
    rule, row = RULE[kind]
    for number in range(EACH):
        tables = study(rng, f"made{number}")
        KINDS[kind](rng, tables)
        found = audit.check_new_rows(typed(tables), review)
        named = [f for f in found if f.rule == rule and (row in f.rows or not row) and f.must_settle]
        assert named, [str(f) for f in found]


def test_a_percentage_that_no_count_gives_is_told_in_words_an_extractor_understands(review):
    """32 (82.4%) of 39: neither is 32 of 39 that share, nor is there any count that gives it."""
    tables = study(random.Random(1), "made")
    row = dict(of(tables, "counts", "death")) | {"row_id": "r1", "measure": "survival", "definition": "alive"}
    tables["counts"] = [row | {"events": 32, "total": 39, "percent_printed": 82.4, "as_printed": "32 (82.4%)"}]
    tables["cohorts"][0]["patients"] = 39
    (found,) = audit.check_new_rows(typed(tables | {"studies": []}), review)
    assert (found.table, found.row, found.must_settle) == ("counts", "r1", True)
    assert "32 of 39 = 82.1%, not 82.4%" in found.words
    assert "No whole number out of 39 gives 82.4%" in found.words
    assert "Systemic JIA" in found.words  # labels, not codes
    assert found.locator.startswith("Table 2, death")


def test_a_count_that_would_fit_the_percentage_is_named(review):
    tables = study(random.Random(1), "made")
    row = dict(of(tables, "counts", "death")) | {
        "events": 9,
        "total": 11,
        "percent_printed": 72.7,
        "as_printed": "9/11",
    }
    found = audit.check_new_rows(typed({"counts": [row]}), review)
    assert "72.7% of 11 would be 8." in found[0].words


def test_what_the_report_itself_prints_wrong_can_be_kept_with_a_note(review):
    tables = study(random.Random(1), "made")
    row = of(tables, "counts", "death")
    row["percent_printed"] = 100.0 * row["events"] / row["total"] / 2 + 30
    before = [f for f in audit.check_new_rows(typed(tables), review) if f.row == "death"]
    row["note"] = "As printed: the share does not fit the count."
    after = [f for f in audit.check_new_rows(typed(tables), review) if f.row == "death"]
    assert [f.must_settle for f in before] == [True]
    assert [f.must_settle for f in after] == [False]


def test_a_row_that_the_evidence_holds_already_is_named(review):
    counts = review.tables["counts"]
    old = counts[counts["row_id"] == "debenedetti2023-emapalumab-sjia-remission-refractory"]
    again = old.assign(row_id="r1", source_id="debenedetti2023-later", added_in=UPDATE, percent_printed=pd.NA)
    assert "there-already" not in {f.rule for f in audit.check_new_rows({"counts": again}, review)}
    again = old.assign(row_id="r1", source_id="debenedetti2023-later", added_in=UPDATE)
    found = audit.check_new_rows({"counts": again}, review)
    assert [(f.rule, f.rows) for f in found] == [("there-already", ("r1", old["row_id"].iloc[0]))]


def test_a_note_is_asked_for_when_an_item_does_not_apply(review):
    tables = study(random.Random(1), "made")
    tables["appraisals"][0]["answer"] = "not_applicable"
    (found,) = audit.check_new_rows(typed(tables), review)
    assert (found.table, found.rule, found.must_settle) == ("appraisals", "reason", False)


def test_ids_of_any_form_and_doubled_ids_do_not_confuse_the_audit(review):
    tables = study(random.Random(3), "made_up-2024")
    for row in tables["counts"]:
        row["row_id"] = "Row 1 (of Ann)/2.5"
        row["adds_up_to"] = None
    wrong_share(random.Random(1), tables)
    found = audit.check_new_rows(typed(tables), review)
    assert [f.rule for f in found] == ["percentage"]
    assert found[0].row == "Row 1 (of Ann)/2.5"


def test_no_rows_give_no_finding(review):
    assert audit.check_new_rows({}, review) == []
    assert audit.check_new_rows(typed({name: [] for name in COLUMNS}), review) == []


def test_on_the_real_study_rows_only_known_oddities_of_the_source_are_found(review):
    """Rows that people checked twice: what is found there is printed so."""
    tables = {n: t[t["study_id"].notna()] if "study_id" in t else t for n, t in review.tables.items() if n in COLUMNS}
    tables |= {"comparison_groups": review.tables["comparison_groups"]}
    found = [f for f in audit.check_new_rows(tables, review) if f.must_settle and f.rule != "there-already"]
    assert {f.row for f in found} <= {
        "latino2010-ivig-kd-received-third-dose",  # 13 of 12 patients
        "kang2013-kd-death",  # 15% of 12
        "compare-minoia2015-biologics-received-subspecialty",  # a P value that fits no test
        "ref50-sjia-patients-refractory-sjia-without",  # with or without MAS
        "discussion-minoia2014-sjia-patients-2",  # the same number in two places
    }
