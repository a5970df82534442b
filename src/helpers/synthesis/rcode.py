"""R code that reproduces a pooled result with metafor."""

from __future__ import annotations

import json

from helpers.synthesis.counts import Counts
from helpers.synthesis.effects import SCALES

TESTS = {"wald": "z", "t": "t", "hksj": "knha", "mhksj": "adhoc"}
# metafor's default REML, ML and PM stop early; these settings reach the root.
CONTROL = {
    "reml": ", control = list(threshold = 1e-13, maxiter = 100000)",
    "ml": ", control = list(threshold = 1e-13, maxiter = 100000)",
    "pm": ", control = list(tol = 1e-13, maxiter = 100000, tau2.max = 100)",
    "dl": "",
}


def data_code(counts: Counts) -> str:
    """R data frame ``d`` with study, xi (events) and ni (patients)."""
    slab = ", ".join(json.dumps(study, ensure_ascii=False) for study in counts.studies)
    xi = ", ".join(f"{x:.0f}" for x in counts.events)
    ni = ", ".join(f"{n:.0f}" for n in counts.totals)
    return f"d <- data.frame(study = c({slab}), xi = c({xi}), ni = c({ni}))"


def pool_code(counts: Counts, method: str, ci: str, level: float) -> str:
    """R code from data to pooled proportion with confidence and prediction limits."""
    total_events, total = counts.events.sum(), counts.totals.sum()
    if method in ("glmm", "fixed") and (counts.k == 1 or total_events in (0, total)):
        fit = f"binom.test({total_events:.0f}, {total:.0f}, conf.level = {level})"
        return f"{data_code(counts)}\n{fit}"
    lines = ["library(metafor)", data_code(counts), fit_code(method, ci, level, counts.k)]
    lines.append(predict_code(method))
    return "\n".join(lines)


def fit_code(method: str, ci: str, level: float, k: int) -> str:
    """R call that fits the model to ``d`` as ``res``."""
    shared = f'test = "{"z" if k == 1 else TESTS[ci]}", level = {100 * level:g}'
    if method == "glmm":
        return f'res <- rma.glmm(measure = "PLO", xi = xi, ni = ni, data = d, slab = study, nAGQ = 25, {shared})'
    if method == "fixed":
        return f'res <- rma.glmm(measure = "PLO", xi = xi, ni = ni, data = d, slab = study, method = "EE", {shared})'
    scale, estimator = method.rsplit("-", 1)
    added = ', add = 1/2, to = "only0"' if scale == "logit" else ""
    return (
        f'res <- rma(measure = "{SCALES[scale][0]}", xi = xi, ni = ni, data = d, slab = study{added}, '
        f'method = "{estimator.upper()}", {shared}{CONTROL[estimator]})'
    )


def predict_code(method: str) -> str:
    """R call for the back-transformed estimate with both intervals."""
    scale = "logit" if method in ("glmm", "fixed") else method.rsplit("-", 1)[0]
    extra = ", targs = list(ni = d$ni)" if scale == "freeman-tukey" else ""
    return f"predict(res, transf = {SCALES[scale][1]}{extra})"
