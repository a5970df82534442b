# %% [markdown]
# ---
# title: Glucocorticoids
# subtitle: Who was given them, alone or with other treatments, which agent, at which dose
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
every = review.select(section="glucocorticoids")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results
cohort = every[(every["level"] == "study") & every["locator"].str.startswith("Discussion")]  # told nowhere else

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Glucocorticoids are the backbone of treatment: {gc-all-studies:of} studies mention them, with information on
    {gc-all-information:n} patients with MAS. Where it can be told, {gc-all-co-medication-combination:ci} had them together with
    other treatments, and {gc-all-monotherapy:ci} were treated successfully with glucocorticoids alone. Methylprednisolone or
    prednisolone make up {mpn-or-prednisolone-all-received:printed} of use and dexamethasone {dex-all-received:printed}, of a base
    that is not printed. How many patients glucocorticoids alone failed to help, and how many died under them, is not told.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "glucocorticoids")

# %% [markdown]
# ## About whom there is information
#
# @fig-information and @tbl-information show for how many patients the source could tell something about glucocorticoids. That is not the number of patients treated: the source gives no such number.

# %%
#| label: fig-information
#| fig-cap: Patients with information on glucocorticoids, by condition
#| echo: false
known = sections.in_order(review, rows[rows["adds_up_to"] == "gc-all-information"])
plots.bars(
    sections.labelled(review, known),
    label="label",
    value="events",
    unit="patients with information",
    caption=wording.say(
        review,
        "Patients with information on glucocorticoids, by condition; {gc-all-information:n} in all. Review totals.",
    ),
    name="fig-information",
)

# %%
#| label: tbl-information
#| tbl-cap: Studies and patients with information on glucocorticoids
#| echo: false
told = rows[rows["measure"].isin(["studies", "information"]) & (rows["treatment"] == "gc")]
sections.evidence_table(review, told, columns=("What", "Condition", "Count", "Share", "Level", "Source"), level=level)

# %%
#| echo: false
wording.say(
    review,
    """The review has {review-all-patients:n} patients in all, so for the others nothing is known about glucocorticoids. The group
    of other conditions does not fit: {gc-other-information:n} patients here, {review-other-patients:n} in the whole review. The
    source may have grouped conditions differently in the two places ([audit](13-audit.ipynb#slip-other-conditions)).""",
)

# %% [markdown]
# ## Alone, or with other treatments
#
# @fig-alone sets the two apart among the patients for whom this can be told; @tbl-alone adds the largest cohort, which the source describes in its discussion from unpublished data.

# %%
#| label: fig-alone
#| fig-cap: Glucocorticoids alone and with other treatments
#| echo: false
use = rows[rows["measure"].isin(["monotherapy", "co_medication"]) & rows["total"].notna()]
plots.proportions(
    sections.labelled(review, use, by="measure"),
    label="label",
    level=level,
    caption="Patients treated successfully with glucocorticoids alone, and patients given glucocorticoids with other treatments, among those for whom it can be told. Review totals, all conditions together.",
    name="fig-alone",
)

# %%
#| label: tbl-alone
#| tbl-cap: Glucocorticoids alone and with other treatments
#| echo: false
shares = rows[rows["measure"].isin(["monotherapy", "co_medication"])]
sections.evidence_table(
    review,
    pd.concat([shares, cohort]),
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-alone",
)

# %%
#| echo: false
wording.say(
    review,
    """**Not a success rate.** The patients treated successfully with glucocorticoids alone are {gc-all-monotherapy:n} of all
    {gc-all-monotherapy:N} patients whose treatment can be told. They are not a share of those who began with glucocorticoids
    alone: whoever began so and needed more is presumably counted among the combined treatments. In the largest cohort
    {discussion-minoia2014-gc-sjia-survival-monotherapy:printed} of {discussion-minoia2014-sjia-patients:n} patients
    with systemic JIA survived with glucocorticoids alone; that too mixes who was so treated with how they fared.""",
    level=level,
)

# %% [markdown]
# ## Which agent
#
# Only percentages are printed, without patients and without the base they refer to. They can therefore be shown (@fig-agents, @tbl-agents) but get no interval, and the shares of one agent in different conditions cannot be tested against each other.

