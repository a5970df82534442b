"""Coverage of the intervals for small single-arm series, the ground for the choice of the primary method.

Each cell of the design draws many sets of k series. Series i has ``n_i`` patients and
``x_i ~ binomial(n_i, expit(logit(p) + tau * z_i))`` with standard normal ``z_i``. An interval covers when it holds p,
the proportion in a typical (median) study. Every method sees the same sets, none is thrown away. Events and non-events
can change places, so that p below one half needs no cells of its own.

Run ``python benchmarks/coverage_simulation.py`` from the project's folder; it writes
``data/results/coverage-simulation.csv`` with one row per cell, method and interval:

k, n_low, n_high, p, tau : the design; ``sizes`` says how the patients of a series were drawn: ``uniform`` between the
    two limits, or ``review``, the sizes of the review's own pools (``REVIEW_SIZES``)
method, ci : as in ``synthesis.pool_proportions``
replications : sets drawn
coverage : share of nominal 95 % intervals that hold p
mc_error : standard error of ``coverage`` from the simulation
above, below : share of intervals that lie above p, and below it
mean_width : mean width of the interval, proportion
bias : mean estimate minus p
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.synthesis.counts import Counts
from helpers.synthesis.fits import INTERVALS, fit_subsets, is_pair, limits
from helpers.synthesis.specifications import DEFAULT_METHODS

SEED = 20230630
STUDIES = (3, 5, 10, 20)
SIZES = ((1, 3), (1, 12), (5, 40))
REVIEW_SIZES = (1, 12, 1, 12, 1, 4, 12, 2, 4)  # Kawasaki disease, the review's only pools
PROPORTIONS = (0.5, 0.8, 0.95, 0.97, 0.99)
TAUS = (0.0, 0.5, 1.0, 2.0)
BATCH = 100  # sets fitted at once


class Cell(NamedTuple):
    """One situation: number of series, their least and most patients (or the review's own sizes), truth."""

    number: int
    k: int
    sizes: tuple[int, ...]
    p: float
    tau: float


def design() -> list[Cell]:
    """All cells; each has its own stream of random numbers, so that cells do not depend on order."""
    own = [(len(REVIEW_SIZES), REVIEW_SIZES)]
    series = [*product(STUDIES, SIZES), *own]
    cells = product(series, PROPORTIONS, TAUS)
    return [Cell(i, k, sizes, p, tau) for i, ((k, sizes), p, tau) in enumerate(cells)]


def draw(rng: np.random.Generator, cell: Cell, sets: int) -> Counts:
    """``sets`` independent sets of k series: counts of shape (sets, k)."""
    shape = (sets, cell.k)
    is_own = len(cell.sizes) == cell.k > 2
    totals = np.tile(cell.sizes, (sets, 1)) if is_own else rng.integers(*cell.sizes, shape, endpoint=True)
    events = rng.binomial(totals, expit(logit(cell.p) + cell.tau * rng.normal(size=shape)))
    return Counts(events.astype(float), totals.astype(float), tuple(map(str, range(cell.k))))


def simulate_cell(cell: Cell, replications: int, methods: Sequence[str]) -> list[dict]:
    """Rows of one cell of the design."""
    rng = np.random.default_rng([SEED, cell.number])
    include = np.ones((BATCH, cell.k), dtype=bool)
    sums: dict[tuple[str, str], np.ndarray] = {}
    for _ in range(replications // BATCH):
        counts = draw(rng, cell, BATCH)
        for method in methods:
            fits = fit_subsets(counts, include, method)
            for ci in INTERVALS:
                if not is_pair(method, ci):
                    continue
                found = limits(fits, ci, 0.95)
                above, below = found.ci_low > cell.p, found.ci_high < cell.p
                width, bias = found.ci_high - found.ci_low, found.estimate - cell.p
                seen = np.array([above.sum(), below.sum(), width.sum(), bias.sum()])
                sums[method, ci] = sums.get((method, ci), np.zeros(4)) + seen
    n = replications // BATCH * BATCH
    is_own = len(cell.sizes) == cell.k > 2
    where = {"k": cell.k, "sizes": "review" if is_own else "uniform", "n_low": min(cell.sizes)}
    where |= {"n_high": max(cell.sizes), "p": cell.p, "tau": cell.tau}
    rows = []
    for (method, ci), total in sums.items():
        above, below, width, bias = (float(v) / n for v in total)
        covered = 1 - above - below
        rows.append(
            {
                **where,
                "method": method,
                "ci": ci,
                "replications": n,
                "coverage": round(covered, 4),
                "mc_error": round(float(np.sqrt(covered * (1 - covered) / n)), 4),
                "above": round(above, 4),
                "below": round(below, 4),
                "mean_width": round(width, 4),
                "bias": round(bias, 4),
            }
        )
    return rows


def simulate(
    replications: int,
    executor: Executor | None = None,
    *,
    cells: Sequence[Cell] | None = None,
    methods: Sequence[str] = DEFAULT_METHODS,
) -> pd.DataFrame:
    """The whole design, or some of its cells.

    Parameters
    ----------
    replications : int
        Sets drawn in each cell, a multiple of ``BATCH``.
    executor : concurrent.futures.Executor, optional
        Where the cells are worked off, one call a cell: any executor, also one that reaches other machines. Left out,
        the processors of this machine.
    cells, methods
        Parts of the design.
    """
    chosen = design() if cells is None else list(cells)
    if executor is None:
        with ProcessPoolExecutor() as local:
            return simulate(replications, local, cells=chosen, methods=methods)
    waiting = [executor.submit(simulate_cell, cell, replications, methods) for cell in chosen]
    return pd.DataFrame([row for future in waiting for row in future.result()])


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Per method and interval: mean and lowest coverage, share of cells below 93 %, mean width, by number of series."""
    by = frame.assign(low=frame["coverage"] < 0.93).groupby(["method", "ci", "sizes", "k"])
    table = by.agg(
        mean=("coverage", "mean"), least=("coverage", "min"), below_93=("low", "mean"), width=("mean_width", "mean")
    )
    return table.round(3)


def main() -> None:
    """Run, write the table, print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=300)
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
