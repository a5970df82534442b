"""R code that reproduces a pooled result, with metafor, and with lme4 where the interval is a profile."""

from __future__ import annotations

import json
from collections.abc import Iterable

from helpers.synthesis.counts import Counts, Mask
from helpers.synthesis.effects import SCALES

PROFILES = ("profile", "profile-t")
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
    if _is_exact(counts, method, ci):
        fit = f"binom.test({counts.events.sum():.0f}, {counts.totals.sum():.0f}, conf.level = {level})"
        return f"{data_code(counts)}\n{fit}"
    if ci in PROFILES:
        first = ["library(lme4)", data_code(counts), *profile_code(method, ci, level)]
        then = ["# Q, I2 and the same estimate; its interval is another", "library(metafor)"]
        return "\n".join([*first, *then, fit_code(method, "t", level, {counts.k}), "print(res)"])
    lines = ["library(metafor)", data_code(counts), fit_code(method, ci, level, {counts.k})]
    lines.append(predict_code(method))
    return "\n".join(lines)


def profile_code(method: str, ci: str, level: float) -> list[str]:
    """R lines that fit the model to ``d`` and print estimate, tau2 and profile limits; lme4 is loaded."""
    # confint() cuts at chi-square; the level at which chi-square cuts where t squared does gives the other one.
    at = f"{level}" if ci == "profile" else f"2 * pnorm(qt((1 + {level}) / 2, nrow(d) - 1)) - 1"
    outcome = "cbind(xi, ni - xi)"
    if method == "fixed":
        return [
            f"res <- glm({outcome} ~ 1, data = d, family = binomial)",
            "print(plogis(coef(res)))",
            f"print(plogis(confint(res, level = {at})))",
        ]
    return [
        "d$id <- factor(seq_len(nrow(d)))",
        f"res <- glmer({outcome} ~ 1 + (1 | id), data = d, family = binomial, nAGQ = 25)",
        "print(c(estimate = plogis(fixef(res)[[1]]), tau2 = VarCorr(res)$id[1]))",
        # In fine steps: confint() interpolates the profile, and near none or all its own steps are too long for that.
        'fine <- profile(res, which = "beta_", alphamax = 1e-4, delta = 0.1, maxpts = 200)',
        f'print(plogis(confint(fine, "(Intercept)", level = {at})))',
    ]


def small_study_code(counts: Counts, method: str, predictor: str) -> str:
    """R code for the regression test."""
    scale, estimator = method.rsplit("-", 1)
    added = ', add = 1/2, to = "only0"' if scale == "logit" else ""
    fit = (
        f'res <- rma(measure = "{SCALES[scale][0]}", xi = xi, ni = ni, data = d{added}, '
        f'method = "{estimator.upper()}"{CONTROL[estimator]})'
    )
    return "\n".join(["library(metafor)", data_code(counts), fit, f'regtest(res, predictor = "{predictor}")'])


def loop_code(
    counts: Counts, include: Iterable[Mask], loop: str, chosen: str, method: str, ci: str, level: float
) -> str:
    """R loop over subsets; ``include`` holds their rows, ``loop`` and ``chosen`` say them in R (``i``, ``all``).

    One study uses the normal test, and what the likelihood methods cannot fit uses ``binom.test``, as here.
    """
    parts = [counts.subset(row) for row in include]
    fitted = {part.k for part in parts if not _is_exact(part, method, ci)}
    if ci in PROFILES:
        package, body = "lme4", profile_code(method, ci, level)
    else:
        package, body = "metafor", [fit_code(method, ci, level, fitted), f"print({predict_code(method)})"]
    if any(_is_exact(part, method, ci) for part in parts):
        exact = f"print(binom.test(sum(d$xi), sum(d$ni), conf.level = {level}))"
        condition = "if (nrow(d) == 1 || sum(d$xi) %in% c(0, sum(d$ni))) {"
        if ci in PROFILES and method == "glmm":
            condition = condition.replace(")) {", ") || max(d$ni) == 1) {")
        body = [condition, f"  {exact}", "} else {", *(f"  {line}" for line in body), "}"] if fitted else [exact]
    lines = [f"library({package})", data_code(counts).replace("d <-", "all <-", 1), f"for (i in {loop}) {{"]
    return "\n".join([*lines, *(f"  {line}" for line in (f"d <- {chosen}", *body)), "}"])


def _is_exact(counts: Counts, method: str, ci: str) -> bool:
    """Whether the result is a proportion with its exact interval, as in ``fits``."""
    is_flat = method == "glmm" and ci in PROFILES and counts.totals.max() == 1
    is_extreme = counts.k == 1 or counts.events.sum() in (0, counts.totals.sum())
    return method in ("glmm", "fixed") and bool(is_extreme or is_flat)


def fit_code(method: str, ci: str, level: float, sizes: set[int]) -> str:
    """R call that fits the model to ``d`` as ``res``; ``sizes`` are the numbers of studies ``d`` can hold."""
    test = f'"{TESTS[ci]}"'
    if 1 in sizes and ci != "wald":
        test = '"z"' if sizes == {1} else f'if (nrow(d) == 1) "z" else {test}'
    shared = f"test = {test}, level = {100 * level:g}"
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
