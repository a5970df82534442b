"""How long the site step takes: everything, after one notebook's output changed, and with plain `quarto render`.

Run ``python benchmarks/site_speed.py`` from the project's folder; with ``--renderer pandoc`` or ``quarto`` for one of
them (default: those that are installed). It works on a copy. Wall time depends on what else the machine does, so the
processor time of all processes stands beside it; the bar, a fifth, is set to the processor time. The pages of the
quick build are compared with those of one that makes everything afresh: they must be the same bytes.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from helpers.publish import build_site, quarto

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "_site", "_runs", ".quarto", "tests", "benchmarks", "__pycache__")
BAR = 1 / 5  # of the whole build, after a change that touches one notebook's output
CHANGED = "notebooks/05-*.ipynb"


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of the processor that something takes, its own processes included."""
    started, before = time.perf_counter(), processor()
    work()
    return time.perf_counter() - started, processor() - before


def processor() -> float:
    """Seconds of processor time so far, with those of processes that have ended."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in usage)


def change(notebook: Path) -> None:
    """Add a word to the first text that a notebook's code shows."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    texts = [
        output["data"]
        for cell in content["cells"]
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]
    texts[0]["text/markdown"] = [*texts[0]["text/markdown"], "\n\nA line that was not there.\n"]
    notebook.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def pages(site: Path) -> dict[str, bytes]:
    """Every file of a site but the stamp of its build."""
    files = sorted(path for path in site.rglob("*") if path.is_file() and path.name != ".build.json")
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def main() -> int:
    """Print the times; the exit status is 1 where the bar is missed or a page is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renderer", choices=["pandoc", "quarto"], action="append")
    asked = parser.parse_args().renderer or ["pandoc", *(["quarto"] if quarto.find() else [])]
    missed = 0
    for renderer in asked:
        with tempfile.TemporaryDirectory(prefix="site-speed-") as home:
            review = Path(home) / "review"
            shutil.copytree(ROOT, review, ignore=NOT_COPIED)

            def build(force: bool = False, review: Path = review, renderer: str = renderer) -> None:
                build_site(review, renderer=renderer, progress=False, force=force)  # type: ignore[arg-type]

            times = {"everything": measured(build)}
            change(next(review.glob(CHANGED)))
            times["after one notebook changed"] = measured(build)
            quick = pages(review / "_site")
            times["everything afresh"] = measured(lambda: build(force=True))
            stale = [name for name, content in pages(review / "_site").items() if quick.get(name) != content]
            if renderer == "quarto":
                times["plain `quarto render`"] = measured(
                    lambda review=review: subprocess.run(
                        ["quarto", "render"], cwd=review, check=True, capture_output=True
                    )
                )
            whole = min(times["everything"][1], times["everything afresh"][1])
            for name, (wall, cpu) in times.items():
                print(
                    f"{renderer:7} {name:27} {wall:6.1f} s on the clock  {cpu:6.1f} s of processor  {cpu / whole:4.0%}"
                )
            share = times["after one notebook changed"][1] / whole
            missed += share > BAR or bool(stale)
            print(f"{renderer:7} {'within' if share <= BAR else 'ABOVE'} {BAR:.0%}; stale files: {stale or 'none'}")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
