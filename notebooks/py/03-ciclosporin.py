# %% [markdown]
# ---
# title: Ciclosporin
# subtitle: Who was given it, what happened, at which dose and blood level
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

# %%
#| include: false
import pandas as pd

from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="ciclosporin")
rows = sections.main(review, every)
kawasaki = sections.main(review, review.select(section="non_sjia", treatment="csa", condition="kd", measure="received"))
own = every[every["source_id"].isin(review.select("sources", kind=["abstract", "congress_abstract"])["source_id"])]

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Ciclosporin was given to {csa-all-received:n} patients with MAS, of whom {csa-sjia-received:n} had systemic JIA;
    {csa-all-studies-mention-ciclosporin:n} studies mention it. The outcome can be told for {csa-all-assessable:n} of them:
    {csa-all-poor-outcome:ci} had a poor outcome, meaning death or a severe neurological adverse event. How many responded is not
    told, neither in all nor by condition.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "ciclosporin")

# %% [markdown]
# ## Who was given ciclosporin
#
# Patients by condition, as the source review adds them up over its studies (@fig-use), and for how many of them the outcome can be told (@tbl-use).

# %%
#| label: fig-use
#| fig-cap: Patients given ciclosporin, by condition
#| echo: false
use = sections.in_order(review, rows[rows["adds_up_to"] == "csa-all-received"])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given ciclosporin",
    caption=wording.say(
        review, "Patients given ciclosporin for MAS, by condition; {csa-all-received:n} in all. Review totals."
    ),
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given ciclosporin and patients whose outcome can be told
#| echo: false
told = rows["measure"].isin(["received", "assessable"]) & rows["detail"].isna()
sections.evidence_table(
    review,
    sections.in_order(review, rows[told]),
    columns=("Condition", "What", "Count", "Share", "Level", "Source"),
    level=level,
)

# %%
#| echo: false
wording.say(
    review,
    """In the largest cohort, all with systemic JIA, ciclosporin was the most frequent treatment beside glucocorticoids
    ({minoia2014-csa-sjia-received:printed}, printed without a count); its patients are presumably part of the totals above. The
    {csa-other-received:n} patients with other conditions exceed the {review-other-patients:n} that the review has in all, so this
    split must be read with care ([audit](13-audit.ipynb#slip-other-conditions)).""",
)

# %% [markdown]
# The patients with Kawasaki disease can be found study by study (@tbl-kd). The source prints a second total where it describes that disease, which does not fit the first ([audit](13-audit.ipynb#slip-kd-ciclosporin)). Totals and studies describe the same patients and are not added.

# %%
#| label: tbl-kd
#| tbl-cap: Ciclosporin in Kawasaki disease, total and single studies
#| echo: false
sections.evidence_table(
    review, kawasaki, columns=("What", "Condition", "Count", "Share", "Level", "Source"), level=level
)

# %% [markdown]
# ## What happened
#
# The source counts poor outcomes only, for all conditions together (@fig-outcomes, @tbl-outcomes). The deaths and the neurological events are parts of the poor outcomes.

# %%
#| label: fig-outcomes
#| fig-cap: Poor outcomes under ciclosporin
#| echo: false
poor = rows["measure"].isin(sections.outcomes(review)) & rows["total"].notna() & (rows["level"] == "review")
shown = sections.labelled(review, rows[poor], by="measure")
plots.proportions(
    shown,
    label="label",
    level=level,
    caption="Poor outcomes among patients given ciclosporin whose outcome can be told; death and severe neurological adverse events make up the poor outcomes. Review totals with intervals.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Outcome and safety of ciclosporin
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(sections.outcomes(review))],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %% [markdown]
# **Safety.** The only adverse events counted are severe neurological ones. Posterior reversible encephalopathy syndrome is reported in a patient who also had glucocorticoids, immunoglobulin and etoposide; whether this patient is among the severe neurological events of the total is not said. Effects on kidneys and blood pressure, which one would look for first, are not mentioned, which does not mean that there were none.

# %% [markdown]
# ## Line of treatment

# %%
#| echo: false
wording.say(
    review,
    """At which line ciclosporin was given is not told. As the only change to unaltered glucocorticoids it was used with success in
    {csa-sjia-favourable-outcome-with-gc-only:n} patients with systemic JIA; how many were treated so without success is not
    printed. @tbl-failed shows the other side: patients who were given something else after ciclosporin, mostly together with
    glucocorticoids, had failed.""",
)

# %%
#| label: tbl-failed
#| tbl-cap: Treatments given after ciclosporin had failed
#| echo: false
failed = review.select(measure="refractory_to")
sections.evidence_table(
    review,
    sections.main(review, failed[failed["detail"].str.contains("ciclosporin", case=False, na=False)]),
    columns=("Treatment", "What", "Condition", "Count", "Share", "Level", "Source"),
    level=level,
)

# %% [markdown]
# ## Route, dose and blood level
#
# Few studies say how ciclosporin was given (@tbl-route). The dose range mixes both routes; doses and trough levels have an axis each (@fig-doses, @tbl-doses).

# %%
#| label: tbl-route
#| tbl-cap: Studies and patients with route, dose or trough level
#| echo: false
routes = rows[rows["measure"].isin(["studies", "received"]) & rows["detail"].notna()]
sections.evidence_table(review, routes, columns=("What", "Condition", "Count", "Level", "Source"), level=level)

# %%
#| label: fig-doses
#| fig-cap: Doses and trough levels of ciclosporin
#| echo: false
doses = review.select("doses", section="ciclosporin")
plots.ranges(
    sections.dose_ranges(review, doses),
    label="label",
    caption="Lowest to highest dose, intravenous and oral together, and lowest to highest trough level. Review totals.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses and trough levels of ciclosporin
#| echo: false
sections.dose_table(review, doses)

# %% [markdown]
# ## Named series
#
# Studies that the source cites by number for ciclosporin (@tbl-named). Most could not be tied to a publication and are known by their number only.

# %%
#| label: tbl-named
#| tbl-cap: Studies cited for ciclosporin
#| echo: false
numbers_cited = rows["refs"].dropna().str.split(";").explode().astype("Int64").unique()
studies = review.select("studies", ref_no=list(numbers_cited))
sections.series_table(review, studies, columns=("Study", "MAS in", "Patients", "Known of it", "Source"))

# %% [markdown]
# ## In the studies' own abstracts
#
# What the public abstracts of the studies themselves say (@tbl-own): the same patients, read at the source, to hold against the review.

# %%
#| label: tbl-own
#| tbl-cap: Ciclosporin in the public abstracts of the studies
#| echo: false
sections.evidence_table(
    review,
    own,
    columns=("Treatment", "What", "Condition", "Count", "Share", "Definition", "Level"),
    level=level,
    name="tbl-own",
)

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - The small share of poor outcomes is **not a success rate** of ciclosporin: it leaves out every patient who neither died nor had a severe neurological event, whether or not MAS went away.
# - The outcome is known for fewer than half of those treated. Studies that report outcomes per patient are small and chosen; large cohorts, where patients died too, mostly do not say who of them had which drug.
# - Most patients had glucocorticoids and more at the same time. Outcome under ciclosporin is not outcome because of it.
# - The source calls the safety of ciclosporin good and at the same time any judgement of its effect highly biased; the counts here bear out the second remark rather than the first.
# - Trough levels rest on few studies; the range describes what was measured and is no target.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, pd.concat([every, kawasaki]))

# %%
#| echo: false
sections.take_away(review, "03-ciclosporin")

# %% [markdown]
# ::: {#refs}
# :::
