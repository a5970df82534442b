"""Figures: every row drawn, no text on text, alternative text with the numbers, light and dark."""

from __future__ import annotations

import html
import itertools
import json
import re
from functools import partial

import later_update
import pandas as pd
import pytest

from helpers import comparisons, evidence, numbers, pictures, plots, sections, synthesis, wording
from helpers.plots import common, judgements, lines
from helpers.publish import figures
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


def cases(root, name):
    return json.loads((root / "tests" / "reference" / "pictures" / f"{name}.json").read_text(encoding="utf-8"))


def pooled_from(events, totals, names=None, **options):
    """A forest plot of a pooled result, as one would draw it straight from the statistics."""
    pooled = synthesis.pool_proportions(events, totals, studies=names)
    total = pooled.to_frame().assign(study="Typical study", model="Binomial-normal model; tau² 0.20")
    return plots.proportions(
        pooled.study_frame(), label="study", caption="Studies.", pooled=total, weight="weight", **options
    )


def written(svg):
    """Everything that a reader of the picture sees, in one line."""
    return html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))


def test_rare_events_have_an_axis_that_fits_and_are_counted_in_1000(root):
    case = cases(root, "forest_rare")["input"]
    picture = pooled_from(case["events"], case["totals"])
    for seen in (written(picture.svg), written(picture.narrow)):
        assert "0.97 (0.55 to 1.6)" in seen
        assert "0.05 (<0.01 to 0.27)" in seen
        assert "100%" not in seen.replace("100% validity", "")
        assert "Share of patients, in 1,000" in seen
    assert "in 1,000 patients" in picture.alt


def test_the_axis_goes_to_all_unless_every_limit_is_low():
    assert plots.forest.Scale.of(0.3).end == 1
    assert plots.forest.Scale.of(0).end == 1
    assert plots.forest.Scale.of(0.19).ticks == {0: "0%", 0.1: "10%", 0.2: "20%"}
    assert plots.forest.Scale.of(0.011).ticks == {0: "0", 0.006: "6", 0.012: "12"}


def test_a_weight_below_one_percent_is_not_nothing(root):
    cases(root, "forest_small_weight")
    totals = [1 + 3 * i // 2 for i in range(40)]
    picture = pooled_from([min(i % 3, n) for i, n in enumerate(totals)], totals, [f"Study {i}" for i in range(40)])
    weights = re.findall(r"(\S+%)", " ".join(re.findall(r"weight ([<\d.]+%)", written(picture.narrow))))
    assert len(weights) == 40
    assert "0%" not in weights
    assert "0.1%" in weights


def test_a_forest_plot_has_heads_a_model_and_a_prediction_interval_of_its_own():
    picture = pooled_from([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4])
    seen = written(picture.svg)
    for head in ("Study", "Events/total", "Share (95% CI)", "Weight", "Prediction interval", "Binomial-normal model"):
        assert head in seen
    assert "prediction interval" in picture.alt
    assert re.search(r"weight \d+%", written(picture.narrow))  # no heads there: each number says what it is
    assert float(re.search(r'width="([\d.]+)pt"', picture.narrow)[1]) <= 72 * (pictures.PHONE + 0.3)


def test_subgroups_have_diamonds_of_their_own_and_the_test_in_words():
    frame = synthesis.pool_proportions([1, 2, 5, 6], [9, 9, 9, 9]).study_frame()
    frame = frame.assign(block=["early", "early", "late", "late"])
    parts = synthesis.subgroups([1, 2, 5, 6], [9, 9, 9, 9], list(frame["block"]))
    totals = pd.concat(
        [r.to_frame().assign(label=f"Pooled {b}", block=b) for b, r in zip(parts.labels, parts.results, strict=True)]
    )
    totals = pd.concat([totals, totals.iloc[:1].assign(label="Pooled", block=None)])
    picture = plots.proportions(
        frame, label="study", group="block", pooled=totals, remarks=["Difference: P = 0.01"], caption="c"
    )
    seen = written(picture.svg)
    assert seen.index("Pooled early") < seen.index(" late ") < seen.index("Pooled late") < seen.index("All studies")
    assert "Difference: P = 0.01" in seen
    assert "Difference: P = 0.01" in picture.alt


@pytest.mark.parametrize("name", ["王小明 等 2019", "佐藤 2016", "Παπαδόπουλος 2011", "محمد 2012", "김민준 2018"])
def test_names_in_any_script_are_written_as_they_are_and_measured_rightly(name, recwarn):
    picture = pooled_from([0, 3, 5], [6, 8, 9], [name, "Kang 2013", "Lee 2014"])
    assert name in written(picture.svg)
    assert not [w for w in recwarn if "Glyph" in str(w.message)]
    assert "Noto Sans CJK" in pictures.FONTS


def test_a_letter_without_a_glyph_is_as_wide_as_it_is_drawn():
    assert pictures.width_of("王小明", 10) == pytest.approx(3 * 10 / 72, rel=0.05)
    assert pictures.width_of("Kang", 10) < pictures.width_of("Kangs", 10)
    assert pictures.needs_more_fonts("王")
    assert not pictures.needs_more_fonts("Παπαδόπουλος, Иванов, محمد – ≥ 3†")


def test_a_long_outcome_is_broken_into_lines(root):
    outcome = re.search(r"outcome='([^']*)'", cases(root, "curve_long_outcome")["call"])[1]
    found = synthesis.multiverse([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4])
    picture = plots.specification_curve(found.to_frame(), outcome=outcome, caption="c")
    assert outcome in written(picture.svg)
    long = " ".join([outcome] * 6)
    assert plots.specification_curve(found.to_frame(), outcome=long, caption="c").narrow


def test_the_choices_of_a_curve_are_in_words_and_the_primary_model_comes_first():
    good = {"moderate or high": [True] * 5 + [False] * 2}
    found = synthesis.multiverse([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4], validity=good).to_frame()
    said = written(plots.specification_curve(found, outcome="Remission", caption="c").svg)
    order = ["Model: binomial-normal", "Model: one common proportion", "Model: logit, DerSimonian-Laird", "Validity: any", "Validity: moderate or high", "No study left out", "One study left out"]  # fmt: skip
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)
    assert not [code for code in synthesis.METHODS if f"Model: {code}" in said]


