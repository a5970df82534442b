# ---
# title: MAS outside systemic JIA
# subtitle: Lupus and Kawasaki disease, study by study where the source shows them
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1
method: str = "glmm"  # pooling method of helpers.synthesis, for example logit-reml
interval: str = "profile"  # interval of the pooled proportion: profile, profile-t, wald or t; hksj and mhksj with other methods than glmm

# %%
#| include: false
from helpers import comparisons, evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="non_sjia")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results
lupus, kawasaki = rows[rows["condition"].isin(["sle", "sjia", "sle_mctd"])], rows[rows["condition"] == "kd"]
studies = kawasaki[(kawasaki["level"] == "study") & kawasaki["locator"].str.startswith("Table")]
stated = studies[studies["measure"].isin(["remission", "death"]) & studies["regimen"].isna()]
stated = stated[(stated["measure"] == "remission") | (stated["treatment"] == "none")]
by_measure = {measure: stated[stated["measure"] == measure] for measure in ("remission", "death")}
remission, death = by_measure.values()
left_out = death[~death["study_id"].isin(remission["study_id"])]  # deaths are stated, remissions are not

# %%
#| include: false
options = {"level": level, "method": method, "ci": interval}
outcomes = tuple(
    sections.study_outcome(review, given, key=f"pooled-{name}", title=f"Kawasaki disease: {name}", **options)
    for name, given in by_measure.items()
)
pooled = sections.ByStudy(review, outcomes)
events, total = remission["events"].sum(), remission["total"].sum()
survivors, patients = (left_out["total"] - left_out["events"]).sum(), total + left_out["total"].sum()
counts = {"plain": (events, total), "low": (events, patients), "high": (events + survivors, patients)}
shares = comparisons.printed_shares(review, review.select("comparisons", section="non_sjia"))
added_up, rows_of = "Patients in remission, and patients of the studies, added up over study rows.", death["row_id"]
shares |= {k: wording.computed(f"remission-{k}", f"{n} of {of}", added_up, rows_of) for k, (n, of) in counts.items()}

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """- **Lupus.** {sle-studies:n} studies give detail on {sle-patients:n} patients with MAS, of whom {sle-death:printed} died, whatever the treatment. With anakinra {anakinra-sle-favourable-outcome:ci} had a favourable outcome and {anakinra-sle-death:of} died; in one series {borgia2018-anakinra-sle-received:n} patients had it after several other treatments had failed, and {borgia2018-anakinra-sle-death-refractory:of} died. <!-- expect:
    equals(borgia2018-anakinra-sle-received, borgia2018-anakinra-sle-refractory-to-several-treatments-plasma) -->

- **Kawasaki disease.** {kd-studies:n} studies describe {kd-patients:n} patients with MAS, of whom {kd-death:ci} died, whatever the treatment. Where the study states it, {plain} patients were in remission. By the totals of the source, {nonsjia-gc-kd-received:printed} had glucocorticoids, {nonsjia-ivig-kd-received:printed} immunoglobulin and {nonsjia-etoposide-kd-received:of} etoposide.

- Up to {searched_through} the source reports no study that compares outcomes between treatments, in lupus or in Kawasaki disease. <!-- expect:
    none("comparisons: section=non_sjia, measure.role=outcome|event");
    none("studies: conditions=sle|kd, design.role=randomised_trial|controlled_trial") -->""",
    name="answer",
    level=level,
    **shares,
)

# %%
#| echo: false
sections.certainty(review, "non_sjia")

# %% [markdown]
# ## Lupus
#
# @tbl-lupus holds what the text of the source reports; its table of the single lupus studies was not read. Comparisons with systemic JIA follow in @tbl-comparisons and @fig-comparisons.

# %%
#| label: tbl-lupus
#| tbl-cap: MAS in lupus
#| echo: false
columns = ("What", "Treatment", "Condition", "Count", "Share", "Level", "Source")
sections.evidence_table(
    review, lupus[lupus["source_id"] == "baldo2025"], columns=columns, level=level, name="tbl-lupus"
)

