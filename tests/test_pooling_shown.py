"""A pooled result is shown only where the rules allow it."""

from __future__ import annotations

import pytest

from helpers import sections

OPTIONS = {"method": "glmm", "ci": "t", "level": 0.95}


@pytest.fixture
def remissions(review):
    rows = review.select(level="study", condition="kd", measure="remission", source_id="baldo2025")
    return rows[rows["locator"].str.startswith("Table 3")]


def test_rows_of_one_definition_are_pooled_and_shown(review, remissions):
    pooled = sections.pool(remissions, **OPTIONS)
    assert pooled.k == len(remissions) == 9
    assert sections.diamond(pooled) is not None
    assert "9 studies, 46 of 49 patients" in sections.pooled_sentence(review, {"remission": pooled})


def test_rows_of_different_definitions_are_not_shown_as_a_headline(review, remissions):
    mixed = remissions.assign(definition=["by week 8", *["not defined"] * (len(remissions) - 1)])
    pooled = sections.pool(mixed, **OPTIONS)
    assert sections.diamond(pooled) is None
    assert "Not pooled" in sections.pooled_caption("Remission", pooled, outcome="remission")
    said = sections.pooled_sentence(review, {"remission": pooled})
    assert "for a typical study is not shown" in said
    assert [v for v in said.values if "estimate" in v] == []


def test_a_single_study_is_not_pooled(review, remissions):
    pooled = sections.pool(remissions.head(1), **OPTIONS)
    assert sections.diamond(pooled) is None
    assert "1 study, 1 of 1 patients" in sections.pooled_sentence(review, {"remission": pooled})


def test_each_part_of_the_sentence_says_how_it_was_made(review, remissions):
    said = sections.pooled_sentence(review, {"remission": sections.pool(remissions, **OPTIONS)})
    how = {value["shown"]: value["how"] for value in said.values if "shown" in value}
    assert {shown: "exact" in told for shown, told in how.items()} == {
        "99.0% (95% CI 14% to >99.9%)": False,
        "94% (83% to 99%)": True,  # not from the model, though it stands beside its estimate
        "9 studies, 46 of 49 patients": False,
    }


def test_deaths_need_no_definition(review):
    rows = review.select(level="study", condition="kd", measure="death", treatment="none", source_id="baldo2025")
    assert rows["definition"].isna().any()
    assert sections.diamond(sections.pool(rows, **OPTIONS)) is not None
