"""Reviews made up for the audit: cases of every kind of claim, clean or with an error planted in them, from one seed.

What a case says is computed here with plain arithmetic and scipy, never with the code under test.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from pathlib import Path

import pandas as pd
from copies import ROOT
from scipy.stats import chi2_contingency, fisher_exact

from helpers.evidence import Evidence
from helpers.tables import read_tables

UPDATE = "2023-06-30"
COUNT_COLUMNS = [
    *("row_id", "section", "level", "source_id", "study_id", "refs", "condition", "treatment", "regimen", "measure"),
    *("events", "total", "unit", "percent_printed", "adds_up_to", "as_printed", "how_obtained", "locator"),
]
VOCABULARIES = read_tables(ROOT, ["vocabularies"])[0]["vocabularies"]
TYPES = {"events": "Int64", "total": "Int64", "percent_printed": "Float64", "group_no": "Int64"}


@dataclass
class Case:
    """Rows of one made-up statement, its recipe (or none, where the audit makes the claim by rule), and its claim."""

    name: str
    claim_id: str = ""
    recipe: str | None = None
    counts: list[dict] = field(default_factory=list)
    doses: list[dict] = field(default_factory=list)
    comparisons: list[dict] = field(default_factory=list)
    groups: list[dict] = field(default_factory=list)

    def count(self, suffix: str, **cells: object) -> str:
        """Add a row of counts; its id."""
        row_id = f"{self.name}-{suffix}"
        base = dict.fromkeys(COUNT_COLUMNS) | {
            "section": "anakinra",
            "level": "review",
            "source_id": "made-up",
            "condition": "sjia",
            "treatment": "anakinra",
            "measure": "received",
            "unit": "patients",
            "as_printed": "",
            "how_obtained": "stated",
            "locator": f"Results, {self.name}, {suffix}",
        }
        self.counts.append(base | cells | {"row_id": row_id})
        return row_id


def percent(events: int, total: int, digits: int = 0) -> float:
    """As printed: rounded half up."""
    step = Decimal(1).scaleb(-digits)
    return float((Decimal(100 * events) / Decimal(total)).quantize(step, rounding=ROUND_HALF_UP))


def other(rng: random.Random, value: int, least: int, most: int) -> int:
    """A whole number that is not this one."""
    return rng.choice([v for v in range(least, most + 1) if v != value])


def partition(rng: random.Random, case: Case, is_wrong: bool) -> None:
    parts = [rng.randint(1, 90) for _ in range(rng.randint(2, 5))]
    whole = sum(parts) if not is_wrong else other(rng, sum(parts), 2, 450)
    target = case.count("whole", events=whole)
    for number, part in enumerate(parts):
        case.count(f"part-{number}", events=part, adds_up_to=target)
    case.claim_id = f"sum-{target}"


def percentage(rng: random.Random, case: Case, is_wrong: bool) -> None:
    total = rng.randint(2, 400)
    events, digits = rng.randint(0, total), rng.choice([0, 0, 1])
    printed = percent(events, total, digits)
    if is_wrong:
        printed = rng.choice([p for p in range(101) if abs(100 * events / total - p) >= 1])
    case.claim_id = f"percent-{case.count('row', events=events, total=total, percent_printed=printed)}"


def grim(rng: random.Random, case: Case, is_wrong: bool) -> None:
    total = rng.randint(5, 40)
    printed = percent(rng.randint(0, total), total)
    if is_wrong:
        printed = rng.choice([p for p in range(101) if all(abs(100 * x / total - p) >= 1 for x in range(total + 1))])
    case.claim_id = f"grim-{case.count('row', total=total, percent_printed=printed)}"


def written(case: Case, recipe: str) -> None:
    case.claim_id, case.recipe = case.name, recipe


def subset(rng: random.Random, case: Case, is_wrong: bool) -> None:
    whole = rng.randint(1, 500)
    part = rng.randint(whole + 1, whole + 80) if is_wrong else rng.randint(0, whole)
    written(case, f"at_most({case.count('part', events=part)}, {case.count('whole', events=whole)})")


def same_value(rng: random.Random, case: Case, is_wrong: bool) -> None:
    value = rng.randint(0, 300)
    again = other(rng, value, 0, 300) if is_wrong else value
    written(case, f"equals({case.count('here', events=value)}, {case.count('there', events=again)})")


def column_sum(rng: random.Random, case: Case, is_wrong: bool) -> None:
    cells = [rng.randint(0, 12) for _ in range(rng.randint(3, 11))]
    total = other(rng, sum(cells), 0, 130) if is_wrong else sum(cells)
    rows = [case.count(f"study-{n}", events=cell) for n, cell in enumerate(cells)]
    written(case, f"equals({case.count('text', events=total)}, sum_of({', '.join(rows)}))")


def share_of_total(rng: random.Random, case: Case, is_wrong: bool) -> None:
    """A percentage in the text whose count must fit a count elsewhere."""
    total = rng.randint(20, 90)  # one count for each percentage, at the most
    events = rng.randint(0, total)
    elsewhere = (
        rng.choice([x for x in range(total + 1) if abs(100 * (x - events) / total) >= 2]) if is_wrong else events
    )
    share = case.count("share", total=total, percent_printed=percent(events, total))
    count = case.count("count", events=elsewhere)
    written(case, f"equals({count}, counts_behind({share}.percent_printed, {share}.total))")


def everyone(rng: random.Random, case: Case, is_wrong: bool) -> None:
    whole = rng.randint(1, 60)
    told = rng.randint(0, whole - 1) if is_wrong else whole
    written(case, f"equals({case.count('all', events=told)}, {case.count('group', events=whole)})")


def direction(rng: random.Random, case: Case, is_wrong: bool) -> None:
    less, more = sorted(rng.sample(range(101), 2))
    one, two = (less, more) if is_wrong else (more, less)
    first, second = case.count("more", percent_printed=float(one)), case.count("less", percent_printed=float(two))
    written(case, f"more_than({first}.percent_printed, {second}.percent_printed)")


def dose_range(rng: random.Random, case: Case, is_wrong: bool) -> None:
    low, high = sorted(rng.sample(range(1, 60), 2))
    inner = (low, high + rng.randint(1, 20)) if is_wrong else (low, rng.randint(low, high))
    for name, (least, most) in {"inner": inner, "outer": (low, high)}.items():
        cells = {"dose_id": f"{case.name}-{name}", "low": float(least), "high": float(most), "unit": "mg/kg/day"}
        case.doses.append(cells | {"source_id": "made-up", "locator": f"Results, {case.name}, {name}"})
    written(case, f"within({case.name}-inner, {case.name}-outer)")


def listing(rng: random.Random, case: Case, is_wrong: bool) -> None:
    cited = rng.sample(range(10, 72), rng.randint(1, 7))
    told = other(rng, len(cited), 1, 9) if is_wrong else len(cited)
    row = case.count("studies", events=told, refs=";".join(map(str, cited)), unit="studies")
    written(case, f"equals({row}, references({row}))")


def overall_share(rng: random.Random, case: Case, is_wrong: bool) -> None:
    totals = [rng.randint(15, 50), rng.randint(15, 50)]  # one count for each percentage
    events = [rng.randint(0, n) for n in totals]
    overall = percent(sum(events), sum(totals))
    if is_wrong:
        overall = rng.choice([p for p in range(101) if abs(100 * sum(events) / sum(totals) - p) >= 3.5])
    rows = [
        case.count(f"group-{g}", total=n, percent_printed=percent(x, n))
        for g, (x, n) in enumerate(zip(events, totals, strict=True))
    ]
    behind = ", ".join(f"counts_behind({row}.percent_printed, {row}.total)" for row in rows)
    whole = case.count("overall", percent_printed=float(overall))
    written(case, f"prints({whole}.percent_printed, percent(sum_of({behind}), {sum(totals)}))")


def external(rng: random.Random, case: Case, is_wrong: bool) -> None:
    total = rng.randint(30, 400)
    events = rng.randint(0, total)
    fine, whole = percent(events, total, 1), percent(events, total)
    if is_wrong:
        whole = rng.choice([p for p in range(101) if abs(fine - p) >= 1])
    if not is_wrong and abs(fine - whole) > 0.5:  # 12.5 from 12.46: rounded twice, not what is tested here
        fine = float(whole)
    here, there = case.count("review", percent_printed=float(whole)), case.count("abstract", percent_printed=fine)
    written(case, f"prints({here}.percent_printed, {there}.percent_printed)")


def denominator(rng: random.Random, case: Case, is_wrong: bool) -> None:
    size = rng.randint(2, 60)
    total = size + rng.randint(1, 9) if is_wrong else rng.randint(1, size)
    study = {"level": "study", "study_id": f"study-{case.name}", "condition": "kd"}
    case.count("size", events=size, measure="patients", treatment="none", **study)
    events = rng.randint(0, total)
    row = case.count("row", events=events, total=total, as_printed=f"{events}/{total}", **study)
    case.claim_id = f"denominator-{row}"


def p_value(rng: random.Random, case: Case, is_wrong: bool) -> None:
    while True:
        totals = [rng.randint(15, 80), rng.randint(15, 80)]
        events = [rng.randint(1, n - 1) for n in totals]
        shares = [percent(x, n) for x, n in zip(events, totals, strict=True)]
        true = p_values(events, totals)[0]
        if is_wrong:
            true = rng.choice([true * 25, true / 25])
        printed = f"{true:.3f}"
        if not 0.0015 < true < 0.98:
            continue
        tables = product(
            *([x for x in range(n + 1) if percent(x, n) == p] for p, n in zip(shares, totals, strict=True))
        )
        possible = [p for table in tables for p in p_values(list(table), totals)]
        if is_wrong != any(abs(p - float(printed)) <= 0.00051 for p in possible):
            break
    case.comparisons.append(
        {"comparison_id": case.name, "section": "geography", "source_id": "made-up", "p_relation": "=", "p_value": true}
        | {"p_printed": printed, "locator": f"Results, {case.name}", "as_printed": ""}
    )
    for number, (share, total) in enumerate(zip(shares, totals, strict=True), start=1):
        group = {"comparison_id": case.name, "group_no": number, "group": f"Group {number}", "total": total}
        case.groups.append(group | {"events": None, "percent_printed": share})
    case.claim_id = f"p-{case.name}"


def p_values(events: list[int], totals: list[int]) -> list[float]:
    """Fisher, chi-square and chi-square with correction, straight from scipy."""
    table = [[x, n - x] for x, n in zip(events, totals, strict=True)]
    if sum(events) in (0, sum(totals)):
        return [1.0, 1.0, 1.0]
    chi = [float(chi2_contingency(table, correction=c)[1]) for c in (False, True)]
    return [float(fisher_exact(table)[1]), *chi]


KINDS: tuple[Callable[[random.Random, Case, bool], None], ...] = (
    partition,
    percentage,
    grim,
    subset,
    same_value,
    column_sum,
    share_of_total,
    everyone,
    direction,
    dose_range,
    listing,
    overall_share,
    external,
    denominator,
    p_value,
)


def cases(each: int, seed: int) -> tuple[list[Case], list[Case]]:
    """Clean and planted cases, `each` of every kind."""
    rng = random.Random(seed)
    clean, wrong = [], []
    for kind, number in product(KINDS, range(each)):
        for is_wrong, kept in ((False, clean), (True, wrong)):
            case = Case(f"{kind.__name__.replace('_', '-')}-{'wrong' if is_wrong else 'clean'}-{number}")
            kind(rng, case, is_wrong)
            kept.append(case)
    return clean, wrong


def review_of(made_up: list[Case]) -> Evidence:
    """Evidence of nothing but these cases."""
    claims = [
        {"claim_id": c.claim_id, "section": "anakinra", "kind": "sum", "source_id": "made-up", "statement": c.name}
        | {"recipe": c.recipe}
        | dict.fromkeys(("printed", "locator", "remark", "slip_id", "retired_in"))
        | {"added_in": UPDATE}
        for c in made_up
        if c.recipe
    ]
    columns = ["claim_id", "section", "kind", "source_id", "statement", "recipe", "printed", "locator", "remark"]
    frames = {
        "counts": pd.DataFrame([r for c in made_up for r in c.counts], columns=COUNT_COLUMNS),
        "doses": pd.DataFrame([r for c in made_up for r in c.doses]),
        "comparisons": pd.DataFrame([r for c in made_up for r in c.comparisons]),
        "comparison_groups": pd.DataFrame([r for c in made_up for r in c.groups]),
        "claims": pd.DataFrame(claims, columns=[*columns, "slip_id", "added_in", "retired_in"]),
        "sources": pd.DataFrame([{"source_id": "made-up", "kind": "review"}]),
        "vocabularies": VOCABULARIES,
    }
    if frames["comparisons"].empty:
        del frames["comparisons"], frames["comparison_groups"]
    typed = {n: f.astype({c: t for c, t in TYPES.items() if c in f}) for n, f in frames.items()}
    return Evidence(Path(), UPDATE, typed)
