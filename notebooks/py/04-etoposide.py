# %% [markdown]
# ---
# title: Etoposide
# subtitle: Who was given it, what happened, how toxic it was, and the low-dose series
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

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
    {etoposide-sjia-received:n} of them with systemic JIA. Of those whose outcome can be told, {etoposide-all-death:ci} died. At low
    dose, after other treatments had failed, MAS went into remission in {etoposide-sjia-remission-low-dose-refractory:ci} patients
    with systemic JIA and in {etoposide-sle-remission-low-dose-refractory:of} with lupus.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "etoposide")

# %% [markdown]
# ## Who was given etoposide
#
# Patients by condition (@fig-use). In systemic JIA, where most patients are, the outcome can be told for few (@tbl-use).

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
#| tbl-cap: Patients given etoposide and patients whose outcome can be told
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
    """In the largest cohort almost {discussion-minoia2014-etoposide-sjia-received:printed} of
    {discussion-minoia2014-sjia-patients-2:n} patients with systemic JIA had etoposide. For Kawasaki disease the source
    prints {etoposide-kd-received:n} patients here and {nonsjia-etoposide-kd-received:n} where it describes that disease,
    {nonsjia-etoposide-kd-received-within-hlh-protocol:of} within an HLH protocol; [the audit](13-audit.ipynb#slip-kd-etoposide)
    holds the two against the single studies (@tbl-kd).""",
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
# Deaths are counted for all conditions together (@tbl-outcomes); remission only in the low-dose series (@tbl-low). @fig-outcomes shows both. Whether the low-dose patients are part of the total is not said.

# %%
#| label: fig-outcomes
#| fig-cap: Outcome under etoposide
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
    caption="Outcome under etoposide among patients whose outcome can be told. Review totals with intervals; the low-dose patients may be part of the total.",
    name="fig-outcomes",
)

# %%
#| label: tbl-outcomes
#| tbl-cap: Deaths and adverse events under etoposide
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
    """**Safety.** Neutropenia was the main adverse event, without a count. Severe bone marrow suppression with sepsis is reported in
    {etoposide-all-adverse-event:n} patients; the number of patients observed for it is not printed, so no rate can be given. The
    {etoposide-all-death:n} deaths are not split by condition or dose, and whether MAS, the drug or an infection caused them is not
    told. In Kawasaki disease all {nonsjia-hlh-protocol-kd-death:n} deaths are said to have come under an HLH protocol, which its
    single studies do not quite bear out ([audit](13-audit.ipynb#slip-kd-deaths-protocol)).""",
)

# %% [markdown]
# ## Line of treatment and the low-dose series
#
# The source describes a series in detail, from reports that cannot be told apart (@tbl-low): low-dose etoposide after earlier treatment had failed. @tbl-failed shows patients who were given something else after etoposide or an HLH protocol had failed.

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
    """All patients of the series with systemic JIA had failed high-dose glucocorticoids and ciclosporin, and
    {etoposide-sjia-refractory-to-low-dose-anakinra-well:of} anakinra ({anakinra-dose-sjia}) as well. Of those with lupus,
    {etoposide-sle-survival-low-dose-refractory:of} survived and {etoposide-sle-sequela-low-dose-refractory:of} kept lasting damage
    to the central nervous system. Reports: {reports}.""",
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
#
# The general range is printed per dose, weekly to biweekly; the low-dose range per week. They stand on axes of their own (@fig-doses, @tbl-doses).

# %%
#| label: fig-doses
#| fig-cap: Dose ranges of etoposide
#| echo: false
doses = review.select("doses", section="etoposide")
plots.ranges(
    sections.dose_ranges(review, doses[doses["kind"] == "dose"]),
    label="label",
    caption="Lowest to highest dose reported, on one axis per unit as printed. Review totals.",
    name="fig-doses",
)

# %%
#| label: tbl-doses
#| tbl-cap: Doses of etoposide
#| echo: false
sections.dose_table(review, doses)

# %% [markdown]
# ## In the studies' own abstracts
#
# What the public abstracts of the studies themselves say (@tbl-own): the same patients, read at the source, to hold against the review.

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
# ## What these numbers mean, and what they do not
#
# - Etoposide is mostly given to the sickest and often last, or belongs to a protocol made for primary HLH. The share who died describes these patients and **does not show that etoposide harmed or saved them**.
# - The denominator of the deaths is the sum of the patients with outcome data in the sentence before; the source prints the count and the percentage only, and they agree with that sum.
# - Outcomes are known for all patients with Kawasaki disease and for a minority with systemic JIA, so the total leans towards Kawasaki disease and must not be read as the risk in systemic JIA.
# - The low-dose series is a handful of patients from reports of success; the interval shows chance, not this selection.
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
