# ---
# title: Etoposide
# subtitle: Who was given it, what happened, how toxic it was, and the low-dose series
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
every = review.select(section="etoposide")
rows = sections.main(review, every)
cohort = every[(every["level"] == "study") & every["locator"].str.startswith("Discussion")]  # told nowhere else
protocols = ["etoposide", "hlh_protocol", "hlh94", "hlh2004"]  # HLH protocols contain etoposide
kawasaki = sections.main(review, review.select(section="non_sjia", treatment=protocols, condition="kd"))
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
    """Etoposide was given to {etoposide-all-received:n} patients with MAS in {etoposide-all-studies:n} studies,
    {etoposide-sjia-received:n} of them with systemic JIA; mainly as part of an HLH protocol, says the source.
    <!-- source: Abstract, s11 -->
    Of those whose outcome was reported, {etoposide-all-death:ci} died. The dose was {etoposide-dose}, weekly to biweekly. At low
    dose ({etoposide-dose-mixed-low-dose}), after other treatments had failed, MAS went into remission in
    {etoposide-sjia-remission-low-dose-refractory:ci} patients with systemic JIA and in
    {etoposide-sle-remission-low-dose-refractory:of} with lupus.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "etoposide")

# %% [markdown]
# ## Who was given etoposide

# %%
#| echo: false
wording.say(
    review,
    """Most patients had systemic JIA ({etoposide-sjia-received:of}, @fig-use).
    <!-- expect: most(etoposide-sjia-received) -->
    The outcome was reported for {etoposide-sjia-assessable:of} of these, for {etoposide-sle-assessable:of} with lupus, for
    {etoposide-kd-assessable:of} with Kawasaki disease and for {etoposide-other-assessable:of} with other conditions (@tbl-use).""",
)

# %%
#| label: fig-use
#| fig-cap: Patients given etoposide, by condition
#| echo: false
use = sections.in_order(review, rows[rows["adds_up_to"] == "etoposide-all-received"])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given etoposide",
    caption=wording.say(
        review, "Patients given etoposide for MAS, by condition; {etoposide-all-received:n} in all. Review totals."
    ),
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given etoposide and patients whose outcome was reported
#| echo: false
told = rows["measure"].isin(["studies", "received", "assessable"]) & rows["regimen"].isna()
sections.evidence_table(
    review,
    pd.concat([sections.in_order(review, rows[told]), cohort]),
    columns=("Condition", "What", "Count", "Share", "Level", "Source"),
    level=level,
)

# %%
#| echo: false
wording.say(
    review,
    """In a multinational cohort of {discussion-minoia2014-sjia-patients-2:n} patients with systemic JIA,
    {discussion-minoia2014-etoposide-sjia-received:printed} had etoposide. For Kawasaki disease the source gives
    {etoposide-kd-received:n} patients here and {nonsjia-etoposide-kd-received:n} where it describes that disease, of whom
    {nonsjia-etoposide-kd-received-within-hlh-protocol:n} had it within an HLH protocol. The studies of its Table 3, with their
    protocols, add up to {etoposide-kd-received:n} (@tbl-kd).
    <!-- expect: equals(etoposide-kd-received, sum_of(aleid2000-etoposide-kd-received-combination, miettunen2011-etoposide-kd-received, kang2013-hlh-protocol-kd-received, wang2015-etoposide-kd-received-combination, rhee2022-hlh2004-kd-received)) -->
    """,
)

# %%
#| label: tbl-kd
#| tbl-cap: Etoposide and HLH protocols in Kawasaki disease, totals and single studies
#| echo: false
sections.evidence_table(
    review, kawasaki, columns=("Treatment", "What", "Count", "Share", "Level", "Source"), level=level
)

# %% [markdown]
# ## What happened
#
# Deaths are counted for the conditions together (@tbl-outcomes), remission only in the low-dose series (@tbl-low); @fig-outcomes shows the two. <!-- expect: every("counts: section=etoposide, treatment=etoposide, measure=death", "condition=all, regimen="); every("counts: treatment in etoposide, measure=remission|complete_response|partial_response|favourable_outcome", "regimen=low_dose") --> The source does not say whether the low-dose patients are part of the total.

# %%
#| label: fig-outcomes
#| fig-cap: Outcome with etoposide
#| echo: false
told = rows["measure"].isin(sections.outcomes(review)) & rows["total"].notna() & (rows["level"] == "review")
shown = sections.labelled(review, sections.in_order(review, rows[told]), by="measure")
dose = shown["regimen"].map({"low_dose": ", low dose"}).fillna("")
shown["group"] = [review.label("condition", c) for c in shown["condition"]] + dose
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Outcome with etoposide among patients whose outcome was reported. Review totals with intervals; the low-dose patients may be part of the total.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Deaths and adverse events with etoposide
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(sections.outcomes(review)) & rows["regimen"].isna()],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %%
#| echo: false
wording.say(
    review,
    """**Safety.** The source calls neutropenia the main adverse event and gives no count.
    <!-- source: Results, Etoposide, p1 s3 -->
    Severe bone marrow suppression with sepsis is reported in {etoposide-all-adverse-event:n} patients, without the number of patients
    observed, so that a rate cannot be given.
    <!-- expect: none("counts: treatment in etoposide, measure=adverse_event, total>0") -->
    The {etoposide-all-death:n} deaths are not split by condition or dose, and their causes are not reported.
    <!-- expect: every("counts: section=etoposide, treatment=etoposide, measure=death", "condition=all, regimen=, detail=") -->
    In Kawasaki disease all {nonsjia-hlh-protocol-kd-death:n} patients who died had had an HLH protocol, says the source; the single
    studies of its Table 3 name a protocol for {kang2013-hlh-protocol-kd-death:n} of them.
    <!-- source: Results, Non-sJIA, p2 s6 --><!-- expect: more_than(nonsjia-hlh-protocol-kd-death, sum_in("counts: treatment=hlh_protocol|hlh94|hlh2004, condition=kd, measure=death, level=study")) -->
    """,
)

# %% [markdown]
# ## Line of treatment and the low-dose series
#
# Low-dose etoposide after earlier treatment had failed is described in detail (@tbl-low). @tbl-failed shows patients who were given another treatment after etoposide or an HLH protocol had failed.

# %%
#| label: tbl-low
#| tbl-cap: The low-dose series, with its outcomes
#| echo: false
low = rows[rows["regimen"] == "low_dose"]
sections.evidence_table(
    review,
    sections.in_order(review, low),
    columns=("Condition", "What", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-low",
)

# %%
#| echo: false
wording.say(
    review,
    """High-dose glucocorticoids and ciclosporin had failed in all {etoposide-sjia-received-low-dose:n} patients with systemic JIA, and
    anakinra ({anakinra-dose-sjia}) in {etoposide-sjia-refractory-to-low-dose-anakinra-well:n} of them as well.
    <!-- expect: all_of(etoposide-sjia-refractory-to-low-dose-high-dose-gcs); equals(etoposide-sjia-refractory-to-low-dose-high-dose-gcs, etoposide-sjia-received-low-dose) -->
    Oral prednisone had failed in the {etoposide-sle-received-low-dose:n} patients with lupus; they survived with MAS in remission,
    {etoposide-sle-sequela-low-dose-refractory:n} of them with lasting damage to the central nervous system.
    <!-- expect: all_of(etoposide-sle-refractory-to-low-dose); all_of(etoposide-sle-survival-low-dose-refractory); all_of(etoposide-sle-remission-low-dose-refractory) -->
    The reports, which the source does not show apart: {reports}.""",
    reports=sections.cited(
        review, review.select("studies", ref_no=[int(n) for n in low["refs"].iloc[0].split(";")])["study_id"]
    ),
)

# %%
#| label: tbl-failed
#| tbl-cap: Treatments given after etoposide or an HLH protocol had failed
#| echo: false
failed = review.select(measure="refractory_to")
sections.evidence_table(
    review,
    sections.main(review, failed[failed["detail"].str.contains("etoposide|HLH-", na=False)]),
    columns=("Treatment", "What", "Condition", "Count", "Share", "Level", "Source"),
    level=level,
)

# %% [markdown]
# ## Doses

# %%
#| echo: false
wording.say(
    review,
    """Doses were {etoposide-dose}, given weekly to biweekly; in the low-dose series {etoposide-dose-mixed-low-dose} for
    {etoposide-duration-mixed-low-dose}. The one is a dose, the other an amount per week, so each has its own axis (@fig-doses,
    @tbl-doses).""",
)

# %%
#| label: fig-doses
#| fig-cap: Dose ranges of etoposide
#| echo: false
doses = review.select("doses", section="etoposide")
plots.ranges(
    sections.dose_ranges(review, doses[doses["kind"] == "dose"]),
    label="label",
    caption="Range of doses reported, on one axis for each unit. Review totals.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of etoposide
#| echo: false
sections.dose_table(review, doses)

# %% [markdown]
# ## In the studies' own abstracts

# %%
#| echo: false
wording.say(
    review,
    """What the public abstracts of these studies report (@tbl-own). They describe the same patients and serve to check the source. The
    abstract of Horne 2021 alone has {horne2021-etoposide-mixed-received-low-dose-per-abstract:n} children, as many as the source
    counts in its {etoposide-mixed-studies-low-dose:n} low-dose reports; that it is one of these is inferred.
    <!-- expect: equals(horne2021-etoposide-mixed-received-low-dose-per-abstract, etoposide-mixed-received-low-dose) -->
    """,
)

# %%
#| label: tbl-own
#| tbl-cap: Etoposide in the public abstracts of the studies
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
# - Etoposide is a key drug of HLH protocols; its use in severe MAS was extensively reported, with significant toxicity and mortality, says the source. <!-- source: Discussion, p7 s1 --> Those who were given it may have been the sicker patients. The share who died describes them and **does not show that etoposide harmed or saved them**.
# - The source gives the deaths as a count with a percentage. Their denominator here is the sum of the patients with a known outcome, with which the percentage agrees. <!-- expect: equals(etoposide-all-death.total, sum_of(etoposide-sjia-assessable, etoposide-sle-assessable, etoposide-kd-assessable, etoposide-other-assessable)); prints(etoposide-all-death.percent_printed, percent(etoposide-all-death, etoposide-all-death.total)) -->
# - Outcomes are known for all patients with Kawasaki disease and for a minority with systemic JIA, so that the total leans towards Kawasaki disease and must not be read as the risk in systemic JIA. <!-- expect: all_of(etoposide-kd-assessable); more_than(etoposide-sjia-assessable.total, product(2, etoposide-sjia-assessable)) -->
# - The low-dose series is small, and failures may have gone unreported; the interval shows chance, not such selection.
# - An HLH protocol also contains dexamethasone and ciclosporin; what happened cannot be put down to etoposide.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, pd.concat([every, kawasaki]))

# %%
#| echo: false
sections.take_away(review, "04-etoposide")

# %% [markdown]
# ::: {#refs}
# :::
