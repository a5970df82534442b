"""One direction: people write data, helpers compute, notebooks tell, machines make results and site."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from helpers.markup import without_guards
from helpers.run.keys import NOT_FOR_NOTEBOOKS

# From the ground up. A module may import from floors below its own, never from its own floor or above.
FLOORS = [
    {"clock", "codes", "conditions", "faults", "mime", "numbers", "reads", "synthesis", "markup"},
    {"pictures", "settings"},
    {"project", "dictionary", "language", "navigation", "records"},
    {"rules", "publish", "links", "screening"},
    {"tables"},
    {"evidence", "extraction", "signals"},
    {"consistency", "run", "wording"},
    {"plots"},
    {"sections"},
    {"comparisons"},
    {"audit"},
    {"guards"},
    {"report"},
    {"proof", "skeleton", "update"},
    {"cli"},
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
WRITING = re.compile(
    r"\.(write_text|write_bytes|to_csv|to_json|to_excel|mkdir|unlink|touch|symlink_to)\(|\bopen\(|shutil\.|os\.(remove|replace)"
)
MAY_WRITE = {"project", "run", "publish"}  # one writes a file whole or not at all; two own _runs/ and _site/


def modules(root: Path):
    for path in sorted((root / "src" / "helpers").rglob("*.py")):
        name = path.relative_to(root / "src" / "helpers").parts[0].removesuffix(".py")
        if name != "__init__":
            yield name, path


def imported(path: Path) -> set[str]:
    """Modules of ours that a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "helpers":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("helpers.")}
    return found


def test_every_module_stands_on_a_floor(root):
    assert {name for name, _ in modules(root)} == set(FLOOR)


def test_modules_import_only_from_floors_below(root):
    upward = [
        f"{path.relative_to(root)} imports {other}"
        for name, path in modules(root)
        for other in imported(path) - {name}
        if FLOOR[other] >= FLOOR[name]
    ]
    assert upward == []


def test_what_notebooks_import_never_reaches_what_makes_no_notebook_due(root):
    reached = [
        f"{path.relative_to(root)} imports {other}"
        for name, path in modules(root)
        if name not in NOT_FOR_NOTEBOOKS
        for other in imported(path) & set(NOT_FOR_NOTEBOOKS)
    ]
    assert reached == []


def test_synthesis_imports_nothing_of_ours(root):
    assert [path.name for name, path in modules(root) if name == "synthesis" and imported(path) - {"synthesis"}] == []


def test_only_three_modules_touch_the_disk(root):
    writers = {name for name, path in modules(root) if WRITING.search(path.read_text(encoding="utf-8"))}
    assert writers <= MAY_WRITE | {"tables", "evidence", "dictionary"}  # the last three read
    for name in ("tables", "evidence", "dictionary"):
        source = "".join(path.read_text(encoding="utf-8") for n, path in modules(root) if n == name)
        assert not re.search(r"write_|to_csv|mkdir|unlink", source)


@pytest.mark.parametrize(
    "pattern", [r"^\s*(def|class|async def) ", r"to_csv|to_json|write_text|\bopen\(", r"\.\./shared"]
)
def test_notebooks_only_call_and_tell(root, pattern):
    scripts = list((root / "notebooks" / "py").glob("*.py"))
    assert len(scripts) == 14
    assert [s.name for s in scripts if re.search(pattern, s.read_text(encoding="utf-8"), re.MULTILINE)] == []


def test_no_digit_is_typed_into_the_prose_of_a_notebook(root):
    """Names such as IL-1, HLH-94 and PRISMA 2020, links, labels and citations are no numbers of the evidence."""
    names = r"IL-\d+|HLH-\d+|PRISMA 2020|@[\w-]+|\]\([^)]*\)|\{#[^}]*\}|`[^`]*`|^title:.*|tau2|I2"
    typed = []
    for script in (root / "notebooks" / "py").glob("*.py"):
        for cell in re.split(r"^# %%", script.read_text(encoding="utf-8"), flags=re.MULTILINE):
            if cell.startswith((" [markdown]", "# ---")):  # Markdown, or the YAML block that a script begins with
                shown = without_guards(cell.removeprefix(" [markdown]"))
                prose = re.sub(names, "", shown, flags=re.MULTILINE)
                typed += [f"{script.name}: {line}" for line in prose.splitlines() if re.search(r"\d", line)]
    assert typed == []
