"""Speed of the synthesis, as ratios measured in one run on one machine.

Run ``python benchmarks/synthesis_speed.py``. Times are processor time, so that other work on the machine
counts little, and the best of several repeats; ratios hold across machines, times do not. Like is set against like:
a fit with its t interval against ``rma.glmm`` (25 nodes), a fit with its profile limits against lme4's ``glmer`` (25
nodes) with ``confint(method = "profile")``. Both run where Rscript with metafor and lme4 is installed and are left out
with a remark where not.
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

SETS = {  # from metadat; occult HCV: doi:10.4254/wjh.v13.i2.242
    "pritz1997": (
        [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
        [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
    ),
    "occult HCV": (
        [17, 11, 2, 3, 2, 14, 95, 8, 11, 14, 41, 0, 0, 6],
        [53, 102, 50, 84, 60, 77, 515, 75, 115, 143, 174, 30, 104, 198],
    ),
    "nielweise2007, treated": (
        [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4],
        [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64],
    ),
    "Kawasaki disease": ([1, 12, 1, 9, 1, 4, 12, 2, 4], [1, 12, 1, 12, 1, 4, 12, 2, 4]),
}
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


def r_seconds(events: list[int], totals: list[int], repeats: int = 8) -> tuple[float, float] | None:
    """Best time of ``rma.glmm`` and of lme4's fit with profile inside a running R, None where R or a package is missing."""
    if (rscript := shutil.which("Rscript")) is None:
        return None
    x, n = (", ".join(map(str, values)) for values in (events, totals))
    code = (
        f"suppressMessages({{library(metafor); library(lme4)}}); x <- c({x}); n <- c({n}); id <- factor(seq_along(x)); "
        "best <- function(f, times) {f(); min(sapply(seq_len(times), function(i) sum(system.time(f())[1:2])))}; "
        'glmm <- function() rma.glmm(measure = "PLO", xi = x, ni = n, nAGQ = 25, test = "t"); '
        "profiled <- function() suppressWarnings(suppressMessages(confint(glmer(cbind(x, n - x) ~ 1 + (1 | id), "
        'family = binomial, nAGQ = 25), parm = "(Intercept)", method = "profile"))); '
        f"cat(best(glmm, {repeats}), best(profiled, 2))"
    )
    done = subprocess.run([rscript, "-e", code], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    glmm, profiled = map(float, done.stdout.split()[-2:])
    return glmm, profiled


def against_r() -> None:
    """A line for each data set: fit and profile, and how many times as fast as R."""
    for name, (events, totals) in SETS.items():
        fit = seconds(lambda e=events, n=totals: synthesis.pool_proportions(e, n, ci="t"), 20)
        profiled = seconds(lambda e=events, n=totals: synthesis.pool_proportions(e, n, ci="profile"), 10)
        line = f"{name}, {len(events)} studies: fit {1000 * fit:.2f} ms, with profile {1000 * profiled:.2f} ms"
        if (r := r_seconds(events, totals)) is None:
            print(f"{line}; R was not measured: Rscript with metafor and lme4 is not installed")
        else:
            print(f"{line}; {r[0] / fit:.0f} times as fast as rma.glmm, {r[1] / profiled:.0f} times as lme4's profile")


def growth() -> None:
    """Time of one fit from 5 to 5,000 studies: per study it must not rise."""
    rng = np.random.default_rng(1)
    for k in (5, 50, 500, 5000):
        totals = rng.integers(5, 40, k)
        events = rng.binomial(totals, 1 / (1 + np.exp(-rng.normal(1, 0.8, k))))
        took = seconds(lambda e=events, n=totals: synthesis.pool_proportions(e, n, ci="t"), 1)
        print(f"GLMM fit, {k} studies: {1000 * took:.2f} ms")


def main() -> int:
    """Print each figure on a line of its own; exit 1 where the multiverse misses its bar."""
    glmm = seconds(lambda: synthesis.pool_proportions(EVENTS, TOTALS), 20)
    reml = seconds(lambda: synthesis.pool_proportions(EVENTS, TOTALS, "logit-reml", "mhksj"), 20)
    pymare = seconds(pymare_reml(), 5)
    print(f"GLMM fit, 11 studies: {1000 * glmm:.2f} ms")
    print(f"  against PyMARE logit REML ({1000 * pymare:.2f} ms): {pymare / glmm:.1f} times as fast")
    print(f"  against our own logit REML ({1000 * reml:.2f} ms): {reml / glmm:.1f} times as fast")
    against_r()
    growth()
    left = seconds(lambda: synthesis.leave_one_out(EVENTS, TOTALS, "logit-reml", "mhksj"), 10)
    print(f"leave-one-out, logit REML, all at once: {11 * reml / left:.1f} times as fast as 11 single fits")
    good = {"good": [True] * 7 + [False] * 4}
    specifications = len(synthesis.multiverse(EVENTS, TOTALS, validity=good, leave_out=2))
    many = min(
        timeit.repeat(
            lambda: synthesis.multiverse(EVENTS, TOTALS, validity=good, leave_out=2),
            number=1,
            repeat=3,
            timer=time.process_time,
        )
    )
    one = seconds(
        lambda: synthesis.multiverse(EVENTS, TOTALS, methods="glmm", cis="t", primary=("glmm", "t"), leave_out=2), 1
    )
    sets = len(synthesis.multiverse(EVENTS, TOTALS, methods="glmm", cis="t", primary=("glmm", "t"), leave_out=2))
    print(f"GLMM on {sets} sets of studies in step: {1000 * one / sets:.3f} ms a fit")
    verdict = "within" if many < MULTIVERSE_BAR else "MISSES"
    print(
        f"multiverse, {specifications} specifications: {many:.2f} s, {verdict} the bar of {MULTIVERSE_BAR:g} s per core"
    )
    print(f"  one specification costs {many / specifications / glmm:.3f} of a single GLMM fit")
    return 0 if specifications >= 500 and many < MULTIVERSE_BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
