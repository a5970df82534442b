# ---
# title: Emapalumab
# subtitle: A single-arm trial in MAS refractory to glucocorticoids
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(treatment=["emapalumab", "aciclovir"])  # wherever the source tells of it
rows = sections.main(review, every)
given = rows[rows["treatment"] == "emapalumab"]
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
    """Up to {searched_through} emapalumab was the only treatment tested in a trial devoted to MAS, and no study here described
    its use in MAS with lupus, Kawasaki disease or another condition. <!-- expect: equals(emapalumab-all-studies, 1);
    none("studies: design.role=trial|controlled_trial|randomised_trial, study_id!=debenedetti2023|ref17");
    none("counts: treatment=emapalumab, measure!=studies, condition!=sjia, source_id!=debenedetti2023-abstract") --> The trial had a
    single arm of {debenedetti2023-emapalumab-sjia-received-refractory:n} patients with systemic JIA whose MAS had not responded to
    high-dose glucocorticoids. Within {debenedetti2023-emapalumab-time-of-assessment-sjia},
    {debenedetti2023-emapalumab-sjia-remission-refractory:ci} were in remission, after a median of
    {debenedetti2023-emapalumab-time-to-remission-sjia}. No patient died: {debenedetti2023-emapalumab-sjia-death-refractory:ci}. <!-- expect:
    none_of(debenedetti2023-emapalumab-sjia-death-refractory) --> No serious adverse event related to the drug was reported:
    {debenedetti2023-emapalumab-sjia-adverse-event-refractory:of}. <!-- expect:
    none_of(debenedetti2023-emapalumab-sjia-adverse-event-refractory) -->""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "emapalumab")

# %%
#| echo: false
wording.say(
    review,
    """In a trial, patients are enrolled and assessed by plan; in a retrospective series they are not. <!-- site: what the designs mean -->
    This trial had no control group and {debenedetti2023-emapalumab-sjia-received-refractory:n} patients. <!-- expect:
    same(debenedetti2023.design, "Single-arm open-label trial") --> How the source rated its validity is in a supplement that was not
    at hand. <!-- expect: none("studies: study_id=debenedetti2023, validity!=") -->""",
)

# %% [markdown]
# ## Who was given emapalumab
#
# The source counts all patients of the trial as systemic JIA; the abstract of the trial speaks of systemic JIA or adult-onset Still's disease and gives no split. <!-- expect: equals(debenedetti2023-emapalumab-sjia-received-refractory, debenedetti2023-emapalumab-mixed-received-refractory-per-abstract); none("counts: source_id=debenedetti2023-abstract, condition!=mixed") --> @fig-use shows the patients by study, and @tbl-use what had failed before.

# %%
#| label: fig-use
#| fig-cap: Patients given emapalumab, by study
#| echo: false
use = given[given["measure"].eq("received") & given["study_id"].notna() & given["events"].notna()]
plots.bars(
    sections.labelled(review, use, by="study"),
    label="label",
    value="events",
    unit="patients given emapalumab",
    caption="Patients with MAS given emapalumab, by study; systemic JIA, as the source counts them.",
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given emapalumab, alone or with other treatments, and what had failed before
#| echo: false
told = rows["measure"].isin(["studies", "received", "refractory_to", "co_medication"])
sections.evidence_table(
    review, rows[told], columns=("Treatment", "What", "Condition", "Count", "Share", "Level", "Source"), level=level
)

# %%
#| echo: false
wording.say(
    review,
    """**Line of treatment.** In the trial {debenedetti2023-emapalumab-sjia-refractory-to-high-dose-glucocorticoids:of} patients had failed
    high-dose glucocorticoids, {debenedetti2023-emapalumab-sjia-refractory-to-ciclosporin-well:of} ciclosporin as well and
    {debenedetti2023-emapalumab-sjia-refractory-to-anakinra-well:of} anakinra as well; how many had failed all of these, the source does
    not say. <!-- expect: none("counts: study_id=debenedetti2023, measure=refractory_to,
    detail!=high-dose glucocorticoids|ciclosporin as well|anakinra as well") --> Outside the trial,
    {chellapandian2023-emapalumab-sjia-received-bridge:n} child had it as a bridge to stem cell transplantation, after glucocorticoids,
    methotrexate, anakinra, canakinumab and tocilizumab had failed. <!-- expect: none("counts: treatment=emapalumab, measure=received,
    study_id!=debenedetti2023|chellapandian2023") --> No study here described its use as first treatment up to {searched_through}. <!-- expect:
    none("counts: treatment=emapalumab, line=first_line") -->""",
)

# %% [markdown]
# ## What happened
#
# Outcomes by study with exact intervals (@fig-outcomes, @tbl-outcomes).

# %%
#| label: fig-outcomes
#| fig-cap: Outcome with emapalumab, by study
#| echo: false
told = given["measure"].isin(sections.outcomes(review)) & given["total"].notna() & given["regimen"].isna()
shown = sections.labelled(review, given[told], by="measure")
shown["group"] = [sections.study_name(review, s) for s in shown["study_id"]]
plots.proportions(
    shown.sort_values("group", ascending=False, kind="stable"),
    label="label",
    group="group",
    level=level,
    caption="Outcome of MAS in systemic JIA with emapalumab, by study, with exact intervals. The adverse events are the serious ones related to the drug.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Outcome and safety of emapalumab
#| echo: false
sections.evidence_table(
    review,
    given[given["measure"].isin(sections.outcomes(review))],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %%
#| echo: false
wording.say(
    review,
    """**Regression and remission.** The source reports rapid regression of all MAS parameters and a steroid-sparing effect in
    {debenedetti2023-emapalumab-sjia-favourable-outcome-refractory:of} patients of the trial, but remission in
    {debenedetti2023-emapalumab-sjia-remission-refractory:of}. <!-- expect: all_of(debenedetti2023-emapalumab-sjia-favourable-outcome-refractory);
    more_than(debenedetti2023-emapalumab-sjia-favourable-outcome-refractory, debenedetti2023-emapalumab-sjia-remission-refractory) --> These
    are different outcomes, and the source defines neither of them; the abstract of the trial says that remission was judged by clinical
    and laboratory criteria. <!-- expect: every("counts: source_id=baldo2025, study_id=debenedetti2023,
    measure=remission|favourable_outcome", "definition=not defined|not quantified") -->""",
)

# %% [markdown]
# ## Safety

# %%
#| echo: false
wording.say(
    review,
    """No serious adverse event related to emapalumab is reported, but {debenedetti2023-emapalumab-sjia-adverse-event-refractory:N} patients
    are too few to rule out frequent harm: {debenedetti2023-emapalumab-sjia-adverse-event-refractory:ci}. <!-- expect:
    none_of(debenedetti2023-emapalumab-sjia-adverse-event-refractory);
    at_most(debenedetti2023-emapalumab-sjia-adverse-event-refractory.total, 30) --> Serious events judged unrelated are not reported;
    whether a serious event was related to the drug could not be checked, because the full text of the trial was not read. <!-- expect:
    none("counts: study_id=debenedetti2023, measure=adverse_event, row_id!=debenedetti2023-emapalumab-sjia-adverse-event-refractory");
    none("sources: citation_key=debenedetti2023, kind=report") --> At the end of follow-up
    {debenedetti2023-emapalumab-mixed-survival-refractory-per-abstract:of} patients were alive (@tbl-own).""",
    level=level,
)

# %%
#| echo: false
wording.say(
    review,
    """The source names viral infection or seropositivity, mainly with cytomegalovirus, as the most frequent side effect and gives no
    count; {debenedetti2023-aciclovir-sjia-received:of} patients had aciclovir as prophylaxis. <!-- source: Results, Emapalumab, p1 s6 -->
    The abstract of the trial advises screening for viral infections, above all with cytomegalovirus. <!-- source: Abstract -->""",
)

# %% [markdown]
# ## Dose, and emapalumab with anakinra
#
# The source gives **no dose of emapalumab**, no schedule and no blood levels. <!-- expect: none("doses: treatment=emapalumab") --> The doses in this section of the source are those of anakinra given at the same time (@fig-doses, @tbl-doses).

# %%
#| label: fig-doses
#| fig-cap: Doses of anakinra given with emapalumab
#| echo: false
trial = list(given["study_id"].dropna().unique())
doses = review.select("doses", treatment=["anakinra", "emapalumab"], study_id=trial, kind="dose")
plots.ranges(
    sections.dose_ranges(review, doses),
    label="label",
    caption="Doses of anakinra given together with emapalumab; an arrow marks a range that the source gives as 'up to'.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of anakinra given with emapalumab
#| echo: false
sections.dose_table(review, doses)

# %%
#| echo: false
wording.say(
    review,
    """With anakinra ({debenedetti2023-anakinra-dose-sjia-combination}) added, says the source, flares of the underlying systemic JIA seemed
    rarer, without more serious events or infections; it counts neither the patients nor the flares. <!-- source: Results, Emapalumab, p1 s7 -->
    At high dose ({debenedetti2023-anakinra-dose-sjia-high-dose}) anakinra was added in
    {debenedetti2023-emapalumab-sjia-co-medication-combination-refractory:of} patients of the trial.""",
)

# %% [markdown]
# ## Named series
#
# @tbl-named lists the studies with patients given emapalumab.

# %%
#| label: tbl-named
#| tbl-cap: Studies of emapalumab
#| echo: false
studies = review.select("studies", study_id=trial)
sections.series_table(review, studies, columns=("Study", "Design", "MAS in", "Patients", "Known of it", "Source"))

# %% [markdown]
# ## In the studies' own abstracts
#
# @tbl-own shows what the public abstract of the trial says of the same patients, for comparison with the source. *Mixed conditions* means systemic JIA or adult-onset Still's disease.

# %%
#| label: tbl-own
#| tbl-cap: Emapalumab in the public abstracts of the studies
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
# - Without a control group the trial cannot show how many would have reached remission with continued glucocorticoids and other treatment. <!-- expect: same(debenedetti2023.design, "Single-arm open-label trial") -->
# - *Trial devoted to MAS* leaves out a single-arm trial of ruxolitinib in secondary HLH with a few patients called MAS; see [JAK inhibitors](08-jak-inhibitors.ipynb). <!-- expect: same(ref17.design, "Single-arm open-label trial"); at_most(ref17-ruxolitinib-mas-received-first-line, 5) -->
# - *Remission* in the trial was judged by clinical and laboratory criteria at a fixed time; elsewhere on this site it is defined in another way or not at all. <!-- expect: none("counts: measure=remission, study_id!=debenedetti2023, definition!=not defined, definition!=not defined further, definition!=regression of both MAS and thrombotic microangiopathy") --> The median time to remission is given without a range. <!-- expect: none("quantities: study_id=debenedetti2023, quantity=time_to_remission, statistic!=median") -->
# - The wording of the source leaves open whether *related to emapalumab* goes with the deaths too. The abstract of the trial settles this: all patients were alive at the end of follow-up (@tbl-own). <!-- expect: all_of(debenedetti2023-emapalumab-mixed-survival-refractory-per-abstract) -->
# - Some patients may have had adult-onset Still's disease. <!-- expect: same(debenedetti2023-emapalumab-mixed-received-refractory-per-abstract.condition, "Mixed conditions") --> How many had also failed ciclosporin or anakinra is counted by the source; the abstract of the trial gives no such number. <!-- expect: none("counts: source_id=debenedetti2023-abstract, measure=refractory_to") -->
# - The bridge to transplantation is a report of one child, who may have been reported because treatment went well; it is not added to the trial. <!-- expect: all_of(chellapandian2023-emapalumab-sjia-favourable-outcome-bridge); equals(chellapandian2023-emapalumab-sjia-received-bridge, 1) -->
# - The trial is about systemic JIA, perhaps with its adult form. Nothing here supports or refutes the use of emapalumab in MAS with other conditions. <!-- expect: none("counts: treatment=emapalumab, measure!=studies, condition!=sjia, source_id!=debenedetti2023-abstract") -->

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "06-emapalumab")

# %% [markdown]
# ::: {#refs}
# :::
