# ---
# title: JAK inhibitors
# subtitle: MAS patients first, mixed HLH cohorts apart
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

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
    """Up to {searched_through} the source counts {jak-all-studies:n} study of JAK inhibitors as focused on MAS. <!-- expect:
    equals(jak-all-studies, 1); none("counts: treatment in jak, measure=received, level=study,
    condition!=mixed|mas|ebv_hlh|familial_hlh|unspecified_hlh, study_id!=ref50|chi2021") --> In that study {ref50-sjia-patients-severe:of}
    patients with systemic JIA had MAS. As we read the source, their MAS regressed rapidly with ruxolitinib in
    {ref50-ruxolitinib-sjia-remission-refractory:ci}, without adverse events; {ref50-ruxolitinib-sjia-needed-addition:of} needed
    canakinumab as well for the underlying disease. <!-- expect: every("counts: study_id=ref50, treatment=ruxolitinib,
    measure=remission|adverse_event", "how_obtained=inferred"); none_of(ref50-ruxolitinib-sjia-adverse-event-refractory) -->
    A further {ruxolitinib-mixed-studies:n} studies report ruxolitinib in mixed cohorts of secondary HLH. Few of their patients had MAS, so that their response rates are not those of MAS. <!-- expect:
    more_than(sum_of(wei2020-ruxolitinib-mixed-received-refractory, chi2021-ruxolitinib-mixed-received,
    ref17-ruxolitinib-mixed-received-first-line), product(4, sum_of(wei2020-ruxolitinib-mas-received-refractory,
    chi2021-ruxolitinib-sjia-received, chi2021-ruxolitinib-kd-received, ref17-ruxolitinib-mas-received-first-line))) -->""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "jak_inhibitors")

# %% [markdown]
# ## Patients with MAS
#
# @fig-use and @tbl-use show the patients said to have MAS, study by study, including those inside the mixed cohorts. The numbers are not added up, because a patient who was switched from tofacitinib to ruxolitinib may be counted with each. <!-- expect: more_than(ref50-tofacitinib-sjia-discontinued, 0) -->

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
caption = "Patients said to have MAS and given a JAK inhibitor, by drug, condition and study. The bars may overlap and must not be added."
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
# Outcomes of patients with MAS, where they are reported apart from other patients (@fig-outcomes, @tbl-outcomes). With so few patients the intervals are wide: even where all respond, a far lower rate of response remains possible. <!-- expect: all_of(ref50-ruxolitinib-sjia-remission-refractory); at_most(ref50-ruxolitinib-sjia-remission-refractory.total, 10) -->

# %%
#| label: fig-outcomes
#| fig-cap: Outcome of MAS with ruxolitinib
#| echo: false
told = mas["measure"].isin(sections.outcomes(review)) & mas["total"].notna() & (mas["treatment"] != "tofacitinib")
shown = sections.labelled(review, mas[told], by="measure")
shown["group"] = [sections.study_name(review, s) for s in shown["study_id"]]
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Patients with MAS given ruxolitinib, by study, with exact intervals; the treatment added was canakinumab, for the underlying systemic JIA. Tofacitinib is left out: its patients come from different studies.",
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
    """The source calls the patients of Chi [@chi2021] successfully treated. Read as
    {chi2021-ruxolitinib-mixed-favourable-outcome:of}, this includes the {chi2021-ruxolitinib-sjia-received:n} patients with systemic JIA
    and the {chi2021-ruxolitinib-kd-received:n} with Kawasaki disease, whose outcome is not reported apart (@tbl-mixed). <!-- expect:
    all_of(chi2021-ruxolitinib-mixed-favourable-outcome); none("counts: study_id=chi2021, measure.role=outcome|event, condition=sjia|kd") -->""",
)

# %%
#| echo: false
wording.say(
    review,
    """**Tofacitinib** is mentioned in {tofacitinib-sjia-received:n} patients with systemic JIA, from different studies. It was
    ineffective in {ref50-tofacitinib-sjia-no-response:n}, who was switched to ruxolitinib, and helped to control recurrent MAS,
    together with canakinumab, in {kostik2022-tofacitinib-sjia-favourable-outcome-combination:n}.""",
)

# %% [markdown]
# ## Mixed cohorts of secondary HLH
#
# These cohorts are kept apart. In the cohort of Wei and in a single-arm trial, most patients had HLH with Epstein-Barr virus (@fig-cohorts, @tbl-cohorts). <!-- expect: most(wei2020-ruxolitinib-ebv-hlh-received-refractory); most(ref17-ruxolitinib-ebv-hlh-received-first-line) --> Of the cohort of Chi the source names the patients with MAS alone. <!-- expect: none("counts: study_id=chi2021, source_id=baldo2025, measure=received, condition!=mixed|sjia|kd") --> Outcomes are reported for whole cohorts (@fig-mixed, @tbl-mixed), except for the patient with MAS in the cohort of Wei. <!-- expect: none("counts: treatment=ruxolitinib, measure.role=outcome|event, condition=mas, study_id!=wei2020"); equals(wei2020-ruxolitinib-mas-received-refractory, 1) -->

# %%
#| label: fig-cohorts
#| fig-cap: Patients of the mixed cohorts given ruxolitinib, by condition
#| echo: false
cohorts = mixed["study_id"].dropna().unique()
parts = rows["study_id"].isin(cohorts) & (rows["measure"] == "received") & rows["total"].notna()
shown = sections.labelled(review, rows[parts])
names = [sections.study_name(review, s) for s in shown["study_id"]]
shown["label"] = [f"{s}: {c}" for s, c in zip(names, shown["label"], strict=True)]
caption = "Patients of the mixed cohorts by condition, as far as the source states it."
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
#| fig-cap: Outcome of whole mixed HLH cohorts with ruxolitinib
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
#| tbl-cap: Outcome of whole mixed HLH cohorts with ruxolitinib
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
# The public abstracts of these studies differ from the source in some points (@tbl-abstracts).

# %%
#| echo: false
wording.say(
    review,
    """Wei [@wei2020] counts {wei2020-ruxolitinib-mixed-partial-response-refractory-per-abstract:of} partial responses at one week where the
    source counts {wei2020-ruxolitinib-mixed-remission-refractory:n} remissions, and reports
    {wei2020-ruxolitinib-mixed-death-refractory-per-abstract:n} death that the source leaves out. <!-- expect:
    none("counts: study_id=wei2020, source_id=baldo2025, measure=death");
    more_than(wei2020-ruxolitinib-mixed-death-refractory-per-abstract, 0) --> In the single-arm trial of ruxolitinib as first treatment,
    {ref17-ruxolitinib-mixed-complete-response-first-line-per-abstract:of} patients had a complete response; not all of its patients with
    autoinflammatory disease, whom the source calls MAS, responded, according to the abstract. <!-- source: Abstract --> Chi [@chi2021]
    reports that {chi2021-ruxolitinib-mixed-refractory-to-pulses-ivig-per-abstract:of} patients had failed pulses and immunoglobulin,
    where the source names an HLH protocol for {chi2021-ruxolitinib-mixed-refractory-to:of}.""",
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
# In some studies ruxolitinib was the first treatment, in others it was given after other treatments had failed (@tbl-line), which is a reason not to compare them. <!-- expect: same(ref17-ruxolitinib-mixed-received-first-line.line, "First line"); same(wei2020-ruxolitinib-mixed-received-refractory.line, "Refractory") -->

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
    """In the study focused on MAS, {ref50-ruxolitinib-sjia-refractory-to-high-dose-gcs:of} patients with MAS had failed high-dose
    glucocorticoids and tocilizumab, {ref50-ruxolitinib-sjia-refractory-to-etoposide-well:of} etoposide as well, but
    {ref50-ruxolitinib-sjia-not-previously-given:of} had not had an IL-1 inhibitor or ciclosporin. Whether their MAS would have
    responded to ciclosporin, the most used drug next to glucocorticoids, or to anakinra, the most used biologic, is therefore not known. <!-- expect:
    all_of(ref50-ruxolitinib-sjia-not-previously-given); largest(csa-all-received, "counts: measure=received, level=review, condition=all,
    treatment!=gc, regimen=, line=, detail="); largest(anakinra-all-received, "counts: measure=received, level=review, condition=all,
    treatment in biologics, treatment!=other_biologics|biologics|il1, regimen=, detail=") --> As first treatment, ruxolitinib was given to
    {ref17-ruxolitinib-mixed-received-first-line:n} patients with secondary HLH in a single-arm trial,
    {ref17-ruxolitinib-mas-received-first-line:n} of them labelled as MAS, and to
    {chi2021-ruxolitinib-mixed-not-previously-given-first-line:of} patients of Chi. <!-- expect:
    same(ref17-ruxolitinib-mixed-received-first-line.line, "First line");
    same(chi2021-ruxolitinib-mixed-not-previously-given-first-line.line, "First line") -->""",
)

# %% [markdown]
# ## Dose
#
# The source gives a single range of doses, which is not by weight, and none for the mixed cohorts (@tbl-doses). <!-- expect: equals(1, rows_in("doses: section=jak_inhibitors")); same(ref50-ruxolitinib-dose-sjia.unit, "mg") -->

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
# - **Focused on MAS.** So the source calls the study; most of its patients had systemic JIA without MAS. <!-- expect: more_than(ref50-sjia-patients-refractory-sjia-without, product(2, ref50-sjia-patients-severe)) -->
# - **Who is meant.** The source's sentence on remission and safety says *all of them* after naming the patients with systemic JIA and those of them with MAS; here it is read as the patients with MAS (*inferred*). <!-- expect: every("counts: study_id=ref50, treatment=ruxolitinib, measure=remission|adverse_event", "how_obtained=inferred") -->
# - **MAS inside the mixed cohorts.** Patients whom the source calls MAS have, in the abstracts of Wei and of the trial, HLH with an autoinflammatory cause that is not named. The abstract of Wei does not give the outcome of this patient, the source does. <!-- expect: none("counts: source_id=wei2020-abstract, condition=mas"); equals(wei2020-ruxolitinib-mas-remission-refractory, 1) -->
# - **Co-treatment.** Most patients of Wei needed dexamethasone palmitate as well, so that the effect of ruxolitinib alone cannot be seen. <!-- expect: most(wei2020-ruxolitinib-mixed-needed-addition-refractory) -->
# - **Safety.** The absence of adverse events in so few patients excludes only very frequent ones. <!-- expect: none_of(ref50-ruxolitinib-sjia-adverse-event-refractory); at_most(ref50-ruxolitinib-sjia-adverse-event-refractory.total, 10) --> For the mixed cohorts adverse events are not reported, which does not mean that there were none. <!-- expect: none("counts: section=jak_inhibitors, condition=mixed, measure=adverse_event") -->
# - **Overlap.** The source does not say whether the mixed cohorts share patients. <!-- expect: none("cohorts: study_id=wei2020|chi2021|ref17, overlaps_with!=") --> The patient who went from tofacitinib to ruxolitinib belongs to the study focused on MAS and may be one of its patients with MAS; the source does not say so.

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
