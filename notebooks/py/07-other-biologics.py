# %% [markdown]
# ---
# title: Other biologics
# subtitle: Tocilizumab, canakinumab, infliximab and eculizumab, each for itself
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
every = review.select(section="other_biologics")
rows = sections.main(review, every)
outcomes = rows[rows["measure"].isin(sections.outcomes(review))]
drawn = outcomes[outcomes["total"].notna()]
names = {s: sections.study_name(review, s) for s in drawn["study_id"].dropna()}
own = every[every["source_id"].isin(review.select("sources", kind=["abstract", "congress_abstract"])["source_id"])]
columns = ("What", "Condition", "Count", "Share", "Definition", "Level", "Source")

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Biologics other than anakinra and emapalumab are reported in {other-biologics-all-studies:n} studies, in small numbers. Under
    tocilizumab {tocilizumab-all-remission:ci} patients with a known outcome had remission of MAS, and under canakinumab
    {canakinumab-all-favourable-outcome:ci} a positive response. Infliximab was used in Kawasaki disease
    ({infliximab-kd-favourable-outcome:of} with a positive outcome), and eculizumab was added when MAS came with thrombotic
    microangiopathy ({minoia2021-eculizumab-mixed-remission-combination:of} regressed,
    {minoia2021-eculizumab-mixed-death-combination:of} died).""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "other_biologics")

# %% [markdown]
# ## Who was given which
#
# @fig-use sets the drugs side by side to show how few patients there are, not to compare them: they were given to different patients for different reasons (@tbl-use).

# %%
#| label: fig-use
#| fig-cap: Patients given other biologics, by drug
#| echo: false
received = rows[rows["measure"].eq("received") & (rows["treatment"] != "il1")]
totals = received.drop_duplicates("treatment").sort_values("events", ascending=False)  # totals stand before studies
use = sections.labelled(review, totals, by="treatment")
use["label"] = use["label"] + use["level"].map({"study": " (single study)"}).fillna("")
plots.bars(
    use,
    label="label",
    value="events",
    unit="patients given the drug",
    caption="Patients given each drug for MAS. Review totals, but for the drug marked as from a single study.",
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given other biologics, and patients whose outcome can be told
#| echo: false
told = rows["measure"].isin(["received", "assessable"]) | (rows["treatment"] == "other_biologics")
sections.evidence_table(
    review,
    rows[told & (rows["treatment"] != "il1")],
    columns=("Treatment", "Condition", "What", "Count", "Share", "Level", "Source"),
    level=level,
)

# %% [markdown]
# ## Tocilizumab

# %%
#| echo: false
wording.say(
    review,
    """{tocilizumab-all-received:n} patients had tocilizumab, and the outcome can be told for {tocilizumab-all-assessable:of}
    (@fig-tocilizumab, @tbl-tocilizumab). It was stopped for lack of response in {tocilizumab-all-discontinued-lack-response:of} and
    for an allergic reaction in {tocilizumab-all-discontinued-allergic-reaction:ci}, the only harm that is counted. Conditions are
    not told apart; {tocilizumab-sjia-studies:n} main cohorts had systemic JIA, and in them {il1-sjia-received:n} patients had had an
    IL-1 inhibitor before. No dose is printed.""",
    level=level,
)

# %%
#| label: fig-tocilizumab
#| fig-cap: Outcome under tocilizumab
#| echo: false
plots.proportions(
    sections.labelled(review, drawn[drawn["treatment"] == "tocilizumab"], by="counted"),
    label="label",
    level=level,
    caption="Outcome under tocilizumab among patients whose outcome can be told, conditions together. Review totals with intervals.",
    name="fig-tocilizumab",
)

# %%
#| label: tbl-tocilizumab
#| tbl-cap: Outcome and safety of tocilizumab
#| echo: false
told = rows["measure"].isin([*sections.outcomes(review), "studies"]) & (rows["treatment"] == "tocilizumab")
earlier = rows[rows["treatment"] == "il1"]
sections.evidence_table(
    review, pd.concat([rows[told], earlier]), columns=("Treatment", *columns), level=level, name="tbl-tocilizumab"
)

# %% [markdown]
# ## Canakinumab

# %%
#| echo: false
wording.say(
    review,
    """{canakinumab-all-received:n} patients had canakinumab; {canakinumab-all-favourable-outcome:of} had a positive response
    (@fig-canakinumab). The series of Kostik gives details (@tbl-canakinumab): {kostik2022-canakinumab-sjia-remission:of} patients
    with systemic JIA had remission and {kostik2022-canakinumab-sjia-needed-addition:of} needed tofacitinib as well; its own abstract
    says that MAS resolved in {kostik2022-canakinumab-sjia-remission-per-abstract:of} (@tbl-own). It was the
    first biologic, with success, in {kostik2022-canakinumab-sjia-favourable-outcome-first-biologic:n} patients. In
    {kostik2022-canakinumab-sjia-patients-background:n} patients severe MAS broke out under standard canakinumab and responded to
    more, {kostik2022-canakinumab-dose-sjia-dose-increase}.""",
    level=level,
)

# %%
#| label: fig-canakinumab
#| fig-cap: Outcome under canakinumab
#| echo: false
shown = sections.labelled(review, drawn[drawn["treatment"] == "canakinumab"], by="measure")
shown["label"] += shown["regimen"].map({"dose_increase": ", increased dose"}).fillna("")
shown["group"] = shown["study_id"].map(names).fillna("Review total")
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Outcome under canakinumab: the review total over all conditions, and the series that is told apart, which is part of it. With intervals.",
    name="fig-canakinumab",
)

