"""Row rules of the dictionary are read by a parser of our own; nothing in them is ever run."""

import json

import pandas as pd
import pytest

from helpers.conditions import ConditionError, parse
from helpers.faults import ReviewError
from helpers.tables import read_tables

FRAME = pd.DataFrame(
    {
        "events": pd.array([3, 7, None, 5], dtype="Int64"),
        "total": pd.array([5, 5, 5, None], dtype="Int64"),
        "level": pd.array(["study", "review", None, "study"], dtype="string"),
    }
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("events <= total", [True, False, None, None]),
        ("0 < events < total", [True, False, None, None]),
        ("events > -1", [True, True, None, True]),
        ("not events <= total", [False, True, None, None]),
        ("events.isna()", [False, False, True, False]),
        ("not (level == 'study' and total.isna())", [True, True, True, False]),
        ("level == 'review' or events == 3", [True, True, None, False]),
        ("level in ['study', 'review']", [True, True, None, True]),
        ("level not in ('study',)", [False, True, None, False]),
        ("events <= total and level.isna()", [False, False, None, False]),
    ],
)
def test_a_condition_holds_row_by_row_and_a_missing_operand_leaves_it_open(condition, holds):
    found = parse(condition, FRAME.columns).holds(FRAME)
    assert [None if pd.isna(value) else bool(value) for value in found] == holds


ESCAPES = [
    "@pd.io.common.os.system('touch PWNED') == 0",
    "__import__('os').system('touch PWNED') == 0",
    "events.map(print) == 0",
    "events.isna.__globals__ == 0",
    "events.isna().__class__ == 0",
    "events.values == 0",
    "events.isna(1)",
    "events.isna(skipna=1)",
    "total.events.isna()",
    "`events` == 0",
    "events == 9**9**9",
    "events << 99999999 == 0",
    "events + 1 <= total",
    "events == [1 for _ in (1,)]",
    "(lambda: 0)() == 0",
    "(events := 1) == 1",
    "events[0] == 0",
    "f'{events}' == ''",
    "events == ...",
    "events == None",
    "events == True",
    "events == b'1'",
    "events == 1j",
    "events in total",
    "level in ['a', ['b']]",
    "level in 'study'",
    "events is total",
    "events if total else 0",
    "events",
    "1 == 1",
    "~events == 1",
    "not 1",
    "events == 1; events == 2",
    "import os",
    "",
    "(" * 600 + "events == 1" + ")" * 390,
    "events == 1 or " * 200 + "events == 1",
    "events == '\x00'",
    "__class__ == 0",
    "index == 0",
    "shape == 0",
]


@pytest.mark.parametrize("condition", ESCAPES)
def test_what_is_no_condition_is_refused_before_anything_is_done_with_it(condition, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConditionError):
        parse(condition, FRAME.columns)
    assert not list(tmp_path.iterdir())


def test_a_number_is_not_compared_with_a_text():
    with pytest.raises(ConditionError, match="two kinds"):
        parse("events <= level", FRAME.columns).holds(FRAME)


def test_every_fault_of_the_dictionary_is_told_at_once(second_copy):
    path = second_copy / "data" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    counts = next(resource for resource in package["resources"] if resource["name"] == "counts")
    counts["schema"]["rules"] += [
        {"id": "crafted", "expression": ESCAPES[0], "message": "m", "fix": "f"},
        {"id": "kinds", "expression": "events <= row_id", "message": "m", "fix": "f"},
    ]
    counts["path"] = "../../counts.csv"
    counts["schema"]["fields"][0]["constraints"] = {"pattern": "(", "required": True}
    path.write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(ReviewError) as refused:
        read_tables(second_copy)
    assert [(f.column, f.rule) for f in refused.value.faults] == [
        ("path", "path"),
        ("pattern", "pattern"),
        ("expression", "condition"),
        ("expression", "condition"),
    ]
    assert "crafted" in refused.value.faults[2].message and "two kinds" in refused.value.faults[3].message
