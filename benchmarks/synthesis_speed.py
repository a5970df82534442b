"""Speed of the synthesis, as ratios measured in one run on one machine.

Run ``python benchmarks/synthesis_speed.py``. Times are processor time, so that other work on the machine
counts little, and the best of several repeats; ratios hold across machines, times do not. The comparison with ``rma.glmm`` runs where Rscript with metafor is installed and is left out with a remark
where not.
"""

from __future__ import annotations

import shutil
import subprocess
import time
import timeit
import warnings
from collections.abc import Callable

import numpy as np

from helpers import synthesis
from helpers.synthesis.effects import effect_sizes

EVENTS = [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5]  # metadat dat.pritz1997, the first 11 of 14 studies
TOTALS = [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6]
MULTIVERSE_BAR = 2.0  # seconds for at least 500 specifications


def seconds(call: Callable[[], object], number: int) -> float:
    """Best mean time of one call over five repeats."""
    return min(timeit.repeat(call, number=number, repeat=5, timer=time.process_time)) / number


def pymare_reml() -> Callable[[], object]:
    """PyMARE's REML on logits, with the standard error and interval that make it comparable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pymare import Dataset
        from pymare.estimators import VarianceBasedLikelihoodEstimator
    y, v = effect_sizes(np.array(EVENTS, float), np.array(TOTALS, float), "logit")

    def call() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = Dataset(y[:, None], v[:, None])
            return VarianceBasedLikelihoodEstimator(method="reml").fit_dataset(dataset).summary().get_fe_stats()

    return call


def rma_glmm_seconds(repeats: int = 10) -> float | None:
    """Time of one ``rma.glmm`` with 25 nodes inside a running R, None where R or metafor is missing."""
    if (rscript := shutil.which("Rscript")) is None:
        return None
    x, n = (", ".join(map(str, values)) for values in (EVENTS, TOTALS))
    code = (
        f"suppressMessages(library(metafor)); x <- c({x}); n <- c({n}); "
        'f <- function() rma.glmm(measure = "PLO", xi = x, ni = n, nAGQ = 25, test = "t"); f(); '
        f"cat(sum(system.time(for (i in 1:{repeats}) f())[1:2]) / {repeats})"
    )
    done = subprocess.run([rscript, "-e", code], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def main() -> int:
    """Print each figure on a line of its own; exit 1 where the multiverse misses its bar."""
    glmm = seconds(lambda: synthesis.pool_proportions(EVENTS, TOTALS), 20)
    reml = seconds(lambda: synthesis.pool_proportions(EVENTS, TOTALS, "logit-reml", "mhksj"), 20)
    pymare = seconds(pymare_reml(), 5)
    print(f"GLMM fit, 11 studies: {1000 * glmm:.2f} ms")
    print(f"  against PyMARE logit REML ({1000 * pymare:.2f} ms): {pymare / glmm:.1f} times as fast")
    print(f"  against our own logit REML ({1000 * reml:.2f} ms): {reml / glmm:.1f} times as fast")
    if (r := rma_glmm_seconds()) is None:
        print("  against rma.glmm: not measured, Rscript with metafor is not installed")
    else:
        print(f"  against rma.glmm, 25 nodes ({1000 * r:.2f} ms): {r / glmm:.1f} times as fast")
    left = seconds(lambda: synthesis.leave_one_out(EVENTS, TOTALS, "logit-reml", "mhksj"), 10)
    print(f"leave-one-out, logit REML, all at once: {11 * reml / left:.1f} times as fast as 11 single fits")
    good = {"good": [True] * 7 + [False] * 4}
    specifications = len(synthesis.multiverse(EVENTS, TOTALS, validity=good, leave_out=2))
    many = seconds(lambda: synthesis.multiverse(EVENTS, TOTALS, validity=good, leave_out=2), 1)
    verdict = "within" if many < MULTIVERSE_BAR else "MISSES"
    print(
        f"multiverse, {specifications} specifications: {many:.2f} s, {verdict} the bar of {MULTIVERSE_BAR:g} s per core"
    )
    print(f"  one specification costs {many / specifications / glmm:.3f} of a single GLMM fit")
    return 0 if specifications >= 500 and many < MULTIVERSE_BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
