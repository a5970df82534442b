# ---
# title: Geography and sub-specialty
# subtitle: Does treatment depend on where the patient lives and who treats?
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

# %%
#| include: false
from helpers import comparisons, evidence, numbers, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="geography")
compared = review.select("comparisons", section="geography")
areas, specialties = compared[compared["contrast"] == "area"], compared[compared["contrast"] == "subspecialty"]
shares = comparisons.printed_shares(review, compared)

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Up to {searched_through} the source found treatment by area and by sub-specialty in {discussion-area-sjia-studies:n} cohort only:
    {minoia2015-sjia-patients:n} patients with systemic JIA. <!-- expect: equals(discussion-area-sjia-studies, 1);
    equals(studies_in("comparisons: contrast=area|subspecialty"), 1) --> In North America patients had biologics more often
    ({compare-minoia2015-biologics-received-area/1}; Europe {compare-minoia2015-biologics-received-area/2}, other continents {compare-minoia2015-biologics-received-area/3}), and immunoglobulin too ({compare-minoia2015-ivig-received-area/1}; {compare-minoia2015-ivig-received-area/2}, {compare-minoia2015-ivig-received-area/3}). <!-- expect:
    more_than(compare-minoia2015-biologics-received-area/1, compare-minoia2015-biologics-received-area/2);
    more_than(compare-minoia2015-biologics-received-area/1, compare-minoia2015-biologics-received-area/3);
    more_than(compare-minoia2015-ivig-received-area/1, compare-minoia2015-ivig-received-area/2);
    more_than(compare-minoia2015-ivig-received-area/1, compare-minoia2015-ivig-received-area/3) --> Rheumatologists gave ciclosporin
    more often than haemato-oncologists ({compare-minoia2015-csa-received-subspecialty/1} against
    {compare-minoia2015-csa-received-subspecialty/2}) and etoposide less often ({compare-minoia2015-etoposide-received-subspecialty/2}
    against {compare-minoia2015-etoposide-received-subspecialty/1}; whether that is significant depends on the test). <!-- expect:
    more_than(compare-minoia2015-csa-received-subspecialty/1, compare-minoia2015-csa-received-subspecialty/2);
    more_than(compare-minoia2015-etoposide-received-subspecialty/1, compare-minoia2015-etoposide-received-subspecialty/2);
    p_fits(compare-minoia2015-etoposide-received-subspecialty) --> For biologics by sub-specialty the source gives a figure that does
    not fit (see below). <!-- source: Results, Sub-specialties and areas, p1 s4 -->""",
    name="answer",
    **shares,
)

# %%
#| echo: false
sections.certainty(review, "geography")

# %% [markdown]
# ## The cohort and its groups
#
# The source gives percentages without numbers of patients. <!-- expect: every("comparison_groups: total_source_id=minoia2015-abstract", "events=") --> The sizes of the groups are in the public abstract of the cohort [@minoia2015] and make intervals and recomputed P values possible (@tbl-groups).

# %%
#| label: tbl-groups
#| tbl-cap: The cohort and the sizes of its groups
#| echo: false
sections.evidence_table(review, every, columns=("What", "Condition", "Count", "Share", "Level", "Source"), level=level)

# %%
#| echo: false
wording.say(
    review,
    """The abstract counts {minoia2015-sjia-patients-haemato-oncologists-per-abstract:n} patients entered by paediatric
    haemato-oncologists. It gives no number for rheumatologists; we take the other patients as theirs, which is an inference. <!-- expect:
    equals(compare-minoia2015-csa-received-subspecialty/1.total, difference(minoia2015-sjia-patients-per-abstract,
    minoia2015-sjia-patients-haemato-oncologists-per-abstract)) -->""",
)

# %% [markdown]
# ## By area
#
# @fig-area shows the percentages of the source with exact intervals. A rounded percentage can stand for several counts of patients; the interval covers those of the smallest and of the largest. <!-- site: how the intervals are made --> @tbl-area gives these counts and the P values they allow. The source says that the treatments were given *more frequently* in North America and gives no P value. <!-- expect: every("comparisons: contrast=area", "p_printed=") -->

# %%
#| label: fig-area
#| fig-cap: Treatment by area of the world
#| echo: false
plots.printed_percentages(
    comparisons.group_intervals(review, areas, level=level),
    label="label",
    group="block",
    caption=f"Percentages of patients treated, by area, as the source gives them, with exact intervals ({numbers.confidence(level)}) over the counts that give the percentage. One cohort.",
    name="fig-area",
)

# %%
#| label: tbl-area
#| tbl-cap: Treatment by area, with recomputed P values
#| echo: false
comparisons.comparison_table(
    review, areas, columns=("Treatment", "Groups", "Printed", "Fisher", "Chi-square"), level=level, name="tbl-area"
)

# %% [markdown]
# For glucocorticoids, ciclosporin and etoposide the source reports no significant difference, without figures; its sentence follows those on areas, and we read it so. <!-- source: Results, Sub-specialties and areas, p1 s3 --> That a difference is not significant does not show that use was equal. Between Europe and the other continents the two treatments differ in opposite ways: immunoglobulin was given more often on the other continents, biologics less often. <!-- expect: more_than(compare-minoia2015-ivig-received-area/3, compare-minoia2015-ivig-received-area/2); more_than(compare-minoia2015-biologics-received-area/2, compare-minoia2015-biologics-received-area/3) --> Cost and access could explain this; that is our reading, which the source does not test.
#
# ## By sub-specialty
#
# @fig-specialty and @tbl-specialty show treatment by the sub-specialty of the physician, with the P values of the source and recomputed ones side by side. The source does not name its test, so several are shown. <!-- expect: every("comparisons: contrast=subspecialty", "test=") -->

# %%
#| label: fig-specialty
#| fig-cap: Treatment by sub-specialty of the treating physician
#| echo: false
plots.printed_percentages(
    comparisons.group_intervals(review, specialties, level=level),
    label="label",
    group="block",
    caption=f"Percentages of patients treated, by sub-specialty, as the source gives them, with exact intervals ({numbers.confidence(level)}) over the counts that give the percentage. The percentage of biologics given by rheumatologists is in doubt. One cohort.",
    name="fig-specialty",
)

# %%
#| label: tbl-specialty
#| tbl-cap: Treatment by sub-specialty, with P values of the source and recomputed ones
#| echo: false
comparisons.comparison_table(review, specialties, level=level, name="tbl-specialty")

# %% [markdown]
# ### A value that does not fit

# %%
#| include: false
doubtful = "compare-minoia2015-biologics-received-subspecialty"
again = comparisons.recomputed(review, compared, level=level).set_index("comparison_id")
by_area = "compare-minoia2015-biologics-received-area"
overall = again["events_high"] / again["total"]
p_value = comparisons.p_range(again.loc[doubtful, "fisher_low"], again.loc[doubtful, "fisher_high"])

# %%
#| include: false
how = "Upper counts that give the percentages of the source, added up over the groups, as a share of their patients."
misfit = {
    "recomputed": wording.computed(
        doubtful, p_value, "Fisher: span of the P values over the tables that give the percentages.", [doubtful]
    ),
    "few": wording.computed(doubtful, numbers.percent(overall[doubtful]), how, [doubtful]),
    "more": wording.computed(by_area, numbers.percent(overall[by_area]), how, [by_area]),
}

# %%
#| echo: false
wording.say(
    review,
    """For biologics the source gives {compare-minoia2015-biologics-received-subspecialty/1} against
    {compare-minoia2015-biologics-received-subspecialty/2} with {compare-minoia2015-biologics-received-subspecialty:p}. In groups of this
    size, percentages so far apart give a far smaller P value (Fisher {recomputed}). <!-- expect:
    p_differs(compare-minoia2015-biologics-received-subspecialty) --> Nor do they fit the rest: they amount to at most
    {few} of the cohort on biologics, the percentages by area to {more}, and the abstract of another report on the same patients gives
    {minoia2014-biologics-sjia-received-per-abstract:printed}. <!-- expect:
    more_than(sum_of(counts_behind(compare-minoia2015-biologics-received-area/1, compare-minoia2015-biologics-received-area/1.total),
    counts_behind(compare-minoia2015-biologics-received-area/2, compare-minoia2015-biologics-received-area/2.total),
    counts_behind(compare-minoia2015-biologics-received-area/3, compare-minoia2015-biologics-received-area/3.total)),
    sum_of(counts_behind(compare-minoia2015-biologics-received-subspecialty/1, compare-minoia2015-biologics-received-subspecialty/1.total),
    counts_behind(compare-minoia2015-biologics-received-subspecialty/2, compare-minoia2015-biologics-received-subspecialty/2.total)));
    more_than(minoia2014-biologics-sjia-received-per-abstract.percent_printed,
    percent(sum_of(counts_behind(compare-minoia2015-biologics-received-subspecialty/1,
    compare-minoia2015-biologics-received-subspecialty/1.total), counts_behind(compare-minoia2015-biologics-received-subspecialty/2,
    compare-minoia2015-biologics-received-subspecialty/2.total)), minoia2015-sjia-patients)) -->""",
    name="misfit",
    **shares | misfit,
)

# %%
#| include: false
fitting = comparisons.fitting_percentages(review, doubtful, 2)  # group 2: the rheumatologists
groups = comparisons.group_intervals(review, specialties).set_index(["comparison_id", "group_no"])
digits = numbers.plain(groups.loc[(doubtful, 2), "percent_printed"])
likely = [f"{p}%" for p in fitting if str(p).endswith(digits)]

# %%
#| echo: false
wording.say(
    review,
    """Of the whole percentages, {fitting} for the rheumatologists would give the P value of the source; of these, {likely} ends
    in the digit that the source gives. That a digit was lost in print is a hypothesis. The row keeps the value of the source, flagged
    ([audit](13-audit.ipynb#slip-biologics-subspecialty)).""",
    fitting=wording.computed(doubtful, ", ".join(f"{p}%" for p in fitting), "Whole percentages, tried in turn."),
    likely=wording.computed(
        doubtful, " or ".join(likely) or "none", "Of these, those that end in the digit of the source."
    ),
)

# %% [markdown]
# The other P values can be traced. For etoposide the chi-square test without correction can give the value of the source; the other tests do not reach the usual threshold, and the interval of the difference includes zero. <!-- expect: p_fits(compare-minoia2015-etoposide-received-subspecialty) --> For ciclosporin every test agrees with the source. <!-- expect: p_fits(compare-minoia2015-csa-received-subspecialty) --> A percentage of ciclosporin and one of biologics by area fit no whole number of patients by ordinary rounding (marked in the tables). <!-- expect: more_than(difference(compare-minoia2015-csa-received-subspecialty/2, 0.5), percent(31, compare-minoia2015-csa-received-subspecialty/2.total)); more_than(percent(32, compare-minoia2015-csa-received-subspecialty/2.total), sum_of(compare-minoia2015-csa-received-subspecialty/2, 0.5)); more_than(difference(compare-minoia2015-biologics-received-area/1, 0.5), percent(24, compare-minoia2015-biologics-received-area/1.total)); more_than(percent(25, compare-minoia2015-biologics-received-area/1.total), sum_of(compare-minoia2015-biologics-received-area/1, 0.5)) --> Either they were cut off, or some patients had no data and the groups behind the percentages are smaller than those used here. <!-- site: what a percentage that fits no count can mean -->
#
# ## What these numbers mean, and what they do not

# %%
#| include: false
with_p = compared[compared["p_printed"].notna()]["comparison_id"]
made = {
    "compared": (compared["comparison_id"], "Comparisons by area or sub-specialty."),
    "tested": (with_p, "Those with a P value."),
}
several = {key: wording.computed(f"comparisons-{key}", len(rows), how, rows) for key, (rows, how) in made.items()}

# %%
#| echo: false
wording.say(
    review,
    """- **Use, not outcome.** Up to {searched_through} no numbers of outcomes by area or sub-specialty are in what was read. <!-- expect:
    none("comparisons: contrast=area|subspecialty, measure.role=outcome|event") --> A congress report of the cohort did compare outcome between groups of patients [@minoia2014-congress]: the abstract says that those entered by haemato-oncologists had multiorgan failure more often, and that the {minoia2015-sjia-poor-outcome-per-congress-abstract:of} patients with a severe course (intensive care or death) had ciclosporin, immunoglobulin and etoposide more often. <!-- source: Abstract --> A difference in treatment is not a difference in quality of care.

- **Systemic JIA only:** up to {searched_through} there is no such comparison here for lupus, Kawasaki disease or other conditions. <!-- expect:
    every("comparisons: contrast=area|subspecialty", "study.conditions=sjia") -->

- **Several comparisons.** Of {compared} comparisons the source gives a P value for {tested}, and mentions no correction for the number of tests; read borderline ones with that in mind. <!-- source:
    Results, Sub-specialties and areas, p1 s2 to s4 -->""",
    **several,
)

# %% [markdown]
# - **Not independent.** Area and sub-specialty are two cuts through the same patients. If haemato-oncologists entered more patients in some areas, part of one contrast is the other. <!-- site: a possibility, not a finding --> The source mentions no analysis that adjusts one for the other. <!-- source: Results, Sub-specialties and areas, p1 s2 to s4 -->
# - **Who comes to whom.** Patients entered by haemato-oncologists may have been sicker, as the multiorgan failure suggests, or not yet recognised as having systemic JIA. More etoposide there need not mean another habit for the same patient. <!-- expect: more_than(compare-minoia2015-etoposide-received-subspecialty/1, compare-minoia2015-etoposide-received-subspecialty/2) -->
# - **Contributing centres.** Areas stand for the centres that contributed patients, and *other continents* lumps together very different health systems.
# - **Earlier years.** The cohort was published before the trial of emapalumab. <!-- expect: more_than(debenedetti2023.year, minoia2015.year) --> Practice may have moved since. The source cites a recent survey of physicians [@minoia-survey], which it did not include for the type of publication: glucocorticoids were the first treatment in all sub-specialties, and rheumatologists chose IL-1 inhibitors as first-line treatment more often than haemato-oncologists. <!-- source: Discussion, p8 s2 to s3 -->

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "12-geography")

# %% [markdown]
# ::: {#refs}
# :::
