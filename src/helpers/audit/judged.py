"""Claims with what became of them: verdict, places, an explanation in plain words, and what a misprint could explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from helpers.audit.cells import Cells
from helpers.audit.claims import Claim
from helpers.audit.misprints import Ledger, places_of
from helpers.audit.relations import Outcome, Verdict, judge


@dataclass(frozen=True)
class AuditedClaim:
    """A claim with what became of it.

    Attributes
    ----------
    claim_id, section, kind, statement : str
        As in `Claim`.
    printed, recomputed : str
        Printed and recomputed value, as readers see them.
    verdict : Verdict
        What became of it.
    explanation : str
        Why, in plain words.
    hypothesis : str
        The only single misprint that would explain it, or that there is none; empty unless the claim differs. Where the
        known slip names no likely reading, people saw another explanation: a misprint is then one of several.
    locator, against : str
        Where the two sides stand; `against` is empty when both stand in one place.
    source_id, against_source_id : str
        The publications of the two sides.
    rows : tuple of str
        Evidence rows the claim rests on.
    slips : tuple of str
        Known slips (``data/corrections.yaml``) it bears on: the one named with the claim or, for a claim made by rule that
        is not reproduced, those that touch its rows.
    """

    claim_id: str
    section: str
    kind: str
    statement: str
    printed: str
    recomputed: str
    verdict: Verdict
    explanation: str
    hypothesis: str
    locator: str
    against: str
    source_id: str
    against_source_id: str
    rows: tuple[str, ...]
    slips: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The claim as plain values."""
        return asdict(self) | {"verdict": self.verdict.value, "rows": list(self.rows), "slips": list(self.slips)}


def judged(claims: Sequence[Claim], cells: Cells, slips: Sequence[Mapping[str, Any]] = ()) -> list[AuditedClaim]:
    """Judge claims and tell what was found.

    Parameters
    ----------
    claims : sequence of Claim
        Every claim: a hypothesis about one is held against all others.
    cells : Cells
        Printed values.
    slips : sequence of mapping
        Known slips: ``id``, ``rows`` and ``likely``.

    Returns
    -------
    list of AuditedClaim
        In the same order.
    """
    outcomes = {c.claim_id: _outcome(c, cells) for c in claims}
    ledger = Ledger(claims, {name: o.verdict for name, o in outcomes.items()}, cells)
    return [_told(c, outcomes[c.claim_id], ledger, slips) for c in claims]


def _outcome(claim: Claim, cells: Cells) -> Outcome:
    if claim.recipe is None:
        return Outcome(Verdict.CANNOT_BE_CHECKED, lambda: (claim.printed, "", ""))
    return judge(claim.recipe, cells)


def _told(claim: Claim, outcome: Outcome, ledger: Ledger, slips: Sequence[Mapping[str, Any]]) -> AuditedClaim:
    cells, names = ledger.cells, _rows(claim, ledger.cells)
    printed, recomputed, sentence = outcome.told
    rows = sorted((cells.row(name) for name in names), key=lambda row: row.get("source_id") != claim.source_id)
    places = _distinct(_place(row, claim, cells) for row in rows)
    others = [s for s in _distinct(row.get("source_id") for row in rows) if s != claim.source_id]
    borne = _slips(claim, outcome, names, slips)
    return AuditedClaim(
        claim.claim_id,
        claim.section,
        claim.kind,
        _statement(claim, cells),
        claim.printed or printed or "; ".join(_distinct(row.get("as_printed") for row in rows)),
        recomputed,
        outcome.verdict,
        " ".join(filter(None, (sentence, claim.remark))),
        _hypothesis(claim, outcome, ledger, [s for s in slips if s["id"] in borne]),
        claim.locator or (places[0] if places else ""),
        "; ".join(places if claim.locator else places[1:]),
        claim.source_id,
        others[0] if others else claim.source_id,
        tuple(names),
        borne,
    )


def _statement(claim: Claim, cells: Cells) -> str:
    """What is claimed; a claim made by rule is told with what its row is about."""
    subject = cells.subject(claim.about) if claim.about else ""
    return f"{subject}: {claim.statement[:1].lower()}{claim.statement[1:]}" if subject else claim.statement


def _slips(claim: Claim, outcome: Outcome, names: Sequence[str], slips: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    if claim.slip_id:
        return (claim.slip_id,)
    is_about_digits = outcome.verdict == Verdict.ROUNDING and claim.kind in ("percentage", "grim")
    if not claim.about or not (outcome.verdict == Verdict.DIFFERS or is_about_digits):
        return ()
    touched = {name.split("/")[0] for name in names}
    return tuple(str(slip["id"]) for slip in slips if touched & set(slip["rows"]))


def _rows(claim: Claim, cells: Cells) -> list[str]:
    if claim.recipe is None:
        return [claim.about] if claim.about else []
    return list(dict.fromkeys(row for row, _ in places_of(claim.recipe, cells)))


def _distinct(values: Any) -> list[str]:
    return list(dict.fromkeys(str(v) for v in values if v))


def _place(row: Mapping[str, Any], claim: Claim, cells: Cells) -> str:
    """Where a row stands; in another source than the claim's, with the study that source is about."""
    place, study = str(row.get("locator") or ""), str(row.get("study_id"))
    if row.get("source_id") in (None, claim.source_id) or study not in cells:
        return place
    return f"{place}, {cells.study(study)}"


def _hypothesis(claim: Claim, outcome: Outcome, ledger: Ledger, borne: Sequence[Mapping[str, Any]]) -> str:
    """What a single misprint could explain; nothing is said where words, ranges or years stand against each other.

    Where people named no likely reading of a slip behind it (`borne`), something else may explain it as well; where they
    showed that the likely reading is the right one, it is no hypothesis any more.
    """
    if outcome.verdict != Verdict.DIFFERS or not ledger.has_digits(claim):
        return ""
    found = _distinct(misprint.words for misprint in ledger.single_misprints(claim))
    if len(found) == 1 and any(not slip.get("likely") for slip in borne):
        return f"A single misprint would explain it too: {found[0]}. This is one hypothesis among others, not a correction."
    if len(found) == 1 and any(slip.get("is_proved") for slip in borne):
        return f"The only single misprint that would explain it and upset no other check: {found[0]}. The known slip says what shows it."
    if len(found) == 1:
        return f"The only single misprint that would explain it and upset no other check: {found[0]}. This is a hypothesis, not a correction."
    if found:
        return "More than one single misprint would explain it; the text does not say which."
    if (
        claim.kind == "external"
    ):  # two publications may count or label otherwise; a misprint is only one of many reasons
        return ""
    return "No single misprint would explain it without upsetting another check."
