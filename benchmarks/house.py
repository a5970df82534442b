"""How large the house is and how long its walks are: lines, files, rooms, single-importer files, and files per walk.

Run ``python benchmarks/house.py`` from the project's folder; with ``--json`` for machines. Two walks are measured while they
happen, by the interpreter's own profiling hook: a count from its row in ``data/counts.csv`` to the home page, and the records
of a PubMed export from the file to the start of an update and its flow. A file counts when a function of it is called; imports
alone do not count. The same figures of an older commit come from running this script there.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import io
import json
import shutil
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "src" / "helpers"
SAMPLE = ROOT / "tests" / "update" / "sample" / "pubmed.nbib"
UPDATE = "2024-06-30"
STATE = ("updates.csv", "references.bib", "records.csv", "exports.csv", "links.csv", "screening.csv")  # read how often?


def modules() -> dict[str, Path]:
    """Files of the house by the name they are imported under."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def size() -> dict[str, Any]:
    """Lines, files and rooms, and the files that exactly one other file, or only their room's entrance, imports."""
    named = modules()
    importers: dict[str, set[str]] = defaultdict(set)
    arrows: set[tuple[str, str]] = set()
    for name, path in named.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
                targets = [f"{node.module}.{alias.name}" for alias in node.names]
                targets = [target if target in named else str(node.module) for target in targets]
            elif isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names if alias.name in named]
            else:
                continue
            for target in targets:
                importers[target].add(name)
                rooms = (room(name), room(target))
                if rooms[0] != rooms[1] and all(rooms):
                    arrows.add(rooms)
    inner = [name for name, path in named.items() if path.name != "__init__.py"]
    single = [name for name in inner if len(importers[name] - {name}) <= 1]
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in named.items()}
    by_room: Counter[str] = Counter()
    for name, count in lines.items():
        by_room[room(name)] += count
    return {
        "lines": sum(lines.values()),
        "files": len(named),
        "rooms": sorted(name for name in by_room if name),
        "arrows between rooms": len(arrows),
        "files with one importer or none": len(single),
        "lines in them": sum(lines[name] for name in single),
        "lines by room": dict(by_room.most_common()),
    }


def room(name: str) -> str:
    """The part of a module's name that is directly below the house; empty for the house itself."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def walk(step: Callable[[], Any]) -> dict[str, Any]:
    """Files and functions of the house that a step passes, and how often it opens the files of an update's state."""
    seen: set[tuple[str, str]] = set()
    opened: Counter[str] = Counter()
    prefix = str(HOUSE)

    def profile(frame: Any, event: str, _: Any) -> None:
        if event == "call" and (file := frame.f_code.co_filename).startswith(prefix):
            seen.add((file, frame.f_code.co_qualname))

    def counted(place: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if not isinstance(place, int) and Path(str(place)).name in STATE and not set(mode) & set("wax+"):
            opened[Path(str(place)).name] += 1
        return kept(place, mode, *rest, **more)

    kept = io.open
    io.open = builtins.open = counted  # type: ignore[assignment]
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        step()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        io.open = builtins.open = kept  # type: ignore[assignment]
    functions = {(file, name) for file, name in seen if name != "<module>"}
    return {
        "files": len({file for file, _ in functions}),
        "functions": len(functions),
        "reads": dict(sorted(opened.items())),
        "through": sorted({str(Path(file).relative_to(HOUSE)) for file, _ in functions}),
    }


def count_to_home() -> None:
    """A count from the table to the sentences and the summary of findings of the home page."""
    from helpers import evidence
    from helpers.report import home

    review = evidence.load(ROOT)
    home.summary_of_findings(review)
    home.statements_part(review, home.KEY_MESSAGES)


def record_to_flow(folder: Path) -> None:
    """Records of an export from the file to the start of an update, through the command that operators use."""
    from typer.testing import CliRunner

    from helpers.cli import app

    done = CliRunner().invoke(app, ["update", "start", UPDATE, "--pubmed", str(SAMPLE), "--root", str(folder)])
    if done.exit_code:
        raise SystemExit(f"the walk of a record did not come to its end:\n{done.output}\n{done.stderr}")


def copy_of_review(folder: Path) -> Path:
    """What an update needs of the review, to be written into."""
    for name in ("data", "locale"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "notebooks" / "py", folder / "notebooks" / "py")
    for path in (*ROOT.glob("*.qmd"), *ROOT.glob("*.bib"), ROOT / "_quarto.yml"):
        shutil.copy(path, folder)
    return folder


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document, with the files of each walk")
    as_json = parser.parse_args().json
    found = {"house": size()}
    count_to_home()  # once before, so that what is imported late is no part of the walk
    found["a count from its row to the home page"] = walk(count_to_home)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        record_to_flow(copy_of_review(Path(first)))
        home = copy_of_review(Path(second))
        found["records from a PubMed export to the start of an update"] = walk(lambda: record_to_flow(home))
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for title, figures in found.items():
        print(title)
        for name, value in figures.items():
            if name == "rooms":
                value = f"{len(value)}: {', '.join(value)}"
            elif isinstance(value, dict):
                value = ", ".join(f"{key} {count:,}" for key, count in value.items()) or "none"
            elif isinstance(value, list):
                value = ", ".join(value)
            print(f"  {name:32} {value:,}" if isinstance(value, int) else f"  {name:32} {value}")


if __name__ == "__main__":
    main()
