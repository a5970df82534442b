"""Parameters are checked against the notebook's own cell before anything runs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from helpers.faults import ReviewError
from helpers.run import Typed, UsageError
from helpers.run.jobs import output_folder
from helpers.run.pairs import Pair, read_script
from helpers.run.parameters import check_values, read_parameters

from .conftest import Review, percent

ALL_TYPES = """\
as_of: str | None = None  # update
level: float = 0.95
steps: int = 3
exact: bool = True
method: Literal["glmm", "fixed"] = "glmm"
drugs: list[str] = ["anakinra", "emapalumab"]
limit: Optional[int] = None
label = "plain\""""


def known(review: Review, parameters: str = ALL_TYPES) -> Any:
    script = percent("print(1)", parameters=parameters)
    pair = Pair(review.root, "01-first")
    return pair, read_parameters(pair, read_script(pair, script.encode()), script)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("as_of", "2023-06-30", "2023-06-30"),
        ("as_of", "none", None),
        ("level", "1", 1.0),
        ("level", "1e-3", 0.001),
        ("steps", "-4", -4),
        ("exact", "false", False),
        ("method", "fixed", "fixed"),
        ("drugs", "[anakinra]", ["anakinra"]),
        ("limit", "null", None),
        ("limit", "5", 5),
        ("label", "12", "12"),
    ],
)
def test_a_typed_value_is_read_as_its_parameter_asks(review: Review, name: str, value: str, meant: object) -> None:
    values, faults = check_values(*known(review), {name: Typed(value)})
    assert not faults
    assert values == {name: meant}
    assert type(values[name]) is type(meant)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", "wide"),
        ("level", "none"),
        ("level", "true"),
        ("steps", "2.5"),
        ("steps", ""),
        ("exact", "1"),
        ("method", "reml"),
        ("drugs", "anakinra"),
        ("drugs", "[1]"),
        ("limit", "many"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(review: Review, name: str, value: str) -> None:
    (fault,) = check_values(*known(review), {name: Typed(value)})[1]
    assert (fault.rule, fault.column, fault.value) == ("parameter-type", name, value)
    assert fault.row == 5 + ALL_TYPES.splitlines().index(
        next(line for line in ALL_TYPES.splitlines() if line.startswith(name))
    )


@pytest.mark.parametrize(("name", "value"), [("level", "0.9"), ("steps", True), ("as_of", 2023), ("drugs", ("x",))])
def test_python_values_are_taken_as_they_are(review: Review, name: str, value: object) -> None:
    assert [fault.rule for fault in check_values(*known(review), {name: value})[1]] == ["parameter-type"]


RANGED = """\
as_of = None  # update
level: float = 0.95  # confidence level, 0 < level < 1
top: int | None = None  # how many, 1 <= top; None is all
sublevel: int = 7  # level of another kind
share: float = 0.5  # -1.5 <= share <= 2.5"""


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        ("level", "90", "0 < level < 1"),
        ("level", "1", "0 < level < 1"),
        ("level", "0", "0 < level < 1"),
        ("level", "nan", "0 < level < 1"),
        ("top", "0", "1 <= top"),
        ("share", "-1.6", "-1.5 <= share <= 2.5"),
        ("share", "2.6", "-1.5 <= share <= 2.5"),
    ],
)
def test_a_value_outside_the_range_beside_its_parameter_is_refused(
    review: Review, name: str, value: str, limits: str
) -> None:
    (fault,) = check_values(*known(review, RANGED), {name: Typed(value)})[1]
    assert (fault.rule, fault.column, fault.value) == ("parameter-range", name, value)
    assert fault.message.endswith(limits)


@pytest.mark.parametrize(
    ("name", "value"),
    [("level", "0.9"), ("top", "1"), ("top", "none"), ("sublevel", "90"), ("share", "-1.5"), ("share", "2.5")],
)
def test_a_value_at_the_edge_of_its_range_or_without_one_is_taken(review: Review, name: str, value: str) -> None:
    assert check_values(*known(review, RANGED), {name: Typed(value)})[1] == []


