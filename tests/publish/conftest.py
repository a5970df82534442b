"""A small review of one notebook and a few pages that holds every construct the publisher supports."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpers import publish

REPOSITORY = Path(__file__).parents[2]

CONFIG = """\
project:
  type: website
  output-dir: _site
  render: ["/*.qmd", "/notebooks/*.ipynb", "/figures/*.qmd", "/v/*.qmd"]
  resources: ["/downloads/**"]
  pre-render: assets/quarto.py before
  post-render: assets/quarto.py after
ipynb-filters: ["../assets/quarto.py notebook"]
strip-comments: true
execute:
  enabled: false
website:
  title: "MAS Living Review"
  description: "A stand-in for tests."
  navbar:
    left:
      - {text: "Answer", href: index.qmd}
      - text: "Treatments"
        menu:
          - {text: "Anakinra", href: notebooks/05-anakinra.ipynb}
      - {text: "Evidence", href: evidence.qmd}
  sidebar:
    contents:
      - {text: "The answer", href: index.qmd}
      - section: "Treatments"
        contents: [{text: "Anakinra", href: notebooks/05-anakinra.ipynb}]
      - section: "Evidence"
        contents: [evidence.qmd]
      - section: "About"
        contents:
          - {text: "Versions", href: v/index.qmd}
          - {text: "Feedback", href: feedback.qmd}
  page-footer:
    left: "Not a substitute for clinical judgement."
    right: "[Evidence](/evidence.qmd)"
lang: en
bibliography: references.bib
link-citations: true
page-navigation: true
format:
  html:
    css: [assets/frame.css, assets/content.css]
    toc: true
    code-fold: true
"""

BIBLIOGRAPHY = """\
@article{minoia2015,
  title = {Dissecting the heterogeneity of macrophage activation syndrome},
  author = {Minoia, Francesca and Davì, Sergio},
  journal = {Journal of Rheumatology},
  year = {2015}, volume = {42}, pages = {994--1001}
}
"""

HOME = """\
---
title: "How is macrophage activation syndrome treated?"
subtitle: "In children with rheumatic disease, version 2023.1"
---

::: {.status}
- **Searched through** 30 June 2023
- **Integrated** 1 March 2024
- **Next due** [30 June 2024]{.due data-due="2024-06-30"}
- **Version** 2023.1
:::

