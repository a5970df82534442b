# ---
# title: Transplantation
# subtitle: Haematopoietic stem cell transplantation in refractory MAS
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

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
    """Transplantation for refractory MAS is reported in {hsct-all-studies-refractory:n} studies: a series of
    {silva2018-hsct-sjia-received-refractory:n} patients, a report of {chellapandian2023-hsct-sjia-received-refractory:n} child, and
    others with {hsct-all-received:n} patients who had MAS. <!-- expect: none("counts: treatment=hsct, measure=received,
    condition!=shlh|jia, row_id!=silva2018-hsct-sjia-received-refractory|chellapandian2023-hsct-sjia-received-refractory|hsct-all-received") -->
    In the series, of patients with systemic JIA, {silva2018-hsct-sjia-death-refractory:ci} died,
    {silva2018-hsct-sjia-adverse-event-refractory-severe-infection:of} had a severe infection and
    {silva2018-hsct-sjia-adverse-event-refractory-graft-versus-host:of} graft versus host disease. All survivors,
    {silva2018-hsct-sjia-remission-refractory:n} of the {silva2018-hsct-sjia-death-refractory:N} transplanted, reached disease remission. <!-- expect: all_of(silva2018-hsct-sjia-remission-refractory); equals(silva2018-hsct-sjia-remission-refractory.total,
    difference(silva2018-hsct-sjia-received-refractory, silva2018-hsct-sjia-death-refractory)) -->""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "hsct")

# %% [markdown]
# ## Who was transplanted
#
# @fig-use and @tbl-use show patients by study, where the source describes a study, and otherwise as a total over the other studies. Patients with secondary HLH are shown because the source mentions them; it does not count them as MAS.

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
caption = "Patients given a transplant, by study, and totals of the source over the studies that it does not describe."
plots.bars(shown, label="label", value="events", unit="patients transplanted", caption=caption, name="fig-use")

# %%
#| label: tbl-use
#| tbl-cap: Patients transplanted and patients with a known outcome
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
# @fig-outcomes shows outcomes that have a denominator, the series apart from the totals of the source; @tbl-outcomes adds those without.

# %%
#| label: fig-outcomes
#| fig-cap: Outcome of MAS after transplantation
#| echo: false
told = rows["measure"].isin(RESULTS) & rows["total"].gt(0) & (rows["condition"] != NOT_MAS)
shown = sections.labelled(review, rows[told.fillna(False)], by="counted")
studies = shown["study_id"].astype(object).where(shown["study_id"].notna(), None)
shown["group"] = ["Review total" if s is None else sections.study_name(review, s) for s in studies]
shown["label"] = shown["label"].str.replace(", refractory", "")
caption = "Patients transplanted for MAS, with intervals. Disease remission is counted among survivors. The total of the source is over studies that it does not describe."
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
    """**Series.** The patient who died had a pulmonary haemorrhage {silva2018-hsct-time-to-death-sjia} after transplantation. Severe
    infection followed in {silva2018-hsct-sjia-adverse-event-refractory-severe-infection:of} and full donor chimerism was reached in
    {silva2018-hsct-sjia-chimerism-refractory:of}. **Other studies.** The outcome is known for {hsct-all-assessable:of} patients with MAS:
    {hsct-all-survival:of} survived, without reactivation of the disease. <!-- expect: all_of(hsct-all-survival);
    none_of(hsct-all-recurrence) --> Of {hsct-shlh-received:n} patients with secondary HLH {hsct-shlh-death:n} died; for how many the
    outcome is known, the source does not say. <!-- expect: none("counts: treatment=hsct, condition=shlh, measure=assessable") -->""",
    level=level,
)

# %% [markdown]
# ## The cohort behind the series
#
# The public abstract of the same study describes the whole cohort transplanted for refractory juvenile idiopathic arthritis, with or without MAS (@tbl-abstracts). The patients of the series are among them, so that the numbers must not be added. <!-- expect: more_than(silva2018-hsct-jia-received-per-abstract, silva2018-hsct-sjia-received-refractory) -->

# %%
#| echo: false
wording.say(
    review,
    """Of this cohort [@silva2018] {silva2018-hsct-jia-survival-per-abstract:ci} were alive at last follow-up. The abstract
    counts acute graft versus host disease in {silva2018-hsct-jia-adverse-event-acute-gvhd-per-abstract:of}; the source gives the same
    number, {silva2018-hsct-sjia-adverse-event-refractory-graft-versus-host:n}, for the patients with MAS. Whether all of these had MAS
    could not be checked. <!-- expect: equals(silva2018-hsct-jia-adverse-event-acute-gvhd-per-abstract,
    silva2018-hsct-sjia-adverse-event-refractory-graft-versus-host); none("counts: source_id=silva2018-abstract, condition!=jia") -->""",
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
# The source reports transplantation for refractory MAS; what had been tried before is reported for a single child (@tbl-line). <!-- expect: every("counts: treatment=hsct, measure=studies", "line=refractory"); equals(1, rows_in("counts: section=hsct, measure=refractory_to")) -->

# %%
#| echo: false
wording.say(
    review,
    """Chellapandian and colleagues [@chellapandian2023] describe a child aged {chellapandian2023-hsct-age-sjia} with systemic JIA,
    recurrent MAS and lung disease in whom glucocorticoids, methotrexate, anakinra, canakinumab and tocilizumab had failed. Emapalumab was
    given with success as a bridge to an allogeneic transplant from a matched sibling; see [emapalumab](06-emapalumab.ipynb).""",
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
# The source does not report conditioning, cell dose, or the interval between MAS and transplantation. <!-- expect: none("doses: section=hsct"); none("quantities: section=hsct, quantity!=age|time_to_death|time_of_assessment") -->
#
# ## The studies
#
# @tbl-studies names the studies that the source describes one by one; of the others it gives the reference numbers.

# %%
#| label: tbl-studies
#| tbl-cap: Studies of transplantation described by the source review
#| echo: false
sections.study_table(review, review.select("studies", study_id=list(rows["study_id"].dropna().unique())))

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
# - **Selection.** The denominators are patients who were transplanted; those who died of MAS before are in none of them. <!-- expect: equals(silva2018-hsct-sjia-death-refractory.total, silva2018-hsct-sjia-received-refractory); equals(hsct-all-assessable.total, hsct-all-received) -->
# - **Remission of what.** The source speaks of disease remission among survivors and does not say whether this means arthritis as well as MAS. The share in the table is therefore that of survivors; the answer above sets them against all who were transplanted. <!-- expect: more_than(silva2018-hsct-sjia-received-refractory, silva2018-hsct-sjia-remission-refractory.total) -->
# - **Single patients.** The report of one child may have been published because treatment went well; it shows that this course of treatment is possible, not how often it succeeds. <!-- expect: equals(chellapandian2023-hsct-sjia-received-refractory, 1); all_of(chellapandian2023-emapalumab-sjia-favourable-outcome-bridge) -->
# - **Not added.** The rows of studies and the totals of the source stand side by side; no overall rate of survival is computed from them. <!-- site: what the page does not compute -->

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