# %% [markdown]
# ### Lupus against systemic JIA

# %%
#| echo: false
wording.say(
    review,
    """Two cohorts compare which treatments were given in lupus and in systemic JIA [@bennett2012; @aytac2016]. <!-- expect:
    equals(studies_in("comparisons: section=non_sjia, contrast=condition"), 2) --> In the first, patients with lupus more often had
    dexamethasone ({compare-bennett2012-dex-received-condition/1} against {compare-bennett2012-dex-received-condition/2}),
    cyclophosphamide ({compare-bennett2012-cyc-received-condition/1} against {compare-bennett2012-cyc-received-condition/2}) and
    mycophenolate ({compare-bennett2012-mmf-received-condition/1} against {compare-bennett2012-mmf-received-condition/2}). <!-- expect:
    more_than(compare-bennett2012-dex-received-condition/1, compare-bennett2012-dex-received-condition/2);
    more_than(compare-bennett2012-cyc-received-condition/1, compare-bennett2012-cyc-received-condition/2);
    more_than(compare-bennett2012-mmf-received-condition/1, compare-bennett2012-mmf-received-condition/2) --> IL-1 inhibitors, says the
    source, were given to children with systemic JIA only; the abstract of the study says that they had them more often. <!-- source:
    Results, Non-sJIA, p1 s3; Abstract --> In the second, patients with lupus more often had etoposide
    ({compare-aytac2016-etoposide-received-condition/1} against {compare-aytac2016-etoposide-received-condition/2}). <!-- expect:
    more_than(compare-aytac2016-etoposide-received-condition/1, compare-aytac2016-etoposide-received-condition/2) -->""",
    **shares,
)

# %%
#| echo: false
wording.say(
    review,
    """**The figures for immunoglobulin are reversed in the source.** It gives {compare-aytac2016-ivig-received-condition/1} in lupus and
    {compare-aytac2016-ivig-received-condition/2} in systemic JIA. The abstract of the study has
    {aytac2016-ivig-sle-received-per-abstract:printed} of {aytac2016-sle-episodes-per-abstract:n} episodes in lupus and
    {aytac2016-ivig-sjia-received-per-abstract:printed} of {aytac2016-sjia-episodes-per-abstract:n} in systemic JIA, and no whole number
    of {aytac2016-sle-episodes-per-abstract:n} gives the figure of the source for lupus. <!-- expect:
    more_than(compare-aytac2016-ivig-received-condition/1, compare-aytac2016-ivig-received-condition/2);
    more_than(aytac2016-ivig-sjia-received-per-abstract.percent_printed, aytac2016-ivig-sle-received-per-abstract.percent_printed);
    more_than(compare-aytac2016-ivig-received-condition/1, percent(4, aytac2016-sle-episodes-per-abstract));
    more_than(percent(5, aytac2016-sle-episodes-per-abstract), compare-aytac2016-ivig-received-condition/1) --> @tbl-comparisons and
    @fig-comparisons keep what the source gives: it is no sign that immunoglobulin is used more often in lupus
    ([audit](13-audit.ipynb#slip-aytac-ivig)). <!-- expect: more_than(aytac2016-ivig-sjia-received-per-abstract.percent_printed,
    aytac2016-ivig-sle-received-per-abstract.percent_printed) -->""",
    **shares,
)

# %%
#| label: tbl-comparisons
#| tbl-cap: Treatment in lupus against systemic JIA, as the source gives it and recomputed
#| echo: false
compared = review.select("comparisons", section="non_sjia")
comparisons.comparison_table(review, compared, level=level, name="tbl-comparisons")