def test_a_curve_of_rare_events_has_an_axis_that_fits_them():
    found = synthesis.multiverse([1, 0, 2, 16], [21000, 340, 800, 16557]).to_frame()
    picture = plots.specification_curve(found, outcome="Death", caption="c")
    assert found["ci_high"].max() > 0.1  # one interval would flatten all estimates
    for svg in (picture.svg, picture.narrow):
        assert "Death, in 1,000 patients" in written(svg)
        assert "some intervals reach beyond the axis" in written(svg)
        assert ">100%<" not in svg
    assert "estimates from 0.07 to 1.2 in 1,000" in picture.alt


def test_a_curve_of_one_analysis_says_so_and_is_whole():
    found = synthesis.multiverse([0, 0], [60, 80], methods="glmm", leave_out=0)
    picture = plots.specification_curve(found.to_frame().iloc[:1], outcome="Death", caption="c")
    assert "1 analysis" in written(picture.svg)
    assert "1 analyses" not in picture.alt + written(picture.svg)


def test_a_long_title_of_the_flow_is_broken_into_lines(root, review):
    labels = {box: review.label("flow_box", box) for box in review.order("flow_box")}
    labels["identified"] = cases(root, "flow_long_title")["input"]["identified"]
    picture = plots.prisma_flow(review.tables["flow"], labels=labels, caption="Flow.")
    for svg in (picture.svg, picture.narrow):
        assert labels["identified"] in written(svg)


def test_the_message_about_touching_texts_names_the_one_to_shorten():
    figure, ax = pictures.axes(3, 2)
    ax.text(0.5, 0.5, "one")
    ax.text(0.5, 0.5, "a much longer one")
    with pytest.raises(pictures.OverlapError, match=r"Shorten 'a much longer one' \(17 letters\)"):
        pictures.Picture(figure, "alt", "caption")


@pytest.mark.parametrize("highest", [2, 3, 4.1, 5, 9, 9.5, 12, 50, 191, 999, 123_456])
@pytest.mark.parametrize("is_whole", [True, False])
def test_an_axis_has_three_to_six_marks_at_equal_steps(highest, is_whole):
    end, marks = lines.scale(highest, is_whole=is_whole)
    places = list(marks)
    assert end >= highest
    assert 3 <= len(places) <= 6
    assert max(places) <= end
    steps = {round(b - a, 9) for a, b in itertools.pairwise(places)}
    assert len(steps) == 1


