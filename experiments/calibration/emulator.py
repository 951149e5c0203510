"""Emulators: what a run would give, without running it. A quadratic in the cube, its terms chosen by the lasso.

Its error is what cross-validation finds, luck of the seed included, since every run has a seed of its own.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LassoCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Emulator:
    """All outputs as quadratics. `sd` [output]: standard error; `r2` [output]: of predictions left out."""

    weights: Floats  # [term, output] of the plain polynomial terms
    constant: Floats  # [output]
    powers: PolynomialFeatures
    sd: Floats
    r2: Floats
    runs: tuple[int, ...]

    def predict(self, points: Floats) -> Floats:
        """[point, output] means at points [point, axis] of the cube."""
        return np.asarray(self.powers.transform(2.0 * points - 1.0) @ self.weights + self.constant)


def fit_emulator(points: Floats, outputs: Floats) -> Emulator:
    """Fit each output (column of [run, output], nan where a run lacks it) at points [run, axis]."""
    powers = PolynomialFeatures(2, include_bias=False).fit(points[:1])
    terms = powers.transform(2.0 * points - 1.0)
    fits = [_one(terms[there], column[there]) for column in outputs.T for there in [np.isfinite(column)]]
    return Emulator(
        np.stack([fit[0] for fit in fits], axis=1), np.array([fit[1] for fit in fits]), powers,
        np.array([fit[2] for fit in fits]), np.array([fit[3] for fit in fits]), tuple(fit[4] for fit in fits),
    )  # fmt: skip


def _one(terms: Floats, column: Floats) -> tuple[Floats, float, float, float, int]:
    """Weights, constant, error, R² of one output."""
    folds = KFold(5, shuffle=True, random_state=0)
    model: Pipeline = make_pipeline(StandardScaler(), LassoCV(cv=folds, alphas=40, eps=3e-4, max_iter=20_000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the smallest penalties may not converge; they are not chosen then
        left_out = cross_val_predict(model, terms, column, cv=folds)
        model.fit(terms, column)
    scaler, lasso = model[0], model[1]
    weights = lasso.coef_ / scaler.scale_
    constant = float(lasso.intercept_ - np.sum(weights * scaler.mean_))
    sd = float(np.sqrt(np.mean((column - left_out) ** 2)))
    return weights, constant, sd, 1.0 - sd**2 / max(float(np.var(column)), 1e-300), len(column)
