"""The command line: exit statuses, one JSON document and nothing else, messages that people can act on."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from helpers import publish
from helpers.cli import actions, app
from helpers.faults import Fault, ReviewError
from helpers.mime import RESULT_MIME
from helpers.project import together, write_together
from helpers.publish import SiteReport, pandoc, stage

from .conftest import Call, Review

DATA_FAULT = Fault("data/counts.csv", 41, "events", "64", "events-within-total", "events exceed total", "Recheck it.")
PAGE_FAULT = Fault("index.html", None, None, "x.html", "dead-link", "no such page", "Mend the link.")


@pytest.fixture
def site_of_two_pages(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    built: list[Path] = []

    def build_site(root: Path, **options: Any) -> SiteReport:
        built.append(root)
        return SiteReport("pandoc", 2, 1_500_000, 3.2, False, "there was no site yet")

    monkeypatch.setattr(publish, "build_site", build_site)
    return built


def raising(error: BaseException) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise error

    return refuse


STEPS = ["start", "status", "import", "link", "screen", "extract", "merge", "undo", "fetch"]
COMMANDS = ["run", "site", "build", "check", "audit", "diff", "serve", *(f"update {step}" for step in STEPS)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_the_common_options(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert f"Example: review {command}" in " ".join(result.stdout.split())
    assert "--json" in result.stdout
    assert "--root" in result.stdout


def test_the_command_alone_shows_help_and_is_wrong_usage() -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "Usage: review" in result.output


def test_the_version_is_that_of_the_package() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout.split()[0]) == (0, "review")


@pytest.mark.parametrize(
    "words",
    [
        ["rum"],
        ["run", "--jobs", "0"],
        ["run", "--jobs", "many"],
        ["site", "--renderer", "latex"],
        ["run", "-p", "level"],
    ],
)
def test_wrong_usage_has_its_own_status(words: list[str], call: Call) -> None:
    answer = call(*words)
    assert answer.status == 2
    assert not answer.out
    assert "Usage" in answer.err


def test_a_folder_that_is_no_review_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    answer = call("check", "--json", root=tmp_path)
    assert answer.status == 2
    assert [fault["rule"] for fault in answer.document["faults"]] == ["review-folder"]
    assert "name it with --root" in answer.err


def test_a_run_tells_what_it_did(review: Review, call: Call) -> None:
    review.write("01-first", "print(1)")
    first = call("run")
    assert first.status == 0
    assert first.out.startswith("1 notebook run into notebooks/; ")
    second = call("run", "--json")
    assert second.document["skipped"] == ["01-first"]
    assert call("run").out.startswith("no notebook had to be run; 1 up to date and skipped (01-first); ")


def test_a_run_tells_which_shown_numbers_moved(review: Review, call: Call) -> None:
    shows = f"""\
