# %% [markdown]
# ---
# title: Evidence map
# subtitle: Which treatment was described in which condition, by what kind of study, and where there is nothing
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
cells = sections.evidence_map(review)
told, empty = cells[cells["patients"].notna()], cells[cells["patients"].isna()]
pair, how = ["treatment", "condition"], "Cells of the map, counted by what they hold."

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Of {pairs} pairs of treatment and condition, {filled} hold at least one patient that can be counted, and {trials} rest on a
    planned trial, each without a control group. For {silent} pairs the evidence says nothing at all; for {unsplit} patients are
    counted for several conditions together only.""",
    name="answer",
    pairs=wording.computed("map-pairs", len(cells[pair].drop_duplicates()), how),
    filled=wording.computed("map-pairs", len(told[pair].drop_duplicates()), how),
    trials=wording.computed("map-pairs", (told["kind"] == "trial").sum(), how),
    silent=wording.computed("map-pairs", (empty["reason"] == "none").sum(), how),
    unsplit=wording.computed("map-pairs", (empty["reason"] == "not_split").sum(), how),
)

# %% [markdown]
# ## The map
#
# A bubble is as large as the number of patients (@fig-map, all numbers in @tbl-map). A *review total* holds the patients of the studies shown apart in the same cell, so far as these are in it: the two must not be added up.

# %%
#| label: fig-map
#| fig-cap: Evidence map
#| echo: false
plots.evidence_map(
    cells,
    rows={code: review.label("treatment", code, short=True) for code in sections.MAP_TREATMENTS},
    columns=sections.map_columns(review),
    kinds=sections.MAP_KINDS,
    reasons=sections.MAP_REASONS,
    caption="Patients with MAS by treatment, condition and kind of evidence. A word instead of a bubble says why the cell is empty.",
    name="fig-map",
)

# %%
#| label: tbl-map
#| tbl-cap: Evidence map as a table
#| echo: false
sections.map_table(review, cells)

# %% [markdown]
# ## What an empty cell means, and what it does not
#
# - *No report* means: nothing in the evidence as of this update. It does not mean that the treatment was never given, and it is no sign that it does not work.
# - *Not split* means that patients are counted for several conditions together. The reports themselves may tell them apart; the text at hand does not.
# - *No number* means that the treatment is named for the condition, without a count of patients.
# - For glucocorticoids the number is that of patients for whom it is told whether they had them: almost all did.
# - Where the text does not say how many were treated, the number is that of the patients with a known outcome.
# - Mixed cohorts of haemophagocytic lymphohistiocytosis count with their patients labelled MAS only.
# - Reports excluded by the source are not on the map; its list of them is in a figure that was not at hand.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, review.select(row_id=";".join(told["rows"]).split(";")))

# %%
#| echo: false
sections.take_away(review, "14-evidence-map")

# %% [markdown]
# ::: {#refs}
# :::
