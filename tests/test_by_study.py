"""Study rows appear on their section's page by themselves: one is shown, two are shown, three and more are pooled.

The studies are made up, and so are their authors and numbers; they stand in a copy of the data.
"""

from __future__ import annotations

import re

import later_update
import pytest
from later_update import append, cohort_row, count_row, study_row, update_row

from helpers import consistency, evidence, markup, sections, synthesis
from helpers.sections.outcomes_by_study import APART, NO_STUDY

STUDIES = {
    "inventa2024": ("Inventa A", 20, 15, 2),
    "fictiva2024": ("Fictiva B", 15, 12, 1),
    "nihila2024": ("Nihila C", 12, 9, 0),
}
DEFINED = ("resolution of all signs",) * 3
FULL = {"unit": "patients", "condition": "sjia"}


def add(root, number, definitions=DEFINED, **cells):
    """So many made-up series of anakinra in systemic JIA, each with complete responses and deaths."""
    append(root, "updates", update_row())
    for (study, (author, patients, responses, deaths)), definition in list(
        zip(STUDIES.items(), definitions, strict=True)
    )[:number]:
        source = {
            "source_id": f"{study}-report",
            "kind": "abstract",
            "citation_key": "baldo2025",
            "title": "Made up for tests",
            "read_as": "nothing: it does not exist",
        }
        append(root, "sources", source)
        own = {"source_id": source["source_id"]}
        append(root, "studies", study_row(study, first_author=author, conditions="sjia", patients=patients, **own))
        append(root, "cohorts", cohort_row(f"{study}-sjia", study_id=study, condition="sjia", patients=patients, **own))
        shared = {"study_id": study, "condition": "sjia", "total": patients, **own, **cells}
        append(
            root,
            "counts",
            count_row(
                f"{study}-response", measure="complete_response", events=responses, definition=definition, **shared
            ),
            count_row(f"{study}-death", measure="death", events=deaths, **shared),
        )


def page(root):
    """The outcomes of the anakinra page, and those of them that are made up, by measure."""
    review = evidence.load(root)
    rows = sections.main(review, review.select(section="anakinra"))
    found = sections.by_study(review, rows)
    made_up = [o for o in found if set(o.rows["study_id"]) & set(STUDIES)]
    return sections.ByStudy(review, tuple(made_up), has_totals=found.has_totals), made_up