# %%
#| label: fig-agents
#| fig-cap: Glucocorticoid agents by condition, percentages as printed
#| echo: false
printed = rows["measure"].eq("received") & rows["percent_printed"].notna() & rows["events"].isna()
agents = sections.in_order(review, wording.with_slips(review, rows[printed]))
agents = agents.sort_values("treatment", ascending=False, kind="stable")
agents["label"] = [review.label("condition", c, short=True) for c in agents["condition"]]
agents["agent"] = [review.label("treatment", t) for t in agents["treatment"]]
plots.printed_percentages(
    agents,
    label="label",
    group="agent",
    caption="Share given each agent, as printed. The base is unclear: glucocorticoid-treated patients, or all patients, of studies that name the agent. Review totals.",
    name="fig-agents",
)

# %%
#| label: tbl-agents
#| tbl-cap: Glucocorticoid agents, percentages as printed
#| echo: false
pulses = rows[rows["regimen"] == "pulses"]
sections.evidence_table(
    review,
    pd.concat([agents[rows.columns], pulses]),
    columns=("Treatment", "Condition", "What", "Count", "Level", "Source"),
    level=level,
)

# %% [markdown]
# ## Doses
#
# @fig-doses keeps one axis per unit: methylprednisolone is dosed by weight and dexamethasone by body surface, and nothing is converted. @tbl-doses gives the same ranges with their sources.

# %%
#| label: fig-doses
#| fig-cap: Dose ranges of glucocorticoids
#| echo: false
doses = review.select("doses", section="glucocorticoids")
plots.ranges(
    sections.dose_ranges(review, doses[doses["kind"] == "dose"]),
    label="label",
    caption="Lowest to highest dose reported, on one axis per unit. Review totals: the ends of a range come from different patients.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of glucocorticoids
#| echo: false
sections.dose_table(review, doses)

# %%
#| echo: false
wording.say(
    review,
    """Almost {mpn-all-share-pulses-studies:printed} of studies report methylprednisolone pulses of {mpn-dose-pulses}. The upper end for
    dexamethasone is itself printed as a range; its higher value is shown. Routes, lengths of treatment and tapering are not
    given.""",
)

# %% [markdown]
# ## Named series
#
# The source names its series (@tbl-named) for a practice each: Loganathan for a tapering scheme of methylprednisolone pulses, proposed for severe MAS in systemic JIA where resources are limited, of which neither patients nor steps nor outcome are printed; and studies from Japan for dexamethasone palmitate, a liposomal form (@tbl-palmitate).

# %%
#| label: tbl-named
#| tbl-cap: Series named by the source
#| echo: false
studies = review.tables["studies"]
named = studies[studies["locator"].str.startswith("Results, Glucocorticoids")]
sections.series_table(review, named, columns=("Study", "Country", "MAS in", "Known of it", "Source"))

# %%
#| label: tbl-palmitate
#| tbl-cap: Dexamethasone palmitate in systemic JIA
#| echo: false
palmitate = rows[rows["treatment"] == "dex_palmitate"]
sections.evidence_table(
    review,
    palmitate,
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-palmitate",
)

# %%
#| echo: false
wording.say(
    review,
    """{dex-palmitate-sjia-favourable-outcome:ci} patients are described as successfully treated, whether it was given before
    other glucocorticoids ({dex-palmitate-sjia-not-previously-given:n} patients) or after they had failed
    ({dex-palmitate-sjia-refractory-to:n}). Success is not defined, the studies cannot be told apart, and reports of failures may
    never have been written.""",
    level=level,
)

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - Nearly everyone has glucocorticoids, so there is no group without them. Their effect cannot be estimated from these data, and the source found no formal trial.
# - *Successfully treated* is the source's phrase and is not defined. There is no count of deaths or of adverse events under glucocorticoids.
# - Whether a patient had other treatments can be told for a minority only, and probably more often in small, detailed series than in large cohorts. The shares may not hold for the rest.
# - Dexamethasone was used mostly within HLH protocols and where the brain was at risk, as the source remarks. Probably sicker patients got it; outcome by agent would say more about them than about the drug.
# - Agents in lupus and in Kawasaki disease, study by study, are on [the page on MAS outside systemic JIA](11-non-sjia.ipynb).

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "02-glucocorticoids")

# %% [markdown]
# ::: {#refs}
# :::
