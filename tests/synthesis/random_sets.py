"""Random small data sets through every entry point: nothing may raise, warn or give NaN.

The suite runs a few hundred; ``python tests/synthesis/random_sets.py 100000`` runs any number and counts.
"""

from __future__ import annotations

import math
import sys
import warnings

import numpy as np

from helpers import synthesis
from helpers.synthesis.fits import is_pair

PAIRS = [(method, ci) for method in synthesis.METHODS for ci in synthesis.INTERVALS if is_pair(method, ci)]


def draw(rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Counts of 1 to 9 small series; extremes, single patients and one giant study are common."""
    k = int(rng.integers(1, 10))
    n = rng.integers(1, rng.choice([2, 5, 15, 60]), k, endpoint=True)
    if rng.random() < 0.05:
        n[0] = 10 ** int(rng.integers(3, 6))
    kind = rng.random()
    if kind < 0.1:
        return [0] * k, n.tolist()
    if kind < 0.2:
        return n.tolist(), n.tolist()
    if kind < 0.3:
        return (n * rng.integers(0, 2, k)).tolist(), n.tolist()
    logit = rng.normal(0, 2) + rng.choice([0, 0.5, 1, 3]) * rng.normal(size=k)
    return rng.binomial(n, 1 / (1 + np.exp(-logit))).tolist(), n.tolist()


def faults(result: synthesis.PooledProportion) -> list[str]:
    """What is wrong with a pooled result, in words; empty when all rules hold."""
    found = []
    if not 0 <= result.ci_low <= result.estimate <= result.ci_high <= 1:
        found.append("estimate outside its interval, or the interval outside [0, 1]")
    if (result.pi_low is None) != (result.pi_high is None) or (result.pi_low is None and not result.notes):
        found.append("prediction interval missing without a note")
    if result.pi_low is not None and not 0 <= result.pi_low <= result.pi_high <= 1:
        found.append("prediction interval outside [0, 1]")
    if result.tau2 < 0 or not 0 <= result.i2 <= 100 or not 0 <= result.i2_q <= 100 or result.q < 0:
        found.append("tau2, I2 or Q out of range")
    if result.k == 1 and (result.tau2, result.i2, result.i2_q, result.q, result.q_pvalue) != (0, 0, 0, 0, 1):
        found.append("one study differs from itself")
    if not math.isclose(sum(result.weights), 100) or min(result.weights) < 0:
        found.append("weights do not add up to 100")
    for name in vars(result):
        value = getattr(result, name)
        values = value if isinstance(value, tuple) else (value,)
        if any(isinstance(v, float) and math.isnan(v) for v in values):
            found.append(f"{name} is NaN")
    return found


def check_one(rng: np.random.Generator) -> list[str]:
    """Faults of the primary method and of one other drawn at random, on one random set."""
    events, totals = draw(rng)
    method, ci = PAIRS[rng.integers(len(PAIRS))]
    found = []
    for m, c in (synthesis.PRIMARY, (method, ci)):
        try:
            found += faults(synthesis.pool_proportions(events, totals, m, c))
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    return [f"{events}, {totals}, {method}, {ci}: {fault}" for fault in found]


def check_many(count: int, seed: int) -> list[str]:
    """Faults over ``count`` random sets; a warning counts as a fault."""
    rng = np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [fault for _ in range(count) for fault in check_one(rng)]


if __name__ == "__main__":
    number = int(sys.argv[1])
    listed = check_many(number, seed=20231)
    print("\n".join(listed[:20]))
    print(f"{number} random data sets, {len(listed)} faults")