LIGHTS = {"a": judgements.Light("L", "Low", *judgements.POOR), "b": judgements.Light("H", "High", *judgements.GOOD)}


def test_a_judgement_is_told_by_colour_shape_and_letter():
    frame = pd.DataFrame({"study": ["Aster", "Briar", "Briar"], "item": ["One", "One", "Two"], "j": ["a", "b", "a"]})
    picture = plots.traffic_lights(frame, row="study", column="item", judgement="j", lights=LIGHTS, caption="c")
    assert "Briar: One high, Two low" in picture.alt
    seen = written(picture.svg)
    assert seen.split().count("L") == 3  # two judgements and the legend
    assert seen.split().count("H") == 2
    assert len({light.colour for light in LIGHTS.values()}) == len({light.shape for light in LIGHTS.values()}) == 2


def test_a_judgement_that_no_light_knows_is_refused():
    frame = pd.DataFrame({"study": ["Aster"], "item": ["One"], "j": ["c"]})
    with pytest.raises(KeyError):
        plots.traffic_lights(frame, row="study", column="item", judgement="j", lights=LIGHTS, caption="c")


def test_directions_of_a_comparison_follow_the_printed_percentages(review):
    frame = comparisons.directions(review, review.select("comparisons", section="non_sjia"))
    by_id = frame.set_index("comparison_id")["direction"]
    assert by_id["compare-bennett2012-dex-received-condition"] == "higher"
    assert by_id["compare-bennett2012-il1-received-condition"] == "unknown"
    picture = plots.effect_directions(
        frame, row="label", column="study", first="lupus", second="systemic JIA", caption="c"
    )
    assert "Dexamethasone, Bennett 2012: higher with lupus than with systemic JIA (32% / 14%†)" in picture.alt
    assert "IL-1 inhibitors, Bennett 2012: no two figures to compare" in picture.alt


def test_appraisals_show_validity_and_items_where_they_are_held(review, data_copy):
    studies = ["latino2010", "kang2013", "minoia2015"]
    picture = sections.appraisals(review, studies, name="fig-x")
    assert "Latino 2010: Overall high validity" in picture.alt
    assert "Minoia" not in picture.alt  # not judged
    assert sections.appraisals(review, ["minoia2015"], name="fig-x") is None
    row = {"appraisal_id": "made-up", "study_id": "minoia2015", "item_id": "jbi-case-series-04", "answer": "unclear"}
    later_update.append(
        data_copy, "appraisals", row | {"source_id": "baldo2025", "locator": "made up", "added_in": "2023-06-30"}
    )
    picture = sections.appraisals(evidence.load(data_copy), studies, name="fig-x")
    assert "JBI case series 4 unclear" in picture.alt


def test_the_certainty_of_every_line_stands_in_the_picture(review):
    picture = sections.certainty_lights(review, name="fig-x")
    judged = review.tables["certainty"]
    assert len(picture.values) == (judged["domain"] != "start").sum()


def test_every_wide_figure_has_a_picture_for_phones(outcomes):
    picture = draw(outcomes)
    width = float(re.search(r'width="([\d.]+)pt"', picture.svg)[1])
    narrow = float(re.search(r'width="([\d.]+)pt"', picture.narrow)[1])
    assert width > narrow
    for shown in outcomes["label"]:
        assert shown in written(picture.narrow)


def test_a_phone_gets_the_narrow_picture_where_there_is_one(tmp_path, outcomes):
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "05-x-fig-use-narrow.svg").write_text(draw(outcomes).narrow, encoding="utf-8")
    there = '<img src="05-x_files/figure-html/fig-use-output-1.svg" alt="a" width="600">'
    other = '<img src="05-x_files/figure-html/fig-other-output-1.svg" alt="a">'
    page = figures.for_phones(f"<p>{there}{other}</p>", "notebooks/05-x.html", tmp_path)
    assert 'srcset="../downloads/05-x-fig-use-narrow.svg" width=' in page
    assert page.count("<picture>") == page.count("<source media=") == 1
    own = figures.for_phones('<img src="../downloads/05-x-fig-use.svg">', "figures/05-x-fig-use.html", tmp_path)
    assert "<picture>" in own
