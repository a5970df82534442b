# ---
# title: Search yield
# subtitle: What the searches found, and whom the included studies describe
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals, 0 < level < 1

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
    and {review-other-patients} with other rheumatic conditions. Up to {searched_through},
    {review-all-studies-standardized-single-arm:n} of the studies was a clinical trial, and it had no control group.
    <!-- expect: equals(review-all-studies-standardized-single-arm, 1); none("studies: study_id!=debenedetti2023|ref17, design.role=trial|controlled_trial|randomised_trial") -->
    """,
    name="answer",
)

# %%
#| echo: false
sections.certainty(review, "search_yield")

# %% [markdown]
# ## From records to studies

# %%
#| echo: false
wording.say(
    review,
    """The source searched PubMed and EMBASE on {methods-date-value-literature-search} and updated the search on
    {methods-date-value-search-updated}. Eligible were original articles in English with data on the treatment of patients with
    MAS under {methods-age} of age and with more than {methods-case-threshold};
    {review-all-studies-case-reports-included:n} case reports were let in by exception. <!-- site: the criteria of eligibility --> The flow follows PRISMA 2020 (@fig-flow,
    @tbl-flow). The source gives the numbers of some boxes in its text; the others are in its Figure 1, which was not at hand,
    and stay *not stated*. They are not worked out from their neighbours, because the number of duplicates is missing.
    <!-- expect: none("flow: source_id=baldo2025, box=duplicates_removed, count>=0") -->
    """,
)

# %%
#| label: fig-flow
#| fig-cap: PRISMA 2020 flow of the newest search
#| echo: false
boxes = sections.latest_flow(review)
plots.prisma_flow(
    boxes if as_of else sections.with_known_since(review, boxes),  # looking back, nothing is known since
    labels=labels,
    caption="PRISMA 2020 flow of the newest search. What a source does not state reads 'not stated'. What is known since stands beside the end, apart from the search.",
    name="fig-flow",
)

# %%
#| label: tbl-flow
#| tbl-cap: Boxes of the flow diagram
#| echo: false
sections.flow_table(review, name="tbl-flow")

# %% [markdown]
# This review repeats its search: @fig-living has one column for each search and adds up the studies so far (PRISMA-LSR). The page of [records](../records.qmd) shows what became of each record of an update.

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
    caption="One column for each search: records found, screened and assessed, new studies, and studies so far.",
    name="fig-living",
)

# %% [markdown]
# ## Which source found what

# %%
#| echo: false
found = sections.sources_found(review)
found.words()

# %%
#| label: fig-sources
#| fig-cap: Reports by the sources that found them
#| echo: false
found.figure(name="fig-sources")

# %% [markdown]
# ## Patients

# %%
#| echo: false
wording.say(
    review,
    """The source adds up its patients by condition (@fig-patients); the *other* conditions are a list of small groups (@tbl-others).
    It does not say how it dealt with reports that share patients. A multinational cohort of {minoia2015-sjia-patients:n} patients,
    reported in two papers, was presumably counted once: counted twice, the series with systemic JIA that the source describes
    would have more patients than the {review-sjia-patients:n} with systemic JIA in the review.
    <!-- expect: more_than(sum_of(product(2, minoia2015-sjia-patients), bennett2012-sjia-patients, dex-palmitate-sjia-received, aytac2016-sjia-patients-per-abstract, debenedetti2023-emapalumab-sjia-received-refractory, kostik2022-sjia-patients, silva2018-hsct-sjia-received-refractory, ref50-sjia-patients-severe), review-sjia-patients) -->
    This holds only with the {bennett2012-sjia-patients:n} patients of one study among them, whose own abstract speaks of JIA and not
    of systemic JIA.
    <!-- expect: at_most(sum_of(product(2, minoia2015-sjia-patients), dex-palmitate-sjia-received, aytac2016-sjia-patients-per-abstract, debenedetti2023-emapalumab-sjia-received-refractory, kostik2022-sjia-patients, silva2018-hsct-sjia-received-refractory, ref50-sjia-patients-severe), review-sjia-patients) -->
    For other overlaps there is no such check.
    <!-- expect: every("cohorts: overlaps_with!=", "study_id=minoia2014|minoia2015") -->
    """,
)

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

# %%
#| echo: false
wording.say(
    review,
    """Most studies are retrospective case series: {review-all-studies-single-centre-retrospective:n} from one centre and
    {review-all-studies-multicentre-retrospective-case:n} from several, of {review-all-studies-fulfilled-eligibility-criteria:n}
    studies (@fig-designs).
    <!-- expect: more_than(percent(sum_of(review-all-studies-single-centre-retrospective, review-all-studies-multicentre-retrospective-case), review-all-studies-fulfilled-eligibility-criteria), 50) -->
    @tbl-designs has what the source says of conditions, designs, validity and category of evidence. Validity and category are given
    study by study for Kawasaki disease only (@tbl-validity).
    <!-- expect: every("studies: validity!=", "conditions=kd") -->
    """,
)

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
#| tbl-cap: Validity and category of evidence by design, where given study by study
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

# %%
#| include: false
listed = review.select("studies", role="included")
uncited = listed[listed["locator"].str.startswith("not cited")]
in_text = wording.computed("studies-cited", len(listed) - len(uncited), "Studies that text or Table 3 cite by number.")
in_tables = wording.computed("studies-uncited", len(uncited), "Studies listed that text and Table 3 do not cite.")
publications = wording.computed(
    "studies-identified", listed["citation_key"].notna().sum(), "Studies tied to a publication."
)

# %%
#| echo: false
wording.say(
    review,
    """The source lists its studies in a supplementary table that could not be read. Its text and Table 3 cite {in_text} of the
    {review-all-studies-fulfilled-eligibility-criteria:n} by number; {in_tables} further reference numbers lie between those of
    included studies, are cited in neither, and probably belong to Tables 1 and 2.
    <!-- expect: more_than(rows_in("studies: locator=not cited in the text at hand"), 0) -->
    All are in @tbl-studies, with what the source says of each ([more on each](../studies.qmd)); {publications} could be tied to a
    publication, surely or probably, and the others keep their number.
    <!-- site: what the table holds -->
    """,
    in_text=in_text,
    in_tables=in_tables,
    publications=publications,
)

# %%
#| label: tbl-studies
#| tbl-cap: Included studies by reference number, as far as they are known
#| echo: false
sections.study_table(review, listed)

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - The number of records is that of *the first search*; the source does not say whether it includes those of the updated search.
# - Patients are those with MAS in the included studies.
# - The sections on glucocorticoids and ciclosporin count more patients with *other* conditions than the review has in all: see [the audit](13-audit.ipynb#slip-other-conditions). <!-- expect: more_than(gc-other-information, review-other-patients); more_than(csa-other-received, review-other-patients) -->
# - Further studies on JAK inhibitors describe mixed cohorts of haemophagocytic lymphohistiocytosis; the source uses them in that section only. <!-- source: Results, p1 s5 -->

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