# %%
#| label: fig-comparisons
#| fig-cap: Treatment in lupus against systemic JIA
#| echo: false
plots.printed_percentages(
    comparisons.group_intervals(review, compared, level=level),
    label="label",
    group="block",
    caption="Percentages of patients given a treatment, as the source gives them; those for immunoglobulin are reversed (see the text). Intervals are exact and cover the counts that fit the percentage; they need a stated group size.",
    name="fig-comparisons",
)

# %% [markdown]
# @fig-directions gives the same comparisons at a glance. Its arrows speak of how often a treatment was given, not of what it did. <!-- site: how to read the figure -->

# %%
#| label: fig-directions
#| fig-cap: Treatments in lupus and in systemic JIA, study by study
#| echo: false
plots.effect_directions(
    comparisons.directions(review, compared),
    row="label",
    column="study",
    first="lupus",
    second="systemic JIA",
    caption="Percentages given each treatment, lupus before systemic JIA, as the source gives them, those for immunoglobulin reversed (see the text); they are not pooled.",
    name="fig-directions",
)

# %% [markdown]
# ## Kawasaki disease: treatments
#
# @fig-treatments gives the number of patients with each treatment in each study. A dot means that the source's table does not mention the treatment; patients may still have had it.

# %%
#| label: fig-treatments
#| fig-cap: Treatments by study in MAS with Kawasaki disease
#| echo: false
matrix, sizes = sections.treatments_by_study(review, studies)
caption = "Patients given each treatment in each study of MAS with Kawasaki disease, as its row of the source's table says. The colour grows with the share of the study's patients."
plots.heatmap(matrix, totals=sizes, caption=caption, name="fig-treatments")

# %%
#| label: fig-appraisals
#| fig-cap: Appraisal of the studies of MAS in Kawasaki disease
#| echo: false
sections.appraisals(review, studies["study_id"], name="fig-appraisals")

# %%
#| label: tbl-kd-totals
#| tbl-cap: Kawasaki disease, totals of the source over its studies
#| echo: false
totals = kawasaki[kawasaki["level"] == "review"]
columns = ("What", "Treatment", "Count", "Share", "Source")
sections.evidence_table(review, totals, columns=columns, level=level, name="tbl-kd-totals")

# %% [markdown]
# The totals of @tbl-kd-totals do not always agree with the studies' own rows (@tbl-kd-studies): see [the audit](13-audit.ipynb). <!-- expect: more_than(nonsjia-etoposide-kd-received, sum_of(aleid2000-etoposide-kd-received-combination, miettunen2011-etoposide-kd-received, kang2013-hlh-protocol-kd-received, wang2015-etoposide-kd-received-combination, rhee2022-hlh2004-kd-received)) --> Both describe the same patients, so they are not added together. <!-- site: how totals and study rows are used -->
#
# ## Kawasaki disease: outcomes
#
# The source gives the outcome study by study. It speaks of remission throughout and does not define it, so that the studies may not mean the same. <!-- expect: every("counts: condition=kd, level=study, source_id=baldo2025, measure=remission", "definition=not defined") --> How results are pooled, and when not: [methods](../methods.qmd#when-to-pool).

# %%
#| label: fig-remission
#| fig-cap: Remission of MAS in Kawasaki disease, by study
#| echo: false
pooled.of("remission").figure(name="fig-remission")

# %%
#| label: fig-death
#| fig-cap: Death in MAS with Kawasaki disease, by study
#| echo: false
pooled.of("death").figure(name="fig-death", by="validity")

# %%
#| echo: false
pooled.words(name="pooled")

