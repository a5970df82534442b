"""The PDF edition: every page in reading order, references and links resolved, the same bytes every time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.faults import ReviewError
from helpers.publish.config import load_config
from helpers.publish.pdf import make_pdf

CONFIG = """\
project: {type: website, output-dir: _site, render: ["*.qmd"]}
website:
  title: "A review"
  description: "A stand-in."
  sidebar:
    contents: [index.qmd, second.qmd]
lang: en
bibliography: references.bib
"""
FIRST = """\
---
title: "The answer"
subtitle: "In short"
---

<div class="status">
Evidence searched through **30 June 2023**
</div>

See @tbl-one, [the second page](second.qmd#below), [a row](second.qmd#row-7), [a file](downloads/x.csv) and
[the web](https://example.org/). As told before [@minoia2015]. One<br>two.

::: {#tbl-one}
| a | b |
|---|--:|
| 1 | [2](second.qmd#row-7) |

What it holds, with $ # @ and _ in it.
:::

::: {.callout-warning}
## Low certainty
No trial.
:::

## Downloads {#downloads}

::: {.downloads}
- [CSV](downloads/x.csv)
:::
"""
SECOND = """\
---
title: "The second"
---

## Below {#below}

[7]{#row-7} patients.

::: {#fig-one}
![](picture.svg){fig-alt="A bar." width=96 height=48}

::: {.review-caption}
A picture
:::
:::
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><rect width="90" height="40"/></svg>'
COVER = {"version": "2023.1", "searched": "30 June 2023", "integrated": "1 March 2024", "due": "30 June 2024"}
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    folder = tmp_path / "stage"
    (folder / "assets").mkdir(parents=True)
    shutil.copyfile(REPOSITORY / "assets" / "edition.typ", folder / "assets" / "edition.typ")
    (folder / "_quarto.yml").write_text(CONFIG)
    (folder / "references.bib").write_text(
        "@article{minoia2015, title={On MAS}, author={Minoia, Francesca}, journal={J Rheumatol}, year={2015}}\n"
    )
    (folder / "picture.svg").write_text(SVG)
    (folder / "index.qmd").write_text(FIRST)
    (folder / "second.qmd").write_text(SECOND)
    return folder


def made(stage: Path, name: str = "one") -> tuple[bytes, str]:
    """The document and what it was typeset from."""
    work = stage.parent / name
    make_pdf(stage, work / "edition.pdf", load_config(stage), variables=COVER, work=work)
    return (work / "edition.pdf").read_bytes(), (work / "edition.typ").read_text()


def test_the_same_pages_give_the_same_bytes(stage):
    first, second = made(stage)[0], made(stage, "two")[0]
    assert first.startswith(b"%PDF-")
    assert first == second


def test_every_page_stands_in_reading_order_with_its_dates_on_the_cover(stage):
    _, source = made(stage)
    assert source.index("= The answer") < source.index("= The second") < source.index("= References")
    assert "[30 June 2024]" in source
    assert "Minoia, Francesca. 2015" in source


def test_references_and_links_lead_within_the_document_and_links_to_files_are_text(stage):
    _, source = made(stage)
    assert "#link(<index--tbl-one>)[Table 1]" in source
    assert "#link(<second--below>)[the second page]" in source
    assert source.count("#link(<second--row-7>)") == 2  # in the sentence and in the table
    assert 'link("https://example.org/")' in source
    assert "x.csv" not in source


def test_what_only_a_screen_needs_is_left_out(stage):
    _, source = made(stage)
    assert "Downloads" not in source
    assert "Evidence searched through *30 June 2023*" not in source
    assert "<br>" not in source


def test_a_picture_keeps_its_size_its_words_and_its_number(stage):
    _, source = made(stage)
    assert 'image("picture.svg"' in source
    assert 'alt: "A bar."' in source
    assert "#float([Figure 1]" in source


def test_a_callout_keeps_its_title(stage):
    _, source = made(stage)
    assert "#callout([" in source
    assert "Low certainty" in source


def test_a_template_that_cannot_be_typeset_is_told_with_its_place(stage):
    (stage / "assets" / "edition.typ").write_text("#nosuchfunction()\n$body$\n")
    with pytest.raises(ReviewError, match="unknown variable: nosuchfunction"):
        made(stage)


def test_pages_can_be_left_out_and_links_to_them_become_text(stage):
    work = stage.parent / "short"
    config = replace(load_config(stage), inputs=("index.qmd",))
    make_pdf(stage, work / "edition.pdf", config, variables=COVER, work=work)
    source = (work / "edition.typ").read_text()
    assert "the second page" in source
    assert "second--" not in source
