# %% [markdown]
# ---
# title: JAK inhibitors
# subtitle: MAS patients first, mixed HLH cohorts apart
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="jak_inhibitors")
public = every[every["source_id"].isin(review.select("sources", kind="abstract")["source_id"])]
rows = sections.main(
    review, every.drop(public.index)
)  # the abstract and the discussion of the source review repeat its results
hlh = ["mixed"] + [c for c in review.order("condition") if c.endswith("hlh")]  # MAS and other HLH, or other HLH only
mas, mixed = rows[~rows["condition"].isin(hlh)], rows[rows["condition"].isin(hlh)]
HISTORY = ["refractory_to", "not_previously_given"]  # what had, or had not, been tried before

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Very little is known: {jak-all-studies:n} study of JAK inhibitors is devoted to MAS. In it MAS regressed rapidly in
    {ref50-ruxolitinib-sjia-remission-refractory:ci} refractory patients with systemic JIA given ruxolitinib;
    {ref50-ruxolitinib-sjia-needed-addition:of} then needed canakinumab for the underlying disease, and an adverse event occurred in
    {ref50-ruxolitinib-sjia-adverse-event-refractory:of}. A further {ruxolitinib-mixed-studies:n} studies report ruxolitinib in
    mixed cohorts of secondary HLH, in which few patients had MAS; their response rates are not response rates of MAS.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "jak_inhibitors")

# %% [markdown]
# ## Patients with MAS
#
# @fig-use and @tbl-use show everyone said to have MAS, study by study, including the MAS patients inside the mixed cohorts. The numbers are not added up: a patient who was switched from one drug to the other stands under both.

# %%
#| label: fig-use
#| fig-cap: MAS patients given a JAK inhibitor
#| echo: false
use = mas[(mas["measure"] == "received") & mas["events"].notna()]
shown = sections.labelled(review, sections.in_order(review, use, "treatment"))
where = [
    "review total" if s is None else sections.study_name(review, s)
    for s in shown["study_id"].astype(object).where(shown["study_id"].notna(), None)
]
drugs = [review.label("treatment", t) for t in shown["treatment"]]
shown["label"] = [f"{d}, {c} ({w})" for d, c, w in zip(drugs, shown["label"], where, strict=True)]
caption = "Patients said to have MAS and given a JAK inhibitor, by drug, condition and study. The bars overlap and must not be added."
plots.bars(shown, label="label", value="events", unit="patients with MAS", caption=caption, name="fig-use")

# %%
#| label: tbl-use
#| tbl-cap: MAS patients in studies of JAK inhibitors
#| echo: false
counted = mas["measure"].isin(["studies", "patients", "received"])
sections.evidence_table(
    review, mas[counted], columns=("What", "Treatment", "Condition", "Count", "Level", "Source"), level=level
)

# %% [markdown]
# ### What happened
#
# Outcomes of the MAS patients alone (@fig-outcomes, @tbl-outcomes). The intervals are as wide as so few patients make them: even when all respond, a far lower rate of response remains possible.

