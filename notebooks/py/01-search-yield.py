# %% [markdown]
# ---
# title: Search yield
# subtitle: What the searches found, and whom the included studies describe
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

# %%
#| include: false
import pandas as pd

from helpers import evidence, plots, screening, sections, wording

review = evidence.load(as_of=as_of)
every = review.select(section="search_yield")
rows = sections.main(review, every)  # the abstract and the discussion repeat the results
labels = {box: review.label("flow_box", box) for box in review.order("flow_box")}

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
wording.say(
    review,
    sections.search_sentence(review)
    + """ They describe {review-all-patients:n} patients with
    MAS: {review-sjia-patients} with systemic JIA, {review-sle-patients} with lupus, {review-kd-patients} with Kawasaki disease
    and {review-other-patients} with other rheumatic conditions. Only
    {review-all-studies-standardized-single-arm:n} of the studies was a trial, without a control group.""",
    name="answer",
)

# %%
#| echo: false
sections.certainty(review, "search_yield")

# %% [markdown]
# ## From records to studies
#
# The flow follows PRISMA 2020 (@fig-flow, @tbl-flow). The source review prints the numbers of some boxes in its text; the others are in a picture that was not at hand and stay *not stated*. They are not worked out from their neighbours: that would need the number of duplicates.

# %%
#| label: fig-flow
#| fig-cap: PRISMA 2020 flow of the newest search
#| echo: false
plots.prisma_flow(
    sections.latest_flow(review),
    labels=labels,
    caption="PRISMA 2020 flow of the newest search. What a source does not state reads 'not stated'.",
    name="fig-flow",
)

# %%
#| label: tbl-flow
#| tbl-cap: Boxes of the flow diagram
#| echo: false
sections.flow_table(review, name="tbl-flow")

# %% [markdown]
# A living review searches again and again: @fig-living shows one column a search, and the studies of all searches so far (PRISMA-LSR). What became of each record that an update found stands on the page of [records](../records.qmd).

# %%
#| label: fig-living
#| fig-cap: From records to studies, search by search
#| echo: false
versions = review.tables["updates"].set_index("update_id")
plots.living_flow(
    screening.living_flow(review.tables["flow"]),
    labels=labels,
    versions={
        update: f"{row['version']}, searched through {row['searched_through']}" for update, row in versions.iterrows()
    },
    caption="One column a search: records found, screened and assessed, new studies, and all studies so far.",
    name="fig-living",
)

# %% [markdown]
# ## Patients
#
# All patients are counted once, as the source review adds them up (@fig-patients). The *other* conditions are a long list of small groups (@tbl-others).

# %%
#| label: fig-patients
#| fig-cap: Patients with MAS by condition
#| echo: false
patients = sections.in_order(review, rows[rows["adds_up_to"] == "review-all-patients"])
plots.bars(
    sections.labelled(review, patients),
    label="label",
    value="events",
    unit="patients with MAS",
    caption=wording.say(
        review, "Patients with MAS by rheumatic condition; {review-all-patients:n} in all. Review totals."
    ),
    name="fig-patients",
)

# %%
#| label: tbl-others
#| tbl-cap: Patients with other rheumatic conditions
#| echo: false
others = rows[rows["adds_up_to"] == "review-other-patients"].sort_values("events", ascending=False, kind="stable")
sections.evidence_table(review, others, columns=("Condition", "Count", "Source"))

# %% [markdown]
# ## Studies by condition and design
#
# Four in five studies are retrospective case series (@fig-designs); what the source says of designs, conditions, validity and category of evidence stands in @tbl-designs. It gives validity and category study by study only for the Kawasaki disease studies (@tbl-validity).

# %%
#| label: fig-designs
#| fig-cap: Studies by design
#| echo: false
designs = rows[rows["adds_up_to"] == "abstract-review-all-studies"]
plots.bars(
    designs.assign(label=designs["detail"].str.replace(", included.*", "", regex=True), condition="all"),
    label="label",
    value="events",
    unit="studies",
    caption=wording.say(
        review, "Included studies by design; {review-all-studies-fulfilled-eligibility-criteria:n} in all."
    ),
    name="fig-designs",
)

# %%
#| label: tbl-designs
#| tbl-cap: Included studies by condition, design, validity and category of evidence
#| echo: false
studies = rows[
    rows["measure"].isin(["studies", "share"]) & (rows["row_id"] != "review-all-studies-fulfilled-eligibility-criteria")
]
sections.evidence_table(review, studies, columns=("What", "Condition", "Count", "Share", "Source"))

# %%
#| label: tbl-validity
#| tbl-cap: Validity and category of evidence by design, where printed study by study
#| echo: false
known = review.tables["studies"].dropna(subset=["validity"])
validity = [review.label("validity", v) for v in known["validity"]]
category = "category " + known["evidence_category"].astype("string")
designs = [review.label("design", d) for d in known["design"]]
grid = pd.crosstab(
    pd.Series(designs, name="Design"), pd.Series([f"{v}, {c}" for v, c in zip(validity, category, strict=True)])
)
how = "Studies of the table of studies, counted by design, validity and category of evidence."
counted = grid.map(lambda studies: wording.computed("validity-by-design", studies, how)).reset_index()
over = {"Validity, category of evidence": grid.columns}
wording.markdown_table(counted, align="l" + "r" * len(grid.columns), spanners=over, name="tbl-validity")

# %% [markdown]
# ## Included studies, as far as they are known
#
# The full list is in a supplement that was not at hand. @tbl-studies holds the studies that the text cites, with what it says of each; [more on each](../studies.qmd).

# %%
#| echo: false
listed = review.select("studies", role="included")
wording.say(
    review,
    """The text cites {cited} of the {review-all-studies-fulfilled-eligibility-criteria:n} included studies by number; {identified} of
    these could be tied to a publication, surely or probably. The others stay a reference number.""",
    cited=wording.computed("studies-cited", len(listed), "Included studies in the table of studies."),
    identified=wording.computed(
        "studies-identified", listed["citation_key"].notna().sum(), "Of these, studies with a publication tied to them."
    ),
)

# %%
#| label: tbl-studies
#| tbl-cap: Studies of the review that the text cites by number
#| echo: false
sections.study_table(review, listed)

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - The number of records is printed for *the first search*; the source does not say whether it holds the records of the update a year later.
# - Patients are those with MAS in the included studies. Two papers on one multinational cohort describe the same patients; the source does not say how it counted other overlaps.
# - The sections on glucocorticoids and ciclosporin report on more patients with *other* conditions than there are in all: see [the audit](13-audit.ipynb#slip-other-conditions).
# - The further studies on JAK inhibitors describe mixed cohorts of haemophagocytic lymphohistiocytosis. They count in that section only.

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, every)

# %%
#| echo: false
sections.take_away(review, "01-search-yield")

# %% [markdown]
# ::: {#refs}
# :::
