# %% [markdown]
# ---
# title: Anakinra
# subtitle: Who was given it, what happened, at which dose
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="anakinra")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Anakinra was given to {anakinra-all-received:n} patients with MAS in {anakinra-all-studies:n} studies, most of them
    with systemic JIA ({anakinra-sjia-received:of}). Of the systemic JIA patients whose outcome can be told,
    {anakinra-sjia-complete-response:ci} had a complete response and {anakinra-sjia-death:of} died.
    In lupus, {anakinra-sle-favourable-outcome:ci} had a favourable outcome and {anakinra-sle-death:of} died.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "anakinra")

# %% [markdown]
# ## Who was given anakinra
#
# Patients by condition, as the source review adds them up over its studies (@fig-use). The outcome could be told for only some of them (@tbl-use).

# %%
#| label: fig-use
#| fig-cap: Patients given anakinra, by condition
#| echo: false
use = sections.in_order(review, rows[rows["adds_up_to"] == "anakinra-all-received"])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given anakinra",
    caption=wording.say(
        review, "Patients given anakinra for MAS, by condition; {anakinra-all-received:n} in all. Review totals."
    ),
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given anakinra and patients whose outcome can be told
#| echo: false
told = sections.in_order(
    review,
    rows[rows["measure"].isin(["received", "assessable"]) & rows["regimen"].isna() & (rows["level"] == "review")],
)
sections.evidence_table(review, told, columns=("Condition", "What", "Count", "Share", "Source"), level=level)

# %% [markdown]
# ## What happened
#
# Outcomes by condition with intervals (@fig-outcomes, @tbl-outcomes). The classes of the systemic JIA patients add up to more than the patients counted: [the audit](13-audit.ipynb#slip-anakinra-sjia-outcomes) says why that may be.

# %%
#| label: fig-outcomes
#| fig-cap: Outcome under anakinra, by condition
#| echo: false
told = rows["measure"].isin(sections.outcomes(review)) & (rows["level"] == "review") & rows["regimen"].isna()
shown = sections.labelled(review, sections.in_order(review, rows[told & rows["total"].notna()]), by="counted")
shown["group"] = [review.label("condition", c) for c in shown["condition"]]
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Outcome of MAS under anakinra among patients whose outcome can be told, by condition. Review totals with intervals.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Outcome under anakinra
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(sections.outcomes(review))],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %% [markdown]
# ## Alone, with glucocorticoids, and at high dose

# %%
#| echo: false
wording.say(
    review,
    """Anakinra was the only treatment in {eloseily2020-anakinra-mixed-monotherapy:n} patients: of those with systemic JIA,
    {eloseily2020-anakinra-sjia-remission-monotherapy:of} reached remission; the one patient with lupus or mixed connective tissue
    disease died. As the only addition to glucocorticoids it was given in
    {anakinra-all-received-with-gc-only-episodes:n} episodes; in all {anakinra-all-remission-with-gc-only-episodes:of} with a known outcome
    MAS went into remission. Doses of {anakinra-threshold-high-dose} were specified for
    {anakinra-all-received-high-dose:n} patients in {anakinra-all-studies-high-dose:n} studies.""",
    level=level,
)

# %%
#| label: tbl-regimen
#| tbl-cap: Anakinra by regimen and line of treatment
#| echo: false
special = rows[rows["regimen"].notna() | rows["line"].notna() | (rows["unit"] == "episodes")]
sections.evidence_table(
    review, special, columns=("What", "Condition", "Count", "Share", "Level", "Source"), level=level
)

# %% [markdown]
# ## Doses

# %%
#| label: fig-doses
#| fig-cap: Anakinra dose ranges
#| echo: false
doses = review.select("doses", section="anakinra", kind="dose")
plots.ranges(
    sections.dose_ranges(review, doses[doses["unit"] == "mg/kg/day"]),
    label="label",
    caption="Doses of anakinra as reported, in milligrams per kilogram and day.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of anakinra
#| echo: false
sections.dose_table(review, review.select("doses", section="anakinra"))

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - *Complete response* and *favourable outcome* are the source's words; it does not define them, and studies may differ.
# - The totals cannot be split by study: the table that shows them study by study was not at hand. They are therefore not pooled, and no spread between studies can be given.
# - Most patients had glucocorticoids and other treatments at the same time. A response under anakinra is not a response to anakinra.
# - Two reports may describe the same patients; the source does not say how it handled overlap.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "05-anakinra")

# %% [markdown]
# ::: {#refs}
# :::
