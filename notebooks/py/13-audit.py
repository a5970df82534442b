# ---
# title: Reproduction audit
# subtitle: What the printed numbers give when they are computed again
# page-layout: full
# ---

# %% tags=["parameters"]
#| include: false
as_of = None  # update as an ISO date; None is the latest integrated one

# %%
#| include: false
from helpers import audit, evidence, sections, wording
from helpers.audit import page

review = evidence.load(as_of=as_of)
report = audit.audit(review)

# %%
#| echo: false
wording.status(review)

# %% [markdown]
# ## The answer

# %%
#| echo: false
page.answer(review, report)

# %% [markdown]
# A printed review cannot show its working; this page does it after the fact, number by number (@fig-verdicts, @tbl-verdicts). It was not made to find fault. A long text with numbers gathered by hand can be expected to hold some that do not agree, ours too: new rows of this living review go through the same checks before they are taken in. By our reading the differences below leave what the source review concludes on efficacy as it is. One of them turns a finding round: in one of the two studies that it sets side by side for lupus and systemic JIA, the source gives immunoglobulin as more frequent in lupus, and by the study's own abstract it was less frequent ([the proof](#slip-aytac-ivig)). <!-- expect: more_than(compare-aytac2016-ivig-received-condition/1, compare-aytac2016-ivig-received-condition/2); more_than(aytac2016-ivig-sjia-received-per-abstract.percent_printed, aytac2016-ivig-sle-received-per-abstract.percent_printed) --> Where a number differs, the source's stays in our tables and is marked with a dagger.

# %%
#| label: fig-verdicts
#| fig-cap: Printed statements by section and by what became of them
#| echo: false
page.figure(review, report, name="fig-verdicts")

# %%
#| label: tbl-verdicts
#| tbl-cap: Printed statements by section and by what became of them
#| echo: false
page.counts_table(review, report, name="tbl-verdicts")

# %% [markdown]
# ## How a number is checked
#
# A claim is a printed statement with a recipe: which rows of the evidence to add, divide or compare. Sums must add up, parts must fit into their whole, the same quantity must be the same wherever it is printed, and a total in the text must agree with the rows of the table (@tbl-kinds).
#
# A percentage without its count can be checked too. Among few patients only some percentages are possible: of six patients one is a sixth and two are a third, and nothing lies between. <!-- site: arithmetic --> When no whole number of patients gives the printed percentage, the percentage or the number of patients is not what it seems. <!-- site: how the audit works --> A printed P value is checked in the same spirit: every pair of whole numbers behind the two printed percentages is put through the common tests, and the printed value should be among the results. <!-- site: how the audit works -->
#
# - *Reproduced*: the printed numbers give it.
# - *Rounding or test*: right to within the last printed digit, cut off or rounded up instead of to the nearest; or a P value that one common test gives and another does not, where the source names none. <!-- site: how the audit works -->
# - *Differs*: other printed numbers, or the abstract of the study, give something else. It says that the two do not agree, not which of them is wrong; some differ only in a label, in how patients are counted, or in what is left out. <!-- site: what the verdict means -->
# - *Cannot be checked*: something needed is not printed, or was not at hand (some of the source's tables, the boxes of its flow chart and its supplement).
#
# Where a difference could be a misprint, every single misprint is tried: one wrong, missing, added or transposed digit, or two percentages of one comparison swapped. <!-- site: how the audit works --> If exactly one of them removes the difference and spoils no other check, it is named, and where something else may explain it as well, that is said. <!-- site: how the audit works --> It remains a hypothesis until the authors say, or until other checks show it; where they do, the known slip says so.

# %%
#| label: tbl-kinds
#| tbl-cap: Kinds of checks
#| echo: false
page.kinds(review, report)

# %% [markdown]
# ## What differs, and what may explain it

# %%
#| echo: false
page.differences(review, report)

# %% [markdown]
# ## A matter of rounding or test
#
# These are right to within the last printed digit, or under one common test (@tbl-rounding). They are no contradictions. <!-- site: what the verdict means --> Patients without data make a group smaller than its printed size, which can explain a percentage that does not fit. <!-- site: arithmetic -->

# %%
#| label: tbl-rounding
#| tbl-cap: Statements that depend on rounding or on the test
#| echo: false
page.claims_table(
    review,
    report.select(verdict="rounding").claims,
    columns=("Statement", "Printed", "Why", "Where"),
    is_anchored=False,
)

# %% [markdown]
# ## Known slips
#
# Each place where this living review marks a number of the source with a dagger. The source's value stays; the note says what may be meant and what speaks for it. Some are differences of wording, of counting or of rounding, not of arithmetic.

# %%
#| echo: false
page.slips(review, report)

# %% [markdown]
# ## The statements
#
# All statements with their recipes' results (@tbl-claims); in a browser with scripts they can be searched and picked by section and verdict. <!-- site: what the page holds --> The recipes themselves are in the table of claims that can be downloaded below.

# %%
#| label: tbl-claims
#| tbl-cap: Printed statements that were audited
#| echo: false
page.claims_table(review, report.claims)

# %% [markdown]
# ## Two readings of the text
#
# A statement that nobody lists is never checked. <!-- site: how the audit works --> The text was therefore read a second time by somebody who did not see the first list, and the two lists were matched afterwards. <!-- site: how the audit works -->

# %%
#| echo: false
page.readings(review, report)

# %% [markdown]
# ## What these numbers mean, and what they do not
#
# - Agreement is not truth: a number can be reproduced from other printed numbers and still be wrong in the same way as they are.
# - Many checks rest on the same few numbers. <!-- site: how the audit works --> The share that is reproduced describes the text; it is not a score of the review.
# - The public abstracts of single studies were read where they could be had, not the full reports. An abstract may itself be short or differ from its report.
# - The list of statements was made by people reading the text; sums, percentages, denominators and P values are found by rule. A statement that no reader thought of was not checked. <!-- site: how the audit works -->

# %% [markdown]
# ## Sources

# %%
#| echo: false
sections.sources(review, review.tables["counts"])

# %%
#| echo: false
wording.Text("[Table of claims with recipes (CSV)](../downloads/claims.csv)")

# %%
#| echo: false
sections.take_away(review, "13-audit")

# %% [markdown]
# ::: {#refs}
# :::
