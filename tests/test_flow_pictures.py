"""The drawings of the flow: every box drawn, nothing on top of anything, words and table say the same as the picture."""

from __future__ import annotations

import hashlib
import json
import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import pictures, plots, screening, sections

UPDATE = "2024-06-30"


@pytest.fixture(scope="module")
def labels(review) -> dict[str, str]:
    return {code: review.label("flow_box", code) for code in review.order("flow_box")}


@pytest.fixture(scope="module")
def reasons(review) -> list[str]:
    return [reason.label for reason in screening.Reasons.from_table(review.tables["vocabularies"]).all]


def boxes_of(
    n: int | None, reasons: list[str], *, has_other: bool = True, databases=("PubMed", "Embase")
) -> pd.DataFrame:
    """Boxes of an update in which every number is `n`, and each split box has these parts."""
    rows = []
    for arm in ("databases", *(["other"] if has_other else [])):
        rows += [("identified", arm, None, "records"), *(("identified", arm, name, "records") for name in databases)]
        rows += [(box, arm, None, "records") for box in ("duplicates_removed", "automation_removed", "already_decided")]
        rows += [(box, arm, None, "records") for box in ("screened", "excluded_title_abstract")]
        rows += [(box, arm, None, "reports") for box in ("sought", "not_retrieved", "assessed", "excluded_full_text")]
        rows += [("excluded_full_text", arm, reason, "reports") for reason in reasons]
    rows += [("previous_studies", "previous", None, "studies"), ("previous_reports", "previous", None, "reports")]
    rows += [("new_studies", "all", None, "studies"), ("new_reports", "all", None, "reports")]
    rows += [("total_studies", "all", None, "studies"), ("total_reports", "all", None, "reports")]
    frame = pd.DataFrame(rows, columns=["box", "arm", "reason", "unit"])
    return frame.assign(update_id=UPDATE, count=pd.array([n] * len(rows), dtype="Int64"))


def written(svg: str) -> str:
    """Everything that a reader of the picture sees, in one line."""
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)).replace("&amp;", "&")


@pytest.mark.parametrize("is_wide", [False, True])
@pytest.mark.parametrize(("has_other", "parts"), [(False, 1), (True, 0), (True, 12)])
@pytest.mark.parametrize("n", [None, 0, 1_234_567])
def test_every_box_is_drawn_whatever_its_number(labels, reasons, n, parts, has_other, is_wide):
    named = [*reasons, "One more reason"][:parts]
    frame = boxes_of(n, named, has_other=has_other)
    picture = plots.prisma_update_flow(frame, labels=labels, caption="Flow.", is_wide=is_wide)
    seen = written(picture.svg)
    arms = 2 if has_other else 1
    for reason in named:
        assert len(re.findall(re.escape(reason).replace(r"\ ", r"\s+"), seen)) == arms
    for box in ("identified", "screened", "sought", "assessed", "excluded_full_text"):
        assert seen.count(labels[box]) >= arms
    for word in ("Previous version", "Databases and registers", "Removed before screening"):
        assert word in seen
    assert ("Other methods" in seen) == has_other
    assert len(picture.values) == len(frame)


@pytest.mark.parametrize(
    ("n", "text"), [(None, "not stated"), (0, "0 records"), (1, "1 record"), (1234, "1,234 records")]
)
def test_a_number_is_written_with_its_unit_or_not_stated(labels, n, text):
    picture = plots.prisma_update_flow(boxes_of(n, []), labels=labels, caption="Flow.")
    assert f"Records screened: {text};" in picture.alt
    assert text in written(picture.svg)
    assert "nan" not in picture.alt.lower()
    assert "<NA>" not in picture.alt


def test_the_words_beside_the_picture_say_every_box_and_part(labels, reasons):
    picture = plots.prisma_update_flow(boxes_of(3, reasons), labels=labels, caption="Flow.")
    for text in (labels["identified"], labels["new_studies"], labels["total_reports"], *reasons):
        assert text in picture.alt
    assert "beside it, Reports excluded: 3 reports, Not in English: 3" in picture.alt


def test_a_box_without_a_row_is_left_out(labels):
    frame = boxes_of(3, [], has_other=False)
    picture = plots.prisma_update_flow(frame[frame["box"] != "sought"], labels=labels, caption="Flow.")
    assert labels["sought"] not in picture.alt
    assert labels["assessed"] in picture.alt


def test_a_picture_without_a_previous_version_or_totals_is_drawn(labels):
    frame = boxes_of(3, [])
    for kept in (frame[frame["arm"] != "previous"], frame[frame["arm"].isin(["databases", "other"])]):
        for is_wide in (False, True):
            picture = plots.prisma_update_flow(kept, labels=labels, caption="Flow.", is_wide=is_wide)
            assert "Previous version" not in picture.alt


