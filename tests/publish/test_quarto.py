"""Quarto as renderer: what it needs is checked before it is called, and what it makes is what `review site` makes.

No test needs the real one: `quarto_standin.py` has its ways. The workflow renders with the real one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers import publish
from helpers.faults import ReviewError
from helpers.publish import quarto as renderer
from helpers.publish.config import load_config
from helpers.publish.precheck import check_project
from helpers.publish.stage import make_stage, prepare

from .conftest import ALT, REPOSITORY, SVG, Review, code, display, markdown, notebook_cells

STAND_IN = Path(__file__).with_name("quarto_standin.py")


class Quarto:
    """The stand-in on PATH: what it was called with, and a way to have it fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def calls(self) -> list[str]:
        log = self.folder / "called"
        return log.read_text(encoding="utf-8").splitlines() if log.is_file() else []

    def fail(self) -> None:
        (self.folder / "fail").touch()

    def __call__(self, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [self.folder / "quarto", *arguments]
        return subprocess.run(command, cwd=project, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture
def quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quarto:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "quarto").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n')
    (folder / "quarto").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY / "src"))
    monkeypatch.setenv("QUARTO_STANDIN", str(folder))
    return Quarto(folder)


def build(review: Review, **options: object) -> publish.SiteReport:
    return publish.build_site(review.root, renderer="quarto", progress=False, **options)  # type: ignore[arg-type]


def words(page: bytes) -> str:
    main = BeautifulSoup(page, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def living(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".html") and not name.startswith("v/2")}


def test_both_renderers_make_one_site(review: Review, built: Review, quarto: Quarto) -> None:
    report = build(review)
    assert report.renderer == "quarto" and set(report.times) == set(load_config(review.root).inputs) | {
        "feedback.qmd",
        "v/index.qmd",
        "figures/index.qmd",
        "figures/05-anakinra-fig-use.qmd",
    }
    ours, theirs = review.files(), built.files()
    assert ours.keys() == theirs.keys()
    assert {name: words(page) for name, page in living(ours).items()} == {
        name: words(page) for name, page in living(theirs).items()
    }
    image = BeautifulSoup(ours["notebooks/05-anakinra.html"], "html.parser").select_one("#fig-use img")
    assert image is not None and image["alt"] == ALT


def test_a_plain_render_makes_what_review_site_makes_and_changes_no_source(review: Review, quarto: Quarto) -> None:
    build(review)
    ours = {name: content for name, content in review.files().items() if name != ".build.json"}
    review.write(".gitignore", (REPOSITORY / ".gitignore").read_text(encoding="utf-8"))
    sources = {path: path.read_bytes() for path in review.root.rglob("*") if path.is_file() and tracked(path, review)}
    done = quarto(review.root, "render")
    assert (done.returncode, [line for line in done.stdout.splitlines() if "WARN" in line]) == (0, [])
    assert {name: content for name, content in review.files().items() if ours.get(name) != content} == {}
    assert review.files().keys() == ours.keys()
    assert {path: path.read_bytes() for path in sources} == sources
    ignored = {line.strip("/") for line in (review.root / ".gitignore").read_text(encoding="utf-8").splitlines()}
    new = {path.relative_to(review.root).parts[0] for path in review.root.rglob("*") if path not in sources}
    assert {name for name in new if name not in ignored and not (review.root / name).is_dir()} == set()


def tracked(path: Path, review: Review) -> bool:
    return path.relative_to(review.root).parts[0] not in ("_site", "_runs", ".quarto")


def test_one_page_of_a_plain_render_is_completed_alone(review: Review, quarto: Quarto) -> None:
    assert quarto(review.root, "render").returncode == 0
    before = review.files()
    assert quarto(review.root, "render", "evidence.qmd").returncode == 0
    assert {name for name, content in review.files().items() if before[name] != content} <= {"evidence.html"}
    review.append("evidence.qmd", "One more sentence.")
    assert quarto(review.root, "render", "evidence.qmd").returncode == 0
    after = review.files()
    assert {name for name, content in after.items() if before[name] != content} == {"evidence.html"}
    assert b"One more sentence." in after["evidence.html"]


def test_a_plain_render_that_does_not_hold_ends_badly_and_says_why(review: Review, quarto: Quarto) -> None:
    review.append("index.qmd", "See [@nobody1999].")
    done = quarto(review.root, "render")
    assert done.returncode and "references.bib" in done.stdout