# %%
#| label: tbl-canakinumab
#| tbl-cap: Outcome of canakinumab, and the named series
#| echo: false
told = rows["treatment"].isin(["canakinumab", "none"]) & ~rows["measure"].isin(["received", "assessable"])
sections.evidence_table(review, rows[told], columns=columns, level=level, name="tbl-canakinumab")

# %% [markdown]
# The source gives no adverse events of canakinumab. For the patients in whom it was the first biologic, and for those in whom MAS broke out under it, the sentences carry no reference; they are read as going on about the series named before.

# %% [markdown]
# ## Infliximab

# %%
#| echo: false
wording.say(
    review,
    """Infliximab was mainly used in Kawasaki disease: {infliximab-kd-received:n} patients, all read as having a positive outcome
    (@fig-infliximab). The studies of Kawasaki disease that mention it (@tbl-infliximab) are probably the same patients, shown
    apart; they were given it beside glucocorticoids and mostly immunoglobulin. Neither adverse events nor the line of treatment are
    counted.""",
)

# %%
#| label: fig-infliximab
#| fig-cap: Outcome under infliximab
#| echo: false
plots.proportions(
    sections.labelled(review, drawn[drawn["treatment"] == "infliximab"], by="measure"),
    label="label",
    level=level,
    caption="Outcome under infliximab in Kawasaki disease. Review total with its interval.",
    name="fig-infliximab",
)

# %%
#| label: tbl-infliximab
#| tbl-cap: Infliximab in Kawasaki disease, total and single studies
#| echo: false
kawasaki = sections.main(review, review.select(section="non_sjia", treatment="infliximab"))
infliximab = outcomes[outcomes["treatment"] == "infliximab"]
sections.evidence_table(review, pd.concat([infliximab, kawasaki]), columns=columns, level=level, name="tbl-infliximab")

# %% [markdown]
# ## Eculizumab

# %%
#| echo: false
wording.say(
    review,
    """In a cohort of MAS with thrombotic microangiopathy {minoia2021-eculizumab-mixed-received-combination:n} patients had eculizumab
    in addition to treatment of MAS (@fig-eculizumab, @tbl-eculizumab). Both MAS and microangiopathy regressed in
    {minoia2021-eculizumab-mixed-remission-combination:ci}; {minoia2021-eculizumab-mixed-death-combination:ci} died. It is aimed at
    the microangiopathy, not at MAS. Conditions, dose and adverse events are not told; [plasma exchange](10-other-treatments.ipynb)
    was used in the same cohort.""",
    level=level,
)

# %%
#| label: fig-eculizumab
#| fig-cap: Outcome under eculizumab
#| echo: false
plots.proportions(
    sections.labelled(review, drawn[drawn["treatment"] == "eculizumab"], by="measure"),
    label="label",
    level=level,
    caption="Outcome of MAS with thrombotic microangiopathy under eculizumab added to other treatment. A single study, with exact intervals.",
    name="fig-eculizumab",
)

# %%
#| label: tbl-eculizumab
#| tbl-cap: Outcome of eculizumab
#| echo: false
sections.evidence_table(
    review, outcomes[outcomes["treatment"] == "eculizumab"], columns=columns, level=level, name="tbl-eculizumab"
)

# %% [markdown]
# ## Doses
#
# Doses are printed for few of the drugs (@fig-doses, @tbl-doses). The unit of infliximab is shown as printed, per day; per dose is probably meant ([audit](13-audit.ipynb#slip-infliximab-unit)).

# %%
#| label: fig-doses
#| fig-cap: Doses of other biologics
#| echo: false
doses = review.select("doses", section="other_biologics")
plots.ranges(
    sections.dose_ranges(review, doses),
    label="label",
    caption="Doses as reported, on one axis per unit; an open range has no printed lower end. The table says which are review totals.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of other biologics
#| echo: false
sections.dose_table(review, doses)

# %% [markdown]
# ## After these drugs had failed
#
# @tbl-failed shows patients, told of elsewhere in the source, who were given another treatment after one of these drugs.

# %%
#| label: tbl-failed
#| tbl-cap: Treatments given after these drugs had failed
#| echo: false
failed = review.select(measure="refractory_to")
after = failed["detail"].str.contains("tocilizumab|canakinumab|infliximab|eculizumab", case=False, na=False)
sections.evidence_table(
    review,
    sections.main(review, failed[after]),
    columns=("Treatment", "What", "Condition", "Count", "Share", "Level", "Source"),
    level=level,
)

# %% [markdown]
# ## In the studies' own abstracts
#
# What the public abstracts of the studies themselves say (@tbl-own): the same patients, read at the source, to hold against the review. The largest cohort counts any biologic, agents not told apart.

# %%
#| label: tbl-own
#| tbl-cap: Other biologics in the public abstracts of the studies
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
# - **No drug here can be ranked against another**, nor against anakinra: the patients differ, and glucocorticoids and other treatments were given at the same time.
# - *Remission*, *positive response* and *positive outcome* are the source's words for different drugs and are not defined, so the shares do not measure the same thing.
# - The outcome under tocilizumab is unknown for some of those treated (@tbl-use); if they did worse, the share in remission is too high.
# - The canakinumab series is part of the canakinumab total as far as can be told; the two are drawn apart and must not be added.
# - MAS can break out under these drugs: they do not protect for certain at the doses used for the underlying disease, as the source stresses.
# - Small series with good outcomes are the ones that are written up.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, pd.concat([every, kawasaki]))

# %%
#| echo: false
sections.take_away(review, "07-other-biologics")

# %% [markdown]
# ::: {#refs}
# :::