def test_an_update_is_drawn_with_its_arms_by_the_function_that_draws_the_baseline(labels):
    frame = boxes_of(3, [])
    picture = plots.prisma_flow(frame, labels=labels, caption="Flow.", name="fig-flow")
    assert picture.svg == plots.prisma_update_flow(frame, labels=labels, caption="Flow.").svg
    assert picture.name == "fig-flow"


def test_the_picture_of_the_baseline_is_the_one_that_is_published(root, review, labels):
    notebook = json.loads((root / "notebooks" / "01-search-yield.ipynb").read_text(encoding="utf-8"))
    outputs = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", [])]
    published = {hashlib.sha256("".join(data["image/svg+xml"]).encode()).hexdigest() for data in outputs if "image/svg+xml" in data}  # fmt: skip
    boxes = sections.with_known_since(review, sections.latest_flow(review))
    drawn = plots.prisma_flow(boxes, labels=labels, caption="x").svg
    assert hashlib.sha256(drawn.encode()).hexdigest() in published


def test_two_drawings_give_the_same_bytes(labels, reasons):
    first, second = (plots.prisma_update_flow(boxes_of(3, reasons), labels=labels, caption="x").svg for _ in range(2))
    assert first == second


def test_nothing_to_draw_is_refused(labels):
    with pytest.raises(ValueError, match="no rows"):
        plots.prisma_update_flow(boxes_of(1, []).iloc[:0], labels=labels, caption="Flow.")


def test_markup_and_dollar_signs_in_a_name_are_drawn_as_they_are(labels):
    names = ["<script>alert(1)</script>", "R&D $x^2$", r"\frac"]
    picture = plots.prisma_update_flow(boxes_of(1, names, databases=names), labels=labels, caption="Flow.")
    assert "<script>" not in picture.svg
    seen = written(picture.svg)
    assert "R&D $x^2$: 1" in seen
    assert "&lt;script&gt;" in seen


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0x24F), min_size=1, max_size=90),
        max_size=3,
    ),
    st.one_of(st.none(), st.integers(0, 10**9)),
    st.booleans(),
)
def test_any_names_and_numbers_fit_without_touching(labels, names, n, is_wide):
    picture = plots.prisma_update_flow(boxes_of(n, names), labels=labels, caption="Flow.", is_wide=is_wide)
    assert picture.svg.startswith("<svg")


@given(
    st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x24F), min_size=1, max_size=200), st.floats(0.5, 3)
)
@settings(max_examples=60, deadline=None)
def test_a_wrapped_line_is_never_wider_than_its_box_and_loses_no_letter(text, width):
    lines = pictures.wrapped(text, width, 9)
    assert "".join(lines) == text
    assert all(pictures.width_of(line, 9) <= width or len(line) == 1 for line in lines)


def test_a_number_does_not_part_from_its_unit():
    assert pictures.wrapped("Decided before: 8\N{NO-BREAK SPACE}records", 1.2, 9)[-1] == "8 records"


STEPS = ("identified", "removed", "screened", "assessed", "new_studies", "total_studies")


def several(updates: int, n: int | None = 5) -> pd.DataFrame:
    rows = [(f"{2023 + u}-06-30", step, n, "records") for u in range(updates) for step in STEPS]
    frame = pd.DataFrame(rows, columns=["update_id", "step", "count", "unit"])
    return frame.astype({"count": "Int64"})


@pytest.mark.parametrize("updates", [1, 2, 3, 4, 11])
@pytest.mark.parametrize("n", [None, 0, 7_654_321])
def test_each_update_has_its_column(labels, updates, n):
    frame = several(updates, n)
    versions = {u: f"{u[:4]}.1, searched through {u}" for u in frame["update_id"]}
    picture = plots.living_flow(frame, labels=labels, versions=versions, caption="Flow.")
    seen = written(picture.svg)
    assert seen.count(labels["identified"]) == updates
    for year in range(2023, 2023 + updates):
        assert f"{year}.1, searched" in seen
        assert f"{year}.1, searched through {year}-06-30: records identified" in picture.alt
    assert len(picture.values) == len(frame)


def test_the_real_flow_is_drawn_across_updates(review, labels):
    frame = screening.living_flow(review.tables["flow"])
    versions = dict(review.tables["updates"][["update_id", "version"]].itertuples(index=False))
    picture = plots.living_flow(frame, labels=labels, versions=versions, caption="Flow.")
    assert "2023.1: records identified 6,588, records screened not stated" in picture.alt
    assert "total studies included 57" in picture.alt
