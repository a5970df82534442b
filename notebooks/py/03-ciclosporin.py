# ---
# title: Ciclosporin
# subtitle: Who was given it, what happened, at which dose and blood level
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
    """Ciclosporin was given to {csa-all-received:n} patients with MAS, {csa-sjia-received:n} of them with systemic JIA;
    {csa-all-studies-mention-ciclosporin:n} studies mention it. The outcome was reported for {csa-all-assessable:n} patients, of whom
    {csa-all-poor-outcome:ci} had a poor outcome, meaning death or a severe neurological adverse event. Lack of response is not
    counted, and how many of those treated responded is not reported.
    <!-- expect: none("counts: treatment=csa, measure=complete_response|partial_response|no_response|remission"); none("counts: treatment=csa, measure=favourable_outcome, total>0") -->
    The doses were {csa-dose} and the trough levels {csa-trough-level}.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "ciclosporin")

# %% [markdown]
# ## Who was given ciclosporin
#
# @fig-use shows the patients by condition, as the source adds them up over its studies, and @tbl-use those whose outcome was reported.

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
#| tbl-cap: Patients given ciclosporin and patients whose outcome was reported
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
    """The source calls ciclosporin the treatment most often given besides glucocorticoids in a multinational cohort of
    {minoia2015-sjia-patients:n} patients with systemic JIA: {minoia2014-csa-sjia-received:printed} had it, presumably as part of the
    totals above.
    <!-- source: Results, Ciclosporin, p1 s2 -->
    The {csa-other-received:n} patients with other conditions exceed the {review-other-patients:n} that the review has, so that this
    split must be read with care.
    <!-- expect: more_than(csa-other-received, review-other-patients) -->
    """,
)

# %%
#| echo: false
wording.say(
    review,
    """For Kawasaki disease the source gives {csa-kd-received:n} patients here and {nonsjia-csa-kd-received:printed} of
    {kd-patients:n} where it describes that disease, which would be one more.
    <!-- expect: equals(counts_behind(nonsjia-csa-kd-received.percent_printed, nonsjia-csa-kd-received.total), sum_of(csa-kd-received, 1)) -->
    @tbl-kd shows its patients study by study; they are the same patients and are not added to the totals.""",
)

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
# The source counts poor outcomes only, conditions together (@fig-outcomes, @tbl-outcomes). <!-- expect: none("counts: section=ciclosporin, treatment=csa, measure.role=outcome|event, measure!=poor_outcome|death|adverse_event, total>0"); every("counts: section=ciclosporin, treatment=csa, measure.role=outcome|event, total>0", "condition=all") --> They are made up of the deaths and the severe neurological events. <!-- expect: equals(csa-all-poor-outcome, sum_of(csa-all-death, csa-all-adverse-event)) -->

# %%
#| label: fig-outcomes
#| fig-cap: Poor outcomes with ciclosporin
#| echo: false
poor = rows["measure"].isin(sections.outcomes(review)) & rows["total"].notna() & (rows["level"] == "review")
shown = sections.labelled(review, rows[poor], by="measure")
plots.proportions(
    shown,
    label="label",
    level=level,
    caption="Poor outcomes among patients given ciclosporin whose outcome was reported; death and severe neurological adverse events make up the poor outcomes. Review totals with intervals.",
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
# **Safety.** The only adverse events counted are severe neurological ones. <!-- expect: every("counts: treatment=csa, measure=adverse_event", "row_id=csa-all-adverse-event|ref25-csa-sjia-adverse-event-combination") --> Posterior reversible encephalopathy syndrome is reported in one patient, who also had glucocorticoids, immunoglobulin and etoposide; the source does not say whether this patient is among them. Effects on kidneys and blood pressure are not mentioned; that does not mean that none occurred. <!-- expect: every("counts: treatment=csa, measure=adverse_event", "row_id=csa-all-adverse-event|ref25-csa-sjia-adverse-event-combination") -->

# %% [markdown]
# ## Line of treatment

# %%
#| echo: false
wording.say(
    review,
    """At which line ciclosporin was given is not reported.
    <!-- expect: none("counts: treatment=csa, line!=") -->
    Added to unchanged glucocorticoids, it was successful in {csa-sjia-favourable-outcome-with-gc-only:n} patients with systemic JIA;
    how many were so treated without success is not reported.
    <!-- expect: none("counts: treatment=csa, regimen=with_gc_only, total>0") -->
    On the other side, ciclosporin had failed in {etoposide-sjia-refractory-to-low-dose-high-dose-gcs:n} patients then given low-dose
    etoposide and in {debenedetti2023-emapalumab-sjia-refractory-to-ciclosporin-well:n} then given emapalumab; in
    {dex-palmitate-sjia-refractory-to:n} given dexamethasone palmitate, glucocorticoids had failed with or without it
    (@tbl-failed).""",
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

# %%
#| echo: false
wording.say(
    review,
    """Of the {csa-all-studies-mention-ciclosporin:n} studies, {csa-all-studies-report-route-dose:n} report route and dose: ciclosporin was
    given intravenously to {csa-all-received-given-intravenously:n} patients and orally to {csa-all-received-given-orally:n}
    (@tbl-route), at {csa-dose}, a range that is not split by route.
    <!-- expect: none("doses: treatment=csa, kind=dose, route!=") -->
    Trough levels, from {csa-all-studies-mention-trough-levels:n} studies, were {csa-trough-level}; the range describes what was
    measured, not a target (@fig-doses, @tbl-doses).""",
)

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
    caption="Range of doses, intravenous and oral together, and range of trough levels. Review totals.",
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
# Studies that the source cites by number for ciclosporin (@tbl-named). Those that could not be tied to a publication keep their number.

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
# What the public abstracts of these studies report (@tbl-own). They describe the same patients and serve to check the source.

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
# - The small share of poor outcomes is **not a success rate** of ciclosporin: a patient whose MAS persisted is counted only after death or a severe neurological event. <!-- expect: equals(csa-all-poor-outcome, sum_of(csa-all-death, csa-all-adverse-event)); same(csa-all-poor-outcome.definition, "death or severe neurological adverse event") -->
# - The outcome is known for fewer than half of those treated; it may have been different in the rest. <!-- expect: more_than(csa-all-received, product(2, csa-all-assessable)) -->
# - Ciclosporin was mainly used together with several other drugs, says the source. <!-- source: Discussion, p4 s1 --> Outcome with ciclosporin is not outcome because of it.
# - The authors of the source call efficacy and safety of ciclosporin positive on the whole, and in the same paragraph any reliable evaluation of its efficacy highly biased. <!-- source: Discussion, p4 s1 to s2 --> The counts on this page, deaths and severe neurological events, do not show efficacy.

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
