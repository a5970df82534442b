"""Decisions as Rayyan and as ASReview after Zotero really give them back; the files stand beside the other made-up exports."""

from __future__ import annotations

from pathlib import Path

from screening.small_update import identifier

CASES = Path(__file__).parents[1] / "records" / "cases"
A, B = identifier("aa", 1), identifier("aa", 2)


def case(name: str) -> str:
    return (CASES / f"{name}.template").read_text(encoding="utf-8").replace("ID1", A).replace("ID2", B)


def test_rayyans_own_reasons_at_title_and_abstract_hold_up_no_decision(read):
    found = read(case("k26-rayyan-articles.csv"))
    said = found.decisions[["report_id", "reviewer", "decision"]].to_numpy().tolist()
    assert said == [
        [A, "Ada Blue", "include"],
        [A, "Bo Green", "exclude"],
        [B, "Ada Blue", "exclude"],
        [B, "Bo Green", "exclude"],
    ]
    assert found.faults == ()


def test_asreviews_label_in_a_note_that_zotero_has_wrapped_is_a_decision(read):
    found = read(case("k35-asreview-through-zotero.ris"), name="decisions.ris", reviewer="Ada Blue")
    assert found.decisions[["report_id", "decision"]].to_numpy().tolist() == [[A, "include"], [B, "exclude"]]
    assert found.faults == ()
