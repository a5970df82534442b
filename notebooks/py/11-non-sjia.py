# %% [markdown]
# ---
# title: MAS outside systemic JIA
# subtitle: Lupus and Kawasaki disease, study by study where the source shows them
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals
method: str = "glmm"  # pooling method of helpers.synthesis, for example logit-reml
interval: str = "t"  # interval of the pooled proportion: wald or t; hksj and mhksj with other methods than glmm

# %%
#| include: false

from helpers import comparisons, evidence, plots, sections, synthesis, wording

review = evidence.load(as_of=as_of)
every = review.select(section="non_sjia")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results
lupus, kawasaki = rows[rows["condition"].isin(["sle", "sjia", "sle_mctd"])], rows[rows["condition"] == "kd"]
studies = kawasaki[(kawasaki["level"] == "study") & kawasaki["locator"].str.startswith("Table")]

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    """Lupus: {sle-studies:n} studies give detail on {sle-patients:n} patients with MAS; {sle-death:printed} of them died. No treatment
    of lupus-associated MAS has been compared with another. Kawasaki disease: {kd-studies:n} studies describe {kd-patients:n}
    patients with MAS; nearly all had glucocorticoids, most immunoglobulin, and {kd-death:ci} died.""",
    name="answer",
    level=level,
)

# %%
#| echo: false
sections.certainty(review, "non_sjia")

# %% [markdown]
# ## Lupus
#
# The table of the source that shows the lupus studies one by one was not at hand. What its text says stands in @tbl-lupus, the comparisons it prints in @tbl-comparisons and @fig-comparisons.

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
#
# Two studies compared treatment between the conditions. P values are recomputed over all counts that fit the printed, rounded percentages. One comparison is probably printed the wrong way round: see [the audit](13-audit.ipynb#slip-aytac-ivig).

# %%
#| label: tbl-comparisons
#| tbl-cap: Treatment in lupus against systemic JIA, as printed and recomputed
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
    caption="Printed percentages of patients given a treatment. Intervals are exact and cover every count that fits the percentage; without a group size there is none.",
    name="fig-comparisons",
)

# %% [markdown]
# ## Kawasaki disease: treatments
#
# The source shows these studies one by one. @fig-treatments gives the patients who had each treatment in each study; a dot means that the table does not mention it, not that nobody had it.

# %%
#| label: fig-treatments
#| fig-cap: Treatments by study in MAS with Kawasaki disease
#| echo: false
matrix, sizes = sections.treatments_by_study(review, studies)
caption = "Patients given each treatment in each study of MAS with Kawasaki disease, as its row of the source's table says. Stronger colour: a larger share of the study's patients."
plots.heatmap(matrix, totals=sizes, caption=caption, name="fig-treatments")

# %%
#| label: tbl-kd-totals
#| tbl-cap: Kawasaki disease, totals that the source prints over its studies
#| echo: false
totals = kawasaki[kawasaki["level"] == "review"]
columns = ("What", "Treatment", "Count", "Share", "Source")
sections.evidence_table(review, totals, columns=columns, level=level, name="tbl-kd-totals")

# %% [markdown]
# The printed totals (@tbl-kd-totals) do not all agree with the studies' own rows (@tbl-kd-studies): see [the audit](13-audit.ipynb). Study rows and totals describe the same patients and are never added together.

# %% [markdown]
# ## Kawasaki disease: outcomes
#
# Here every study has a row of its own, and all use the same word, so they are pooled. That the word means the same in each is assumed: the source does not define it. The primary model is binomial-normal, which needs no correction for studies without events [@stijnen2010]; [why this one](../methods.qmd#simulation). The prediction interval, the thin line, is where the share in a new study may lie.

# %%
#| include: false
validity = review.tables["studies"].set_index("study_id")["validity"]
told = studies[studies["measure"].isin(["remission", "death"]) & studies["regimen"].isna()]
told = review.counted_once(told)  # two reports of the same patients would weight them twice
outcome = sections.labelled(review, told, by="study")
outcome["validity"] = [review.label("validity", validity[s]) for s in outcome["study_id"]]
remission = outcome[outcome["measure"] == "remission"].drop_duplicates("study_id")
death = outcome[(outcome["measure"] == "death") & (outcome["treatment"] == "none")]

