"""A made-up update that turns conclusions false is stopped, with each sentence named.

Nothing in it is evidence: a synthetic randomised trial of anakinra in hundreds of patients with lupus.
"""

from __future__ import annotations

import json
from pathlib import Path

import later_update
import pytest
from copies import copy_review
from typer.testing import CliRunner

from helpers import consistency, evidence
from helpers.cli import app
from helpers.guards import check_guards

# What the update makes false, by a part of the sentence, and what the rows say then.
FALSE_NOW = {
    "ciclosporin is the most used drug": "anakinra-all-received has 969",
    "There are fewer patients than in systemic JIA": "889 is not more than 937",
    "No study compared treatments at random": later_update.STUDY,
    "No treatment of MAS had been tested against another in a randomised trial": later_update.STUDY,
    "The only clinical trial in MAS": later_update.STUDY,
    "Nothing here compares a treatment with its absence": later_update.STUDY,
}
SIZES = {
    "patients": (800, None),
    "received": (790, None),
    "assessable": (790, 790),
    "favourable_outcome": (650, 790),
    "death": (140, 790),
}


@pytest.fixture(scope="module")
def falsified(tmp_path_factory) -> Path:
    root = copy_review(tmp_path_factory.mktemp("falsified"))
    later_update.add_series(root)
    later_update.change(root, "studies", later_update.STUDY, design="trial_randomised", patients=800)
    later_update.change(root, "cohorts", later_update.COHORT, patients=800)
    for name, row in later_update.ROWS.items():
        events, total = SIZES[str(row["measure"])]
        later_update.change(root, "counts", name, events=events, total="" if total is None else total)
    return root


def test_the_data_themselves_hold(falsified):
    assert consistency.check(falsified) == []


def test_every_sentence_that_is_false_now_is_named_with_what_the_rows_say(falsified):
    faults = [f for f in check_guards(falsified, evidence.load(falsified)) if f.rule == "guard-broken"]
    for sentence, today in FALSE_NOW.items():
        found = [f for f in faults if sentence in str(f.value)]
        assert found, f"nobody noticed: {sentence}"
        assert any(today in f.message for f in found), [f.message for f in found]
    assert len({f.value for f in faults}) >= len(FALSE_NOW)


def test_the_command_says_it_with_the_expectation_and_the_next_step(falsified):
    answer = CliRunner().invoke(app, ["check", "--json", "--root", str(falsified)])
    assert answer.exit_code == 1
    broken = [f for f in json.loads(answer.stdout)["faults"] if f["rule"] == "guard-broken"]
    assert len(broken) >= len(FALSE_NOW)
    assert all("expects `" in f["message"] and f["row"] and "reword" in f["fix"] for f in broken)


def test_the_site_is_not_built_and_nothing_is_rendered_first(falsified):
    answer = CliRunner().invoke(app, ["site", "--json", "--root", str(falsified)])
    assert answer.exit_code == 1
    assert {f["rule"] for f in json.loads(answer.stdout)["faults"]} == {"guard-broken"}
    assert not (falsified / "_site").exists()


def test_before_the_update_every_sentence_holds(root, review):
    assert check_guards(root, review) == []
