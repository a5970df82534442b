# %% [markdown]
# ---
# title: Geography and sub-specialty
# subtitle: Does treatment depend on where the patient lives and who treats?
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

# %%
#| include: false
from helpers import comparisons, evidence, numbers, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="geography")
public = every[every["source_id"].isin(review.select("sources", kind="abstract")["source_id"])]
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
    """In {discussion-area-sjia-studies:n} cohort, of {minoia2015-sjia-patients:n} patients with systemic JIA, treatment differed by area and by sub-specialty.
    In North America biologics were given to {compare-minoia2015-biologics-received-area/1} (Europe
    {compare-minoia2015-biologics-received-area/2}, other continents {compare-minoia2015-biologics-received-area/3}) and IVIG to
    {compare-minoia2015-ivig-received-area/1} ({compare-minoia2015-ivig-received-area/2}, {compare-minoia2015-ivig-received-area/3}).
    Rheumatologists gave ciclosporin more often ({compare-minoia2015-csa-received-subspecialty/1} against {compare-minoia2015-csa-received-subspecialty/2})
    and etoposide less often than haemato-oncologists ({compare-minoia2015-etoposide-received-subspecialty/2} against {compare-minoia2015-etoposide-received-subspecialty/1};
    only one common test calls this significant). Biologics were given less often too, but that figure is in doubt.""",
    name="answer",
    **shares,
)

# %%
#| echo: false
sections.certainty(review, "geography")

# %% [markdown]
# ## The cohort and its groups
#
# The source review prints percentages only. The sizes of the groups are in the public abstract of the cohort [@minoia2015] and make intervals and recomputed P values possible (@tbl-groups).

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
    haemato-oncologists. All others are taken as patients of rheumatologists, which is an inference: the abstract does not give their
    number.""",
)

# %% [markdown]
# ## By area
#
# @fig-area shows each printed percentage with an exact interval. A rounded percentage can stand for several counts of patients; the interval reaches from the lower limit of the least of them to the upper limit of the greatest. @tbl-area gives these counts and the P values they allow. The source review says only that the treatments were given *more frequently* in North America and prints no P value.

# %%
#| label: fig-area
#| fig-cap: Treatment by area of the world
#| echo: false
plots.printed_percentages(
    comparisons.group_intervals(review, areas, level=level),
    label="label",
    group="block",
    caption=f"Printed percentages of patients treated, by area, with exact intervals ({numbers.confidence(level)}) over all counts that give the percentage. One cohort; study level.",
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
# For glucocorticoids, ciclosporin and etoposide the source review reports no significant difference between areas, without figures; an absence of significance is not a proof of equal use. North America is not simply ahead: immunoglobulin is given more often on the other continents than in Europe, biologics less often, which looks like cost and access rather than a gradient of practice. That reading is ours; the source does not test it.
#
# ## By sub-specialty
#
# @fig-specialty and @tbl-specialty show the treatments by the sub-specialty of the physician, with printed and recomputed P values side by side. Which test the source used is not said, so several are shown.

# %%
#| label: fig-specialty
#| fig-cap: Treatment by sub-specialty of the treating physician
#| echo: false
plots.printed_percentages(
    comparisons.group_intervals(review, specialties, level=level),
    label="label",
    group="block",
    caption=f"Printed percentages of patients treated, by sub-specialty, with exact intervals ({numbers.confidence(level)}) over all counts that give the percentage. The percentage of biologics given by rheumatologists is in doubt. One cohort; study level.",
    name="fig-specialty",
)

# %%
#| label: tbl-specialty
#| tbl-cap: Treatment by sub-specialty, with printed and recomputed P values
#| echo: false
comparisons.comparison_table(review, specialties, level=level, name="tbl-specialty")

# %% [markdown]
# ### A printed value that does not fit

# %%
#| include: false
doubtful = "compare-minoia2015-biologics-received-subspecialty"
again = comparisons.recomputed(review, compared, level=level).set_index("comparison_id")
by_area = "compare-minoia2015-biologics-received-area"
overall = again["events_high"] / again["total"]
p_value = comparisons.p_range(again.loc[doubtful, "fisher_low"], again.loc[doubtful, "fisher_high"])

# %%
#| include: false
how = "The greatest counts that give the printed percentages, added up over the groups, of all patients of the groups."
misfit = {
    "recomputed": wording.computed(
        doubtful, p_value, "Fisher: least and greatest P value over all tables.", [doubtful]
    ),
    "few": wording.computed(doubtful, numbers.percent(overall[doubtful]), how, [doubtful]),
    "more": wording.computed(by_area, numbers.percent(overall[by_area]), how, [by_area]),
}

# %%
#| echo: false
wording.say(
    review,
    """For biologics {compare-minoia2015-biologics-received-subspecialty/1} against {compare-minoia2015-biologics-received-subspecialty/2}
    is printed with {compare-minoia2015-biologics-received-subspecialty:p}. Percentages so far apart, in groups of this size, give a far
    smaller P value (Fisher {recomputed}), whichever test is used. Nor do they fit the rest: they amount to at most {few} of the
    cohort on biologics, the percentages by area to {more}, and the abstract of another report on the same patients prints
    {minoia2014-biologics-sjia-received-per-abstract:printed}.""",
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
    """The whole percentages of the rheumatologists that would give the printed P value are {fitting}; of these, {likely} is the
    printed one with a digit lost. That this is a misprint is a hypothesis. The printed value stands in the evidence, flagged
    ([audit](13-audit.ipynb#slip-biologics-subspecialty)).""",
    fitting=wording.computed(doubtful, ", ".join(f"{p}%" for p in fitting), "Every whole percentage, tried in turn."),
    likely=wording.computed(doubtful, " or ".join(likely) or "none", "Of these, those that end in the printed digit."),
)

# %% [markdown]
# The other comparisons can be traced. For etoposide only the chi-square test without correction can give the printed value; the other tests do not reach the usual threshold, and the interval of the difference includes zero. For ciclosporin every test agrees with the printed value. A percentage of ciclosporin and one of biologics by area fit no whole number of patients by ordinary rounding (marked in the tables): they were cut off instead, or some patients had no data and the groups behind the percentages are smaller than those used here.
#
# ## What these numbers mean, and what they do not
#
# - **Use, not outcome.** Nobody compared how patients fared by area or sub-specialty; a difference in treatment is not a difference in quality of care.
# - **Not independent.** Area and sub-specialty are two cuts through the same patients. If haemato-oncologists enter more patients in some areas, part of one contrast is the other. No adjusted analysis is available.
# - **Who comes to whom.** Patients seen by haemato-oncologists may have been sicker, or not yet known to have systemic JIA. More etoposide there need not mean another habit for the same patient.
# - **A voluntary registry.** Centres chose to contribute; areas stand for the centres that did. *Other continents* lumps together very different health systems.
# - **Earlier years.** The patients were treated before most of the current evidence on IL-1 inhibitors and before emapalumab. Practice has moved since: a later survey of physicians [@minoia-survey], which the source review cites but did not include, still finds differences between sub-specialties.
# - **Several comparisons.** More treatments were compared than have a printed P value, and none is corrected for the number of tests; borderline ones should be read with that in mind.
# - **Only systemic JIA.** Nothing is known by area or sub-specialty for lupus, Kawasaki disease or other conditions.

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
