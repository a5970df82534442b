"""Figures: every row drawn, no text on text, alternative text with the numbers, light and dark."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
import pytest

from helpers import numbers, pictures, plots, sections, wording
from helpers.plots import common
from helpers.publish.tables import readable


@pytest.fixture(scope="module")
def outcomes(review):
    rows = sections.main(review, review.select(section="anakinra", level="review"))
    return sections.labelled(
        review, rows[rows["measure"].isin(sections.outcomes(review)) & rows["total"].notna()], by="counted"
    )


def draw(frame):
    return plots.proportions(frame, label="label", caption="Outcomes.")


def test_rows_drawn_equal_rows_in_the_frame(outcomes):
    picture = draw(outcomes)
    assert len(picture.values) == len(outcomes)
    for shown in outcomes["label"]:
        assert shown in picture.svg


def test_the_alternative_text_says_the_numbers_and_follows_the_data(outcomes):
    assert "68 of 82† (83%, 73% to 90%)" in draw(outcomes).alt
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


def test_colour_never_stands_alone(review):
    marks = [mark for code in review.order("condition") if (mark := review.codes.mark("condition", code))]
    assert len({colour for colour, _ in marks}) == len({shape for _, shape in marks}) == len(marks) > 1
    for colour, shape in marks:
        common.marker(pd.Series({"mark": f"{colour} {shape}"}))


@pytest.mark.parametrize(
    ("draw_them", "form"),
    [
        (partial(plots.bars, value="events", unit="patients"), "{0} {1}{mark}"),
        (plots.proportions, "{0}: {1} of {2}{mark} ("),
    ],
    ids=["bars", "proportions"],
)
def test_every_flagged_count_carries_the_dagger_and_no_other(review, draw_them, form):
    counts = review.tables["counts"]
    flagged = {row for slip in review.corrections for row in slip["rows"]}
    frame = sections.labelled(review, counts[counts["total"].gt(0).fillna(False)]).assign(label=lambda f: f["row_id"])
    frame = frame[frame["row_id"].isin(flagged) | (frame["section"] == "anakinra")]
    picture = draw_them(frame, label="label", caption="Rows.")
    is_marked = frame["row_id"].isin(flagged)
    assert 0 < is_marked.sum() < len(frame)
    assert picture.svg.count("†</text>") == is_marked.sum()
    for _, row in frame.iterrows():
        count = (row["row_id"], numbers.whole(row["events"]), numbers.whole(row["total"]))
        assert form.format(*count, mark="†" if row["row_id"] in flagged else "") in picture.alt
    slips = [review.corrections_of(row)[0]["id"] if row in flagged else None for row in frame["row_id"]]
    assert [value["known_slip"] for value in picture.values] == slips
    assert picture.caption.count("† does not agree") == picture.alt.count("† does not agree") == 1


def test_a_picture_without_a_flagged_number_speaks_of_no_dagger(review):
    picture = draw(sections.labelled(review, review.select(row_id="kd-death")))
    assert "†" not in picture.svg + picture.caption + picture.alt
    assert "known_slip" not in picture.values[0]


def test_the_numbers_behind_a_picture_name_the_slip(review):
    frame = sections.labelled(
        review, review.select(row_id=["csa-sjia-received", "csa-sle-received", "csa-other-received"])
    )
    picture = plots.bars(frame, label="label", value="events", unit="patients", caption="Rows.")
    header, *lines = readable(picture.values)
    marked = {line[header.index("Label")]: line[header.index("† known slip")] for line in lines}
    assert marked == {"sJIA": "", "SLE": "", "Other": "other-conditions"}


def test_a_flagged_dose_carries_the_dagger(review):
    doses = sections.dose_ranges(review, review.select("doses", section="other_biologics"))
    picture = plots.ranges(doses, label="label", caption="Doses.")
    assert ">3 to 10†<" in picture.svg
    assert "3 to 10 mg/kg/day†" in picture.alt
    assert "#slip-infliximab-unit" in picture.caption


def test_flagged_cells_and_sizes_of_the_heat_map_carry_the_dagger(review):
    rows = review.select(section="non_sjia", condition="kd", level="study", source_id="baldo2025")
    matrix, totals = sections.treatments_by_study(review, rows[rows["locator"].str.startswith("Table")])
    picture = plots.heatmap(matrix, totals=totals, caption="Treatments.")
    assert "third dose 2†" in picture.alt
    assert ">Mousavi 2019 (n = 4†)<" in picture.svg
    assert [v["study"] for v in picture.values if v["known_slip"]] == ["Latino 2010", "Pilania 2021"]


def test_a_printed_percentage_keeps_the_word_before_it(review):
    rows = review.select(row_id=["mpn-all-share-pulses-studies", "nonsjia-gc-kd-received"])
    frame = wording.with_slips(review, rows.assign(label=rows["row_id"], block="Shares"))
    alt = plots.printed_percentages(frame, label="label", group="block", caption="Shares.").alt
    assert "almost 60%" in alt
    assert "85%†" in alt


def test_an_interval_around_a_review_total_says_what_it_is_once(outcomes, review):
    total = draw(outcomes)
    assert total.caption.count(wording.ONE_SERIES) == total.alt.count(wording.ONE_SERIES) == 1
    study = sections.labelled(review, review.select(row_id="silva2018-hsct-sjia-chimerism-refractory"))
    assert wording.ONE_SERIES not in draw(study).caption


def test_a_share_of_use_has_no_interval(review):
    shares = sections.labelled(review, review.select(row_id="gc-all-monotherapy"), by="measure")
    picture = draw(shares)
    assert picture.alt == "Proportions. Treated with it alone: 42 of 300 (14%)."
    assert wording.ONE_SERIES not in picture.caption


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
