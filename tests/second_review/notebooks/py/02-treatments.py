# ---
# title: Tea and rest
# subtitle: Made-up treatments of a made-up disease
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

# %%
#| include: false
from helpers import comparisons, evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="treatments")
rows = sections.main(review, every)  # the abstract repeats the results
groups = review.select("comparisons", section="treatments")

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Made up: blue tea was given to {blue-tea-all-received:n} patients and long rest to {long-rest-all-received:n}. More of them
    had tea. <!-- expect: more_than(blue-tea-all-received, long-rest-all-received) --> In the hills
    {blue-tea-hills-adverse-event:of} had a blue tongue.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "treatments")

# %% [markdown]
# ## Who was given tea
#
# The made-up totals of @fig-tea are in @tbl-rows.

# %%
#| label: fig-tea
#| fig-cap: Patients given blue tea
#| echo: false
use = sections.in_order(review, rows[rows["adds_up_to"] == "blue-tea-all-received"])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given blue tea",
    caption="Patients given blue tea, by form. Made up.",
    name="fig-tea",
)

# %%
#| label: tbl-rows
#| tbl-cap: Made-up counts
#| echo: false
sections.evidence_table(review, rows, level=level, name="tbl-rows")

# %%
#| label: fig-outcomes
#| fig-cap: Outcomes with blue tea
#| echo: false
told = rows[(rows["level"] == "review") & rows["measure"].isin(sections.outcomes(review))]
plots.proportions(
    sections.labelled(review, told[told["treatment"] == "blue_tea"], by="measure"),
    label="label",
    level=level,
    caption="Outcomes with blue tea. Made up.",
    name="fig-outcomes",
)

# %% [markdown]
# ## Study by study

# %%
#| echo: false
by_study = sections.by_study(review, rows, level=level)
by_study.words()

# %%
#| label: fig-by-study
#| fig-cap: Outcomes by study
#| echo: false
by_study.figure(name="fig-by-study")

# %%
#| echo: false
by_study.checks()

# %%
#| label: tbl-groups
#| tbl-cap: Hills and lakes compared
#| echo: false
comparisons.comparison_table(review, groups)

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "02-treatments")

# %% [markdown]
# ::: {#refs}
# :::
