# ---
# title: Glucocorticoids
# subtitle: Who was given them, alone or with other treatments, which agent, at which dose
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

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
    """Glucocorticoids are named in every study ({gc-all-studies:of}); the authors of the source call them the mainstay of treatment.
    <!-- expect: all_of(gc-all-studies) --><!-- source: Discussion, p3 s1 -->
    Their use is documented for {gc-all-information:n} patients with MAS, which is not the number treated.
    <!-- expect: none("counts: treatment=gc, condition=all, measure=received") -->
    Of the patients whose other treatments are reported,
    {gc-all-co-medication-combination:ci} had glucocorticoids together with other treatments, and {gc-all-monotherapy:ci} were
    treated successfully with glucocorticoids alone. Methylprednisolone ({mpn-dose}) or prednisolone made up
    {mpn-or-prednisolone-all-received:printed} of use and dexamethasone ({dex-dose}) {dex-all-received:printed}.
    How many patients did not respond to glucocorticoids alone, and how many died, is not reported.
    <!-- expect: none("counts: treatment in gc, measure=no_response|poor_outcome|death") -->""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "glucocorticoids")

# %% [markdown]
# ## Patients with information on glucocorticoids
#
# @fig-information and @tbl-information show the patients in whom the use of glucocorticoids is documented. That is not the number of patients treated, which the source does not give. <!-- expect: none("counts: treatment=gc, condition=all, measure=received") -->

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
    """The review has {review-all-patients:n} patients; for the rest, the use of glucocorticoids is not documented.
    <!-- expect: more_than(review-all-patients, gc-all-information) -->
    The group of other conditions does not fit: {gc-other-information:n} patients here, {review-other-patients:n} in the whole review.
    <!-- expect: more_than(gc-other-information, review-other-patients) -->
    Episodes counted as patients, or a wider meaning of *other*, would explain it; the source does not say.""",
)

# %% [markdown]
# ## Alone, or with other treatments
#
# @fig-alone shows the patients whose other treatments are reported; @tbl-alone adds a multinational cohort, on which the source cites unpublished data in its discussion.

# %%
#| label: fig-alone
#| fig-cap: Glucocorticoids alone and with other treatments
#| echo: false
use = rows[rows["measure"].isin(["monotherapy", "co_medication"]) & rows["total"].notna()]
plots.proportions(
    sections.labelled(review, use, by="measure"),
    label="label",
    level=level,
    caption="Patients treated successfully with glucocorticoids alone, and patients given glucocorticoids with other treatments, among those whose other treatments are reported. Review totals with intervals, conditions together.",
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
    """**Not a success rate.** The {gc-all-monotherapy:n} patients treated successfully with glucocorticoids alone are counted among
    the {gc-all-monotherapy:N} whose other treatments are reported, not among those who began with glucocorticoids alone: a patient
    who began so and needed other drugs is presumably counted with the combined treatments. In the multinational cohort
    {discussion-minoia2014-gc-sjia-survival-monotherapy:printed} of {discussion-minoia2014-sjia-patients:n} patients with systemic
    JIA survived with glucocorticoids alone; this, too, mixes treatment with outcome.""",
    level=level,
)

# %% [markdown]
# ## Which agent

# %%
#| echo: false
wording.say(
    review,
    """The source gives the use of each agent as a percentage only, without numbers of patients, and does not say of whom.
    <!-- expect: every("counts: section=glucocorticoids, level=review, measure=received, treatment=mpn_or_prednisolone|dex", "events=, total=") -->
    They are shown (@fig-agents, @tbl-agents) without intervals, and no agent is compared between conditions.
    <!-- site: what is shown and what is not computed -->
    """,
)

# %%
#| label: fig-agents
#| fig-cap: Glucocorticoid agents by condition, in percent
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
    caption="Share given each agent, as the source gives it. It does not say of whom: of patients given glucocorticoids, or of the patients of studies that name the agent. Review totals.",
    name="fig-agents",
)

# %%
#| label: tbl-agents
#| tbl-cap: Glucocorticoid agents, in percent
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
# Methylprednisolone is dosed by weight and dexamethasone by body surface; @fig-doses keeps one axis for each unit, without conversion. @tbl-doses gives the same ranges with their sources.

# %%
#| label: fig-doses
#| fig-cap: Dose ranges of glucocorticoids
#| echo: false
doses = review.select("doses", section="glucocorticoids")
plots.ranges(
    sections.dose_ranges(review, doses[doses["kind"] == "dose"]),
    label="label",
    caption="Range of doses reported, on one axis for each unit. Review totals: the ends of a range may come from different studies.",
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
    """Methylprednisolone was given at {mpn-dose}; {mpn-all-share-pulses-studies:printed} of studies report pulses of {mpn-dose-pulses}.
    Dexamethasone was given at {dex-dose}; the source gives the upper end itself as a range, of which the higher value is shown. <!-- site: which of two values the row holds -->
    Routes, lengths of treatment and steps of tapering are not reported.
    <!-- expect: none("doses: treatment in gc, route!="); none("doses: treatment in gc, kind=duration"); none("doses: treatment in gc, regimen=tapering") -->
    """,
)

# %% [markdown]
# ## Named series

# %%
#| echo: false
wording.say(
    review,
    """The source names these series for the way they gave glucocorticoids (@tbl-named). Loganathan suggested a tapering scheme of
    methylprednisolone pulses for severe MAS in systemic JIA where resources are limited; its patients, steps and outcome are not
    reported.
    <!-- expect: none("counts: study_id=loganathan"); none("doses: study_id=loganathan") -->
    {dex-palmitate-sjia-studies:n} studies from Japan used dexamethasone palmitate, a liposomal form (@tbl-palmitate).""",
)

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
    """The source speaks of successful use of dexamethasone palmitate in {dex-palmitate-sjia-received:n} patients, which is read as
    success in all of them ({dex-palmitate-sjia-favourable-outcome:ci}).
    <!-- source: Results, Glucocorticoids, p2 s4 --><!-- expect: all_of(dex-palmitate-sjia-favourable-outcome) -->
    Methylprednisolone or prednisolone, with or without ciclosporin, had failed in {dex-palmitate-sjia-refractory-to:n} of them and
    had not been given before in {dex-palmitate-sjia-not-previously-given:n}. Success is not defined, and the studies are not shown
    apart; failures may have gone unreported.
    <!-- expect: every("counts: treatment=dex_palmitate, measure.role=outcome", "definition=not defined, level=review") -->
    """,
    level=level,
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

# %% [markdown]
# ## What these numbers mean, and what they do not

# %%
#| echo: false
wording.say(
    review,
    """

- Up to {searched_through} glucocorticoids had not been tested in a formal trial of MAS. <!-- expect: equals(discussion-gc-all-studies, 0); none("counts: treatment in gc, study.design.role=trial|controlled_trial|randomised_trial") --> Almost all patients had them, says the source; without a group that did not, their effect cannot be estimated from these data. <!-- source: Discussion, p3 s1 -->
- *Successfully treated* is the source's phrase and is not defined. Deaths and adverse events with glucocorticoids are not counted. <!-- expect: none("counts: treatment in gc, measure=death|adverse_event") -->
- Other treatments are reported for {gc-all-information-co-medication-monotherapy:n} of the {gc-all-information:n} patients with information, a minority; the shares may not hold for the rest. <!-- expect: more_than(gc-all-information, product(2, gc-all-information-co-medication-monotherapy)) -->
- Dexamethasone was mainly used within HLH protocols and in patients with a potentially higher risk of involvement of the central nervous system, says the source. <!-- source: Discussion, p3 s2 --> These may have been the sicker patients, so that outcome by agent would reflect the patients as much as the drug.
- Agents in lupus and in Kawasaki disease, study by study, are on [the page on MAS outside systemic JIA](11-non-sjia.ipynb).
""",
)

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
