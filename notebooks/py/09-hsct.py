# %% [markdown]
# ---
# title: Transplantation
# subtitle: Haematopoietic stem cell transplantation in refractory MAS
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

# %%
#| include: false
from helpers import evidence, plots, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="hsct")
public = every[every["source_id"].isin(review.select("sources", kind="abstract")["source_id"])]
rows = sections.main(
    review, every.drop(public.index)
)  # the abstract and the discussion of the source review repeat its results
RESULTS = sections.outcomes(review)
NOT_MAS = "shlh"  # secondary HLH without rheumatic disease, reported in the same studies

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Transplantation for refractory MAS is reported in {hsct-all-studies-refractory:n} studies, in few patients. Of those in the only
    series, all with systemic JIA, {silva2018-hsct-sjia-death-refractory:ci} died,
    {silva2018-hsct-sjia-adverse-event-refractory-severe-infection:of} had a severe infection and
    {silva2018-hsct-sjia-adverse-event-refractory-graft-versus-host:of} graft versus host disease; all survivors,
    {silva2018-hsct-sjia-remission-refractory:n} of the {silva2018-hsct-sjia-death-refractory:N} transplanted, reached remission of
    their disease.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "hsct")

# %% [markdown]
# ## Who was transplanted
#
# Patients by study, where a study is described, and otherwise as a review total over the remaining studies (@fig-use, @tbl-use). Patients with secondary HLH are shown because the source mentions them; they did not have MAS.

# %%
#| label: fig-use
#| fig-cap: Patients transplanted for refractory MAS or HLH
#| echo: false
use = rows[(rows["measure"] == "received") & rows["events"].notna()]
shown = sections.labelled(review, use)
studies = shown["study_id"].astype(object).where(shown["study_id"].notna(), None)
where = ["review total" if s is None else sections.study_name(review, s) for s in studies]
kinds = [
    "Secondary HLH" if c == NOT_MAS else f"MAS, {n}" for c, n in zip(shown["condition"], shown["label"], strict=True)
]
shown["label"] = [f"{k} ({w})" for k, w in zip(kinds, where, strict=True)]
caption = "Patients given a transplant, by study, and review totals of the studies that only mention transplantation."
plots.bars(shown, label="label", value="events", unit="patients transplanted", caption=caption, name="fig-use")

# %%
#| label: tbl-use
#| tbl-cap: Patients transplanted and patients whose outcome can be told
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(["studies", "received", "assessable"])],
    columns=("What", "Condition", "Count", "Share", "Level", "Source"),
    level=level,
)

# %% [markdown]
# ## What happened
#
# @fig-outcomes shows every outcome with a denominator, the series apart from the review totals; @tbl-outcomes adds those without.

# %%
#| label: fig-outcomes
#| fig-cap: Outcome of MAS after transplantation
#| echo: false
told = rows["measure"].isin(RESULTS) & rows["total"].gt(0) & (rows["condition"] != NOT_MAS)
shown = sections.labelled(review, rows[told.fillna(False)], by="counted")
studies = shown["study_id"].astype(object).where(shown["study_id"].notna(), None)
shown["group"] = ["Review total" if s is None else sections.study_name(review, s) for s in studies]
shown["label"] = shown["label"].str.replace(", refractory", "")
caption = "Patients transplanted for MAS, with intervals. Disease remission is counted among survivors. The review total rests on the studies that only mention transplantation."
plots.proportions(shown, label="label", group="group", level=level, caption=caption, name="fig-outcomes")

# %%
#| label: tbl-outcomes
#| tbl-cap: Outcome and safety of transplantation
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"].isin(RESULTS)],
    columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"),
    level=level,
    name="tbl-outcomes",
)

# %%
#| echo: false
wording.say(
    review,
    """**Safety.** The patient who died had a pulmonary haemorrhage {silva2018-hsct-time-to-death-sjia} after transplantation. Severe
    infection struck every patient of the series. Full donor chimerism was reached in
    {silva2018-hsct-sjia-chimerism-refractory:of}. In the studies that only mention transplantation the outcome is told for
    {hsct-all-assessable:of} patients with MAS; {hsct-all-survival:n} survived, {hsct-all-recurrence:n} with reactivation of the
    disease. Of the patients with secondary HLH {hsct-shlh-death:n} died; of how many with a known outcome is not said.""",
    level=level,
)

# %% [markdown]
# ## The larger cohort behind the series
#
# The public abstract of the same study describes everyone transplanted for refractory juvenile idiopathic arthritis, with or without MAS (@tbl-abstracts). The patients of the series are among them; the numbers must not be added.

# %%
#| echo: false
wording.say(
    review,
    """Of this cohort [@silva2018] {silva2018-hsct-jia-survival-per-abstract:ci} were alive at last follow-up. Acute graft versus host
    disease is counted in {silva2018-hsct-jia-adverse-event-acute-gvhd-per-abstract:of}; the source review gives the same number,
    {silva2018-hsct-sjia-adverse-event-refractory-graft-versus-host:n}, for the patients with MAS alone. Whether all of them had MAS could
    not be checked.""",
    level=level,
)

# %%
#| label: tbl-abstracts
#| tbl-cap: Transplantation for refractory juvenile idiopathic arthritis, from the public abstract
#| echo: false
sections.evidence_table(
    review, public, columns=("What", "Condition", "Count", "Share", "Definition", "Level", "Source"), level=level
)

# %% [markdown]
# ## Line of treatment
#
# Transplantation is a last resort in all of these reports. What had been tried is told for a single child (@tbl-line).

# %%
#| echo: false
wording.say(
    review,
    """Chellapandian and colleagues [@chellapandian2023] describe a child aged {chellapandian2023-hsct-age-sjia} with systemic JIA,
    recurrent MAS and lung disease in whom glucocorticoids, methotrexate and blockade of IL-1 and IL-6 had failed. Emapalumab
    controlled MAS and bridged to an allogeneic transplant from a matched sibling; see [emapalumab](06-emapalumab.ipynb).""",
)

# %%
#| label: tbl-line
#| tbl-cap: Treatments that had failed before transplantation
#| echo: false
sections.evidence_table(
    review,
    rows[rows["measure"] == "refractory_to"],
    columns=("Treatment", "What", "Condition", "Count", "Level", "Source"),
    level=level,
)

# %% [markdown]
# Conditioning, doses, cell source and the interval between MAS and transplantation are not in the source review.
#
# ## The studies
#
# @tbl-studies names the studies described one by one; the others are known only by number.

# %%
#| label: tbl-studies
#| tbl-cap: Studies of transplantation described by the source review
#| echo: false
sections.study_table(review, review.select("studies", study_id=list(rows["study_id"].dropna().unique())))

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - **Selection.** Only patients well enough to reach a transplant are counted; those who died of MAS before are in no denominator here.
# - **Remission of what.** The source speaks of disease remission, that is of the underlying arthritis as well as MAS, among survivors. The table's share is therefore that of survivors; the answer above sets them against all who were transplanted.
# - **Single patients.** Reports of one child are published because they went well. They say that a course of treatment is possible, not how often it succeeds.
# - **Not added.** Study rows and review totals are shown side by side; no overall rate of survival is computed from them.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "09-hsct")

# %% [markdown]
# ::: {#refs}
# :::
