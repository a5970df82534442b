"""Coverage of the intervals for small single-arm series, the ground for the choice of the primary method.

Each cell of the design draws many sets of k series. Series i has ``n_i`` patients (uniform between two limits) and
``x_i ~ binomial(n_i, expit(logit(p) + tau * z_i))`` with standard normal ``z_i``. An interval covers when it holds p,
the proportion in a typical (median) study. Every method sees the same sets, none is thrown away.

Run ``python benchmarks/coverage_simulation.py`` from the project's folder; it writes
``data/results/coverage-simulation.csv`` with one row per cell, method and interval:

k, n_low, n_high, p, tau : the design
method, ci : as in ``synthesis.pool_proportions``
replications : sets drawn
coverage : share of nominal 95 % intervals that hold p
mc_error : standard error of ``coverage`` from the simulation
mean_width : mean width of the interval, proportion
bias : mean estimate minus p
"""

from __future__ import annotations

import argparse
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.synthesis.counts import Counts
from helpers.synthesis.fits import INTERVALS, LIKELIHOOD_METHODS, fit_subsets, limits
from helpers.synthesis.specifications import DEFAULT_METHODS

SEED = 20230630
STUDIES = (3, 5, 10, 20)
SIZES = ((2, 12), (5, 40))
PROPORTIONS = (0.05, 0.2, 0.5, 0.8, 0.95)
TAUS = (0.0, 0.5, 1.0)
BATCH = 25  # sets fitted at once


def draw(rng: np.random.Generator, k: int, sizes: tuple[int, int], p: float, tau: float, sets: int) -> Counts:
    """``sets`` independent sets of k series, one after the other in one long Counts."""
    totals = rng.integers(sizes[0], sizes[1], sets * k, endpoint=True)
    events = rng.binomial(totals, expit(logit(p) + tau * rng.normal(size=sets * k)))
    return Counts(events.astype(float), totals.astype(float), tuple(map(str, range(sets * k))))


def cell(
    rng: np.random.Generator, k: int, sizes: tuple[int, int], p: float, tau: float, replications: int
) -> list[dict]:
    """Rows of one cell of the design."""
    include = np.kron(np.eye(BATCH), np.ones(k)).astype(bool)
    sums: dict[tuple[str, str], np.ndarray] = {}
    for _ in range(replications // BATCH):
        counts = draw(rng, k, sizes, p, tau, BATCH)
        for method in DEFAULT_METHODS:
            fits = fit_subsets(counts, include, method)
            for ci in INTERVALS:
                if method in LIKELIHOOD_METHODS and ci in ("hksj", "mhksj"):
                    continue
                found = limits(fits, ci, 0.95)
                covers = (found.ci_low <= p) & (p <= found.ci_high)
                seen = np.array([covers.sum(), (found.ci_high - found.ci_low).sum(), (found.estimate - p).sum()])
                sums[method, ci] = sums.get((method, ci), np.zeros(3)) + seen
    n = replications // BATCH * BATCH
    return [
        {
            "k": k,
            "n_low": sizes[0],
            "n_high": sizes[1],
            "p": p,
            "tau": tau,
            "method": method,
            "ci": ci,
            "replications": n,
            "coverage": round(covered / n, 4),
            "mc_error": round(float(np.sqrt(covered / n * (1 - covered / n) / n)), 4),
            "mean_width": round(width / n, 4),
            "bias": round(bias / n, 4),
        }
        for (method, ci), (covered, width, bias) in sums.items()
    ]


def simulate(replications: int) -> pd.DataFrame:
    """The whole design; each cell has its own stream of random numbers, so that cells do not depend on order."""
    rows = []
    for i, (k, sizes, p, tau) in enumerate(product(STUDIES, SIZES, PROPORTIONS, TAUS)):
        rows += cell(np.random.default_rng([SEED, i]), k, sizes, p, tau, replications)
    return pd.DataFrame(rows)


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Per method and interval: mean and lowest coverage, share of cells below 90 %, mean width, by number of studies."""
    by = frame.assign(low=frame["coverage"] < 0.9).groupby(["method", "ci", "k"])
    table = by.agg(
        mean=("coverage", "mean"), least=("coverage", "min"), below_90=("low", "mean"), width=("mean_width", "mean")
    )
    return table.round(3)


def main() -> None:
    """Run, write the table, print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--out", type=Path, default=Path("data/results/coverage-simulation.csv"))
    options = parser.parse_args()
    start = time.perf_counter()
    frame = simulate(options.replications)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(options.out, index=False, lineterminator="\n")
    print(summary(frame).to_string())
    print(f"{len(frame)} rows, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