def plain(text):
    """Text without links, as it is read."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def test_the_made_up_studies_break_no_rule(data_copy):
    add(data_copy, 3)
    assert consistency.check(data_copy) == []


def test_one_study_is_shown(data_copy):
    add(data_copy, 1)
    shown, found = page(data_copy)
    assert [o.is_pooled for o in found] == [False, False]
    said = plain(shown.words())
    assert (
        "**Systemic JIA, anakinra: complete response.** One study: Inventa 2024, 15 of 20 (75%, 95% CI 51% to 91%)"
        in said
    )
    assert "resolution of all signs" in said
    assert shown.figure(name="fig-by-study") is None
    assert shown.checks() is None


def test_two_studies_are_both_shown_and_not_pooled(data_copy):
    add(data_copy, 2)
    shown, found = page(data_copy)
    assert not any(o.is_pooled for o in found)
    said = plain(shown.words())
    assert "Two studies, not pooled: Inventa 2024, 15 of 20" in said
    assert "Fictiva 2024, 12 of 15" in said
    picture = shown.figure(name="fig-by-study")
    assert "Inventa 2024: 15 of 20" in picture.alt
    assert "Typical study" not in picture.alt
    assert shown.checks() is None


def test_three_studies_are_pooled_with_model_and_prediction_interval(data_copy):
    add(data_copy, 3)
    shown, found = page(data_copy)
    assert [o.is_pooled for o in found] == [True, True]
    assert [o.pooled.k for o in found] == [3, 3]
    said = plain(shown.words())
    assert "3 studies, 36 of 47 patients" in said
    assert "In a typical study:" in said
    picture = shown.figure(name="fig-by-study")
    for drawn in (picture.svg, picture.narrow):
        assert drawn.count("Typical study") == 2 + 2  # in the picture, and in its words
        assert "Binomial-normal model" in drawn
        assert "tau²" in drawn
    folded = plain(shown.checks())
    assert 'collapse="true"' in folded
    assert "With one study left out at a time, the share ranges from" in folded
    assert "analyses" in folded
    assert "Small-study test not made: 3 studies" in folded
    assert folded.count("library(metafor)") >= 2


def test_totals_of_the_source_never_enter_even_where_the_studies_add_to_them(data_copy):
    add(data_copy, 3)
    for study in STUDIES:
        total = {"adds_up_to": "anakinra-sjia-complete-response", "comparable": "Made up for a test."}
        later_update.change(data_copy, "counts", f"{study}-response", **total)
    review = evidence.load(data_copy)
    assert review.row("anakinra-sjia-complete-response")["events"] == 68 + 15 + 12 + 9  # the total holds them
    shown, found = page(data_copy)
    assert APART in shown.words()
    assert (found[0].pooled.events, found[0].pooled.total) == (36, 47)
    assert not any((o.rows["level"] == "review").any() for o in found)
    assert "104" not in plain(shown.figure(name="fig-by-study").alt)


@pytest.mark.parametrize("silent", ["not defined", ""], ids=["not-defined", "empty"])
def test_undefined_outcomes_are_not_the_same_outcome(data_copy, silent):
    add(data_copy, 3, (silent,) * 3)
    shown, found = page(data_copy)
    response, death = found
    assert not response.is_pooled
    assert death.is_pooled  # a death needs no definition
    said = next(line for line in plain(shown.words()).splitlines() if "complete response" in line)
    assert "Not pooled." in said
    assert "defin" in said
    assert "In a typical study" not in said
    assert shown.of("complete_response").checks() is None
    assert "Typical study" not in shown.of("complete_response").figure(name="fig-by-study").svg


def test_studies_with_other_definitions_stand_apart(data_copy):
    add(data_copy, 3, ("resolution of all signs", "Resolution of all signs.", "alive without organ failure"))
    shown, found = page(data_copy)
    assert [o.pooled.k for o in found if (o.rows["measure"] == "complete_response").all()] == [2, 1]
    assert not any(o.is_pooled for o in shown.of("complete_response"))
    assert shown.words().count("they are shown separately") == 2
    picture = shown.of("complete_response").figure(name="fig-by-study")
    assert "(alive without organ failure)" in picture.alt
    assert "Nihila 2024: 9 of 12" in picture.alt


def test_patients_that_stand_in_a_larger_study_are_not_counted_twice(data_copy):
    add(data_copy, 3)
    append(data_copy, "cohorts")
    path = data_copy / "data" / "cohorts.csv"
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("nihila2024-sjia"))
    cells = row.split(",")
    header = text.splitlines()[0].split(",")
    cells[header.index("overlaps_with")], cells[header.index("overlap_patients")] = "inventa2024-sjia", "12"
    path.write_text(text.replace(row, ",".join(cells)), encoding="utf-8")
    shown, found = page(data_copy)
    assert [o.pooled.k for o in found] == [2, 2]
    assert "patients are among those of another study: Nihila 2024" in plain(shown.words())


def test_the_sentence_that_totals_cannot_be_split_goes_by_itself(root, review, data_copy):
    rows = review.select(section="glucocorticoids")
    assert sections.by_study(review, sections.main(review, rows)).words() == NO_STUDY
    add(data_copy, 1, section="glucocorticoids", treatment="gc")
    later = evidence.load(data_copy)
    assert "cannot be split" not in sections.by_study(later, later.select(section="glucocorticoids")).words()


def test_every_section_with_a_treatment_asks_in_the_same_way(root):
    for script in sorted((root / "notebooks" / "py").glob("*.py"))[1:11]:
        text = script.read_text(encoding="utf-8")
        assert "sections.by_study(" in text, script.name
        assert 'figure(name="fig-by-study")' in text, script.name
        assert ".checks(" in text, script.name


def test_the_figure_says_what_the_rows_say(review):
    rows = review.select(level="study", condition="kd", measure="death", treatment="none", source_id="baldo2025")
    rows = rows[rows["locator"].str.startswith("Table")]
    outcome = sections.study_outcome(review, rows, key="x", title="Death", level=0.95, method="glmm", ci="wald")
    picture = sections.ByStudy(review, (outcome,)).figure(name="fig-death", by="validity")
    assert "Validity: low, Pooled: 0 of 8" in picture.alt
    assert f"All studies, Typical study: {outcome.pooled.events} of {outcome.pooled.total}" in picture.alt
    assert "Difference" in picture.alt


OPTIONS = {"level": 0.95, "method": synthesis.PRIMARY[0], "ci": synthesis.PRIMARY[1]}


@pytest.fixture
def kawasaki(review):
    """Remission and death in Kawasaki disease, as their page pools them."""
    rows = review.select(
        level="study", condition="kd", measure=["remission", "death"], source_id="baldo2025", regimen=None
    )
    rows = rows[
        rows["locator"].str.startswith("Table") & ((rows["measure"] == "remission") | (rows["treatment"] == "none"))
    ]
    found = [
        sections.study_outcome(
            review, rows[rows["measure"] == m], key=f"pooled-{m}", title=f"Kawasaki disease: {m}", **OPTIONS
        )
        for m in ("remission", "death")
    ]
    return sections.ByStudy(review, tuple(found))


def test_nine_undefined_remissions_are_no_headline_and_the_page_says_who_carries_them(kawasaki):
    remission = kawasaki.of("remission")
    (outcome,) = remission
    assert (outcome.pooled.k, outcome.pooled.events, outcome.pooled.total) == (9, 46, 49)
    assert not outcome.is_pooled
    said = plain(remission.words())
    assert "9 studies, 46 of 49 patients; taken as one series, 94% (83% to 99%). Not pooled." in said
    assert "not defined in any of the studies" in said
    assert "Kang 2013 carries the result" in said
    assert "estimate" not in {key for value in remission.words().values for key in value}
    assert remission.checks() is None
    folded = plain(remission.checks(with_unpooled=True))
    assert "This is a check and not a result" in folded
    assert "Kang 2013 carries it" in folded
    assert "99.0% (95% CI 88% to " in folded
    assert "Typical study" not in remission.figure(name="fig-x").svg
    assert "This is a check only" in remission.curve(name="fig-x").caption


def test_deaths_need_no_definition_and_are_pooled_with_every_note(kawasaki):
    death = kawasaki.of("death")
    (outcome,) = death
    assert outcome.is_pooled
    said = plain(death.words())
    assert "In a typical study:" in said
    for note in outcome.pooled.notes:
        assert plain(markup.literal(note)) in said
    assert outcome.pooled.heterogeneity().replace("%", "") in said.replace("%", "").replace("\\", "")
    assert "Typical study" in death.figure(name="fig-x").svg
    assert {v["k"] for v in death.words().values if "outcome" in v} == {10}


def test_each_number_of_the_words_says_how_it_was_made(kawasaki):
    how = {value["shown"]: value["how"] for value in kawasaki.words().values if "shown" in value}
    assert "exact" in how["94% (83% to 99%)"]  # not from the model
    assert "added up" in how["9 studies, 46 of 49 patients"]
    estimate = next(shown for shown in how if "95% CI" in shown)
    assert "profile likelihood" in how[estimate]


def test_names_of_two_studies_of_one_author_and_year_are_told_apart(data_copy):
    add(data_copy, 3)
    later_update.change(data_copy, "studies", "fictiva2024", first_author="Inventa B")
    _, found = page(data_copy)
    assert list(found[0].rows["label"]) == ["Inventa 2024a", "Inventa 2024b", "Nihila 2024"]


def test_a_single_patient_gives_no_share(data_copy):
    later = {"total": 1, "events": 1}
    add(data_copy, 1)
    later_update.change(data_copy, "counts", "inventa2024-response", **later)
    shown, _ = page(data_copy)
    line = next(line for line in plain(shown.words()).splitlines() if "Single-patient reports" in line)
    assert "complete response (Inventa 2024, 1 of 1)" in line
    assert "100%" not in line
