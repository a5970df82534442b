"""Each planted error is found and none is invented, over every kind of claim."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from planted import COUNT_COLUMNS, KINDS, VOCABULARIES, Case, cases, percent, review_of

from helpers import audit
from helpers.audit import Verdict

EACH = 20  # of every kind, clean and planted: 300 and 300


@pytest.fixture(scope="module")
def audited():
    clean, wrong = cases(EACH, seed=20230630)
    report = audit.audit(review_of(clean + wrong))
    return clean, wrong, {c.claim_id: c for c in report.claims}


def test_there_are_enough_cases_of_every_kind(audited):
    clean, wrong, found = audited
    assert len(clean) == len(wrong) == EACH * len(KINDS) >= 200
    assert {c.claim_id for c in clean + wrong} <= set(found)


def test_every_planted_error_is_found(audited):
    _, wrong, found = audited
    missed = [c.name for c in wrong if found[c.claim_id].verdict != Verdict.DIFFERS]
    assert missed == []  # recall 1


def test_no_error_is_invented(audited):
    clean, _, found = audited
    names = [c.name for c in clean]
    accused = {
        c.claim_id
        for c in found.values()
        if c.verdict == Verdict.DIFFERS and any(row.startswith(f"{n}-") or row == n for row in c.rows for n in names)
    }
    assert accused == set()  # precision 1, also over the claims that the rows of clean cases give by rule


def test_clean_cases_are_reproduced(audited):
    clean, _, found = audited
    verdicts = Counter(
        (c.name.split("-clean")[0], str(found[c.claim_id].verdict))
        for c in clean
        if found[c.claim_id].verdict != Verdict.REPRODUCED
    )
    assert set(verdicts) <= {("p-value", "rounding")}  # a P value of one test need not be that of another


def extraction(rng: random.Random) -> Case:
    """Rows of one study as extractors write them: its size, outcomes that make it up with their shares, one more share."""
    case = Case(f"study{rng.randint(0, 10**9)}")
    parts = [rng.randint(1, 20) for _ in range(3)]
    total = sum(parts)
    study = {"level": "study", "study_id": case.name, "condition": "kd"}
    size = case.count("size", events=total, measure="patients", treatment="none", **study)
    for number, part in enumerate(parts):
        cells = {"events": part, "total": total, "percent_printed": percent(part, total), "adds_up_to": size}
        case.count(f"part-{number}", **cells, as_printed=f"{part}/{total} ({percent(part, total):g}%)", **study)
    other = rng.randint(0, total)
    printed = f"{other}/{total} ({percent(other, total):g}%)"
    cells = {"events": other, "total": total, "percent_printed": percent(other, total), "as_printed": printed}
    case.count("other", **cells, **study)
    return case


def misprinted(rng: random.Random, number: int) -> int:
    """One digit of a number wrong, missing, added or, with two of them, transposed."""
    text = str(number)
    place = rng.randrange(len(text))
    changed = rng.choice(
        [
            text[:place] + rng.choice("0123456789") + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + rng.choice("0123456789") + text[place:],
            text[::-1],
        ]
    )
    return misprinted(rng, number) if not changed or int(changed) == number else int(changed)


def rows_of(case: Case):
    return review_of([case]).tables["counts"][COUNT_COLUMNS]


def test_sound_extractions_raise_nothing():
    rng = random.Random(1)
    assert [found for _ in range(200) for found in audit.audit_rows(rows_of(extraction(rng)), VOCABULARIES)] == []


def test_nearly_every_typing_slip_in_an_extraction_is_found():
    """Of 300 single slips, in counts, totals and shares, with nothing done to make them large."""
    rng, found = random.Random(2), 0
    for _ in range(300):
        case = extraction(rng)
        row = rng.choice(case.counts[1:])
        column = rng.choice(["events", "total", "percent_printed"])
        row[column] = misprinted(rng, int(row[column]))
        found += any(row["row_id"] in c.rows for c in audit.audit_rows(rows_of(case), VOCABULARIES))
    assert found / 300 >= 0.97