# %%
#| echo: false
wording.say(
    review,
    """Of the studies that state remission, all but one ({kang2013-kd-remission:of}) state it for every patient. <!-- expect:
    equals(studies_in("counts: condition=kd, level=study, source_id=baldo2025, measure=remission"), 9);
    more_than(kang2013-kd-remission.total, kang2013-kd-remission); all_of(aleid2000-kd-remission); all_of(latino2010-kd-remission);
    all_of(miettunen2011-kd-remission); all_of(buda2018-kd-remission); all_of(mousavi2019-kd-remission);
    all_of(pilania2021-kd-remission); all_of(riverarodriguez2021-infliximab-kd-remission); all_of(rhee2022-kd-remission) --> So close to the edge of the scale models disagree and intervals are wide: quote the plain count, not the estimate of the model. <!-- site:
    how to read a model at the edge of its scale --> The plain count leaves out Wang 2015, who
    states {wang2015-kd-death:n} death among {wang2015-kd-death:N} patients and no remission; with these patients it is {low} to {high},
    depending on how the survivors did. <!-- expect: none("counts: study_id=wang2015, measure=remission") -->""",
    name="remission-bounds",
    **shares,
)

# %%
#| echo: false
wording.say(
    review,
    """A study stands in a figure when its row states the outcome of its patients; where they are all stated to be in remission, it adds
    no death. <!-- site: how the figures are made --> Islam 2017 states no outcome, which is why the figures hold fewer than the
    {kd-patients:n} patients of the source. <!-- expect: none("counts: study_id=islam2017, measure.role=outcome|event") --> Of the
    {kd-death:n} patients who died, {kang2013-hlh-protocol-kd-death:n} had had an HLH protocol and
    {wang2015-etoposide-kd-death-combination:n} etoposide with other drugs. <!-- expect: equals(kd-death,
    sum_of(kang2013-hlh-protocol-kd-death, wang2015-etoposide-kd-death-combination)) --> They may have been the sickest; how ill they
    were is not in the table of the source. <!-- source: Table 3 -->""",
)

# %% [markdown]
# ### How much the choice of analysis matters
#
# @fig-curve-remission and @fig-curve-death repeat the pooling with each combination of model, filter by validity, and one study left out. The flatter the line of points, the less the choice matters. <!-- site: how to read the figures -->

# %%
#| label: fig-curve-remission
#| fig-cap: Remission, analysis by analysis
#| echo: false
pooled.of("remission").curve(name="fig-curve-remission")

# %%
#| label: fig-curve-death
#| fig-cap: Deaths, analysis by analysis
#| echo: false
pooled.of("death").curve(name="fig-curve-death")

# %%
#| echo: false
pooled.checks(with_unpooled=True)

# %% [markdown]
# ## Other outcomes, study by study

# %%
#| echo: false
others = sections.by_study(review, rows.drop(stated.index), **options)
others.words()

# %%
#| label: fig-by-study
#| fig-cap: Other outcomes by study
#| echo: false
others.figure(name="fig-by-study")

# %%
#| echo: false
others.checks(name="tbl-checks-others")

# %%
#| label: tbl-kd-studies
#| tbl-cap: Kawasaki disease, rows of the single studies
#| echo: false
columns = ("Level", "Treatment", "What", "Count", "Share", "Source")
sections.evidence_table(review, studies, columns=columns, level=level, name="tbl-kd-studies")

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - How the studies told MAS from active lupus or Kawasaki disease is not in the text of the source. <!-- source: Results, Non-sJIA -->
# - The studies of Kawasaki disease are case series and case reports: they describe patients whom somebody thought worth reporting. <!-- expect: every("studies: conditions=kd, evidence_category!=", "design=case_series|case_report") -->
# - Immunoglobulin and aspirin are treatments of Kawasaki disease itself; that they were given says little about MAS.
# - The intervals around totals of the source treat the patients of several studies as one series; they are too narrow if the studies differ or share patients.

# %%
#| echo: false
wording.say(
    review,
    """- Protocols for haemophagocytic lymphohistiocytosis (HLH) may have been given to sicker patients, though in one series
    {kang2013-hlh-protocol-kd-received:of} had one. <!-- expect: most(kang2013-hlh-protocol-kd-received) --> That patients died after
    them shows neither harm nor benefit. <!-- expect: none("comparisons: treatment in etoposide, measure.role=outcome|event") -->""",
)

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "11-non-sjia")

# %% [markdown]
# ::: {#refs}
# :::