# %%
#| include: false
options = {"method": method, "ci": interval, "level": level}
pool_remission, pool_death = sections.pool(remission, **options), sections.pool(death, **options)
remission, death = remission.assign(weight=pool_remission.weights), death.assign(weight=pool_death.weights)
rows_remission, rows_death = remission["row_id"], death["row_id"]
about = "in MAS with Kawasaki disease, by study, with the validity of each"

# %%
#| label: fig-remission
#| fig-cap: Remission of MAS in Kawasaki disease, by study
#| echo: false
plots.proportions(
    remission,
    label="label",
    mark="validity",
    weight="weight",
    pooled=sections.diamond(pool_remission),
    level=level,
    caption=sections.pooled_caption(f"Remission {about}", pool_remission, outcome="remission", rows=rows_remission),
    name="fig-remission",
)

# %%
#| label: fig-death
#| fig-cap: Death in MAS with Kawasaki disease, by study
#| echo: false
plots.proportions(
    death,
    label="label",
    mark="validity",
    weight="weight",
    pooled=sections.diamond(pool_death),
    level=level,
    caption=sections.pooled_caption(f"Death {about}", pool_death, outcome="death", rows=rows_death),
    name="fig-death",
)

# %%
#| echo: false
pooled = {"remission": pool_remission, "death": pool_death}
sections.pooled_sentence(review, pooled, rows={"remission": rows_remission, "death": rows_death})

# %% [markdown]
# Nearly all patients recovered in nearly all studies, so the estimates in @fig-remission and @fig-death lie at the edge of the scale, where models differ most and intervals are wide: the pooled share of a typical study says little more than that most patients recovered. A study stands in a figure only when its row states the outcome of its patients; a death is counted as none where every patient of the study is stated to be in remission. No study compared treatments, and the patients who died had had the most intensive ones, being the sickest.

# %% [markdown]
# ### How much the choice of analysis matters
#
# @fig-curve-remission and @fig-curve-death repeat the pooling with every combination of model, interval, filter by validity, and one study left out. Where the points form a flat line, the choice hardly matters.

# %%
#| include: false
curves = {}
for outcome_name, told in (("remission", remission), ("death", death)):
    good = {"moderate or high": list(told["validity"] != "Low")}
    counts = {"events": list(told["events"]), "totals": list(told["total"]), "studies": list(told["study_id"])}
    curves[outcome_name] = synthesis.multiverse(**counts, validity=good, level=level, primary=(method, interval))

# %%
#| label: fig-curve-remission
#| fig-cap: Pooled remission under every analysis
#| echo: false
caption = "Pooled share in remission under every analysis, with its interval; the primary one is marked."
plots.specification_curve(
    curves["remission"].to_frame(), outcome="Remission", caption=caption, name="fig-curve-remission"
)

# %%
#| label: fig-curve-death
#| fig-cap: Pooled deaths under every analysis
#| echo: false
caption = "Pooled share of deaths under every analysis, with its interval; the primary one is marked."
plots.specification_curve(curves["death"].to_frame(), outcome="Death", caption=caption, name="fig-curve-death")

# %%
#| label: tbl-kd-studies
#| tbl-cap: Kawasaki disease, every study row
#| echo: false
columns = ("Level", "Treatment", "What", "Count", "Share", "Source")
sections.evidence_table(review, studies, columns=columns, level=level, name="tbl-kd-studies")

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - MAS in lupus and in Kawasaki disease overlaps with the disease itself; studies differ in how they told them apart.
# - Series from single centres describe the patients whom somebody thought worth describing.
# - Immunoglobulin and aspirin treat Kawasaki disease as such; their use says little about MAS.
# - Protocols for haemophagocytic lymphohistiocytosis were given to the sickest patients. That the deaths fall under them is no sign of harm, and no sign of benefit either.

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
