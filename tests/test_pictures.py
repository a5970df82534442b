"""Figures: every row drawn, no text on text, alternative text with the numbers, light and dark."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from helpers import pictures, plots, sections


@pytest.fixture(scope="module")
def outcomes(review):
    rows = sections.main(review.select(section="anakinra", level="review"))
    return sections.labelled(
        review, rows[rows["measure"].isin(sections.OUTCOMES) & rows["total"].notna()], by="counted"
    )


def draw(frame):
    return plots.proportions(frame, label="label", caption="Outcomes.")


def test_rows_drawn_equal_rows_in_the_frame(outcomes):
    picture = draw(outcomes)
    assert len(picture.values) == len(outcomes)
    for shown in outcomes["label"]:
        assert shown in picture.svg


def test_the_alternative_text_says_the_numbers_and_follows_the_data(outcomes):
    assert "68 of 82 (83%, 73% to 90%)" in draw(outcomes).alt
    changed = outcomes.copy()
    changed.loc[changed["row_id"] == "anakinra-sjia-complete-response", "events"] = 70
    assert "70 of 82" in draw(changed).alt


def test_rows_with_the_same_label_are_all_drawn(outcomes):
    same = outcomes.assign(label="same")
    assert draw(same).svg.count(">same<") == len(outcomes)


def test_texts_on_top_of_each_other_are_refused():
    figure, ax = pictures.axes(3, 2)
    ax.text(0.5, 0.5, "one")
    ax.text(0.5, 0.5, "two")
    with pytest.raises(pictures.OverlapError, match="'one' on 'two'"):
        pictures.Picture(figure, "alt", "caption")


def test_two_drawings_give_the_same_bytes(outcomes):
    assert draw(outcomes).svg == draw(outcomes).svg


def test_every_colour_used_has_a_dark_twin(outcomes):
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", draw(outcomes).svg))
    assert used
    assert used <= set(pictures.DARK)


def test_colour_never_stands_alone():
    assert len({shape for _, shape in plots.MARKS.values()}) == len(plots.MARKS)


def test_nothing_to_draw_is_refused(outcomes):
    with pytest.raises(ValueError, match="no rows"):
        draw(outcomes.iloc[:0])


def test_a_box_without_a_number_reads_not_stated(review):
    labels = {box: review.label("flow_box", box) for box in review.order("flow_box")}
    picture = plots.prisma_flow(review.tables["flow"], labels=labels, caption="Flow.")
    assert "Records identified: 6,588 records" in picture.alt
    assert "Records screened: not stated" in picture.alt


def test_an_open_dose_range_is_said_to_be_open():
    frame = pd.DataFrame({"label": ["High dose"], "low": [5.0], "high": [None], "unit": ["mg/kg/day"]})
    assert "at least 5 mg/kg/day" in plots.ranges(frame, label="label", caption="Doses.").alt
