"""Judgements as traffic lights: how studies were appraised, and how sure each line of the summary of findings is."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers import plots
from helpers.evidence import Evidence
from helpers.evidence.certainty import LOWERED, START
from helpers.pictures import Picture
from helpers.plots.judgements import GOOD, POOR, SILENT, SOME, Light
from helpers.sections.rows import inside
from helpers.sections.studies import study_name

OVERALL = "Overall"
ANSWERS = {"yes": GOOD, "no": POOR, "unclear": SOME, "not_applicable": SILENT}


def appraisals(review: Evidence, studies: Iterable[str], *, name: str) -> Picture | None:
    """How studies were appraised: the overall validity, and the items of the tool where their answers are held.

    Parameters
    ----------
    review : Evidence
        Tables of studies, appraisals and tools.
    studies : iterable of str
        Their ids; those without a judgement are left out.
    name : str
        Result name.

    Returns
    -------
    Picture or None
        None where none of them was judged.
    """
    validity = dict(review.columns("studies", ("study_id", "validity")).set_index("study_id")["validity"].dropna())
    named = {study: study_name(review, study) for study in dict.fromkeys(studies)}
    lines = [
        {
            "study": named[study],
            "item": OVERALL,
            "judgement": f"validity {validity[study]}",
            "study_id": study,
        }
        for study in named
        if study in validity
    ]
    items = review.tables["appraisals"].merge(review.tables["appraisal_tools"], on="item_id", suffixes=("", "_of_tool"))
    items = items[items["study_id"].isin(list(named))].sort_values(["tool", "item_no"], kind="stable")
    lines += [
        {
            "study": named[row["study_id"]],
            "item": f"{review.label('appraisal_tool', row['tool'])} {row['item_no']}",
            "judgement": f"answer {row['answer']}",
            "study_id": row["study_id"],
            "meaning": row["item"],
        }
        for _, row in items.iterrows()
    ]
    if not lines:
        return None
    worst, *middle, best = review.order("validity")
    looks = {worst: POOR, **dict.fromkeys(middle, SOME), best: GOOD}
    lights = {f"validity {c}": _light(review, "validity", c, look, " validity") for c, look in looks.items()}
    lights |= {f"answer {c}": _light(review, "appraisal_answer", c, look) for c, look in ANSWERS.items()}
    frame = pd.DataFrame(lines)
    frame["_order"] = frame["study"].map({label: place for place, label in enumerate(named.values())})
    frame = frame.sort_values("_order", kind="stable").drop(columns="_order")
    caption = "Appraisal of each study by the panel of its source or of this review. An empty place was not judged or is not reported."
    return plots.traffic_lights(
        frame, row="study", column="item", judgement="judgement", lights=lights, caption=caption, name=name
    )


def _light(review: Evidence, vocabulary: str, code: str, look: tuple[str, str], more: str = "") -> Light:
    shown = review.label(vocabulary, code, short=True)
    return Light("–" if look == SILENT else shown[:1].upper(), f"{review.label(vocabulary, code)}{more}", *look)


def certainty_lights(review: Evidence, *, name: str) -> Picture:
    """What lowers the certainty of each line of the summary of findings, domain by domain.

    Parameters
    ----------
    review : Evidence
        Findings and the judgements on them.
    name : str
        Result name.
    """
    looks = dict(zip(LOWERED, (GOOD, SOME, POOR), strict=True))
    lights = {code: _light(review, "certainty_judgement", code, look) for code, look in looks.items()}
    lines = review.tables["findings"].set_index("finding_id")
    judged = review.tables["certainty"]
    judged = judged[(judged["domain"] != START) & judged["finding_id"].isin(lines.index)]
    place = {domain: number for number, domain in enumerate(review.order("certainty_domain"))}
    ranked = judged.assign(at=judged["finding_id"].map(lines["sort"]), place=judged["domain"].map(place))
    judged = judged.loc[ranked.sort_values(["at", "place"], kind="stable").index]  # as in the summary
    frame = pd.DataFrame(
        {
            "line": [_line(review, lines.loc[finding]) for finding in judged["finding_id"]],
            "domain": [review.label("certainty_domain", domain) for domain in judged["domain"]],
            "judgement": judged["judgement"].to_numpy(),
        }
    )
    caption = "What lowers the certainty of each line of the summary of findings: judgements after two readers agreed."
    return plots.traffic_lights(
        frame, row="line", column="domain", judgement="judgement", lights=lights, caption=caption, name=name
    )


def _line(review: Evidence, finding: pd.Series) -> str:
    """Treatment and condition of a line; where no treatment is meant, the condition alone."""
    condition = review.label("condition", finding["condition"], short=True)
    if pd.isna(finding["treatment"]) or finding["treatment"] in ("none", "any"):
        return condition
    return f"{review.label('treatment', finding['treatment'], short=True)}, {inside(condition)}"
