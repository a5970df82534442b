"""Groups compared in print: the counts behind printed percentages, and the P values those counts allow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers import markup, numbers, sections, synthesis, wording
from helpers.evidence import Evidence

ROUNDINGS = ("nearest", "any")  # cut-off percentages are considered only where ordinary rounding fits no count
TESTS = {"fisher": "Fisher", "chi2": "Chi-square", "chi2_corrected": "Corrected chi-square"}
P_FLOOR = 0.0001  # smallest bound the sources print
COLUMNS = ("Treatment", "Groups", "Difference", "Printed", *TESTS.values(), "Agreement")
PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
CUT_OFF = "‡"
CUT_OFF_NOTE = (
    f"{CUT_OFF} No whole number of patients rounds to this percentage; the counts of its comparison also allow for"
    " percentages cut off instead of rounded. A smaller denominator (patients without data) would explain it as well."
)
COUNTS_NOTE = (
    "Groups: printed percentage, group size and, in brackets, the counts of patients that give this percentage."
    " P values of the tests are recomputed: the smallest and largest over all tables of such counts. A printed value"
    " fits a test when at least one of these tables gives it."
)
BEHIND_NOTE = "Whole numbers of patients that give the printed percentage of the group."
P_NOTE = "smallest and largest P value over all tables of whole numbers that give the printed percentages."
DIFFERENCE_NOTE = (
    "Difference: first minus second printed percentage, in percentage points; its interval covers every table."
)


def p_range(low: float, high: float) -> str:
    """The span of P values: ``0.043 to 0.069``, one number when both ends read alike, ``< 0.0001`` below the floor."""
    ends = [f"< {P_FLOOR:.4f}" if value < P_FLOOR else f"{float(f'{value:.2g}'):g}" for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def recomputed(review: Evidence, comparisons: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """P values that the printed percentages and group sizes allow, next to the printed one.

    Parameters
    ----------
    review : Evidence
        Groups of the comparisons.
    comparisons : DataFrame
        Rows of `comparisons`.
    level : float
        Confidence level of the difference.

    Returns
    -------
    DataFrame
        One row a comparison, in the same order and with the same index: ``comparison_id``, ``printed`` (``= 0.02``, or
        missing), ``tables`` (number of tables; 0 where sizes or percentages are not known or fit no count),
        ``rounding`` (of `synthesis.compatible_counts`), for each of `TESTS` ``<test>_low`` and ``<test>_high`` (missing
        without tables; the corrected test also with more than two groups), ``fitting_tests`` (`TESTS` with a table
        that prints the printed P value), ``difference`` (of two printed proportions) with ``difference_low`` and
        ``difference_high``, the limits over all tables; ``events_low``, ``events_high`` and ``total``, what the groups
        add up to (missing without tables).
    """
    records = [_recompute(_groups(review, row["comparison_id"]), row, level) for _, row in comparisons.iterrows()]
    limits = [f"{test}_{end}" for test in TESTS for end in ("low", "high")]
    columns = ["comparison_id", "printed", "tables", "rounding", *limits, "fitting_tests"]
    columns += ["difference", "difference_low", "difference_high", "events_low", "events_high", "total"]
    return pd.DataFrame(records, index=comparisons.index, columns=columns)


def printed_shares(review: Evidence, comparisons: pd.DataFrame, *, base: str = "../") -> dict[str, wording.Shown]:
    """Printed percentages of the groups, linked to their comparison, for the places of `wording.say`.

    Parameters
    ----------
    review : Evidence
        Groups and corrections.
    comparisons : DataFrame
        Rows of `comparisons`.
    base : str
        Way to the site's root.

    Returns
    -------
    dict of str to Shown
        By ``comparison_id/group_no``; groups without a printed percentage are left out.
    """
    return {
        f"{row['comparison_id']}/{group['group_no']}": wording.shown(
            review,
            row,
            f"{numbers.plain(group['percent_printed'])}%",
            base=base,
            slips=_slips(review, row["comparison_id"], f"{row['comparison_id']}/{group['group_no']}"),
        )
        for _, row in comparisons.iterrows()
        for _, group in _groups(review, row["comparison_id"]).iterrows()
        if not pd.isna(group["percent_printed"])
    }


def group_intervals(review: Evidence, comparisons: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Groups with a printed percentage, ready for `plots.printed_percentages`.

    Parameters
    ----------
    review : Evidence
        Groups and labels.
    comparisons : DataFrame
        Rows of `comparisons`.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        One row a group, comparisons in the same order, groups as printed: ``comparison_id``, ``group_no``, ``block``
        (treatment and contrast), ``label`` (group and its size), ``total``, ``percent_printed``, ``count_low`` and
        ``count_high`` (least and greatest count that gives the percentage), ``ci_low`` and ``ci_high`` in [0, 1]: the
        lower limit of the exact interval of the least count and the upper limit of that of the greatest. Counts and
        limits are missing where the size is not known or no count fits. Where there are any: ``known_slip``, the id of a
        known slip of the number, ``audit_page``, the page that explains it, and ``remark``, that the groups stand the wrong way round.
    """
    records = []
    for _, comparison in comparisons.iterrows():
        contrast = review.label("contrast", comparison["contrast"]).lower()
        block = f"{review.label('treatment', comparison['treatment'])}, {contrast}"
        groups = _groups(review, comparison["comparison_id"])
        rounding = _rounding(groups)
        remark = _remark(review, comparison["comparison_id"], groups)
        for _, group in groups[groups["percent_printed"].notna()].iterrows():
            place = f"{comparison['comparison_id']}/{group['group_no']}"
            slips = _slips(review, comparison["comparison_id"], place)
            counts = _counts(group, rounding)
            size = "size not stated" if pd.isna(group["total"]) else f"n = {numbers.whole(group['total'])}"
            ends = [
                synthesis.proportion_ci(c, int(group["total"]), method=wording.INTERVAL_METHOD, level=level)
                for c in (counts[:1] + counts[-1:])
            ]
            records.append(
                {
                    "comparison_id": comparison["comparison_id"],
                    "group_no": group["group_no"],
                    "block": block,
                    "label": f"{group['group']} ({size})",
                    "total": group["total"],
                    "percent_printed": group["percent_printed"],
                    "count_low": counts[0] if counts else pd.NA,
                    "count_high": counts[-1] if counts else pd.NA,
                    "ci_low": ends[0].ci_low if ends else np.nan,
                    "ci_high": ends[-1].ci_high if ends else np.nan,
                    "known_slip": slips[0]["id"] if slips else pd.NA,
                    "remark": remark or pd.NA,
                }
            )
    columns = ["comparison_id", "group_no", "block", "label", "total", "percent_printed"]
    columns += ["count_low", "count_high", "ci_low", "ci_high", "known_slip", "remark"]
    frame = pd.DataFrame(records, columns=columns)
    frame = frame.drop(columns=[c for c in ("known_slip", "remark") if frame[c].isna().all()])
    if "known_slip" in frame:
        frame["audit_page"] = review.audit_page
    return frame.astype({"total": "Int64", "count_low": "Int64", "count_high": "Int64"})