# %%
#| label: fig-outcomes
#| fig-cap: Outcome of MAS under ruxolitinib
#| echo: false
told = mas["measure"].isin(sections.outcomes(review)) & mas["total"].notna() & (mas["treatment"] != "tofacitinib")
shown = sections.labelled(review, mas[told], by="measure")
shown["group"] = [sections.study_name(review, s) for s in shown["study_id"]]
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="MAS patients given ruxolitinib, by study, with exact intervals; the treatment added was canakinumab, for the underlying systemic JIA. Tofacitinib is left out: its patients come from different studies.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Outcome and safety of JAK inhibitors in MAS patients
#| echo: false
sections.evidence_table(
    review,
    mas[mas["measure"].isin(sections.outcomes(review))],
    columns=("Treatment", "What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %%
#| echo: false
wording.say(
    review,
    """**Tofacitinib** is mentioned in {tofacitinib-sjia-received:n} patients with systemic JIA, from different studies. It was
    ineffective in {ref50-tofacitinib-sjia-no-response:n}, who was switched to ruxolitinib, and helped to control recurring MAS,
    together with canakinumab, in {kostik2022-tofacitinib-sjia-favourable-outcome-combination:n}.""",
)

# %% [markdown]
# ## Mixed cohorts of secondary HLH
#
# These cohorts are kept apart. Most of their patients had HLH of another cause, above all Epstein-Barr virus (@fig-cohorts, @tbl-cohorts), and their outcomes (@fig-mixed, @tbl-mixed) are told for all patients together.

# %%
#| label: fig-cohorts
#| fig-cap: Patients of the mixed cohorts given ruxolitinib, by condition
#| echo: false
cohorts = mixed["study_id"].dropna().unique()
parts = rows["study_id"].isin(cohorts) & (rows["measure"] == "received") & rows["total"].notna()
shown = sections.labelled(review, rows[parts])
names = [sections.study_name(review, s) for s in shown["study_id"]]
shown["label"] = [f"{s}: {c}" for s, c in zip(names, shown["label"], strict=True)]
caption = "Patients of the mixed cohorts by condition, as far as stated; the source names only the MAS patients of some cohorts. Study level."
plots.bars(shown, label="label", value="events", unit="patients given ruxolitinib", caption=caption, name="fig-cohorts")

# %%
#| label: tbl-cohorts
#| tbl-cap: Who was given ruxolitinib in the mixed cohorts
#| echo: false
given = mixed[mixed["measure"].isin(["studies", "received"])]
sections.evidence_table(
    review, given, columns=("What", "Treatment", "Condition", "Count", "Share", "Level", "Source"), level=level
)

# %%
#| label: fig-mixed
#| fig-cap: Outcome of whole mixed HLH cohorts under ruxolitinib
#| echo: false
told = mixed["measure"].isin(sections.outcomes(review)) & mixed["total"].notna()
shown = sections.labelled(review, mixed[told], by="measure")
shown["group"] = [sections.study_name(review, s) for s in shown["study_id"]]
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Whole mixed cohorts given ruxolitinib, MAS and other HLH together, with exact intervals. Not evidence on MAS alone.",
    name="fig-mixed",
)

# %%
#| label: tbl-mixed
#| tbl-cap: Outcome of whole mixed HLH cohorts under ruxolitinib
#| echo: false
sections.evidence_table(
    review,
    mixed[mixed["measure"].isin(sections.outcomes(review))],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-mixed",
)

# %% [markdown]
# ### What the studies' own abstracts say
#
# The public abstracts of these studies differ from the source review in points that matter (@tbl-abstracts). They, too, speak of whole cohorts.

# %%
#| echo: false
wording.say(
    review,
    """Wei [@wei2020] counts {wei2020-ruxolitinib-mixed-partial-response-refractory-per-abstract:of} partial responses where the source
    review counts {wei2020-ruxolitinib-mixed-remission-refractory:n} remissions, and reports
    {wei2020-ruxolitinib-mixed-death-refractory-per-abstract:n} death that the review leaves out. In the trial [@ref17]
    {ref17-ruxolitinib-mixed-complete-response-first-line-per-abstract:of} responses were complete; among its patients with MAS, or
    autoinflammatory disease as it says, responses were divided. Chi [@chi2021] names pulses and immunoglobulin as what
    {chi2021-ruxolitinib-mixed-refractory-to-pulses-ivig-per-abstract:of} patients had failed, not an HLH protocol.""",
)

# %%
#| label: tbl-abstracts
#| tbl-cap: Mixed cohorts given ruxolitinib, from the public abstracts of the studies
#| echo: false
sections.evidence_table(
    review, public, columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"), level=level
)

# %% [markdown]
# ## Line of treatment
#
# Whether a JAK inhibitor came first or after failure of other treatments differs from study to study (@tbl-line), which is one more reason not to compare them.

# %%
#| label: tbl-line
#| tbl-cap: Treatments tried, or not tried, before the JAK inhibitor
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(HISTORY)],
    columns=("What", "Condition", "Count", "Share", "Level", "Source"),
    level=level,
)

# %%
#| echo: false
wording.say(
    review,
    """All {ref50-ruxolitinib-sjia-refractory-to-high-dose-gcs:n} MAS patients of the study devoted to MAS had failed high-dose
    glucocorticoids and tocilizumab, {ref50-ruxolitinib-sjia-refractory-to-etoposide-well:n} of them etoposide as well, but
    {ref50-ruxolitinib-sjia-not-previously-given:of} had not been given an IL-1 inhibitor or ciclosporin: they were refractory, yet not
    to the treatments most used in MAS. As first line, ruxolitinib was tried in {ref17-ruxolitinib-mixed-received-first-line:n}
    patients with secondary HLH, of whom {ref17-ruxolitinib-mas-received-first-line:n} were labelled as MAS.""",
)

# %% [markdown]
# ## Dose
#
# One dose range is given (@tbl-doses); none by weight, and none for the mixed cohorts.

# %%
#| label: tbl-doses
#| tbl-cap: Doses of JAK inhibitors
#| echo: false
sections.dose_table(review, review.select("doses", section="jak_inhibitors"))

# %% [markdown]
# ## The studies
#
# @tbl-studies names the studies behind this page; *Patients* are those with MAS.

# %%
#| label: tbl-studies
#| tbl-cap: Studies of JAK inhibitors
#| echo: false
sections.study_table(review, review.select("studies", study_id=list(rows["study_id"].dropna().unique())))

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - **Who is meant.** The sentence on remission and safety says *all of them* after naming both the whole group with systemic JIA and the few with MAS; the rows read it as the patients with MAS and say so (*inferred*).
# - **MAS inside the mixed cohorts.** What the source calls MAS there is, in the abstracts of Wei and of the trial, HLH with an autoinflammatory cause. For Wei alone does the source tell the outcome of such a patient by itself; the abstract does not.
# - **Co-treatment.** Dexamethasone palmitate or canakinumab were added in many; whether the JAK inhibitor or the companion worked cannot be told.
# - **Safety.** An absence of adverse events in so few patients excludes only very frequent ones; infections and cytopenias under ruxolitinib are not reported for the mixed cohorts, which does not mean that there were none.
# - **Overlap.** The source does not say whether the mixed cohorts share patients. The patient who went from tofacitinib to ruxolitinib belongs to the study devoted to MAS and may be one of its MAS patients; the source does not say so.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "08-jak-inhibitors")

# %% [markdown]
# ::: {#refs}
# :::
