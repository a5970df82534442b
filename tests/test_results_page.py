"""The page of results: each computed number has a place that says how it was made and from which rows."""

from __future__ import annotations

import json
import re

import matplotlib.pyplot as plt
import pytest

from helpers import pictures, wording
from helpers.faults import ReviewError
from helpers.mime import RESULT_MIME
from helpers.report import results as page


@pytest.fixture
def folder(tmp_path):
    """A review with two notebooks that have run."""
    (tmp_path / "data" / "results").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    for name, title in (("05-anakinra", "Anakinra"), ("12-geography", "'Geography: where'")):
        cell = {"cell_type": "markdown", "source": ["---\n", f"title: {title}\n", "---"]}
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return tmp_path


def run_with(folder, name, *values):
    text = json.dumps({"notebook": name, "results": [{"values": [v.recorded() for v in values]}]})
    (folder / "data" / "results" / f"{name}.json").write_text(text, encoding="utf-8")


def test_each_calculation_has_an_anchor_its_numbers_how_and_rows(folder, review):
    one = wording.computed("few", "7%", "Counted.", ["anakinra-sle-death", "not-there-any-more"])
    more = wording.computed("few", 12, "Added up.", ["anakinra-sle-death"])
    run_with(folder, "12-geography", one, one, more)
    text = page.results(folder, review)
    assert "## [Geography: where](notebooks/12-geography.ipynb)" in text
    (line,) = [line for line in text.splitlines() if "{#result-few}" in line]
    assert "| 7% ([a](#how-12-geography-a))<br>12 ([b](#how-12-geography-b)) |" in line
    assert "- [**a**]{#how-12-geography-a} Counted.\n- [**b**]{#how-12-geography-b} Added up.\n" in text
    assert "[`anakinra-sle-death`](evidence.qmd#anakinra-sle-death)<br>`not-there-any-more`" in line


def test_a_way_is_told_once_and_what_it_calls_a_number_stands_before_it(folder, review):
    values = [wording.computed(key, "< 0.0001", "Fisher: over all tables.") for key in ("one", "other")]
    run_with(folder, "12-geography", *values)
    text = page.results(folder, review)
    assert text.count("over all tables") == 1
    assert text.count("| Fisher: < 0.0001 ([a](#how-12-geography-a)) |") == 2


def test_more_ways_than_letters_still_have_a_mark_each(folder, review):
    run_with(folder, "12-geography", *[wording.computed("few", n, f"Way {n}.") for n in range(30)])
    marks = re.findall(r"- \[\*\*(\w+)", page.results(folder, review))
    assert marks[:2] + marks[25:28] == ["a", "b", "z", "aa", "bb"] and len(set(marks)) == 30


def test_many_rows_are_not_all_listed(folder, review):
    rows = list(review.tables["counts"]["row_id"].head(40))
    run_with(folder, "05-anakinra", wording.computed("sum", 40, "Added up.", rows))
    text = page.results(folder, review)
    assert text.count("evidence.qmd#") == page.MANY_ROWS
    assert "and others" in text


def test_one_key_in_two_notebooks_is_refused(folder, review):
    for name in ("05-anakinra", "12-geography"):
        run_with(folder, name, wording.computed("few", 1, "Counted."))
    with pytest.raises(ReviewError, match="computed number of the same key"):
        page.results(folder, review)


def test_nothing_computed_is_said(folder, review):
    assert page.results(folder, review).startswith("*No notebook")


def test_every_link_to_a_result_on_the_pages_of_the_review_has_its_place(root):
    """Of the notebooks as they were last run."""
    made = {key for path in (root / "data" / "results").glob("[0-9]*.json") for key in page.computed(path)}
    linked = set()
    for notebook in (root / "notebooks").glob("*.ipynb"):
        linked |= set(re.findall(r"results\.qmd#result-([a-z0-9-]+)", notebook.read_text(encoding="utf-8")))
    assert linked <= made


def test_a_figure_records_what_it_draws_and_what_its_caption_states(review):
    figure, ax = plt.subplots()
    ax.plot([0, 1])
    caption = wording.say(review, "{anakinra-all-received:n} in all", name=None)
    picture = pictures.Picture(figure, "alt", caption, name="fig-x", values=[{"events": 147}])
    bundle, metadata = picture._repr_mimebundle_()
    recorded = bundle[RESULT_MIME]
    assert (recorded["id"], recorded["values"][0]) == ("fig-x", {"events": 147})
    assert recorded["values"][1]["row"] == "anakinra-all-received"
    assert metadata["image/svg+xml"]["review"]["values"] == [{"events": 147}]  # what the figure's data file holds