from IPython.display import display
display({{"{RESULT_MIME}": {{"id": "answer", "values": [{{"row": "r", "shown": "%s"}}]}}}}, raw=True)"""
    review.write("01-first", shows % "6 of 10")
    assert "otherwise" not in call("run").out  # nothing was shown before
    review.write("01-first", shows % "11 of 19")
    answer = call("run", "--json")
    assert [(m["page"], m["before"], m["after"]) for m in answer.document["moved"]] == [
        ("01-first", "6 of 10", "11 of 19")
    ]
    review.write("01-first", shows % "12 of 19")
    assert "11 of 19 -> 12 of 19" in call("run").out


def test_a_failed_notebook_is_a_finding_with_its_place(review: Review, call: Call) -> None:
    review.write("01-first", "int('four')")
    answer = call("run", "--json")
    assert answer.status == 1
    (fault,) = answer.document["faults"]
    assert (fault["file"], fault["row"], fault["column"]) == ("notebooks/py/01-first.py", 9, "cell 3")
    assert answer.document["failed"][0]["copy"] == "_runs/failed/01-first.ipynb"
    for said in ("int('four')", "ValueError: invalid literal", "_runs/failed/01-first.ipynb", "review run 01-first"):
        assert said in answer.err


def test_parameters_come_as_two_words_or_with_an_equals_sign(review: Review, call: Call) -> None:
    parameters = "as_of: str | None = None\nlevel: float = 0.95\nshift: int = 0"
    review.write("01-first", "print(as_of, level, shift)", parameters=parameters)
    answer = call("run", "01", "--as-of", "2023-06-30", "-p", "level", "0.9", "-p", "shift=-1", "--json")
    assert answer.status == 0
    assert review.printed("01-first", "_runs/2023-06-30") == "2023-06-30 0.9 -1\n"
    assert not (review.root / "notebooks/01-first.ipynb").exists()


def test_all_wrong_parameters_are_told_at_once(review: Review, call: Call) -> None:
    review.write("01-first", "print(1)")
    answer = call("run", "-p", "level", "high", "-p", "lvel", "0.9", "--json")
    assert answer.status == 2
    assert [(f["column"], f["value"]) for f in answer.document["faults"]] == [("level", "high"), ("lvel", "0.9")]
    assert "level: float = 0.95  (confidence level)" in answer.err


def test_stdout_is_one_json_document_whatever_libraries_print(
    review: Review, call: Call, stand_ins: dict[str, Any]
) -> None:
    review.write("01-first", "print(1)")

    def noisy(root: Path) -> list[Path]:
        print("noise")
        return [root / "data/results/pages/x.md"]

    stand_ins["report"].write_pages = noisy
    answer = call("run", "--json")
    assert answer.document["pages"] == ["data/results/pages/x.md"]
    assert "noise" in answer.err


def test_invalid_data_and_failed_notebooks_are_told_together(
    review: Review, call: Call, stand_ins: dict[str, Any]
) -> None:
    review.write("01-first", "int('four')")
    stand_ins["report"].write_pages = raising(ReviewError([DATA_FAULT]))
    assert [f["rule"] for f in call("run", "--json").document["faults"]] == ["notebook-runs", "events-within-total"]


def test_page_parts_are_made_again_only_when_something_changed(
    review: Review, call: Call, stand_ins: dict[str, Any]
) -> None:
    review.write("01-first", "print(1)")
    page = review.root / "data/results/pages/x.md"
    calls = []

    def write_pages(root: Path) -> list[Path]:
        calls.append(root)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("made")
        return [page]

    stand_ins["report"].write_pages = write_pages
    call("run")
    call("run")
    assert len(calls) == 1
    page.write_text("edited by hand")
    call("run")
    assert page.read_text() == "made"
    (review.root / "data/counts.csv").write_text("row_id,events\nx,2\n")
    call("run")
    assert len(calls) == 3


def test_a_build_is_a_run_and_a_site(review: Review, call: Call, site_of_two_pages: list[Path]) -> None:
    review.write("01-first", "print(1)")
    answer = call("build", "--json")
    assert answer.status == 0
    assert answer.document["run"]["ran"] == ["01-first"]
    assert answer.document["site"]["pages"] == 2
    said = call("build").out.splitlines()
    assert said[1] == "_site/ was built with pandoc: 2 pages, 1.5 MB; there was no site yet; 3.2 s"


def test_no_site_is_made_from_failed_notebooks(review: Review, call: Call, site_of_two_pages: list[Path]) -> None:
    review.write("01-first", "int('four')")
    answer = call("build", "--json")
    assert (answer.status, answer.document["ok"], answer.document["site"]) == (1, False, None)
    assert "The site was left as it was." in answer.err
    assert not site_of_two_pages


def test_a_site_that_does_not_hold_is_a_finding(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "build_site", raising(ReviewError([PAGE_FAULT], "The site does not hold")))
    answer = call("site", "--json")
    assert (answer.status, answer.document["headline"]) == (1, "The site does not hold")
    assert answer.document["faults"] == [PAGE_FAULT.to_dict()]


def built_site(review: Review) -> Path:
    site = review.root / "_site"
    site.mkdir()
    (site / "index.html").write_text("<html><title>x</title></html>")
    key = stage.inputs_key(review.root, f"pandoc {pandoc.version()}")
    (site / ".build.json").write_text(json.dumps({"key": key, "renderer": "pandoc"}))
    return site


def test_a_check_gathers_data_notebooks_and_site(
    shared_review: Review, call: Call, monkeypatch: pytest.MonkeyPatch, stand_ins: dict[str, Any]
) -> None:
    stand_ins["consistency"].check = lambda root: [DATA_FAULT, DATA_FAULT]
    monkeypatch.setattr(publish, "check_site", lambda folder: [PAGE_FAULT])
    new = shared_review.root / "notebooks/py/03-new.py"
    new.write_text('# %% tags=["parameters"]\nas_of: str | None = None\n')
    built_site(shared_review)
    answer = call("check", "--json", root=shared_review.root)
    assert answer.status == 1
    assert set(answer.document) == {"ok", "faults", "checked"}
    assert [(f["file"], f["rule"]) for f in answer.document["faults"]] == [
        ("data/counts.csv", "events-within-total"),
        ("index.html", "dead-link"),
        ("notebooks/03-new.ipynb", "pair-in-step"),
    ]
    assert list(answer.document["faults"][0]) == ["file", "row", "column", "value", "rule", "message", "fix"]
    assert answer.document["checked"] == {"tables": 1, "notebooks": 3, "code_cells": 8, "site": "checked"}
    assert "The review breaks its rules: 3 faults" in answer.err
    assert "data/counts.csv, line 41, events: events exceed total (found '64')" in answer.err


def test_a_sound_review_says_what_was_checked(review: Review, call: Call) -> None:
    answer = call("check")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == "Everything holds\nChecked: tables 1, notebooks 0, code cells 0, site not built\n"
    assert call("check", "--json").document["ok"] is True


def test_a_site_older_than_its_sources_is_not_checked(
    review: Review, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    built_site(review)
    (review.root / "index.qmd").write_text("new")
    monkeypatch.setattr(publish, "check_site", lambda folder: [PAGE_FAULT])
    assert call("check", "--json").document["checked"]["site"] == "older than its sources, not checked"


def test_an_audit_prints_claims_counts_and_what_differs(call: Call, stand_ins: dict[str, Any]) -> None:
    claim = {"claim_id": "c1", "section": "anakinra", "verdict": "differs", "locator": "p1"}
    claim["explanation"] = "One side gives 1, the other 2."
    counts = {"reproduced": 0, "rounding": 0, "differs": 1, "cannot_be_checked": 0}
    document = {"claims": [claim], "counts": counts}
    stand_ins["audit"].run_audit = lambda root: SimpleNamespace(to_dict=lambda: document)
    answer = call("audit", "--json")
    assert json.loads(answer.out) == document
    shown = call("audit").out
    assert shown.startswith("1 printed statements: 0 reproduced, 0 rounding, 1 differs, 0 cannot be checked\n")
    assert "c1: One side gives 1, the other 2. (p1)" in shown
    assert call("audit", "--section", "nosuch").status == 2
    assert json.loads(call("audit", "--json", "--verdict", "reproduced").out)["claims"] == []


def test_a_number_without_an_origin_fails_the_check(review: Review, call: Call, stand_ins: dict[str, Any]) -> None:
    fault = Fault(
        "index.qmd", 12, None, "4711", "typed-number", "a number is typed into the text", "Take it from a row."
    )
    stand_ins["proof"].prove = lambda root, site=None, **known: SimpleNamespace(faults=[fault], numbers=0)
    answer = call("check", "--json")
    assert answer.status == 1
    assert answer.document["faults"] == [fault.to_dict()]


def test_a_site_is_built_with_the_proof_of_its_numbers(
    review: Review, call: Call, stand_ins: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_ins["audit"].run_audit = lambda root: SimpleNamespace(to_dict=lambda: {"claims": [], "counts": {}})
    stand_ins["proof"].prove = lambda root, site=None, **known: SimpleNamespace(faults=[PAGE_FAULT], numbers=1)
    handed_over = []

    def build_site(root: Path, **options: Any) -> SiteReport:
        handed_over.extend(options["prove"](root / "_site", {}))
        return SiteReport("pandoc", 2, 1, 1.0, False, "asked for")

    monkeypatch.setattr(publish, "build_site", build_site)
    call("site")
    assert handed_over == [PAGE_FAULT]


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.ENOSPC, "Make room on the disk"), (errno.EACCES, "Give yourself the right")]
)
def test_an_error_of_the_system_names_the_place_and_the_next_step(
    call: Call, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    monkeypatch.setattr(actions, "check", raising(OSError(number, "says the system", "/full/disk")))
    answer = call("check", "--json")
    assert answer.status == 1
    (fault,) = answer.document["faults"]
    assert fault["file"] == "/full/disk"
    assert fault["fix"].startswith(advice)
    assert "Traceback" not in answer.err


def test_a_file_where_a_folder_should_be_is_told(review: Review, call: Call) -> None:
    review.write("01-first", "print(1)")
    (review.root / "_runs").write_text("in the way")
    answer = call("run", "--json")
    assert answer.status == 1
    assert answer.document["faults"][0]["fix"].startswith("A file lies where a folder should be")


def test_an_interrupted_command_says_how_to_go_on(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "check", raising(KeyboardInterrupt()))
    answer = call("check", "--json")
    assert (answer.status, answer.out) == (130, "")
    assert "the same command goes on from here" in answer.err


def test_a_command_first_finishes_what_a_killed_one_had_begun(review: Review, call: Call) -> None:
    write_together(review.root, {"data/a.csv": "old\n"})
    with pytest.MonkeyPatch.context() as patch:  # the marker is in place, the renaming has not begun
        patch.setattr(together, "_finish", lambda home: None)
        write_together(review.root, {"data/a.csv": "new\n", "data/b.csv": "new\n"})
    assert (review.root / "data/a.csv").read_text() == "old\n"
    answer = call("check")
    assert answer.err.splitlines()[0] == "Finished what an interrupted command had begun: data/a.csv"
    assert [(review.root / f"data/{name}.csv").read_text() for name in "ab"] == ["new\n", "new\n"]
    assert call("check").err == ""


def test_a_difference_between_updates_that_are_not_there_is_wrong_usage(call: Call) -> None:
    answer = call("diff", "2023-06-30", "--json")
    assert answer.status == 2
    assert "Missing argument" in answer.err


def test_serving_passes_the_port_on(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr(publish, "serve", lambda root, port, renderer: given.append((port, renderer)))
    assert call("serve", "--port", "0").status == 0
    assert given == [(0, "auto")]
