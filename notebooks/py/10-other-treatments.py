# %% [markdown]
# ---
# title: Immunoglobulin and plasma exchange
# subtitle: Often given, never studied by themselves
# ---

# %% tags=["parameters"]
#| include: false
as_of: str | None = None  # update as an ISO date; None is the latest integrated one
level: float = 0.95  # confidence level of the intervals

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
    {ivig-other-received:n} with other conditions; {ivig-all-studies-focused-ivig-efficacy:n} studies looked at its efficacy. Plasma
    exchange is mentioned in {pe-all-studies:n} studies and was given to {pe-sjia-received:n}, {pe-sle-received:n} and
    {pe-other-received:n} patients with systemic JIA, lupus and other conditions. For neither can an outcome be told.""",
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
# Patients by condition, as the source review counts them over its studies (@fig-ivig, @tbl-ivig). The source gives no sum, so none is given here.

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
    caption="Patients given intravenous immunoglobulin for MAS, by condition. Review totals.",
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
# Nothing can be said about efficacy, and no figure of outcomes is drawn. The source review finds efficacy extremely hard to extract because immunoglobulin was almost always one part of a combination.

# %%
#| echo: false
wording.say(
    review,
    """The nearest to an outcome stands in the section on Kawasaki disease: {nonsjia-ivig-kd-favourable-outcome-monotherapy:n} patients
    were successfully treated with immunoglobulin alone. Immunoglobulin is the standard treatment of Kawasaki disease itself, so its
    use there says little about MAS. That section also gives the share of patients treated,
    {nonsjia-ivig-kd-received:printed}, which does not match the {ivig-kd-received:n} counted here ([audit](13-audit.ipynb#slip-kd-ivig)).
    Single studies are on [the page on MAS outside systemic JIA](11-non-sjia.ipynb).""",
)

# %% [markdown]
# ## Plasma exchange
#
# ### Who was given it
#
# @fig-exchange and @tbl-exchange show plasma exchange by condition and, apart, the study that used it against thrombotic microangiopathy. Whether the patients of that study are among the totals is not said.

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
    caption="Patients given plasma exchange for MAS, by condition. Review totals; none is reported for Kawasaki disease.",
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
    """The source review describes plasma exchange as an addition to other treatments. In {minoia2021-pe-mixed-received-combination:n} patients it was part of a
    combination against MAS with thrombotic microangiopathy [@minoia2021]; the outcome told for that cohort belongs to complement
    blockade with eculizumab and is on [the page of the other biologics](07-other-biologics.ipynb).""",
)

# %% [markdown]
# ## The same treatments elsewhere in the evidence
#
# @tbl-elsewhere lists all other rows on immunoglobulin and plasma exchange, with those from public abstracts of single studies. They overlap with the totals above and are not added to them.

# %%
#| label: tbl-elsewhere
#| tbl-cap: Immunoglobulin and plasma exchange in other sections
#| echo: false
sections.evidence_table(review, elsewhere, columns=COLUMNS, level=level)

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - **Use, not effect.** The counts say who reports giving these treatments. They do not say that they helped, nor that they did not.
# - **No dose, line or safety.** The source review reports no dose, number of sessions, line of treatment or adverse event for either of the two. Silence is not safety: plasma exchange needs a central line, and immunoglobulin in these amounts is not without risk.
# - **Indication is mixed.** Immunoglobulin is given for Kawasaki disease, for infection and for low antibodies as well as for MAS; the source does not separate these reasons.
# - **Regions differ.** How often immunoglobulin is given differs between areas of the world; see [geography](12-geography.ipynb). A total over studies therefore reflects where the studies were made.
# - **Large cohorts weigh most.** The totals cannot be split by study, so nobody can tell how many of the patients come from the largest cohort.

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