def directions(review: Evidence, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Which of two groups had more, comparison by comparison, ready for `plots.effect_directions`.

    Parameters
    ----------
    review : Evidence
        Groups, labels and known slips.
    comparisons : DataFrame
        Rows of `comparisons` with two groups.

    Returns
    -------
    DataFrame
        One row a comparison: ``comparison_id``, ``label`` (treatment) and ``study`` in words, ``direction`` (``higher``, ``lower``,
        ``same``; ``unknown`` without two printed percentages), ``shown``, and where there are any ``known_slip`` and
        ``audit_page``.
    """
    records = []
    for _, row in comparisons.iterrows():
        percentages = list(_groups(review, row["comparison_id"])["percent_printed"])
        is_known = len(percentages) == 2 and not any(pd.isna(p) for p in percentages)
        first, second = percentages if is_known else (0, 0)
        way = "higher" if first > second else "lower" if first < second else "same"
        records.append(
            {
                "comparison_id": row["comparison_id"],
                "label": review.label("treatment", row["treatment"]),
                "study": sections.study_name(review, row["study_id"]),
                "direction": way if is_known else "unknown",
                "shown": f"{numbers.plain(first)}% / {numbers.plain(second)}%" if is_known else "",
            }
        )
    return wording.with_slips(review, pd.DataFrame(records))


def comparison_table(
    review: Evidence,
    comparisons: pd.DataFrame,
    *,
    columns: Sequence[str] = COLUMNS,
    level: float = 0.95,
    base: str = "../",
    name: str | None = None,
) -> wording.Text:
    """Comparisons as a table for readers: groups, printed P value, and the P values the percentages allow.

    Parameters
    ----------
    review : Evidence
        Groups, labels, corrections and sources.
    comparisons : DataFrame
        Rows of `comparisons`, shown in this order, none left out.
    columns : sequence of str
        Some of `COLUMNS`.
    level : float
        Confidence level of the differences.
    base : str
        Way to the site's root.
    name : str, optional
        Result name.

    Returns
    -------
    Text
        With notes on group sizes taken from another source and on percentages that fit no count.
    """
    found = recomputed(review, comparisons, level=level)
    lines, values, sizes_from = [], [], []
    for (_, row), (_, again) in zip(comparisons.iterrows(), found.iterrows(), strict=True):
        groups = _groups(review, row["comparison_id"])
        printed = "none printed" if pd.isna(again["printed"]) else f"P {again['printed']}"
        made = partial(_made, row["comparison_id"])
        tests = {shown: made(_p_cell(again, test), f"{shown}: {P_NOTE}") for test, shown in TESTS.items()}
        counts = [made(_behind(g, again["rounding"]), BEHIND_NOTE) for _, g in groups.iterrows()]
        lines.append(
            {
                "Treatment": markup.literal(review.label("treatment", row["treatment"], short=True)),
                "Groups": "<br>".join(
                    _group_words(review, row, g, behind, base)
                    for (_, g), behind in zip(groups.iterrows(), counts, strict=True)
                ),
                "Difference": made(_difference_cell(again), DIFFERENCE_NOTE),
                "Printed": wording.linked(
                    review,
                    row,
                    markup.literal(printed),
                    base=base,
                    slips=_slips(review, row["comparison_id"], row["comparison_id"]),
                ),
                **tests,
                "Agreement": _agreement(again),
            }
        )
        values.append(wording.provenance(row, printed) | _plain(again))
        values += [behind.recorded() for behind in counts if behind and "Groups" in columns]
        sizes_from += list(groups["total_source_id"].dropna())
    frame = pd.DataFrame(lines, columns=list(COLUMNS))[list(columns)]
    frame = frame.rename(columns={"Difference": f"Difference ({numbers.confidence(level)})"})
    notes = [COUNTS_NOTE] + ([DIFFERENCE_NOTE] if "Difference" in columns and found["difference"].notna().any() else [])
    notes += [CUT_OFF_NOTE] if (found["rounding"] == "any").any() else []
    notes += [f"Group sizes: {_source(review, s)}." for s in dict.fromkeys(sizes_from)]
    tests_shown = [column for column in ("Printed", *TESTS.values()) if column in columns]
    over = {"P value": tests_shown} if len(tests_shown) > 1 else None
    return wording.markdown_table(frame, notes=notes, spanners=over, values=values, name=name, base=base)


def _made(comparison_id: str, shown: str, how: str) -> wording.Computed | None:
    """A recomputed number of a comparison; None where there is none."""
    return wording.computed(comparison_id, shown, how, [comparison_id]) if shown else None


def fitting_percentages(review: Evidence, comparison_id: str, group_no: int) -> tuple[int, ...]:
    """Whole percentages of one group that would give the printed P value, the other groups left as printed.

    Parameters
    ----------
    review : Evidence
        The comparison and its groups.
    comparison_id : str
        The comparison; it must print a P value and the sizes of all groups.
    group_no : int
        Group whose percentage is tried from 0 to 100.

    Returns
    -------
    tuple of int
        Ascending; with any of `TESTS`, on any table of compatible counts.
    """
    groups = _groups(review, comparison_id)
    printed = _printed(review.row(comparison_id))
    if printed is None:
        raise ValueError(f"comparison {comparison_id!r} prints no P value")
    if groups["total"].isna().any():
        raise ValueError(f"comparison {comparison_id!r} lacks the size of a group")
    totals = [int(n) for n in groups["total"]]
    fitting = []
    for percent in range(101):
        tried = [str(percent) if g["group_no"] == group_no else _percent(g) or "" for _, g in groups.iterrows()]
        if synthesis.compatible_tables(tried, totals).tests_that_print(printed):
            fitting.append(percent)
    return tuple(fitting)


def _groups(review: Evidence, comparison_id: str) -> pd.DataFrame:
    return review.select("comparison_groups", comparison_id=comparison_id).sort_values("group_no", kind="stable")


def _slips(review: Evidence, comparison_id: str, place: str) -> list[Mapping[str, Any]]:
    """Known slips of one number of a comparison: of a group (``comparison_id/group_no``), or of the P value (``comparison_id``).

    An entry names the numbers it is about under ``expect``; one that names none of the comparison is about all its groups.
    """
    found = []
    for slip in review.corrections_of(comparison_id):
        places = {str(cell).rsplit(".", 1)[0] for cell in slip.get("expect", ())}
        here = {p for p in places if p.partition("/")[0] == comparison_id}
        if place in here or (not here and place != comparison_id):
            found.append(slip)
    return found


def _remark(review: Evidence, comparison_id: str, groups: pd.DataFrame) -> str:
    """That groups stand the wrong way round, where the likely reading has the printed percentages in another order."""
    printed = sorted(groups["percent_printed"].dropna().astype(float))
    for slip in review.corrections_of(comparison_id):
        likely = sorted(float(number) for number in PERCENTAGE.findall(str(slip.get("likely") or "")))
        if len(printed) > 1 and likely == printed:
            return f"{'' if slip.get('is_proved') else 'probably '}printed the wrong way round"
    return ""


def _printed(comparison: pd.Series) -> str | None:
    if pd.isna(comparison["p_printed"]):
        return None
    return f"{comparison['p_relation']} {comparison['p_printed']}"


def _percent(group: pd.Series) -> str | None:
    """The percentage to test: exact where the count is known, else as printed."""
    if not pd.isna(group["events"]) and not pd.isna(group["total"]):
        return f"{100 * group['events'] / group['total']:.10f}"
    return None if pd.isna(group["percent_printed"]) else numbers.plain(group["percent_printed"])


def _counts(group: pd.Series, rounding: str) -> tuple[int, ...]:
    if not pd.isna(group["events"]):
        return (int(group["events"]),)
    percent = _percent(group)
    if percent is None or pd.isna(group["total"]) or group["total"] == 0:
        return ()
    return synthesis.compatible_counts(percent, int(group["total"]), rounding=rounding)


def _is_known(groups: pd.DataFrame) -> bool:
    """Whether sizes and percentages of at least two groups, and of every group, are known."""
    has_share = groups["percent_printed"].notna() | groups["events"].notna()
    return len(groups) > 1 and bool((groups["total"].fillna(0).gt(0) & has_share).all())


def _rounding(groups: pd.DataFrame) -> str:
    """The first of `ROUNDINGS` under which each group whose size is known fits a count; ``nearest`` if none does."""
    sized = [g for _, g in groups.iterrows() if not pd.isna(g["total"]) and _percent(g) is not None]
    return next((r for r in ROUNDINGS if all(_counts(g, r) for g in sized)), ROUNDINGS[0])


def _recompute(groups: pd.DataFrame, comparison: pd.Series, level: float) -> dict[str, object]:
    printed, rounding = _printed(comparison), _rounding(groups)
    record: dict[str, object] = {
        "comparison_id": comparison["comparison_id"],
        "printed": printed,
        "tables": 0,
        "rounding": rounding,
        "fitting_tests": (),
    }
    if not _is_known(groups):
        return record
    percents = [_percent(g) or "" for _, g in groups.iterrows()]
    found = synthesis.compatible_tables(percents, [int(n) for n in groups["total"]], rounding=rounding)
    record["tables"] = len(found.tables)
    tests = [test for test in TESTS if len(groups) == 2 or test != "chi2_corrected"]  # no correction beyond 2 x 2
    for test in tests:
        record[f"{test}_low"], record[f"{test}_high"] = found.pvalue_range(test) or (np.nan, np.nan)
    if found.tables:
        sums = [sum(table) for table in found.tables]
        record |= {"events_low": min(sums), "events_high": max(sums), "total": sum(found.totals)}
    if printed is not None:
        record["fitting_tests"] = tuple(t for t in found.tests_that_print(printed) if t in tests)
    if found.tables and len(groups) == 2 and groups["percent_printed"].notna().all():
        first, second = (float(p) for p in groups["percent_printed"])
        (a, b), each = found.totals, found.tables
        differences = [synthesis.compare_proportions(x, a, y, b, level).risk_difference for x, y in each]
        record["difference"] = (first - second) / 100
        record["difference_low"] = min(d.ci_low for d in differences)
        record["difference_high"] = max(d.ci_high for d in differences)
    return record


def _p_cell(again: pd.Series, test: str) -> str:
    return "" if pd.isna(again[f"{test}_low"]) else p_range(again[f"{test}_low"], again[f"{test}_high"])


def _difference_cell(again: pd.Series) -> str:
    if pd.isna(again["difference"]):
        return ""
    points = [100 * again[c] for c in ("difference", "difference_low", "difference_high")]
    shown = [numbers.rounded(p, 1 if 0 < abs(p) < 1 else 0) for p in points]
    return "{} ({} to {})".format(*(str(s).replace("-", "−") for s in shown))


def _agreement(again: pd.Series) -> str:
    if again["tables"] == 0:
        return "not recomputable"
    if pd.isna(again["printed"]):
        return "nothing to compare"
    fitting = again["fitting_tests"]
    if not fitting:
        return "**fits none of the tests**"
    if all(pd.isna(again[f"{test}_low"]) or test in fitting for test in TESTS):
        return "fits every test"
    return "fits " + ", ".join(TESTS[t] if t == "fisher" else TESTS[t].lower() for t in fitting)


def _group_words(
    review: Evidence, comparison: pd.Series, group: pd.Series, behind: wording.Computed | None, base: str
) -> str:
    size = "size not stated" if pd.isna(group["total"]) else numbers.whole(group["total"])
    if not pd.isna(group["events"]):
        printed = f"{numbers.whole(group['events'])} of {size}"
    elif pd.isna(group["percent_printed"]):
        printed = f"share not stated, {'' if pd.isna(group['total']) else 'of '}{size}"
    else:
        share = f"{numbers.plain(group['percent_printed'])}%"
        printed = f"{share}{', ' if pd.isna(group['total']) else ' of '}{size}"
    name = comparison["comparison_id"]
    slips = _slips(review, name, f"{name}/{group['group_no']}")
    shown = f"{markup.literal(group['group'])}: {wording.linked(review, comparison, printed, base=base, slips=slips)}"
    if behind is None:
        return shown
    return f"{shown} ({behind.link(base)}){'' if _counts(group, ROUNDINGS[0]) else f' {CUT_OFF}'}"


def _behind(group: pd.Series, rounding: str) -> str:
    """Counts of patients that give a printed percentage; nothing where the count itself is printed or none fits."""
    counts = () if not pd.isna(group["events"]) or pd.isna(group["percent_printed"]) else _counts(group, rounding)
    return numbers.span(counts[0], counts[-1]) if counts else ""


def _plain(again: pd.Series) -> dict[str, object]:
    """Recomputed figures as plain values, missing ones left out."""
    kept = again.drop(["comparison_id", "printed"])
    plain = {str(k): v.item() if hasattr(v, "item") else v for k, v in kept.items()}
    return {
        k: list(v) if isinstance(v, tuple) else v for k, v in plain.items() if isinstance(v, tuple) or not pd.isna(v)
    }


def _source(review: Evidence, source_id: str) -> str:
    source = review.select("sources", source_id=source_id).iloc[0]
    return markup.literal(source["title"]) + markup.cited(source["citation_key"])