def test_without_the_reviews_programs_the_hook_says_what_to_do(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    command = [sys.executable, "-S", "assets/quarto.py", "before"]  # -S: a Python without what is installed
    done = subprocess.run(command, cwd=review.root, capture_output=True, text=True)
    assert done.returncode and "make .venv" in done.stderr and "environment.yml" in done.stderr


def test_a_stopped_quarto_leaves_the_old_site_and_no_page_that_is_taken_for_a_finished_one(
    review: Review, quarto: Quarto
) -> None:
    build(review)
    before = review.files()
    review.append("evidence.qmd", "More.")
    quarto.fail()
    with pytest.raises(ReviewError, match="no such filter"):
        build(review)
    assert review.files() == before
    (quarto.folder / "fail").unlink()
    report = build(review)
    assert len(report.times) == report.pages  # nothing that the stopped one may have left is trusted
    assert b"More." in review.files()["evidence.html"]


def test_what_quarto_only_warns_of_stops_the_build(review: Review, quarto: Quarto) -> None:
    review.write("data/results/pages/new.md", "[gone]{.x} <a href='gone.qmd'>gone</a>\n")  # no Markdown link
    with pytest.raises(ReviewError, match="gone"):
        build(review)


def test_the_bar_moves_while_quarto_is_at_work(review: Review, quarto: Quarto, tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    (stage / "_runs").mkdir(parents=True)
    config = make_stage(review.root, stage).config
    project = tmp_path / "project"
    last = project / "_site" / "notebooks" / "05-anakinra.html"
    there: list[bool] = []
    renderer.render(stage, tmp_path / "out", config, project, lambda *_: there.append(last.is_file()), release="1.9.38")
    assert len(there) == len(config.inputs)
    assert there[0] is False and there[-1] is True


# What Quarto needs, each with what breaks it.


def broken(review: Review, change: Callable[[Review], None]) -> set[str]:
    """Rules that a project breaks once it was changed."""
    change(review)
    staged = prepare(review.root)
    return {fault.rule for fault in check_project(review.root, staged.config)}


def one_string(review: Review) -> None:
    prepare(review.root)
    for path in (review.root / "_runs" / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][5]["source"] = "".join(notebook["cells"][5]["source"])
        path.write_text(json.dumps(notebook), encoding="utf-8")


def test_nothing_is_found_where_nothing_is_wrong(review: Review) -> None:
    assert broken(review, lambda _: None) == set()


def test_cells_that_are_no_lists_of_lines_are_found(review: Review) -> None:
    one_string(review)
    assert {fault.rule for fault in check_project(review.root, load_config(review.root))} == {"cell-lines"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("shadowed-notebook", lambda review: review.write("notebooks/05-anakinra.py", "# %%\n")),
        ("anchored-pattern", lambda review: unanchored(review)),
        ("page-link", lambda review: review.append("index.qmd", "[there](nowhere.qmd#place)")),
        ("page-link", lambda review: review.append("evidence.qmd", "[there](notebooks/06-none.ipynb)")),
        ("figure-alt", lambda review: review.notebook([*notebook_cells(), code("x", display("image/svg+xml", SVG))])),
        ("gitignore", lambda review: review.write(".gitignore", "/_site/\n")),
        ("notebooks-differ", lambda review: review.notebook(notebook_cells(), "06-again")),
        ("quarto-hooks", lambda review: without(review, "strip-comments: true\n")),
        ("quarto-hooks", lambda review: without(review, 'ipynb-filters: ["../assets/quarto.py notebook"]\n')),
        ("quarto-hooks", lambda review: without(review, "  post-render: assets/quarto.py after\n")),
    ],
)
def test_what_quarto_needs_is_looked_for(review: Review, rule: str, change: Callable[[Review], None]) -> None:
    assert broken(review, change) == {rule}


def without(review: Review, line: str) -> None:
    config = (review.root / "_quarto.yml").read_text(encoding="utf-8")
    assert line in config
    review.write("_quarto.yml", config.replace(line, ""))


def unanchored(review: Review) -> None:
    config = (review.root / "_quarto.yml").read_text(encoding="utf-8")
    review.write("_quarto.yml", config.replace('"/*.qmd"', '"*.qmd"'))
    review.write("assets/example/page.qmd", "---\ntitle: An example\n---\n")


@pytest.mark.parametrize("renderer", ["pandoc", "quarto"])
def test_a_broken_project_is_not_rendered(review: Review, quarto: Quarto, renderer: publish.site.Renderer) -> None:
    review.append("index.qmd", "[there](nowhere.qmd)")
    with pytest.raises(ReviewError, match=r"nowhere\.qmd"):
        publish.build_site(review.root, renderer=renderer, progress=False)
    assert [call for call in quarto.calls if call.startswith("render")] == []


def test_the_stand_in_has_the_ways_that_are_guarded_against(review: Review, quarto: Quarto) -> None:
    """Else the tests above would hold for a kinder program than Quarto is."""
    for line in ("  pre-render: assets/quarto.py before\n", "  post-render: assets/quarto.py after\n"):
        without(review, line)
    without(review, 'ipynb-filters: ["../assets/quarto.py notebook"]\n')
    without(review, "strip-comments: true\n")
    unanchored(review)
    review.write(".gitignore", "/_site/\n")
    review.write("notebooks/06-shadowed.py", "# %%\n")
    review.notebook([markdown("---\ntitle: Shadowed\n---")], "06-shadowed")
    review.notebook([markdown("---\ntitle: One string\n---"), markdown("## First\n\n- one\n- two")], "07-string")
    for path in (review.root / "notebooks").glob("*.ipynb"):  # their titles, which would be run together as well
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][0]["source"] = notebook["cells"][0]["source"].splitlines(keepends=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    review.append("evidence.qmd", "<!-- site: a guard --> [gone](gone.qmd)")
    done = quarto(review.root, "render")
    assert done.returncode == 0 and "WARN: Unable to resolve link target: gone.qmd" in done.stdout
    files = review.files()
    assert "assets/example/page.html" in files and "notebooks/06-shadowed.html" not in files
    assert b"<li>one" not in files["notebooks/07-string.html"] and b'href="gone.qmd"' in files["evidence.html"]
    assert b"<!-- site: a guard -->" in files["evidence.html"] and ALT.encode()[:20] not in files["index.html"]
    assert "**/*.quarto_ipynb" in (review.root / ".gitignore").read_text(encoding="utf-8")


# Pages that did not change are not rendered again.


def test_after_one_notebook_changed_only_its_pages_are_rendered(review: Review, quarto: Quarto) -> None:
    build(review)
    before = review.files()
    cells = notebook_cells()
    cells[5]["outputs"][0]["data"]["text/markdown"] += "| Kawasaki | 1 | [1/1](../evidence.qmd#ema-001) |\n"
    review.notebook(cells)
    report = build(review)
    # The figure's page shows the table beside it; the home page embeds nothing of it.
    assert set(report.times) == {"notebooks/05-anakinra.ipynb", "figures/05-anakinra-fig-use.qmd"}
    changed = {name for name, content in review.files().items() if before.get(name) != content}
    assert {"notebooks/05-anakinra.html", "downloads/05-anakinra-tbl-use.csv"} <= changed
    assert "evidence.html" not in changed


EDITS: dict[str, Callable[[Review, random.Random], None]] = {
    "text": lambda review, dice: review.append(dice.choice(["index.qmd", "evidence.qmd"]), f"Text {dice.random()}."),
    "include": lambda review, dice: review.append("data/results/pages/new.md", f"Included {dice.random()}."),
    "notebook": lambda review, dice: review.notebook([*notebook_cells(), markdown(f"Said {dice.random()}.")]),
    "output": lambda review, dice: review.notebook(
        [*notebook_cells(), code("show()", display("text/markdown", f"Shown {dice.random()}."))]
    ),
    "style": lambda review, dice: review.append("assets/content.css", f"/* {dice.random()} */"),
    "filter": lambda review, dice: review.append("assets/crossref.lua", f"-- {dice.random()}"),
    "template": lambda review, dice: review.append("assets/page.html", f"<!-- {dice.random()} -->"),
    "reference": lambda review, dice: review.write(
        "references.bib",
        (review.root / "references.bib").read_text().replace("{2015}", f"{{{dice.randint(2000, 2020)}}}"),
    ),
    "page": lambda review, dice: review.write("new.qmd", f"---\ntitle: New {dice.random()}\n---\n\nA page.\n"),
    "no page": lambda review, dice: (review.root / "new.qmd").unlink(missing_ok=True),
    "menu": lambda review, dice: review.write(
        "_quarto.yml",
        (review.root / "_quarto.yml").read_text().replace('section: "About"', f'section: "About {dice.randint(0, 9)}"'),
    ),
    "data": lambda review, dice: review.append("data/counts.csv", f"row-{dice.randint(0, 999)},metaphor,1,2,"),
    "script": lambda review, dice: review.append("notebooks/py/05-anakinra.py", f"# {dice.random()}"),
}


@pytest.mark.parametrize("renderer", ["pandoc", "quarto"])
@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_the_site_is_the_one_that_is_made_afresh(
    review: Review, quarto: Quarto, renderer: publish.site.Renderer, seed: int
) -> None:
    dice = random.Random(seed)
    publish.build_site(review.root, renderer=renderer, progress=False)
    for _ in range(2):
        for name in dice.sample(sorted(EDITS), 3):
            EDITS[name](review, dice)
        publish.build_site(review.root, renderer=renderer, progress=False)
    ours = review.files()
    publish.build_site(review.root, renderer=renderer, progress=False, force=True)
    afresh = review.files()
    assert ours.keys() == afresh.keys()
    assert [name for name in ours if ours[name] != afresh[name]] == []
