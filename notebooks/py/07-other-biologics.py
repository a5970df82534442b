# ---
# title: Other biologics
# subtitle: Tocilizumab, canakinumab, infliximab and eculizumab
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
    """Biologics other than anakinra and emapalumab are reported in {other-biologics-all-studies:n} studies; tocilizumab is the most used
    of them, with {tocilizumab-all-received:n} patients. <!-- expect: largest(tocilizumab-all-received,
    "counts: measure=received, treatment in other_biologics") --> MAS remitted with tocilizumab in {tocilizumab-all-remission:ci} patients
    with a known outcome. The response to canakinumab was positive in {canakinumab-all-favourable-outcome:ci}; of the
    {canakinumab-all-received:n} patients {ref50-ruxolitinib-sjia-needed-addition:n} had it for arthritis, after MAS had ended. <!-- expect:
    every("counts: treatment=canakinumab, condition=all, level=review", "refs=50"); all_of(ref50-ruxolitinib-sjia-needed-addition) --> Infliximab was used mainly in Kawasaki disease, says the source:
    {infliximab-kd-received:n} patients with a positive outcome. <!-- source: Results, Other biologics, p1 s1 --> Eculizumab was added
    when MAS came with thrombotic microangiopathy: both regressed in {minoia2021-eculizumab-mixed-remission-combination:of},
    and {minoia2021-eculizumab-mixed-death-combination:of} died. <!-- expect:
    every("counts: treatment=eculizumab, measure=remission", "definition=regression of both MAS and thrombotic microangiopathy") -->""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "other_biologics")

# %% [markdown]
# ## Who was given which
#
# @fig-use gives the number of patients for each drug. It does not compare the drugs, which were given in different conditions (@tbl-use). <!-- expect: same(infliximab-kd-received.condition, "Kawasaki disease"); same(minoia2021-eculizumab-mixed-received-combination.condition, "Mixed conditions"); same(kostik2022-canakinumab-sjia-received.condition, "Systemic JIA") -->

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
    caption="Patients given each drug. Totals of the source, except for the drug marked as from a single study.",
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given other biologics, and patients with a known outcome
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
    """{tocilizumab-all-received:n} patients had tocilizumab, and the outcome is known for {tocilizumab-all-assessable:of}
    (@fig-tocilizumab, @tbl-tocilizumab). It was stopped for lack of response in {tocilizumab-all-discontinued-lack-response:of} and
    for an allergic reaction in {tocilizumab-all-discontinued-allergic-reaction:ci}, the only harm that is counted. <!-- expect:
    none("counts: treatment=tocilizumab, measure=adverse_event|death|poor_outcome|sequela") --> The source does not split its totals by
    condition. <!-- expect: none("counts: treatment=tocilizumab, measure=received, condition!=all") --> In the
    {tocilizumab-sjia-studies:n} main cohorts, of patients with systemic JIA, no patient had had an IL-1 inhibitor before. <!-- expect:
    equals(il1-sjia-received, 0) --> No dose of tocilizumab is given. <!-- expect: none("doses: treatment=tocilizumab") -->""",
    level=level,
)

# %%
#| label: fig-tocilizumab
#| fig-cap: Outcome with tocilizumab
#| echo: false
plots.proportions(
    sections.labelled(review, drawn[drawn["treatment"] == "tocilizumab"], by="counted"),
    label="label",
    level=level,
    caption="Outcome with tocilizumab among patients with a known outcome. Totals of the source with intervals.",
    name="fig-tocilizumab",
)

# %%
#| label: tbl-tocilizumab
#| tbl-cap: Outcome and safety of tocilizumab, and patients given an IL-1 inhibitor before
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
    """{canakinumab-all-received:n} patients had canakinumab, and {canakinumab-all-favourable-outcome:of} had a positive response
    (@fig-canakinumab). For these totals the source cites, among others, a study whose
    {ref50-ruxolitinib-sjia-needed-addition:n} patients with MAS had canakinumab for arthritis, after [ruxolitinib](08-jak-inhibitors.ipynb) had
    ended MAS. Whether they are among those with a positive response, the source does not say; the totals do not show the effect on MAS
    alone. <!-- expect: every("counts: treatment=canakinumab, condition=all, level=review", "refs=50");
    all_of(ref50-ruxolitinib-sjia-needed-addition); all_of(ref50-ruxolitinib-sjia-remission-refractory) -->""",
    level=level,
)

# %%
#| echo: false
wording.say(
    review,
    """The series of Kostik [@kostik2022] gives details (@tbl-canakinumab): {kostik2022-canakinumab-sjia-remission:of} patients with
    systemic JIA reached remission, and {kostik2022-canakinumab-sjia-needed-addition:of} needed tofacitinib as well for recurrent MAS. The
    abstract of the study says that MAS resolved in {kostik2022-canakinumab-sjia-remission-per-abstract:of} (@tbl-own). As first biologic,
    canakinumab was successful in {kostik2022-canakinumab-sjia-favourable-outcome-first-biologic:n} patients. <!-- expect:
    same(kostik2022-canakinumab-sjia-favourable-outcome-first-biologic.line, "First biologic") --> In
    {kostik2022-canakinumab-sjia-patients-background:n} patients severe MAS began while they were on standard canakinumab, and
    {kostik2022-canakinumab-sjia-favourable-outcome-dose-increase-background:of} responded to a higher dose,
    {kostik2022-canakinumab-dose-sjia-dose-increase}. <!-- expect:
    same(kostik2022-canakinumab-sjia-favourable-outcome-dose-increase-background.regimen, "Increased dose") -->""",
)

# %%
#| label: fig-canakinumab
#| fig-cap: Outcome with canakinumab
#| echo: false
shown = sections.labelled(review, drawn[drawn["treatment"] == "canakinumab"], by="measure")
shown["label"] += shown["regimen"].map({"dose_increase": ", increased dose"}).fillna("")
shown["group"] = shown["study_id"].map(names).fillna("Review total")
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Outcome with canakinumab: the total of the source, and one series that is part of it, with intervals.",
    name="fig-canakinumab",
)

# %%
#| label: tbl-canakinumab
#| tbl-cap: Outcome of canakinumab, and the named series
#| echo: false
told = rows["treatment"].isin(["canakinumab", "none"]) & ~rows["measure"].isin(["received", "assessable"])
sections.evidence_table(review, rows[told], columns=columns, level=level, name="tbl-canakinumab")

# %% [markdown]
# The source says nothing of adverse events with canakinumab. <!-- expect: none("counts: treatment=canakinumab, measure=adverse_event|discontinued") --> Its sentences on canakinumab as first biologic and on MAS that began on canakinumab come without a reference; they are read as continuing the account of the same series (*inferred*). <!-- expect: every("counts: source_id=baldo2025, treatment=canakinumab, line=first_biologic|background", "how_obtained=inferred, refs=") -->

# %% [markdown]
# ## Infliximab

# %%
#| echo: false
wording.say(
    review,
    """Infliximab, says the source, was mainly used in Kawasaki disease: {infliximab-kd-received:n} patients with a positive outcome.
    <!-- source: Results, Other biologics, p1 s1 --> It gives no count of that outcome; that it means
    {infliximab-kd-favourable-outcome:of} is inferred (@fig-infliximab). <!-- expect:
    every("counts: treatment=infliximab, measure=favourable_outcome", "how_obtained=inferred") --> Whether patients with other conditions
    had infliximab is not reported. <!-- expect: none("counts: treatment=infliximab, condition!=kd") --> The studies of Kawasaki disease
    that name infliximab count the same number (@tbl-infliximab), probably the same patients. <!-- expect: equals(infliximab-kd-received,
    sum_of(mousavi2019-infliximab-kd-received, pilania2021-infliximab-kd-received, riverarodriguez2021-infliximab-kd-received)) -->""",
)

# %% [markdown]
# All patients of these studies had methylprednisolone as well. <!-- expect: all_of(mousavi2019-mpn-kd-received-pulses); all_of(pilania2021-mpn-kd-received-pulses); all_of(riverarodriguez2021-mpn-kd-received); none("counts: treatment=infliximab, measure=received, level=study, study_id!=mousavi2019|pilania2021|riverarodriguez2021") --> Adverse events of infliximab and its line of treatment are not reported. <!-- expect: none("counts: treatment=infliximab, measure=adverse_event|discontinued|refractory_to"); none("counts: treatment=infliximab, line!=") -->

# %%
#| label: fig-infliximab
#| fig-cap: Outcome with infliximab
#| echo: false
plots.proportions(
    sections.labelled(review, drawn[drawn["treatment"] == "infliximab"], by="measure"),
    label="label",
    level=level,
    caption="Outcome with infliximab in Kawasaki disease, as inferred. Total of the source with interval.",
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
    """In a cohort of MAS with thrombotic microangiopathy [@minoia2021] {minoia2021-eculizumab-mixed-received-combination:n} patients had
    eculizumab in addition to treatment aimed at MAS (@fig-eculizumab, @tbl-eculizumab). Both MAS and microangiopathy regressed in
    {minoia2021-eculizumab-mixed-remission-combination:ci}; {minoia2021-eculizumab-mixed-death-combination:ci} died. <!-- expect:
    every("counts: treatment=eculizumab, measure=remission", "definition=regression of both MAS and thrombotic microangiopathy") --> Which
    conditions these patients had, the dose and adverse events are not reported. <!-- expect:
    none("counts: treatment=eculizumab, condition!=mixed"); none("doses: treatment=eculizumab");
    none("counts: treatment=eculizumab, measure=adverse_event|discontinued") --> [Plasma exchange](10-other-treatments.ipynb) was used in
    the same cohort.""",
    level=level,
)

# %%
#| label: fig-eculizumab
#| fig-cap: Outcome with eculizumab
#| echo: false
plots.proportions(
    sections.labelled(review, drawn[drawn["treatment"] == "eculizumab"], by="measure"),
    label="label",
    level=level,
    caption="Outcome of MAS with thrombotic microangiopathy when eculizumab was added to other treatment. A single study, with exact intervals.",
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
# Doses are given for infliximab and for canakinumab (@fig-doses, @tbl-doses), and for no other drug on this page. <!-- expect: every("doses: section=other_biologics", "treatment=infliximab|canakinumab") --> For infliximab the source gives them per day; per infusion is probably meant ([audit](13-audit.ipynb#slip-infliximab-unit)).

# %%
#| label: fig-doses
#| fig-cap: Doses of other biologics
#| echo: false
doses = review.select("doses", section="other_biologics")
plots.ranges(
    sections.dose_ranges(review, doses),
    label="label",
    caption="Doses as reported, on one axis per unit; an arrow marks a range that the source gives as 'up to'.",
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
# @tbl-failed shows patients from other sections of the source who had another treatment after one of these drugs had failed.

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
# @tbl-own shows what the public abstracts of the studies say of the same patients, for comparison with the source. The cohort of Minoia [@minoia2014] counts biologics of any kind together.

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
#
# - **No drug here can be ranked against another**, nor against anakinra: they were not compared, and were given to different patients together with other treatments. <!-- expect: none("studies: design.role=randomised_trial|controlled_trial"); none("comparisons: treatment in other_biologics") -->
# - *Remission*, *positive response* and *positive outcome* are the source's words for different drugs and are not defined, so the shares may not measure the same thing. <!-- expect: every("counts: section=other_biologics, source_id=baldo2025, level=review, measure=remission|favourable_outcome", "definition=not defined") -->
# - The outcome with tocilizumab is unknown for some of those treated (@tbl-use); if they did worse, the share in remission is too high. <!-- expect: more_than(tocilizumab-all-received, tocilizumab-all-assessable) -->
# - The canakinumab series is part of the canakinumab total; the two are drawn apart and must not be added. <!-- expect: every("counts: treatment=canakinumab, condition=all, level=review", "refs=49") -->
# - MAS can begin while a patient is on these drugs: no single biologic, says the source, seems to give full protection at its usual dose. <!-- source: Discussion, p5 s7 --> <!-- expect: more_than(kostik2022-canakinumab-sjia-patients-background, 0) -->
# - Small series may have been published because their outcomes were good.

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
