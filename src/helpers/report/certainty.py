"""Certainty of each line of the summary of findings with its reasons, and how well the two readers agreed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import markup, numbers, wording
from helpers.evidence import Evidence
from helpers.evidence.certainty import LOWERED, START
from helpers.screening.coefficients import Coefficient, kappa

LEVEL = 0.95  # of the interval of kappa
PLACE = "certainty"  # of statements that stand between the rule and the reasons
PROVISIONAL = "Provisional, by the maintainers; not a GRADE panel's."
RULE = (
    "Evidence from randomised trials starts high and all other evidence low; each domain that is judged serious lowers the"
    " level by one step and each judged very serious by two, to no less than very low."
)


@dataclass(frozen=True)
class ReaderAgreement:
    """How often two readers who judged by themselves gave the same judgement.

    Attributes
    ----------
    judged, equal : int
        Judgements of every domain, and those that are the same.
    kappa : Coefficient
        Cohen's kappa, unweighted, over the domains that lower the level: what evidence starts at follows from its design.
    """

    judged: int
    equal: int
    kappa: Coefficient


def agreement_of_certainty(review: Evidence, *, level: float = LEVEL) -> ReaderAgreement:
    """Agreement of the two readers on the certainty of the summary of findings, before reconciliation.

    Parameters
    ----------
    review : Evidence
        Where the judgements are.
    level : float
        Confidence level of the interval of kappa.
    """
    judged = review.tables["certainty"]
    lowering = judged[judged["domain"] != START]
    codes = list(LOWERED)
    table = pd.crosstab(lowering["judgement_a"], lowering["judgement_b"]).reindex(
        index=codes, columns=codes, fill_value=0
    )
    equal = int((judged["judgement_a"] == judged["judgement_b"]).sum())
    return ReaderAgreement(len(judged), equal, kappa(table.to_numpy(dtype=float), level=level))


def certainty_reasons(review: Evidence, *, base: str = "") -> str:
    """The certainty of each rated line: level, and every domain with its judgement and reason.

    Parameters
    ----------
    review : Evidence
        Findings, their domains, and statements about how they were judged.
    base : str
        Way from the page to the site's root.
    """
    statements = review.select("statements", place=PLACE).sort_values("sort")["text"]
    said = [str(wording.say(review, text, base=base)) for text in statements]
    findings = review.tables["findings"].sort_values("sort")
    lines = [_line(review, line, base) for _, line in findings[findings["outcome_row"].notna()].iterrows()]
    return "\n\n".join([f"**{PROVISIONAL}** {RULE}", _agreement(review), *said, *lines]) + "\n"


def _agreement(review: Evidence) -> str:
    found = agreement_of_certainty(review)
    if not found.judged:
        return "*No line has been judged yet.*"
    said = (
        f"Two readers judged each domain by themselves and gave the same judgement in {numbers.whole(found.equal)} of"
        f" {numbers.whole(found.judged)} cases; every difference was then settled."
    )
    if found.kappa.value is None:
        return said
    spread = (
        ""
        if found.kappa.low is None
        else f", {numbers.confidence(LEVEL)} {found.kappa.low:.2f} to {found.kappa.high:.2f}"
    )
    return (
        f"{said} Over the domains that lower the level, Cohen's kappa is {found.kappa.value:.2f} (unweighted{spread})."
    )


def _line(review: Evidence, line: pd.Series, base: str) -> str:
    treatment = review.label("treatment", line["treatment"])
    condition = review.label("condition", line["condition"], short=True)
    measure = review.label("measure", review.row(line["outcome_row"])["measure"])
    name = markup.literal(f"{treatment}, {condition}: {measure[:1].lower()}{measure[1:]}")
    judged = {
        str(row["domain"]): row for _, row in review.select("certainty", finding_id=line["finding_id"]).iterrows()
    }
    table = pd.DataFrame(
        {
            "Domain": markup.literal(review.label("certainty_domain", domain)),
            "Judgement": _judgement(review, judged[domain]),
            "Reason": str(wording.say(review, judged[domain]["reason"], base=base)),
        }
        for domain in review.order("certainty_domain")
        if domain in judged
    )
    code = str(line["certainty"])
    level = f"[{markup.literal(review.label('certainty', code))}]{{.chip .{code.replace('_', '-')}}}"
    anchor = f"{{#certainty-{markup.ident(line['finding_id'])} .unnumbered .unlisted}}"
    return f"### {name} {anchor}\n\n{level}\n\n{wording.markdown_table(table)}"


def _judgement(review: Evidence, row: pd.Series) -> str:
    """The judgement that counts, and those of the readers where they differed."""
    final, *readers = (
        markup.literal(review.label("certainty_judgement", row[column]))
        for column in ("judgement", "judgement_a", "judgement_b")
    )
    if readers[0] == readers[1]:
        return final
    return f"{final} (readers: {' and '.join(reader.lower() for reader in readers)})"