def test_a_range_is_refused_before_a_kernel_starts(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    review.write("01-first", "print(1)", parameters=RANGED)
    monkeypatch.setattr("helpers.run.runner._run_all", lambda *_, **__: pytest.fail("a kernel would start"))
    with pytest.raises(UsageError, match="outside its range"):
        review.run(parameters={"level": 90})


@pytest.mark.parametrize("value", [Typed("None"), Typed("null"), None])
def test_the_latest_update_can_be_asked_for_by_its_default(review: Review, value: object) -> None:
    review.write("01-first", "print(as_of)", parameters=RANGED)
    report = review.run(parameters={"as_of": value})
    assert (report.folder, report.ran) == ("_runs/default", ["01-first"])
    assert review.printed("01-first", report.folder) == "None\n"


def test_runs_with_other_parameters_lie_in_folders_named_after_them() -> None:
    folders = [
        output_folder(given)
        for given in (
            {},
            {"as_of": "2023-06-30"},
            {"level": Typed("0.9")},
            {"top": 3, "level": 0.9, "as_of": "2023-06-30"},
            {"as_of": Typed("None"), "method": "logit-reml"},
        )
    ]
    assert folders == [
        "notebooks",
        "_runs/2023-06-30",
        "_runs/level=0.9",
        "_runs/2023-06-30,level=0.9,top=3",
        "_runs/method=logit-reml",
    ]
    odd = [output_folder({"drugs": drugs}) for drugs in (["a/b"], ["a b"], "x" * 300, "x" * 301, "../..")]
    assert len(set(odd)) == len(odd)
    assert all(re.fullmatch(r"_runs/drugs=[\w.,=-]{1,100}", folder) for folder in odd)


def test_all_faults_of_all_notebooks_come_together_and_nothing_runs(review: Review) -> None:
    review.write("01-first", "print(1)")
    review.write("02-second", "print(2)", parameters="as_of: str | None = None")
    with pytest.raises(UsageError) as caught:
        review.run(parameters={"level": "high", "lvel": 0.9}, as_of="last year")
    found = {(fault.file, fault.column, fault.rule) for fault in caught.value.faults}
    assert found == {
        ("data/updates.csv", "update_id", "known-update"),
        ("notebooks/py/01-first.py", "level", "parameter-type"),
        ("notebooks/py/01-first.py", "lvel", "known-parameter"),
        ("notebooks/py/02-second.py", "level", "known-parameter"),
        ("notebooks/py/02-second.py", "lvel", "known-parameter"),
    }
    assert "level: float = 0.95  (confidence level)" in str(caught.value)
    assert not (review.root / "_runs/state.json").exists()


def test_an_update_that_does_not_exist_is_refused_with_those_that_do(review: Review) -> None:
    review.write("01-first", "print(1)")
    (review.root / "data/updates.csv").write_text("update_id,version\n2023-06-30,2023.1\n")
    with pytest.raises(UsageError, match=r"Updates are: 2023-06-30\."):
        review.run(as_of="2024-06-30")
    with pytest.raises(UsageError, match="not an ISO date"):
        review.run(as_of="../../etc")


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        (None, "one-parameters-cell"),
        ('as_of: str | None = None\n\n# %% tags=["parameters"]\nlevel = 1', "one-parameters-cell"),
        ("level: float = 0.95", "as-of-parameter"),
        ("as_of: str | None = None\nimport os", "plain-parameters"),
        ("as_of: str | None = None\nlevel: float = default()", "plain-parameters"),
        ("as_of: str | None = None\nlevel: float", "plain-parameters"),
        ("as_of: str | None =", "plain-parameters"),
    ],
)
def test_a_parameters_cell_is_one_and_plain(review: Review, parameters: str | None, rule: str) -> None:
    review.write("01-first", "print(1)", parameters=parameters)
    with pytest.raises(ReviewError) as caught:
        review.run()
    assert [fault.rule for fault in caught.value.faults] == [rule]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (None, "no cell is tagged `parameters`"),
        ('as_of = None\n\n# %% tags=["parameters"]\nlevel = 1', "it has 2 cells tagged `parameters` instead of one"),
    ],
)
def test_what_is_wrong_with_the_parameters_cell_is_a_plain_sentence(
    review: Review, parameters: str | None, said: str
) -> None:
    review.write("01-first", "print(1)", parameters=parameters)
    with pytest.raises(ReviewError, match=said):
        review.run()


def test_scripts_that_cannot_be_read_are_reported_together(review: Review) -> None:
    (review.root / "notebooks/py/01-first.py").write_bytes(b"# %%\nx = '\xe9'\n")
    review.write("02-second", "print(1)", parameters=None)
    with pytest.raises(ReviewError) as caught:
        review.run()
    assert [fault.rule for fault in caught.value.faults] == ["notebook-format", "one-parameters-cell"]


@pytest.mark.parametrize("wanted", ["01", "01-first", "notebooks/01-first.ipynb", "notebooks/py/01-first.py"])
def test_a_notebook_goes_by_name_number_or_path(shared_review: Review, wanted: str) -> None:
    assert shared_review.run(wanted).skipped == ["01-first"]


def test_unknown_notebooks_are_refused_together(shared_review: Review) -> None:
    with pytest.raises(UsageError) as caught:
        shared_review.run("03", "04-none")
    assert [fault.value for fault in caught.value.faults] == ["03", "04-none"]
    assert "Notebooks are: 01-first, 02-second." in str(caught.value)
