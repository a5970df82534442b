"""How numbers are written, and that each is bound to its row."""

from __future__ import annotations

import doctest

import pandas as pd
import pytest

from helpers import numbers, sections, wording
from helpers.mime import RESULT_MIME
from helpers.publish.tables import pipe_rows


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(numbers).failed == 0
    assert doctest.testmod(numbers).attempted >= 2


@pytest.mark.parametrize(
    ("value", "digits", "shown"), [(12.5, 0, "13"), (0.5, 0, "1"), (2.675, 2, "2.68"), (1.25, 1, "1.3")]
)
def test_halves_are_rounded_up_as_in_print(value, digits, shown):
    assert str(numbers.rounded(value, digits)) == shown


def test_a_sentence_links_each_number_to_its_row(review):
    text = wording.say(review, "Deaths: {anakinra-sle-death:of}.")
    assert text == "Deaths: [4 of 10](../evidence.qmd#anakinra-sle-death)."
    assert text.values[0]["row"] == "anakinra-sle-death"
    assert (text.values[0]["events"], text.values[0]["total"]) == (4, 10)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("", "68 of 82 (83%)"),
        ("n", "68"),
        ("N", "82"),
        ("of", "68 of 82"),
        ("pct", "83%"),
        ("printed", "83%"),
        ("ci", "68 of 82 (83%, 95% CI 73% to 90%)"),
    ],
)
def test_a_count_is_written_in_the_form_asked_for(review, form, shown):
    assert wording.written(review.row("anakinra-sjia-complete-response"), form) == shown


def test_a_form_that_the_row_cannot_fill_is_refused(review):
    with pytest.raises(ValueError, match="anakinra-all-received"):
        wording.written(review.row("anakinra-all-received"), "ci")


def test_an_unknown_row_is_refused(review):
    with pytest.raises(KeyError, match="no-such-row"):
        wording.say(review, "{no-such-row:n}")


def test_a_number_with_a_known_slip_carries_a_dagger(review):
    assert "†" in wording.say(review, "{kang2013-kd-death:of}")
    assert "†" not in wording.say(review, "{latino2010-kd-remission:of}")


def test_a_changed_value_changes_the_sentence(review):
    row = review.row("anakinra-sjia-complete-response").copy()
    row["events"] = 69
    assert wording.written(row, "of") == "69 of 82"


def test_an_empty_selection_gives_a_sentence_and_not_an_empty_table(review):
    assert "No rows" in sections.evidence_table(review, review.select(section="anakinra", condition="crohn"))


def test_a_table_keeps_every_row_and_survives_pipes():
    frame = pd.DataFrame({"a": ["x|y", None], "b": [1, 2]})
    lines = wording.markdown_table(frame).splitlines()
    assert lines[2:] == ["| x\\|y | 1 |", "| – | 2 |"]


def test_a_heading_over_columns_is_asked_for_in_the_head_and_files_know_nothing_of_it():
    frame = pd.DataFrame({"Study": ["one"], "Fisher": [0.2]})
    text = wording.markdown_table(frame, spanners={"P & more": ["Fisher"]})
    assert text.splitlines()[0] == '| Study | <span data-under="P &amp; more">Fisher</span> |'
    assert pipe_rows(str(text)) == [["Study", "Fisher"], ["one", "0.2"]]


def test_shares_of_use_get_no_interval_and_outcomes_do(review):
    use = sections.evidence_table(review, review.select(row_id="anakinra-sjia-received"))
    outcome = sections.evidence_table(review, review.select(row_id="anakinra-sjia-complete-response"))
    assert "[82%](../evidence.qmd#anakinra-sjia-received) |" in use
    assert "83% (73% to 90%)" in outcome


def test_a_computed_number_leads_to_how_it_was_made_and_is_recorded(review):
    number = wording.computed("studies-cited", 1234, "Rows of the table of studies.", ["review-all-patients"])
    said = wording.say(review, "There are {cited} studies.", cited=number)
    table = wording.markdown_table(pd.DataFrame({"n": [number]}), base="")
    assert said == "There are [1,234](../results.qmd#result-studies-cited) studies."
    assert "| [1,234](results.qmd#result-studies-cited) |" in table
    recorded = {"result": "studies-cited", "shown": "1,234", "how": "Rows of the table of studies."}
    assert said.values == table.values == ({**recorded, "rows": ["review-all-patients"]},)


@pytest.mark.parametrize("key", ["", "Studies", "two words", "a--b", "a#b"])
def test_a_key_that_cannot_be_part_of_an_address_is_refused(key):
    with pytest.raises(ValueError, match="lower-case words joined by hyphens"):
        wording.computed(key, 1, "how")


def test_whatever_states_numbers_is_collected_by_the_runner_named_or_not(review):
    bundle = wording.say(review, "{anakinra-sle-death:of}")._repr_mimebundle_()
    assert bundle[RESULT_MIME]["values"][0]["row"] == "anakinra-sle-death"
    assert "id" not in bundle[RESULT_MIME]
    assert RESULT_MIME not in wording.Text("no number")._repr_mimebundle_()


def test_a_printed_percentage_keeps_the_word_or_sign_its_source_sets_before_it(review):
    assert wording.written(review.row("mpn-all-share-pulses-studies"), "printed") == "almost 60%"
    assert wording.written(review.row("discussion-anakinra-sjia-complete-response"), "printed") == ">80%"
    assert wording.written(review.row("dex-all-received"), "printed") == "7%"


def test_days_and_years_are_written_as_readers_write_them(review):
    assert wording.written(review.row("methods-date-value-search-updated")) == "30 June 2023"
    assert wording.written(review.row("anakinra-year-minimum-publication-all")) == "2011"
    assert wording.written(review.row("methods-age")) == "18 years"