::: {.answer}
Anakinra was followed by a favourable outcome in [68/82](evidence.qmd#ana-012) patients (82.9%).
:::

## Summary of findings {#summary}

::: {.summary-of-findings}
| Treatment | Patients | Outcome | Certainty |
|:--|--:|:--|:--|
| [Anakinra](notebooks/05-anakinra.ipynb) | 179 | [68/82](evidence.qmd#ana-012) (73.3 to 89.9%) | [low certainty]{.chip .low} |
| Emapalumab | 14 | [13/14](evidence.qmd#ema-001) (68.5 to 98.7%) | [moderate certainty]{.chip .moderate} |

: Treatments at a glance {#tbl-summary}
:::

@tbl-summary agrees with @minoia2015. Shown with `{{{< include x >}}}` and `{{< include y >}}`.

::: {.callout-warning}
## Read this first
One arm only. See [the summary](#summary).

| a | b |
|---|---|
| 1 | 2 |
:::

::: {.callout-note collapse="true" title="Why so few?"}
Because MAS is rare [@minoia2015].
:::

{{< include data/results/pages/new.md >}}

``` python
x = "{{< untouched >}}"  # ::: neither
```
"""

EVIDENCE = """\
---
title: Every evidence row
page-layout: full
---

| Row | Value | Definition | Source | Locator | How obtained | Version | Verdict |
|:--|--:|:--|:--|:--|:--|:--|:--|
| [ana-012]{#ana-012} | 68/82 | favourable outcome, as each study defined it | METAPHOR | p. 4 | stated | 2023.1 | ok |
| [ema-001]{#ema-001} | 13/14 | remission of MAS | METAPHOR | p. 5 | stated | 2023.1 | ok |
"""

UPDATES = """\
update_id,version,searched_through,integrated_on,next_due,status,supersedes,summary
2023-06-30,2023.1,2023-06-30,2024-03-01,2024-06-30,integrated,,The baseline.
2024-06-30,2024.1,2024-06-30,2024-09-01,2025-06-30,integrated,2023.1,Two studies | more.
2025-06-30,2025.1,2025-06-30,,2026-06-30,in_progress,2024.1,
"""

SETTINGS = """\
title: "Treatments: a living review"
short_title: "MAS Living Review"
slug: made-up-review
authors: ["MAS Living Review contributors"]
subject: "Macrophage activation syndrome"
condition_heading: "Disease in"
suggestion: "A study that is missing here."
"""

CITATION = """\
cff-version: 1.2.0
title: "Treatments: a living review"
abstract: "What was given, and what happened to the patients."
authors:
  - name: "MAS Living Review contributors"
  - {family-names: "Doe", given-names: "Jane"}
license: CC-BY-4.0
keywords: [macrophage activation syndrome]
references:
  - {type: article, title: "The source review", year: 2025, journal: "Rheumatology", doi: 10.1000/source}
"""

SOURCES = """\
source_id,kind,citation_key,title
metaphor,review,minoia2015,Source review (METAPHOR)
"""

COUNTS = """\
row_id,source_id,events,total,note
ana-012,metaphor,68,82,
ema-001,metaphor,13,14,=HYPERLINK("http://example.org")
"""

PACKAGE = """\
{"resources": [{"name": "counts", "path": "counts.csv", "title": "Counts", "description": "A row is one count.",
  "schema": {"fields": [{"name": "row_id", "type": "string", "description": "Identifier."},
    {"name": "source_id", "type": "string"}, {"name": "events", "type": "integer", "unit": "patients"},
    {"name": "total", "type": "integer", "missing": "not stated"}, {"name": "note", "type": "string"}]}},
  {"name": "sources", "path": "sources.csv"}]}
"""

FEED = '<feed xmlns="http://www.w3.org/2005/Atom"><title>What is new</title></feed>\n'

OLD_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><title>Old</title></head><body><main id="content"><h1>Anakinra, as it was</h1>
<p><a href="../v/index.html">Versions</a> <a href="../index.html">Home</a></p></main></body></html>
"""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="360pt" height="120pt" viewBox="0 0 360 120">
<style>:root { color: #1d2730 } @media (prefers-color-scheme: dark) { :root { color: #dbe3e8 } }</style>
<g fill="currentColor"><rect x="10" y="30" width="240" height="20"/><rect x="10" y="70" width="90" height="20"/></g>
</svg>
"""

TABLE = """\
| Condition | Patients | Favourable outcome |
|:--|--:|--:|
| sJIA | 82 | [68/82](../evidence.qmd#ana-012) |
| SLE | 14 | [13/14](../evidence.qmd#ema-001) |
"""


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"m{abs(hash(source)) % 10**6}", "metadata": {}, "source": source}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "c",
        "metadata": {},
        "execution_count": None,
        "source": source,
        "outputs": list(outputs),
    }


def display(mime: str, content: str, **metadata: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {mime: content, "text/plain": "..."}, "metadata": metadata}


ALT = 'Bars: 82 patients "with sJIA", 14 with SLE; a \\ too.'
CAPTION = "Use of anakinra: 96 patients, of whom [82](../evidence.qmd#ana-012) had sJIA [@minoia2015]."


def notebook_cells() -> list[dict[str, Any]]:
    return [
        markdown('---\ntitle: "Anakinra"\nsubtitle: "An interleukin-1 receptor antagonist"\n---'),
        code("#| include: false\nimport helpers"),
        code("as_of: str | None = None  # update to show"),
        code(
            "#| echo: false\nanswer()",
            display("text/markdown", "::: {.answer}\nFavourable in [68/82](../evidence.qmd#ana-012).\n:::"),
        ),
        markdown("## Evidence\n\n@fig-use and @tbl-use tell the same; also [-@fig-use] and [@fig-use; @tbl-use]."),
        code(
            '#| label: tbl-use\n#| tbl-cap: "Use by condition"\n#| echo: false\ntable()',
            display("text/markdown", TABLE),
        ),
        code(
            '#| label: fig-use\n#| fig-cap: "Use by condition"\n#| echo: false\nplot()',
            display("image/svg+xml", SVG, review={"alt": ALT, "caption": CAPTION}),
        ),
        markdown("### Doses {#doses}\n\nBack to [the evidence](#evidence), [home](../index.qmd#summary)."),
        code("print(1)", {"output_type": "stream", "name": "stdout", "text": ["1\n"]}),
    ]


class Review:
    """A review's folder that tests change and build."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(REPOSITORY / "assets", root / "assets")
        self.write("_quarto.yml", CONFIG)
        self.write("references.bib", BIBLIOGRAPHY)
        self.write("index.qmd", HOME)
        self.write("evidence.qmd", EVIDENCE)
        self.write(
            "data/results/pages/new.md", "## What is new\n\nSee [anakinra](notebooks/05-anakinra.ipynb#doses).\n"
        )
        self.write("data/counts.csv", COUNTS)
        self.write("data/sources.csv", SOURCES)
        self.write("data/datapackage.json", PACKAGE)
        self.write("data/updates.csv", UPDATES)
        self.write("data/review.yaml", SETTINGS)
        self.write("data/results/feed.xml", FEED)
        self.write("CITATION.cff", CITATION)
        self.archive("2023.1", {"index.html": OLD_PAGE.replace("../", ""), "notebooks/05-anakinra.html": OLD_PAGE})
        self.write("data/updates/2024/raw.csv", "an abstract that is not ours\n")
        self.write("notebooks/py/05-anakinra.py", "# %%\n")
        self.notebook(notebook_cells())

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        self.write(name, (self.root / name).read_text(encoding="utf-8") + "\n\n" + text + "\n")

    def archive(self, version: str, files: dict[str, str]) -> None:
        (self.root / "archive").mkdir(exist_ok=True)
        with zipfile.ZipFile(self.root / "archive" / f"{version}.zip", "w") as packed:
            for name, text in files.items():
                packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)

    def notebook(self, cells: list[dict[str, Any]], name: str = "05-anakinra") -> None:
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        self.write(f"notebooks/{name}.ipynb", json.dumps(content))

    def build(self, **options: Any) -> publish.SiteReport:
        return publish.build_site(self.root, renderer="pandoc", progress=False, **options)

    def page(self, name: str) -> str:
        return (self.root / "_site" / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        site = self.root / "_site"
        return {
            path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()
        }


@pytest.fixture
def review(tmp_path: Path) -> Review:
    root = tmp_path / "review"
    root.mkdir()
    return Review(root)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The review, built once; tests only look at it."""
    review = Review(tmp_path_factory.mktemp("built"))
    review.build()
    return review
