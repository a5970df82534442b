"""Parts about the review itself: studies, sources, versions, agreement, citation, dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers import extraction, markup, numbers, sections, wording
from helpers.dictionary import Field, Table
from helpers.evidence import Evidence
from helpers.publish import citation
from helpers.publish.config import load_config
from helpers.publish.edition import load_edition
from helpers.report import since

EXTRACTIONS = "data/extraction"
SIMULATION = "data/results/coverage-simulation.csv"  # made by benchmarks/coverage_simulation.py


METHODS_SHOWN = {  # rows of the coverage table, best first: method and interval of the simulation, and what readers see
    ("glmm", "profile"): "**glmm, profile likelihood (primary)**",
    ("glmm", "profile-t"): "glmm, profile likelihood, t cut-off",
    ("glmm", "t"): "glmm, t",
    ("glmm", "wald"): "glmm, Wald",
    ("freeman-tukey-reml", "mhksj"): "Freeman-Tukey REML, modified HKSJ",
    ("arcsine-reml", "mhksj"): "arcsine REML, modified HKSJ",
    ("logit-reml", "mhksj"): "logit REML, modified HKSJ",
    ("logit-reml", "hksj"): "logit REML, HKSJ",
    ("logit-dl", "wald"): "logit DL, Wald",
    ("fixed", "t"): "one common proportion, t",
}


def interval_coverage(root: Path) -> str:
    """Coverage of intervals in the simulation: mean and lowest over situations, by method and number of series."""
    if not (root / SIMULATION).is_file():
        return "*The simulation has not been run here: `make bench`.*\n"
    rows = pd.read_csv(root / SIMULATION)
    own = rows.loc[rows["sizes"] == "review", "k"].min()
    columns = {k: f"{k} series{', sizes of this review' if k == own else ''}" for k in sorted(rows["k"].unique())}
    lines = []
    for (method, interval), shown in METHODS_SHOWN.items():
        covered = 100 * rows[(rows["method"] == method) & (rows["ci"] == interval)].set_index("k")["coverage"]
        cells = {said: f"{covered[k].mean():.1f} ({covered[k].min():.1f})" for k, said in columns.items()}
        lines.append({"Method, interval": shown, **cells})
    over = {"Studies pooled": list(columns.values())}
    table = wording.markdown_table(pd.DataFrame(lines), align="l" + "r" * len(columns), spanners=over)
    situations = len(rows[SITUATION].drop_duplicates())
    sets = int(rows["replications"].iloc[0])
    caption = f": Coverage of nominal 95% intervals in percent: mean over situations, in brackets the lowest ({situations} situations, {sets} sets in each). {{#tbl-coverage}}"
    return f"{table}\n\n{caption}\n\n{_intervals_compared(rows)}\n\n{_simulated(rows)}\n"


SITUATION = ["k", "sizes", "n_low", "n_high", "p", "tau"]  # columns that say how sets of series were drawn
NEAR_THE_EDGE = 0.95  # a proportion from here on, and by symmetry its complement
HOLDS = 0.93  # nominal 95% less what a simulation of this size cannot tell


def _intervals_compared(rows: pd.DataFrame) -> str:
    """Why the profile likelihood is primary, and where it falls short."""
    glmm = rows[rows["method"] == "glmm"]

    def seen(interval: str, at: pd.Series | None = None) -> tuple[str, str, str]:
        found = glmm[glmm["ci"] == interval] if at is None else glmm[(glmm["ci"] == interval) & at]
        short = f"{numbers.whole((found['coverage'] < HOLDS).sum())} of {numbers.whole(len(found))}"
        return f"{100 * found['coverage'].mean():.1f}%", f"{100 * found['coverage'].min():.1f}%", short

    edge = glmm["p"] >= NEAR_THE_EDGE
    mean, least, short = seen("profile")
    t_mean, t_least, t_short = seen("profile-t")
    edge_least, wald_edge_least, wald_t_edge_least = (seen(ci, edge)[1] for ci in ("profile", "wald", "t"))
    worst = glmm[glmm["ci"] == "profile"].sort_values("coverage").iloc[0]
    few = glmm[glmm["k"] == glmm["k"].min()].groupby("ci")["mean_width"].mean()
    return (
        f"The profile-likelihood interval of the binomial-normal model covers {mean} on average and at least {least}; it stays below"
        f" {100 * HOLDS:.0f}% in {short} situations. Its weakest point is {worst['k']} series with a proportion of"
        f" {numbers.percent(worst['p'])} and tau {numbers.plain(worst['tau'])}: from few series that differ much nobody can tell how much they"
        f" differ. With the t cut-off it covers {t_mean} on average and at least {t_least} ({t_short} situations below), but from"
        f" {glmm['k'].min()} series it then spans {100 * few['profile-t']:.0f} percentage points on average instead of"
        f" {100 * few['profile']:.0f} and says little. That is why the plain profile is primary, the t cut-off its check, and a result"
        f" from few studies carries a note. Near the edge of the scale (proportions of {numbers.percent(NEAR_THE_EDGE)} and more), where this"
        f" review lives, the profile covers at least {edge_least}; the t interval on the logit scale falls to {wald_t_edge_least} and the"
        f" Wald interval to {wald_edge_least}."
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _simulated(rows: pd.DataFrame) -> str:
    """What was simulated, and what was not."""
    drawn = rows[rows["sizes"] == "uniform"]
    sizes = [
        f"{low} to {high}"
        for low, high in drawn[["n_low", "n_high"]].drop_duplicates().itertuples(index=False, name=None)
    ]
    shares = _listed([numbers.percent(p) for p in sorted(rows["p"].unique())])
    taus = _listed([numbers.plain(tau) for tau in sorted(rows["tau"].unique())])
    return (
        f"Simulated were sets from the model that the primary method assumes: {_listed([str(k) for k in sorted(drawn['k'].unique())])}"
        f" series of {_listed(sizes)} patients, and the sizes of the review's own pools, with single patients among them;"
        f" proportions of {shares}, and by symmetry their complements; tau of {taus} on the logit scale."
        " Not simulated were other distributions of the studies, larger differences, patients reported twice, and reports that were"
        " never published."
    )


def figures_found(root: Path, review: Evidence) -> str:
    """How many figures the source prints, how many have their row, and why the others have none."""
    path = root / EXTRACTIONS / review.as_of / "coverage.csv"
    if not path.is_file():
        return "*The figures of the sources have not been ticked off for this update.*\n"
    figures = pd.read_csv(path, dtype="string")
    has_row = figures["row_ids"].notna()
    reasons = figures.loc[~has_row, "reason"].str.split(":").str[0].value_counts()
    why = "; ".join(f"{markup.literal(reason)} {numbers.whole(count)}" for reason, count in reasons.items())
    return (
        f"The text was then read once more, every numeral and number word ticked off: {numbers.whole(len(figures))} figures, of which"
        f" {numbers.whole(has_row.sum())} have their row in the tables and {numbers.whole((~has_row).sum())} are no figures of the"
        f" evidence ({why}).\n"
    )


def how_to_cite(root: Path, review: Evidence) -> str:
    """How to cite a version, in words and as BibTeX; of the newest, the same as in the files for reference managers."""
    config = load_config(root)
    edition = load_edition(root, config)
    if edition is None:
        return "*No version is integrated yet.*\n"
    if not review.is_latest:
        shown = next(one for one in edition.earlier if one.version == review.update["version"])
        edition = replace(edition, update=shown, doi="")  # the DOI is the newest version's
    url = citation.address(edition, config.site_url)
    return f"{citation.text(edition, url)}\n\n```bibtex\n{citation.bibtex(edition, url)}```\n"


def studies(review: Evidence) -> str:
    """Studies of the review as far as they can be told apart."""
    frame = review.tables["studies"].sort_values("ref_no")
    lines = []
    for _, row in frame.iterrows():
        name = markup.literal(sections.study_name(review, row["study_id"]))
        lines.append(
            {
                "No.": row["ref_no"],
                "Study": f"[{name}]{{#study-{row['study_id']}}}{markup.cited(row['citation_key'])}"
                + since.mark(review, row["study_id"]),
                "Country": markup.literal(row["country"]),
                "Design": _label(review, "design", row["design"]),
                review.settings.condition_heading: ""
                if pd.isna(row["conditions"])
                else ", ".join(
                    _label(review, "condition", c.strip(), short=True) for c in row["conditions"].split(";")
                ),
                "Patients": row["patients"],
                "Validity": _label(review, "validity", row["validity"]),
                "Category": row["evidence_category"],
                "Role": _label(review, "study_role", row["role"]),
                "Identity": _label(review, "identity", row["identity"]),
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines), align="rlllllllll")) + "\n"


def _label(review: Evidence, name: str, code: object, *, short: bool = False) -> str:
    return "" if pd.isna(code) else markup.literal(review.label(name, str(code), short=short))  # type: ignore[call-overload]


def sources(review: Evidence) -> str:
    """Publications that values are taken from."""
    counts = review.tables["counts"]["source_id"].value_counts()
    lines = [
        {
            "Source": markup.literal(row["title"]) + markup.cited(row["citation_key"]),
            "Kind": _label(review, "source_kind", row["kind"]),
            "What was read": markup.literal(row["read_as"]),
            "Counts taken": numbers.whole(counts.get(row["source_id"], 0)),
        }
        for _, row in review.tables["sources"].iterrows()
    ]
    return str(wording.markdown_table(pd.DataFrame(lines), align="lllr")) + "\n"


def agreement(root: Path, review: Evidence) -> str:
    """Agreement of the two independent extractions, table by table."""
    folder = root / EXTRACTIONS / review.as_of
    if not (folder / "a").is_dir():
        return "*No two extractions of this update are kept.*\n"
    lines = []
    for found in extraction.compare(root, folder / "a", folder / "b"):
        kappas = found.cells["kappa"].dropna()
        lines.append(
            {
                "Table": f"`{found.table}`",
                "Rows, first": found.rows_a,
                "Rows, second": found.rows_b,
                "Found by both": found.paired,
                "Row agreement": numbers.percent(found.row_agreement),
                "Cells compared": int(found.cells["compared"].sum()),
                "Cell agreement": numbers.percent(found.cell_agreement),
                "Kappa of coded columns": f"{kappas.min():.2f} to {kappas.max():.2f}" if len(kappas) else "",
            }
        )
    over = {
        "Rows": ("Rows, first", "Rows, second", "Found by both", "Row agreement"),
        "Cells of rows found by both": ("Cells compared", "Cell agreement", "Kappa of coded columns"),
    }
    return str(wording.markdown_table(pd.DataFrame(lines), align="lrrrrrrr", spanners=over)) + "\n"


def dictionary(tables: Mapping[str, Table], review: Evidence) -> str:
    """Every table and column in words, with its size and download."""
    parts = []
    for table in tables.values():
        size = numbers.whole(len(review.tables[table.name]))
        parts.append(
            f"## {table.title} {{#{table.name}}}\n\n{table.description} {size} rows. [Download {table.path}](downloads/{table.path})."
        )
        parts.append(_fields_table(table))
        parts += [f"Rule `{rule.id}`: {rule.message}." for rule in table.rules]
    return "\n\n".join(parts) + "\n"


def _fields_table(table: Table) -> str:
    lines = [
        {
            "Column": f"`{f.name}`",
            "Type": f.type,
            "Meaning": _meaning(f),
            "An empty cell": f.missing or ("not allowed" if f.is_required else ""),
        }
        for f in table.fields
    ]
    return str(wording.markdown_table(pd.DataFrame(lines)))


def _meaning(f: Field) -> str:
    parts = [f.description]
    if f.unit:
        parts.append(f"Unit: {f.unit}.")
    if f.vocabulary:
        parts.append(f"Codes: list `{f.vocabulary}`.")
    return " ".join(parts)


def code_lists(review: Evidence) -> str:
    """Every code with its label and definition, list by list."""
    parts = []
    for name, terms in review.tables["vocabularies"].groupby("list", sort=False):
        lines = [
            {
                "Code": f"`{t['code']}`",
                "Label": markup.literal(t["label"]),
                "Definition": markup.literal(t["definition"]),
            }
            for _, t in terms.sort_values("sort").iterrows()
        ]
        parts.append(
            f"### {str(name).replace('_', ' ').capitalize()} {{#list-{str(name).replace('_', '-')}}}\n\n{wording.markdown_table(pd.DataFrame(lines))}"
        )
    return "\n\n".join(parts) + "\n"


def tables_guide(tables: Mapping[str, Table]) -> str:
    """``data/README.md``: the dictionary for people who open the folder."""
    parts = [
        "# The tables\n\nGenerated from `datapackage.json` by `review run`; edit that file, not this one.\n\nCSV, UTF-8, LF, one observation a row, ISO dates. An empty cell means that the source does not state the value; it never means zero. `results/` is made by machines, everything else here by people."
    ]
    for table in tables.values():
        keys = ", ".join(f"`{k}`" for k in table.primary_key)
        parts.append(f"## `{table.path}`: {table.title}\n\n{table.description} Key: {keys}.\n\n{_fields_table(table)}")
    return "\n\n".join(parts) + "\n"
