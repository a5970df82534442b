# ---
# title: Immunoglobulin and plasma exchange
# subtitle: Who was given them, and what is not known of their effect
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="other_treatments")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results
ivig, exchange = rows[rows["treatment"] == "ivig"], rows[rows["treatment"] == "pe"]
public = review.select("sources", kind="abstract")["source_id"]  # of the studies; no repeats of the source review
both = review.select(treatment=["ivig", "pe"])
both = both[both["source_id"].isin(public) | both.index.isin(sections.main(review, both).index)]
elsewhere = both[both["section"] != "other_treatments"]  # told on the pages of the conditions
COLUMNS = ("What", "Treatment", "Condition", "Count", "Share", "Level", "Source")

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Intravenous immunoglobulin (IVIG) is reported in {ivig-all-studies-report-ivig:n} studies and was given to
    {ivig-sjia-received:n} patients with systemic JIA, {ivig-sle-received:n} with lupus, {ivig-kd-received:n} with Kawasaki disease and
    {ivig-other-received:n} with other conditions. The source found no study focused on its efficacy up to {searched_through}. <!-- expect:
    equals(ivig-all-studies-focused-ivig-efficacy, 0); none("counts: treatment=ivig, level=study, measure.role=outcome|event") --> Plasma
    exchange is mentioned in {pe-all-studies:n} studies and was given to {pe-sjia-received:n} patients with systemic JIA,
    {pe-sle-received:n} with lupus and {pe-other-received:n} with other conditions. The source reports no outcome with
    either of the two, except success in {nonsjia-ivig-kd-favourable-outcome-monotherapy:n} patients with Kawasaki disease who had
    immunoglobulin alone. <!-- expect: none("counts: treatment=ivig|pe,
    measure.role=outcome|event, row_id!=nonsjia-ivig-kd-favourable-outcome-monotherapy") -->""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "other_treatments")

# %% [markdown]
# ## Intravenous immunoglobulin
#
# ### Who was given it
#
# Patients by condition, as the source counts them over its studies (@fig-ivig, @tbl-ivig). The source gives no sum over the conditions, so none is given here. <!-- expect: none("counts: treatment=ivig, measure=received, condition=all") -->

# %%
#| label: fig-ivig
#| fig-cap: Patients given intravenous immunoglobulin, by condition
#| echo: false
use = sections.in_order(review, ivig[(ivig["measure"] == "received") & (ivig["level"] == "review")])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given IVIG",
    caption="Patients given intravenous immunoglobulin, by condition. Totals of the source.",
    name="fig-ivig",
)

# %%
#| label: tbl-ivig
#| tbl-cap: Studies and patients with intravenous immunoglobulin
#| echo: false
sections.evidence_table(review, ivig, columns=COLUMNS, level=level, name="tbl-ivig")

# %% [markdown]
# ### What happened
#
# The source calls data on efficacy extremely hard to extract, because immunoglobulin was almost always part of a combined regimen. <!-- source: Results, Other treatments, p1 s2 -->

# %%
#| echo: false
wording.say(
    review,
    """In the source's section on Kawasaki disease, {nonsjia-ivig-kd-favourable-outcome-monotherapy:n} patients were successfully treated
    with immunoglobulin alone. Immunoglobulin is also given for Kawasaki disease itself, and the source does not say for which of the two
    it was given. That section gives {nonsjia-ivig-kd-received:printed} of patients as treated, which does not match the
    {ivig-kd-received:n} counted here ([audit](13-audit.ipynb#slip-kd-ivig)). <!-- expect:
    more_than(nonsjia-ivig-kd-received.percent_printed, percent(ivig-kd-received, nonsjia-ivig-kd-received.total)) --> Single studies are
    on [the page on MAS outside systemic JIA](11-non-sjia.ipynb).""",
)

# %% [markdown]
# ## Plasma exchange
#
# ### Who was given it
#
# @fig-exchange and @tbl-exchange show plasma exchange by condition and, apart, the study that used it against thrombotic microangiopathy. Whether the patients of that study are among the totals, the source does not say; it names no patient with Kawasaki disease. <!-- expect: none("counts: treatment=pe, condition=kd") -->

# %%
#| label: fig-exchange
#| fig-cap: Patients given plasma exchange, by condition
#| echo: false
use = sections.in_order(review, exchange[(exchange["measure"] == "received") & (exchange["level"] == "review")])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given plasma exchange",
    caption="Patients given plasma exchange for MAS, by condition. Totals of the source.",
    name="fig-exchange",
)

# %%
#| label: tbl-exchange
#| tbl-cap: Studies and patients with plasma exchange
#| echo: false
sections.evidence_table(review, exchange, columns=COLUMNS, level=level, name="tbl-exchange")

# %% [markdown]
# ### What happened

# %%
#| echo: false
wording.say(
    review,
    """The source mentions plasma exchange as additional treatment and reports no outcome with it. <!-- expect:
    none("counts: treatment=pe, measure.role=outcome|event") --> In {minoia2021-pe-mixed-received-combination:n} patients it was part of a
    combination to control thrombotic microangiopathy with MAS [@minoia2021]; the outcome that the source reports for this cohort is that
    of the patients given eculizumab, on [the page of the other biologics](07-other-biologics.ipynb).""",
)

# %% [markdown]
# ## The same treatments elsewhere in the evidence
#
# @tbl-elsewhere lists the rows on immunoglobulin and plasma exchange from other sections and from public abstracts of single studies. They overlap with the totals above and are not added to them.

# %%
#| label: tbl-elsewhere
#| tbl-cap: Immunoglobulin and plasma exchange in other sections
#| echo: false
sections.evidence_table(review, elsewhere, columns=COLUMNS, level=level)

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
# - **Use, not effect.** The counts are of patients treated; they do not say whether the treatments helped. <!-- expect: none("counts: section=other_treatments, measure.role=outcome|event") -->
# - **Dose, line and safety.** The source reports no amount, line of treatment or adverse event with either of the two. <!-- expect: none("doses: treatment=ivig|pe"); none("counts: treatment=ivig|pe, line!="); none("counts: treatment=ivig|pe, measure=adverse_event") --> That does not mean that they are safe.
# - **Reason for treatment.** Immunoglobulin may have been given for Kawasaki disease itself or for another reason than MAS; the source does not separate the reasons.
# - **Regions differ.** In one cohort with systemic JIA, immunoglobulin was given more often in North America than in Europe or on other continents; see [geography](12-geography.ipynb). <!-- expect: more_than(compare-minoia2015-ivig-received-area/1, largest(compare-minoia2015-ivig-received-area/2, compare-minoia2015-ivig-received-area/3)) --> So a total over studies depends on where they were made.
# - **Weight of one cohort.** The totals are not split by study; that same cohort may hold a large part of the patients with systemic JIA who had immunoglobulin. <!-- expect: more_than(product(3, sum_of(counts_behind(compare-minoia2015-ivig-received-area/1, compare-minoia2015-ivig-received-area/1.total), counts_behind(compare-minoia2015-ivig-received-area/2, compare-minoia2015-ivig-received-area/2.total), counts_behind(compare-minoia2015-ivig-received-area/3, compare-minoia2015-ivig-received-area/3.total))), ivig-sjia-received) -->

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "10-other-treatments")

# %% [markdown]
# ::: {#refs}
# :::
