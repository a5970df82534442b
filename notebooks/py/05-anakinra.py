# ---
# title: Anakinra
# subtitle: Who was given it, what happened, at which dose
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="anakinra")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Anakinra was given to {anakinra-all-received:n} patients with MAS in {anakinra-all-studies:n} studies, most of them
    with systemic JIA ({anakinra-sjia-received:of}).
    <!-- expect: most(anakinra-sjia-received) -->
    Of the patients with systemic JIA whose outcome was reported, {anakinra-sjia-complete-response:ci} had a complete response and
    {anakinra-sjia-death:of} died. In lupus, {anakinra-sle-favourable-outcome:ci} had a favourable outcome and
    {anakinra-sle-death:of} died; in one series {borgia2018-anakinra-sle-death-refractory:of} died, in whom several other treatments had
    failed before. <!-- expect: all_of(borgia2018-anakinra-sle-refractory-to-several-treatments-plasma) -->
    The doses were {anakinra-dose}.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "anakinra")

# %% [markdown]
# ## Who was given anakinra

# %%
#| echo: false
wording.say(
    review,
    """@fig-use shows the patients by condition, as the source adds them up over its studies. The outcome was reported for
    {anakinra-sjia-assessable:of} with systemic JIA, {anakinra-sle-assessable:of} with lupus, {anakinra-kd-assessable:of} with Kawasaki
    disease and {anakinra-other-assessable:of} with other conditions (@tbl-use).""",
)

