# ---
# title: Evidence map
# subtitle: Which treatment was described in which condition, by what kind of study, and where nothing was found
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
cells = sections.evidence_map(review)
counted = cells[cells["patients"].notna()]
pair, how = ["treatment", "condition"], "Cells of the map, counted by what they hold."
documented = counted.groupby(pair)["kind"].agg(lambda kinds: set(kinds) == {"information"})
with_trial = counted[counted["kind"] == "trial"]
with_control = counted[counted["kind"].isin(["controlled_trial", "randomised_trial"])]
empty = cells["reason"].value_counts()

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
numbers = {
    "pairs": len(cells[pair].drop_duplicates()),
    "treated": (~documented).sum(),
    "documented": documented.sum(),
    "trials": len(with_trial[pair].drop_duplicates()),
    "controlled": len(with_control[pair].drop_duplicates()),
    **{reason: empty.get(reason, 0) for reason in sections.MAP_REASONS},
}

# %%
#| echo: false
wording.say(
    review,
    """Of {pairs} pairs of treatment and condition, {treated} hold patients counted as given the treatment, and {documented}
    hold patients whose treatment is reported on, whether they were given it or not. Trials with a single arm stand behind
    {trials} pairs, trials with a control group behind {controlled}. The other pairs are empty: in {not_split}, patients are
    counted for several conditions together; in {no_number}, the treatment is named without a number; in {counted_out}, all
    counted patients stand under another condition; in {none}, no patient was found in what was read up to
    {searched_through}. <!-- site: every number is counted from the cells of the map -->""",
    name="answer",
    **{name: wording.computed("map-pairs", number, how) for name, number in numbers.items()},
)

# %% [markdown]
# ## The map
#
# A mark is as large as the number of patients (@fig-map; the numbers, and whom each counts, in @tbl-map). *Review totals* are the source's sums over its studies. They and the studies shown apart describe partly the same patients and must not be added up. Within the review totals of a treatment, and within a study, nobody stands in two cells. <!-- site: how the map is made; its cells are recomputed by a check -->

# %%
#| label: fig-map
#| fig-cap: Evidence map
#| echo: false
plots.evidence_map(
    cells,
    rows=sections.map_rows(review),
    columns=sections.map_columns(review),
    kinds=sections.MAP_KINDS,
    reasons=sections.MAP_REASONS,
    at_least=sections.MAP_AT_LEAST,
    caption="Patients with MAS by treatment, condition and kind of evidence. Review totals and studies describe partly the same patients. Hollow grey circles: patients whose treatment is reported on, whether given or not. ≥: at least these were given it. A word instead of a mark says why the cell is empty.",
    name="fig-map",
)

# %%
#| label: tbl-map
#| tbl-cap: Evidence map as a table
#| echo: false
sections.map_table(review, cells)

# %% [markdown]
# ## What lowers the certainty
#
# @fig-certainty shows the judgements behind the certainty of each line of the [summary of findings](../index.qmd); the reasons are on the page of [methods](../methods.qmd#certainty).

# %%
#| label: fig-certainty
#| fig-cap: What lowers the certainty of each line
#| echo: false
sections.certainty_lights(review, name="fig-certainty")

# %% [markdown]
# ## Whom a number counts
#
# - *Given it*: the row counts patients who were given the treatment.
# - *At least these*: the row counts some of those given it. Where a study reports no number treated, patients given the treatment alone or with others count, else those whose outcome is reported; where it counts narrower treatments, the largest of them, because one patient may have had two. <!-- site: how the map is made -->
# - *Use reported on, whether given or not*: the number given the treatment is not reported; shown are the patients about whom the source has information on it.
# - Under *several, not split* stand patients whose condition is not reported apart: what a review total holds beyond the conditions shown, and reports that count conditions together. <!-- site: how the map is made -->
# - An HLH protocol counts under etoposide; the glucocorticoids within it are not counted under glucocorticoids.
# - Studies of other conditions as well count with their patients with MAS only. <!-- site: how the map is made --> Of two studies that share patients, the larger counts. <!-- site: how the map is made -->

# %% [markdown]
# ## What an empty cell means, and what it does not

# %%
#| echo: false
meaning = """
- *Not found*: no row counts such patients in what was read up to {searched_through}. <!-- site: what the word means --> It does not mean that the treatment was never given, and it is no sign that it does not work. <!-- site: what the word means -->

- *None left*: patients given the treatment are counted, and all of them under other conditions of the map. <!-- site: what the word means -->

- *No number*: the treatment is named for the condition, without a count of patients. <!-- site: what the word means -->

- *Not split*: patients given the treatment are counted for several conditions together. The reports themselves may tell them apart; what was read of them does not.
"""
wording.say(review, meaning)

# %% [markdown]
# Reports excluded by the source are not on the map; its list of them is in a figure that was not at hand.

# %%
#| label: tbl-gaps
#| tbl-cap: Empty cells of the map, by treatment and reason
#| echo: false
sections.map_gaps(review, cells)

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, review.select(row_id=";".join(counted["rows"]).split(";")))

# %%
#| echo: false
sections.take_away(review, "14-evidence-map")

# %% [markdown]
# ::: {#refs}
# :::
