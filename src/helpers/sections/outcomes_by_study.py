"""Outcomes study by study, the same way in every section: one study is shown, two are shown, three and more are pooled.

A result is pooled only where the studies mean the same by the outcome; `synthesis` says whether it may be shown, and why not.
Totals of a source review never enter. A page asks once (`by_study`) and shows the parts: words, figure, checks, curve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Any

import pandas as pd

from helpers import markup, numbers, plots, synthesis, wording
from helpers.codes import RESULTS
from helpers.evidence import Evidence
from helpers.pictures import Picture
from helpers.sections.rows import NOT_DEFINED, counted, in_order, inside, labelled
from helpers.sections.studies import study_name

SAME = (
    "treatment",
    "condition",
    "measure",
    "detail",
    "regimen",
    "line",
    "unit",
)  # rows that differ here are not compared
POOLED_FROM = 3  # studies; two are shown side by side
TYPICAL = "Typical study"
NAMED = "As the evidence rows name the outcome."
BASE = "Studies and patients of the evidence rows, added up."
PLAIN_SHARE = f"Share of all patients of the evidence rows taken together, with its exact ({wording.INTERVAL_METHOD.title()}) interval."
NO_STUDY = (
    "No outcome of this section is reported study by study, so its totals cannot be split by study. Nothing is pooled, and"
    " how far studies differ cannot be seen."
)
SPLIT = "Other studies define it otherwise, or do not define it; they are shown separately."
SINGLE = "Single-patient reports, for which no share is given:"
APART = "The rows of single studies stand apart from the totals of the source and are never pooled with them."
NEVER_EXPLORED = frozenset(
    ("definitions-differ", "patients-shared", "one-study", "two-studies")
)  # a model of them means nothing

CARRIED = frozenset(
    ("one-event", "one-study-carries", "single-cases")
)  # notes worth reading where nothing is pooled, too


@dataclass(frozen=True)
class StudyOutcome:
    """One outcome of one treatment in one condition, as the studies report it.

    Attributes
    ----------
    key : str
        Its place on the page of results.
    title : str
        What it is, in words; not yet Markdown.
    rows : DataFrame
        One row of `counts` a study, ready for a figure: ``label`` is the study, ``validity`` its label.
    pooled : PooledProportion
        The rows pooled; its notes say what to keep in mind, and whether it may be shown.
    definition : str
        What the studies mean by the outcome; empty where it needs none, `NOT_DEFINED` where they do not say.
    left_out : tuple of str
        Studies whose patients are among those of a larger one.
    """

    key: str
    title: str
    rows: pd.DataFrame
    pooled: synthesis.PooledProportion
    definition: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def is_pooled(self) -> bool:
        """Whether a pooled result is shown."""
        return self.pooled.k >= POOLED_FROM and self.pooled.is_presentable

    @property
    def is_explored(self) -> bool:
        """Whether a model of these studies means anything, even where its result must not stand as a headline."""
        return self.pooled.k >= POOLED_FROM and not NEVER_EXPLORED.intersection(n.code for n in self.pooled.notes)

    @property
    def heading(self) -> str:
        """Title with the definition, for outcomes that several definitions split."""
        return f"{self.title} ({self.definition})" if self.definition else self.title

    @property
    def what(self) -> str:
        """The outcome alone, without condition and treatment."""
        return self.title.partition(": ")[2] or self.title

    def computed(self, shown: str, how: str = "") -> wording.Computed:
        """A number of this outcome, with the way it was made."""
        return wording.computed(self.key, shown, how or how_pooled(self.pooled), self.rows["row_id"])


def how_pooled(pooled: synthesis.PooledProportion) -> str:
    """Model and interval, in words."""
    return f"Pooled over the study rows: {_model(pooled)}, interval by {synthesis.INTERVAL_WORDS[pooled.ci]}."


def _model(pooled: synthesis.PooledProportion) -> str:
    words = synthesis.METHOD_WORDS[pooled.method]
    return words if pooled.method == "fixed" else f"{words} model"


def study_outcome(
    review: Evidence, rows: pd.DataFrame, *, key: str, title: str, level: float, method: str, ci: str
) -> StudyOutcome:
    """One outcome of chosen rows.

    Parameters
    ----------
    review : Evidence
        Labels, validity and overlaps.
    rows : DataFrame
        Study rows of `counts` that count the same thing, with ``events`` and ``total``; of several of one study the one with
        the most patients is taken.
    key, title : str
        As in `StudyOutcome`.
    level, method, ci
        As in `synthesis.pool_proportions`.
    """
    largest = rows.rename_axis(None).sort_values("total", ascending=False, kind="stable").drop_duplicates("study_id")
    each = largest.sort_index()
    once = review.counted_once(each)
    names = _names(review, once["study_id"])
    frame = labelled(review, once, by="study").assign(label=names)
    validity = review.columns("studies", ("study_id", "validity")).set_index("study_id")["validity"]
    told = [validity.get(study) for study in frame["study_id"]]
    frame["validity"] = [None if pd.isna(code) else review.label("validity", code) for code in told]
    meanings = [_meaning(review, row) for _, row in frame.iterrows()]
    pooled = synthesis.pool_proportions(
        list(frame["events"]),
        list(frame["total"]),
        method=method,
        ci=ci,
        level=level,
        studies=names,
        definitions=meanings,
        shared_with=_shared(review, frame),
    )
    said = {meaning for meaning in meanings if meaning is not None}
    is_event = review.codes.role("measure", frame["measure"].iloc[0]) == "event"
    definition = "" if is_event else str(frame["definition"].dropna().iloc[0]) if len(said) == 1 else NOT_DEFINED
    gone = tuple(study_name(review, s) for s in each["study_id"] if s not in set(once["study_id"]))
    return StudyOutcome(key, title, frame, pooled, definition, gone)


def _names(review: Evidence, studies: Iterable[str]) -> list[str]:
    """Names of studies, two of one author and year told apart by a letter."""
    plain = [study_name(review, study) for study in studies]
    letters = {name: iter(ascii_lowercase) for name in plain}
    return [f"{name}{next(letters[name])}" if plain.count(name) > 1 else name for name in plain]


def _meaning(review: Evidence, row: pd.Series) -> str | None:
    """What a row means by its outcome, in a form that can be compared: None where its source does not say."""
    if review.codes.role("measure", row["measure"]) == "event":
        return str(row["measure"])  # an event, such as death, needs no definition
    if pd.isna(row["definition"]) or row["definition"].strip().lower() == NOT_DEFINED:
        return None
    return " ".join(re.sub(r"[^\w\s]", " ", row["definition"]).lower().split())


def _shared(review: Evidence, frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """For each study the others that may hold patients of it; those that surely do were left out."""
    cohorts = review.tables["cohorts"].set_index("cohort_id")
    known = {name: (c["study_id"], c["condition"]) for name, c in cohorts.iterrows()}
    here = dict(zip(zip(frame["study_id"], frame["condition"], strict=True), frame["label"], strict=True))
    found: dict[str, list[str]] = {name: [] for name in frame["label"]}
    for name, overlaps in cohorts["overlaps_with"].dropna().items():
        for other in overlaps.split(";"):
            pair = here.get(known[name]), here.get(known.get(other.strip(), ("", "")))
            if pair[0] is not None and pair[1] is not None:
                found[pair[0]].append(pair[1])
    return [tuple(found[name]) for name in frame["label"]]


def by_study(
    review: Evidence,
    rows: pd.DataFrame,
    *,
    level: float = 0.95,
    method: str = synthesis.PRIMARY[0],
    ci: str = synthesis.PRIMARY[1],
) -> ByStudy:
    """Every outcome that studies report by themselves, grouped by treatment, condition, outcome and definition.

    Parameters
    ----------
    review : Evidence
        Labels, validity and overlaps.
    rows : DataFrame
        Rows of `counts` of a section; those of single studies that say how many of how many had an outcome are used.
    level, method, ci
        As in `synthesis.pool_proportions`.
    """
    has_share = rows["events"].notna() & rows["total"].fillna(0).gt(0)
    is_result = rows["measure"].isin(review.codes.with_role("measure", *RESULTS))
    studies = rows[has_share & is_result & (rows["level"] == "study")].rename_axis(None)
    for column in ("measure", "condition", "treatment"):
        studies = in_order(review, studies, column)
    meanings = [_meaning(review, row) for _, row in studies.iterrows()]
    studies = studies.assign(_meaning=pd.Series(meanings, index=studies.index, dtype="object"))
    section = "" if rows.empty else rows["section"].mode().iloc[0]
    found: list[StudyOutcome] = []
    for _, group in studies.groupby([*SAME, "_meaning"], sort=False, dropna=False):
        first = group.iloc[0]
        key = _key("by-study", section, *(first[c] for c in SAME[:-1] if not pd.isna(first[c])), len(found) + 1)
        chosen = group.drop(columns="_meaning")
        title = _title(review, first)
        found.append(study_outcome(review, chosen, key=key, title=title, level=level, method=method, ci=ci))
    has_totals = bool((has_share & is_result & (rows["level"] == "review")).any())
    return ByStudy(review, tuple(found), has_totals)


def _key(*parts: Any) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", "-".join(map(str, parts)).lower()))


def _title(review: Evidence, row: pd.Series) -> str:
    said = counted(review, row)
    given = [] if row["treatment"] == "none" else [inside(review.label("treatment", row["treatment"]))]
    return f"{', '.join([review.label('condition', row['condition']), *given])}: {inside(said)}"


@dataclass(frozen=True)
class ByStudy:
    """Outcomes study by study, with the parts that a page shows of them.

    Attributes
    ----------
    review : Evidence
        Labels and links.
    outcomes : tuple of StudyOutcome
        In the order of the code lists.
    has_totals : bool
        Whether the section has totals of a source over its studies as well.
    """

    review: Evidence
    outcomes: tuple[StudyOutcome, ...]
    has_totals: bool = False

    def __iter__(self) -> Iterator[StudyOutcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def of(self, measure: str) -> ByStudy:
        """The outcomes of one measure."""
        kept = tuple(outcome for outcome in self.outcomes if (outcome.rows["measure"] == measure).all())
        return replace(self, outcomes=kept)

    def words(self, *, name: str | None = "by-study") -> wording.Text:
        """Every outcome in a sentence or two: the study, the two studies, or what pooling gives and what bars it."""
        if not self.outcomes:
            return wording.Text(NO_STUDY)
        cases = [outcome for outcome in self.outcomes if outcome.pooled.total == 1]
        said: list[_Told] = [
            _Said(self.review, outcome, is_split=self._is_split(outcome))
            for outcome in self.outcomes
            if outcome.pooled.total > 1
        ]
        said += [_Cases(self.review, outcome) for outcome in cases]
        lines = [f"- {one.text}" for one in said if isinstance(one, _Said)]
        if cases:
            lines.append(f"- {SINGLE} {'; '.join(one.text for one in said if isinstance(one, _Cases))}.")
        text = (f"{APART}\n\n" if self.has_totals else "") + "\n".join(lines)
        return wording.Text(text, [value for one in said for value in one.values], name)

    def figure(self, *, name: str, by: str | None = None) -> Picture | None:
        """A forest plot of the outcomes that two or more studies report; None where there are none.

        Parameters
        ----------
        name : str
            Result name.
        by : str, optional
            Column of `studies` with codes of the list of that name, such as ``validity``, for subgroups within a single
            outcome: each pooled by itself where it holds enough studies, with the test of their difference.
        """
        shown = [outcome for outcome in self.outcomes if self._studies_of(outcome) > 1]
        if not shown:
            return None
        groups = {o.key: o.heading if self._is_split(o) else o.title for o in shown}
        frame = pd.concat(
            [o.rows.assign(group=groups[o.key], weight=list(o.pooled.weights) if o.is_pooled else None) for o in shown]
        )
        totals = [_diamond(o).assign(group=groups[o.key]) for o in shown if o.is_pooled]
        remarks: list[str] = []
        if by and len(shown) == 1 and shown[0].is_pooled:
            frame, parts, remarks = _subgroups(self.review, shown[0], frame, by)
            totals = [*parts, totals[0].assign(group=None)]
        is_grouped = len(shown) > 1 or bool(remarks)
        marked = frame["validity"].notna().any() and not (by and remarks)
        return plots.proportions(
            frame,
            label="label",
            group="group" if is_grouped else None,
            mark="validity" if marked else None,
            weight="weight" if totals else None,
            pooled=pd.concat(totals) if totals else None,
            level=shown[0].pooled.level,
            caption=_caption(shown, has_parts=bool(remarks)),
            remarks=remarks,
            name=name,
        )

    def _same(self, outcome: StudyOutcome) -> list[StudyOutcome]:
        return [other for other in self.outcomes if other.title == outcome.title]

    def _studies_of(self, outcome: StudyOutcome) -> int:
        return sum(other.pooled.k for other in self._same(outcome))

    def _is_split(self, outcome: StudyOutcome) -> bool:
        return len(self._same(outcome)) > 1

    def curve(self, *, name: str) -> Picture | None:
        """The specification curve of a single outcome; None where a model of it means nothing."""
        (outcome,) = self.outcomes
        if not outcome.is_explored:
            return None
        if outcome.is_pooled:
            caption = "Pooled share in each analysis, with its interval; the primary analysis is marked."
        else:
            caption = "What each analysis would give if the studies were pooled, with its interval. This is a check only: the studies are not pooled, for the reasons in the text. The analysis that would be the primary one is marked."
        return plots.specification_curve(
            _multiverse(self.review, outcome).to_frame(), outcome=outcome.title, caption=caption, name=name
        )

    def checks(self, *, name: str = "tbl-checks", with_unpooled: bool = False) -> wording.Text | None:
        """How firm the pooled results are, folded: one study left out at a time, differences, small studies, R code.

        Parameters
        ----------
        name : str
            Result name, and label of the table.
        with_unpooled : bool
            Also, as a check only, what a model would give of outcomes whose result must not be shown.

        Returns
        -------
        Text or None
            None where nothing is pooled.
        """
        explored = [
            outcome for outcome in self.outcomes if outcome.is_pooled or (with_unpooled and outcome.is_explored)
        ]
        if not explored:
            return None
        said = [_Checked(self.review, outcome) for outcome in explored]
        frame = pd.concat([one.frame for one in said])
        table = (
            wording.markdown_table(frame, align="llrrr")
            if len(said) > 1
            else wording.markdown_table(frame.iloc[:, 1:], align="lrrr")
        )
        caption = "Pooled share with one study left out at a time. Marked (*): leaving this study out changes the result materially."
        parts = ['::: {.callout-note collapse="true"}', "## How robust this is, and R code to reproduce it", ""]
        for one in said:
            parts += [one.text, "", "```r", one.outcome.pooled.r_code(), "```", ""]
        parts += [f"::: {{#{name}}}", "", str(table), "", caption, ":::", ":::"]
        return wording.Text("\n".join(parts), [value for one in said for value in one.values], name)


def _diamond(outcome: StudyOutcome) -> pd.DataFrame:
    pooled = outcome.pooled
    return pooled.to_frame().assign(label=TYPICAL, model=_model_line(pooled))


def _model_line(pooled: synthesis.PooledProportion) -> str:
    model = _model(pooled)
    facts = [
        f"tau² {numbers.rounded(pooled.tau2, 2)}",
        f"I² {numbers.rounded(pooled.i2)}%",
        f"Q({pooled.k - 1}) = {numbers.rounded(pooled.q, 1)}",
        numbers.p_value(pooled.q_pvalue),
    ]
    return f"{model[:1].upper()}{model[1:]}, interval by {synthesis.INTERVAL_WORDS[pooled.ci]}; {', '.join(facts)}"


def _subgroups(
    review: Evidence, outcome: StudyOutcome, frame: pd.DataFrame, by: str
) -> tuple[pd.DataFrame, list[pd.DataFrame], list[str]]:
    """Rows in the order of a column of `studies`, a diamond for each part that may be pooled, and the test in words.

    Without a word of a test where fewer than two parts hold enough studies.
    """
    codes = dict(review.columns("studies", ("study_id", by)).set_index("study_id")[by].dropna())
    frame = frame.assign(_code=pd.Series([codes.get(s) for s in frame["study_id"]], index=frame.index, dtype="object"))
    rank = {code: place for place, code in enumerate(review.order(by))}
    ordered = frame.sort_values("_code", key=lambda code: code.map(rank), kind="stable")
    word = by.replace("_", " ").capitalize()
    named = [f"{word}: {'not stated' if pd.isna(c) else review.label(by, c).lower()}" for c in ordered["_code"]]
    ordered = ordered.assign(group=named).drop(columns="_code")
    if (ordered["group"].value_counts() >= POOLED_FROM).sum() < 2:
        return frame.drop(columns="_code"), [], []
    p = outcome.pooled
    counts = list(ordered["events"]), list(ordered["total"]), named
    parts = synthesis.subgroups(*counts, method=p.method, ci=p.ci, level=p.level, studies=list(ordered["label"]))
    totals = [
        result.to_frame().assign(label="Pooled", group=label)
        for label, result in zip(parts.labels, parts.results, strict=True)
        if result.k >= POOLED_FROM
    ]
    if parts.q_between is None or parts.q_between_pvalue is None:
        return ordered, totals, [parts.notes[0]]
    test = f"Q({parts.df}) = {numbers.rounded(parts.q_between, 1)}, {numbers.p_value(parts.q_between_pvalue)}"
    return ordered, totals, [f"Difference between subgroups: {test}"]


def _caption(shown: Sequence[StudyOutcome], *, has_parts: bool) -> wording.Text:
    what = (
        f"{shown[0].title}, by study" if len(shown) == 1 else "Outcomes that two or more studies report, study by study"
    )
    level = numbers.confidence(shown[0].pooled.level)
    pooled = [o for o in shown if o.is_pooled]
    said = [f"{markup.literal(what)}, each with its exact interval."]
    values: list[Mapping[str, Any]] = []
    if pooled:
        bases = [o.computed(_base(o.pooled), BASE) for o in pooled]
        values = [base.recorded() for base in bases]
        said.append(
            f"Squares grow with the weight of the study. Diamond: share in a typical study with its {level} ({'; '.join(b.link() for b in bases)})."
        )
        if any(o.pooled.pi_low is not None for o in pooled):
            said.append("Hollow bar: where the share in a further study may lie.")
    if has_parts:
        said.append("Each subgroup is pooled by itself.")
    if len(pooled) < len(shown):
        said.append(
            "What has no diamond is not pooled; the text says why."
            if len(shown) > 1
            else "Not pooled; the text says why."
        )
    return wording.Text(" ".join(said), values)


def _base(pooled: synthesis.PooledProportion) -> str:
    studies = "study" if pooled.k == 1 else "studies"
    return (
        f"{numbers.whole(pooled.k)} {studies}, {numbers.whole(pooled.events)} of {numbers.whole(pooled.total)} patients"
    )


def _linked(number: wording.Computed) -> str:
    """A link where there is a number to trace, else the words alone."""
    return number.link() if any(c.isdigit() for c in number.shown) else number.shown


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


class _Told:
    """Sentences about an outcome, with the values that they state."""

    def __init__(self, review: Evidence, outcome: StudyOutcome) -> None:
        self.review, self.outcome = review, outcome
        self.values: list[Mapping[str, Any]] = []

    @property
    def text(self) -> str:
        """Markdown; the values are complete once it was asked for."""
        raise NotImplementedError

    def study(self, row: pd.Series, form: str) -> str:
        """A study with its count, both linked; the form as in `wording.say`."""
        shown = wording.written(row, form, level=self.pooled.level)
        self.values.append(wording.provenance(row, shown))
        where = f"[{markup.literal(row['label'])}](../studies.qmd#study-{row['study_id']})"
        return f"{where}, {wording.linked(self.review, row, markup.literal(shown))}"

    def number(self, shown: str, how: str = "") -> str:
        """A computed number, linked and kept."""
        made = self.outcome.computed(shown, how)
        if any(c.isdigit() for c in made.shown):
            self.values.append(made.recorded())
        return _linked(made)

    def title(self) -> str:
        """What the outcome is."""
        return self.number(markup.literal(self.outcome.title), NAMED)

    def note(self, note: str) -> str:
        return self.number(markup.literal(note))

    @property
    def pooled(self) -> synthesis.PooledProportion:
        return self.outcome.pooled

    def share(self, low: float, high: float, estimate: float) -> str:
        return f"{numbers.percent(estimate)} ({numbers.confidence(self.pooled.level)} {numbers.interval(low, high)})"


class _Said(_Told):
    """An outcome in a sentence or two; `is_split` where other studies mean something else by it."""

    def __init__(self, review: Evidence, outcome: StudyOutcome, *, is_split: bool) -> None:
        super().__init__(review, outcome)
        self.is_split = is_split

    @property
    def text(self) -> str:
        """Markdown; the values are complete once it was asked for."""
        told = [self._few()] if self.pooled.k < POOLED_FROM else [*self._many()]
        apart = [SPLIT] if self.is_split else []
        return " ".join(part for part in (f"**{self.title()}.**", *told, *apart, *self._left_out()) if part)

    def _few(self) -> str:
        said = [self.study(row, "ci") for _, row in self.outcome.rows.iterrows()]
        opening = "One study" if len(said) == 1 else "Two studies, not pooled"
        return f"{opening}: {'; '.join(said)}. {self._definition()}".strip()

    def _definition(self) -> str:
        if not self.outcome.definition:
            return ""
        if self.outcome.definition == NOT_DEFINED:
            return "The outcome is not defined."
        return f"Outcome as defined: {self.note(self.outcome.definition)}."

    def _many(self) -> Iterator[str]:
        p = self.pooled
        plain = synthesis.proportion_ci(p.events, p.total, method=wording.INTERVAL_METHOD, level=p.level)
        together = f"{numbers.percent(plain.estimate)} ({numbers.interval(plain.ci_low, plain.ci_high)})"
        yield f"{self.number(_base(p), BASE)}; taken as one series, {self.number(together, PLAIN_SHARE)}."
        barred = [note for note in p.notes if note.bars_headline or (note.code in CARRIED and self.outcome.is_explored)]
        if self.outcome.is_pooled:
            estimate = self.number(self.share(p.ci_low, p.ci_high, p.estimate))
            figures = {"estimate": p.estimate, "ci_low": p.ci_low, "ci_high": p.ci_high, "k": p.k}
            self.values.append({"outcome": self.outcome.key, **figures})  # what an update moved is told from them
            yield f"In a typical study: {estimate}, by the {_model(p)}."
            yield self.note(p.heterogeneity())
        else:
            yield "Not pooled."
        yield from (self.note(note) for note in (p.notes if self.outcome.is_pooled else barred))
        if self.outcome.definition != NOT_DEFINED:  # else the notes say it
            yield self._definition()

    def _left_out(self) -> Iterator[str]:
        if self.outcome.left_out:
            names = ", ".join(map(markup.literal, self.outcome.left_out))
            yield self.number(f"Not counted, because the patients are among those of another study: {names}.", BASE)


class _Cases(_Told):
    """The report of a single patient."""

    @property
    def text(self) -> str:
        """Markdown; the values are complete once it was asked for."""
        ((_, row),) = self.outcome.rows.iterrows()
        return f"{self.title()} ({self.study(row, 'of')})"


class _Checked(_Told):
    """What is folded below a pooled result."""

    def __init__(self, review: Evidence, outcome: StudyOutcome) -> None:
        super().__init__(review, outcome)
        p = outcome.pooled
        self.call: dict[str, Any] = {"method": p.method, "ci": p.ci, "level": p.level, "studies": p.studies}
        self.counts = (p.study_events, p.study_totals)
        self.influence = synthesis.influence(*self.counts, **self.call)
        self.frame = self._frame()

    @property
    def text(self) -> str:
        """Markdown; the values are complete once it was asked for."""
        return " ".join(part for part in self._sentences() if part)

    def _sentences(self) -> Iterator[str]:
        yield f"**{self.title()}.**"
        if not self.outcome.is_pooled:
            yield "This is a check and not a result: if the studies were pooled,"
            yield f"the {_model(self.pooled)} would give {self.number(self.share(self.pooled.ci_low, self.pooled.ci_high, self.pooled.estimate))}."
            yield self.note(self.pooled.heterogeneity())
        yield self._one_left_out()
        yield self.note(_multiverse(self.review, self.outcome).summary().sentence(self.outcome.what))
        yield self._growth()
        yield self._small_studies()

    def _one_left_out(self) -> str:
        estimates = [row.estimate_without for row in self.influence.rows]
        span = self.number(f"{numbers.percent(min(estimates))} to {numbers.percent(max(estimates))}")
        marked = [row.study for row in self.influence.rows if row.is_influential]
        said = f"With one study left out at a time, the share ranges from {span}"
        if not marked:
            return f"{said}; no single study carries the result."
        return f"{said}; {self.note(_listed(marked))} {'carries' if len(marked) == 1 else 'carry'} it."

    def _growth(self) -> str:
        """How the result moved as studies were published, and with the versions of the review."""
        years = (
            self.review.columns("studies", ("study_id", "year"))
            .set_index("study_id")["year"]
            .reindex(self.outcome.rows["study_id"])
        )
        if years.isna().any() or years.nunique() < POOLED_FROM:
            return ""
        grown = synthesis.cumulative(*self.counts, by=[int(y) for y in years], grouped=True, **self.call)
        kept = [(label, r) for label, r in zip(grown.labels, grown.results, strict=True) if r.k >= POOLED_FROM]
        (first, then), (last, now) = kept[0], kept[-1]
        said = (
            []
            if first == last
            else [
                f"As studies were published, the share went from {numbers.percent(then.estimate)} (up to {first}) to {numbers.percent(now.estimate)} (up to {last})."
            ]
        )
        return " ".join([*map(self.note, said), *map(self.note, self._versions())])

    def _versions(self) -> Iterator[str]:
        added = list(self.outcome.rows["added_in"])
        if len(set(added)) < 2:
            return
        version = self.review.tables["updates"].set_index("update_id")["version"]
        grown = synthesis.cumulative(*self.counts, by=added, grouped=True, **self.call)
        steps = [
            f"{version.get(label, label)}: {_base(r)}"
            + (f", {numbers.percent(r.estimate)}" if r.k >= POOLED_FROM else "")
            for label, r in zip(grown.labels, grown.results, strict=True)
        ]
        yield f"By version of this review: {'; '.join(steps)}."

    def _small_studies(self) -> str:
        test = synthesis.small_study_test(*self.counts, studies=self.pooled.studies)
        if test.statistic is None or test.pvalue is None:
            return self.note(test.notes[0])
        z, p = numbers.rounded(test.statistic, 2), numbers.p_value(test.pvalue)
        return f"Test for small-study effects, by the inverse of the study size: {self.number(f'z = {z}, {p}')}."

    def _frame(self) -> pd.DataFrame:
        lines = []
        for row in self.influence.rows:
            mark = " (*)" if row.is_influential else ""
            share = (
                f"{numbers.percent(row.estimate_without)} ({numbers.interval(row.ci_low_without, row.ci_high_without)})"
            )
            lines.append(
                {
                    "Outcome": markup.literal(self.outcome.title),
                    "Left out": markup.literal(row.study) + mark,
                    "Weight": numbers.percent(row.weight / 100),
                    f"Share without it ({numbers.confidence(self.pooled.level)})": share,
                    "tau² without it": f"{numbers.rounded(row.tau2_without, 2)}",
                }
            )
        self.values += lines
        return pd.DataFrame(lines)


def _multiverse(review: Evidence, outcome: StudyOutcome) -> synthesis.Multiverse:
    """Every reasonable analysis: model, validity, one study left out."""
    p = outcome.pooled
    codes = (
        review.columns("studies", ("study_id", "validity"))
        .set_index("study_id")["validity"]
        .reindex(outcome.rows["study_id"])
    )
    _, *better = review.order("validity")
    named = " or ".join(review.label("validity", code).lower() for code in better)
    filters = {named: list(codes.isin(better))} if codes.isin(better).any() else None
    return synthesis.multiverse(
        p.study_events,
        p.study_totals,
        studies=p.studies,
        validity=filters,
        level=p.level,
        primary=(p.method, p.ci),
    )
