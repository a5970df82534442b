# %% [markdown]
# ---
# title: Emapalumab
# subtitle: A single-arm trial after glucocorticoids had failed, and little beside it
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

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
    """Emapalumab is the only treatment tested in a trial devoted to MAS: a single-arm trial of
    {debenedetti2023-emapalumab-sjia-received-refractory:n} patients with systemic JIA whose MAS had not responded to high-dose
    glucocorticoids. By {debenedetti2023-emapalumab-time-of-assessment-sjia},
    {debenedetti2023-emapalumab-sjia-remission-refractory:ci} were in remission, after a median of
    {debenedetti2023-emapalumab-time-to-remission-sjia}; {debenedetti2023-emapalumab-sjia-death-refractory:ci} died and
    {debenedetti2023-emapalumab-sjia-adverse-event-refractory:of} had a serious adverse event related to the drug. For MAS in lupus,
    Kawasaki disease and other conditions the source has nothing on emapalumab.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "emapalumab")

# %% [markdown]
# The trial is better evidence than the case series on the other pages, because its patients were enrolled and assessed by plan. It has no control group and few patients; how the source rated its validity stands in the supplement that was not at hand.

# %% [markdown]
# ## Who was given emapalumab
#
# The source says that everyone had systemic JIA; the trial's own abstract allows for adult-onset Still's disease as well, without a split. @fig-use keeps the reports apart; @tbl-use says what had failed before.

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
    caption="Patients with MAS given emapalumab, by study; systemic JIA as the source has it. Study level.",
    name="fig-use",
)

# %%
#| label: tbl-use
#| tbl-cap: Patients given emapalumab, line of treatment and what had failed before
#| echo: false
told = rows["measure"].isin(["studies", "received", "refractory_to", "co_medication"])
sections.evidence_table(
    review, rows[told], columns=("Treatment", "What", "Condition", "Count", "Share", "Level", "Source"), level=level
)

# %%
#| echo: false
wording.say(
    review,
    """**Line of treatment.** In the trial emapalumab followed high-dose glucocorticoids in all patients, ciclosporin as well in
    {debenedetti2023-emapalumab-sjia-refractory-to-ciclosporin-well:of} and anakinra as well in
    {debenedetti2023-emapalumab-sjia-refractory-to-anakinra-well:of}; how many had failed all of them is not told. Beside the trial,
    {chellapandian2023-emapalumab-sjia-received-bridge:n} patient had it as a bridge to stem cell transplantation after many other
    treatments. Its use as first treatment is not described.""",
)

# %% [markdown]
# ## What happened
#
# Outcomes by study with exact intervals (@fig-outcomes, @tbl-outcomes).

# %%
#| label: fig-outcomes
#| fig-cap: Outcome under emapalumab, by study
#| echo: false
told = given["measure"].isin(sections.outcomes(review)) & given["total"].notna() & given["regimen"].isna()
shown = sections.labelled(review, given[told], by="measure")
shown["group"] = [sections.study_name(review, s) for s in shown["study_id"]]
plots.proportions(
    shown.sort_values("group", ascending=False, kind="stable"),
    label="label",
    group="group",
    level=level,
    caption="Outcome of MAS in systemic JIA under emapalumab, by study, with exact intervals. The adverse events are the serious ones related to the drug. Study level.",
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
    """**Where the figures rub.** All patients of the trial ({debenedetti2023-emapalumab-sjia-favourable-outcome-refractory:of}) are
    said to have had a rapid regression of all MAS parameters and a steroid-sparing effect, and yet
    {debenedetti2023-emapalumab-sjia-remission-refractory:of} reached remission. The two are different outcomes, and the source
    defines neither; the abstract of the trial says that remission was by clinical and laboratory criteria.""",
)

# %% [markdown]
# ## Safety

# %%
#| echo: false
wording.say(
    review,
    """No death or serious adverse event related to emapalumab is reported. With so few patients that is weak comfort: the interval
    for serious events related to the drug still reaches far up
    ({debenedetti2023-emapalumab-sjia-adverse-event-refractory:ci}). Serious events judged unrelated are not told. At the
    end of follow-up {debenedetti2023-emapalumab-mixed-survival-refractory-per-abstract:of} patients were alive (@tbl-own). Viral infection
    or seropositivity, mainly with cytomegalovirus, was the most frequent side effect; no count is printed.
    {debenedetti2023-aciclovir-sjia-received:of} patients had aciclovir as prophylaxis.""",
    level=level,
)

# %% [markdown]
# ## Dose, and emapalumab with anakinra
#
# The source prints **no dose of emapalumab**, no schedule and no levels. The doses it prints in this place are those of anakinra given at the same time (@fig-doses, @tbl-doses).

# %%
#| label: fig-doses
#| fig-cap: Doses of anakinra given with emapalumab
#| echo: false
trial = list(given["study_id"].dropna().unique())
doses = review.select("doses", treatment=["anakinra", "emapalumab"], study_id=trial, kind="dose")
plots.ranges(
    sections.dose_ranges(review, doses),
    label="label",
    caption="Doses of anakinra given together with emapalumab; an open range has no printed lower end. Study level.",
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
    """Together with anakinra ({debenedetti2023-anakinra-dose-sjia-combination}) flares of the underlying systemic JIA seemed rarer,
    without more serious events or infections; neither the patients nor the flares are counted. At high dose
    ({debenedetti2023-anakinra-dose-sjia-high-dose}) anakinra was added in
    {debenedetti2023-emapalumab-sjia-co-medication-combination-refractory:of} patients of the trial.""",
)

# %% [markdown]
# ## Named series
#
# All studies with patients given emapalumab are in @tbl-named.

# %%
#| label: tbl-named
#| tbl-cap: Studies of emapalumab
#| echo: false
studies = review.select("studies", study_id=trial)
sections.series_table(review, studies, columns=("Study", "Design", "MAS in", "Patients", "Known of it", "Source"))

# %% [markdown]
# ## In the studies' own abstracts
#
# What the trial's own public abstract says (@tbl-own): the same patients, read at the source, to hold against the review. *Mixed conditions* means systemic JIA or adult-onset Still's disease.

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
# ## What these numbers mean, and what they do not
#
# - Without a control group the trial cannot say how many would have gone into remission on continued glucocorticoids and other treatment. Its patients had failed high-dose glucocorticoids, which makes spontaneous remission unlikely but not impossible.
# - *Remission* is the trial's, by clinical and laboratory criteria at a fixed time; other series define it otherwise or not at all. The median time to remission is printed without a range.
# - The wording of the source leaves open whether *related to emapalumab* goes with the deaths too. The trial's abstract settles it: all patients were alive at the end of follow-up (@tbl-own).
# - If some patients had adult-onset Still's disease, not everyone was a child with systemic JIA. What had failed before, beyond glucocorticoids, is printed in the source only.
# - The single report of a bridge to transplantation was published because it went well. Its interval says almost nothing, and it is never added to the trial.
# - The trial is about systemic JIA, perhaps with its adult form. Nothing here supports or refutes the use in MAS of other causes.

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
