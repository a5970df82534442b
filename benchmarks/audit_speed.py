"""How long `review audit --json` takes on the real data, beside the time that Python needs to load pandas.

Run ``python benchmarks/audit_speed.py`` from the project's folder. Each command is a process of its own, the three in
turn, so that whatever else the machine does falls on all alike; the least of the rounds counts. The bar is 2 seconds;
the ratio to loading pandas says what the audit itself costs on a machine of any speed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

KEPT = Path("_runs/audit.json")
AUDIT = [sys.executable, "-c", "from helpers.cli import main; main()", "audit", "--json"]
PANDAS = [sys.executable, "-c", "import pandas"]
BAR = 2.0  # seconds


def seconds(command: list[str]) -> float:
    """Wall time of a command, from start to exit."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print the three times, the ratios, and whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    found: dict[str, list[float]] = {"computed": [], "read back": [], "import pandas": []}
    for _ in range(rounds):
        KEPT.unlink(missing_ok=True)
        found["computed"].append(seconds(AUDIT))
        found["read back"].append(seconds(AUDIT))
        found["import pandas"].append(seconds(PANDAS))
    unit = min(found["import pandas"])
    for name, times in found.items():
        least = min(times)
        bar = "" if name == "import pandas" else f"  {'within' if least < BAR else 'ABOVE'} {BAR:g} s"
        print(f"{name:14} {least:5.2f} s  {least / unit:4.2f} x pandas{bar}")


if __name__ == "__main__":
    main()