# %%
#| label: fig-use
#| fig-cap: Patients given anakinra, by condition
#| echo: false
use = sections.in_order(review, rows[rows["adds_up_to"] == "anakinra-all-received"])
plots.bars(
    sections.labelled(review, use),
    label="label",
    value="events",
    unit="patients given anakinra",
    caption=wording.say(
        review, "Patients given anakinra for MAS, by condition; {anakinra-all-received:n} in all. Review totals."
    ),
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given anakinra and patients whose outcome was reported
#| echo: false
told = sections.in_order(
    review,
    rows[rows["measure"].isin(["received", "assessable"]) & rows["regimen"].isna() & (rows["level"] == "review")],
)
sections.evidence_table(review, told, columns=("Condition", "What", "Count", "Share", "Source"), level=level)

# %% [markdown]
# ## What happened
#
# Outcomes by condition with intervals (@fig-outcomes, @tbl-outcomes). In systemic JIA the classes add up to more than the patients counted: [the audit](13-audit.ipynb#slip-anakinra-sjia-outcomes) says why that may be. <!-- expect: more_than(sum_of(anakinra-sjia-complete-response, anakinra-sjia-partial-response, anakinra-sjia-no-response, anakinra-sjia-recurrence, anakinra-sjia-death), anakinra-sjia-complete-response.total) -->

# %%
#| label: fig-outcomes
#| fig-cap: Outcome with anakinra, by condition
#| echo: false
told = rows["measure"].isin(sections.outcomes(review)) & (rows["level"] == "review") & rows["regimen"].isna()
shown = sections.labelled(review, sections.in_order(review, rows[told & rows["total"].notna()]), by="counted")
shown["group"] = [review.label("condition", c) for c in shown["condition"]]
plots.proportions(
    shown,
    label="label",
    group="group",
    level=level,
    caption="Outcome of MAS with anakinra among patients whose outcome was reported, by condition. Review totals with intervals.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Outcome with anakinra
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(sections.outcomes(review))],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %%
#| echo: false
wording.say(
    review,
    """The source names patients in whom anakinra had failed: {debenedetti2023-emapalumab-sjia-refractory-to-anakinra-well:n} of the
    emapalumab trial, {etoposide-sjia-refractory-to-low-dose-anakinra-well:n} given low-dose etoposide and
    {chellapandian2023-emapalumab-sjia-refractory-to:n} transplanted later. Together they are as many as the
    {anakinra-sjia-partial-response:n} with an incomplete response and the {anakinra-sjia-no-response:n} without response; whether they
    are the same patients is not reported.
    <!-- expect: equals(sum_of(debenedetti2023-emapalumab-sjia-refractory-to-anakinra-well, etoposide-sjia-refractory-to-low-dose-anakinra-well, chellapandian2023-emapalumab-sjia-refractory-to), sum_of(anakinra-sjia-partial-response, anakinra-sjia-no-response)) -->
    """,
)

# %% [markdown]
# ## Alone, with glucocorticoids, and at high dose

# %%
#| echo: false
wording.say(
    review,
    """Anakinra alone was given to {eloseily2020-anakinra-mixed-monotherapy:n} patients, of one study.
    <!-- expect: equals(eloseily2020-anakinra-mixed-monotherapy, sum_in("counts: treatment=anakinra, measure=monotherapy, regimen=monotherapy, condition!=mixed")) -->
    MAS went into remission in
    {eloseily2020-anakinra-sjia-remission-monotherapy:of} with systemic JIA, and the one patient with lupus or mixed connective tissue
    disease died.
    <!-- expect: all_of(eloseily2020-anakinra-sle-mctd-death-monotherapy); equals(eloseily2020-anakinra-sle-mctd-death-monotherapy, eloseily2020-anakinra-sle-mctd-monotherapy) -->
    With glucocorticoids and no other drug it was given in {anakinra-all-received-with-gc-only-episodes:n} episodes; the outcome was
    reported for {anakinra-all-assessable-with-gc-only-episodes:n}, and in each of them MAS went into remission.
    <!-- expect: all_of(anakinra-all-remission-with-gc-only-episodes); equals(anakinra-all-remission-with-gc-only-episodes, anakinra-all-assessable-with-gc-only-episodes) -->
    Doses of {anakinra-threshold-high-dose} were specified for {anakinra-all-received-high-dose:n} patients in
    {anakinra-all-studies-high-dose:n} studies.""",
    level=level,
)

# %%
#| label: tbl-regimen
#| tbl-cap: Anakinra by regimen and line of treatment
#| echo: false
special = rows[rows["regimen"].notna() | rows["line"].notna() | (rows["unit"] == "episodes")]
sections.evidence_table(
    review, special, columns=("What", "Condition", "Count", "Share", "Level", "Source"), level=level
)

# %% [markdown]
# ## Doses

# %%
#| echo: false
wording.say(
    review,
    """Doses were {anakinra-dose} (@fig-doses, @tbl-doses). The highest was a continuous infusion in
    {anakinra-mixed-received-continuous-iv:n} patients.
    <!-- expect: equals(eloseily2020-anakinra-dose-sle-mctd-monotherapy-iv.high, anakinra-dose.high); equals(ref38-anakinra-dose-shlh-continuous-iv-iv-after-increase-same.high, anakinra-dose.high) -->
    The patient with lupus or mixed connective tissue disease had it for
    {eloseily2020-anakinra-duration-sle-mctd-continuous-iv-iv} without other treatment and died of multiorgan failure. A girl with
    secondary HLH without a known trigger had a favourable outcome after an increase from {ref38-anakinra-dose-shlh} to
    {ref38-anakinra-dose-shlh-continuous-iv-iv-after-increase-same}.""",
)

# %%
#| label: fig-doses
#| fig-cap: Anakinra dose ranges
#| echo: false
doses = review.select("doses", section="anakinra", kind="dose")
plots.ranges(
    sections.dose_ranges(review, doses[doses["unit"] == "mg/kg/day"]),
    label="label",
    caption="Doses of anakinra as reported, in milligrams per kilogram and day.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of anakinra
#| echo: false
sections.dose_table(review, review.select("doses", section="anakinra"))

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

# %%
#| echo: false
wording.say(
    review,
    """

- *Complete response* and *favourable outcome* are the source's words, without a definition; its abstract calls the same {abstract-anakinra-sjia-favourable-outcome:printed} a favourable outcome that its results call a complete response. <!-- expect: equals(abstract-anakinra-sjia-favourable-outcome.percent_printed, anakinra-sjia-complete-response.percent_printed); same(anakinra-sjia-complete-response.definition, "not defined") -->
- At high dose, anakinra was mostly given with glucocorticoids ({anakinra-all-co-medication-high-dose-episodes-glucocorticoids:printed}); {anakinra-all-co-medication-high-dose-episodes-ciclosporin:printed} had ciclosporin and {anakinra-all-co-medication-high-dose-episodes-etoposide:printed} etoposide as well. <!-- expect: most(anakinra-all-co-medication-high-dose-episodes-glucocorticoids) --> A response with anakinra is not a response to anakinra.
- The authors of the source hold that the data strongly support anakinra in systemic JIA, and that an unbiased evaluation of its efficacy is impossible. <!-- source: Discussion, p5 s3 to s4 --> Up to {searched_through} it had not been tested in a controlled trial in MAS. <!-- expect: equals(discussion-anakinra-all-studies, 0); none("counts: treatment=anakinra, measure=received, study.design.role=controlled_trial|randomised_trial") -->
- Reports may share patients; the source does not say how it dealt with that.
""",
)

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "05-anakinra")

# %% [markdown]
# ::: {#refs}
# :::
