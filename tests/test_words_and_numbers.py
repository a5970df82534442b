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


@pytest.mark.parametrize(
    ("row_id", "shown"),
    [
        ("mpn-all-share-pulses-studies", "almost 60%"),
        ("discussion-minoia2014-etoposide-sjia-received", "almost 12%"),
        ("discussion-anakinra-sjia-complete-response", ">80%"),
        ("discussion-debenedetti2023-emapalumab-sjia-remission-refractory", ">90%"),
        ("nonsjia-gc-kd-received", "85%"),
    ],
)
def test_a_percentage_is_no_more_exact_than_its_source_prints_it(review, row_id, shown):
    assert wording.written(review.row(row_id)) == wording.written(review.row(row_id), "printed") == shown


def test_every_percentage_that_begins_with_a_word_or_sign_keeps_it(review):
    counts = review.tables["counts"]
    begun = counts[
        counts["percent_printed"].notna() & counts["as_printed"].str.match(r"[^\d(]+[\d.]+ ?%").fillna(False)
    ]
    assert len(begun) == 4
    for _, row in begun.iterrows():
        assert wording.written(row, "printed") == row["as_printed"]


@pytest.mark.parametrize("said", ["over 60 patients (40%)", "almost 60 of 150", "about 41%", None])
def test_a_word_about_another_number_says_nothing_of_the_percentage(said):
    assert wording.printed_percentage(pd.Series({"percent_printed": 40.0, "as_printed": said})) == "40%"


@pytest.mark.parametrize(
    ("row_id", "shown"),
    [
        ("eloseily2020-anakinra-sle-mctd-death-monotherapy", "Death, at 48 mg/kg/day i.v., alone"),
        ("gc-all-monotherapy", "Treated with it alone, successfully treated"),
        ("gc-all-co-medication-combination", "Given in combination with other treatments"),
    ],
)
def test_what_is_counted_reads_as_words(review, row_id, shown):
    assert sections.counted(review, review.row(row_id)) == shown


def test_what_a_label_begins_its_detail_goes_on(review):
    row = review.select(measure="refractory_to", detail="anakinra as well", regimen="low_dose").iloc[0]
    assert sections.counted(review, row) == "Refractory to anakinra as well, low dose"


def test_nothing_is_said_twice_of_what_is_counted(review):
    for _, row in review.tables["counts"].iterrows():
        said = sections.counted(review, row).lower().replace("-", " ")
        for column in ("regimen", "line"):
            if not pd.isna(row[column]):
                assert said.count(review.label(column, row[column]).lower().replace("-", " ")) <= 2
        assert "to, " not in said
        assert "; refractory" not in said


def test_an_event_needs_no_definition(review):
    events = review.codes.with_role("measure", "event")
    counts = review.tables["counts"]
    for _, row in counts[counts["definition"].notna()].iterrows():
        shown = sections.definition(review, row)
        assert shown == ("" if row["measure"] in events and row["definition"] == "not defined" else row["definition"])
    assert "not defined" not in sections.evidence_table(review, review.select(row_id="anakinra-sjia-death"))


def test_an_interval_around_a_review_total_says_what_it_is_once_under_the_table(review):
    totals = review.select(section="anakinra", level="review", measure=["death", "complete_response"])
    assert sections.evidence_table(review, totals).count(wording.ONE_SERIES) == 1
    for other in (
        review.select(row_id="kang2013-kd-death"),  # one study
        review.select(row_id="anakinra-sjia-received"),  # a share of use, without an interval
    ):
        assert wording.ONE_SERIES not in sections.evidence_table(review, other)
    assert wording.ONE_SERIES not in sections.evidence_table(review, totals, columns=("What", "Count"))


@pytest.mark.parametrize("column", ["Source", "Level", "What"])
def test_an_inferred_number_is_marked_in_whichever_table(review, column):
    rows = review.select(row_id=["infliximab-kd-favourable-outcome", "kd-death"])
    table = sections.evidence_table(review, rows, columns=("Count", column))
    marked = [line for line in table.splitlines() if "; inferred |" in line]
    assert [line.split("](")[0] for line in marked] == ["| [7 of 7"]
    assert table.endswith(wording.INFERRED)
    assert wording.INFERRED not in sections.evidence_table(review, rows[rows["row_id"] == "kd-death"])


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


def test_a_share_of_use_is_no_outcome(review):
    assert set(sections.outcomes(review)).isdisjoint(review.codes.with_role("measure", "share_of_use", "use"))
    alone = sections.evidence_table(review, review.select(row_id="gc-all-monotherapy"))
    assert "[14%](../evidence.qmd#gc-all-monotherapy) |" in alone


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
