"""Doses and outcomes to effects: by how much each criterion raises the log-odds to win, all others being the same."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.population import Floats

Matrix = npt.NDArray[np.float64]
STEPS = 50
RIDGE = 0.5  # of one observation: keeps effects finite where a criterion parts winners from the rest


class Effects(Struct, frozen=True):
    """Log-odds ratios (criteria,) and their covariance (criteria, criteria), by account."""

    values: Floats
    covariance: Matrix

    def difference(self, one: int, other: int) -> tuple[float, float]:
        """By how much one effect is above another, and the standard error of that."""
        c = self.covariance
        variance = c[one, one] + c[other, other] - 2 * c[one, other]
        return float(self.values[one] - self.values[other]), math.sqrt(max(0.0, float(variance)))


def effects_of(
    doses: Matrix,
    likely: Floats,
    account: npt.NDArray[np.int64],
    weight: Floats | float = 1.0,
    allowing: Callable[[Matrix], Matrix] = lambda parts: parts,
) -> Effects:
    """The effects of doses (criteria, leads), fitted by logistic regression to outcomes or chances to win (leads,).

    Chances are fractional outcomes (Papke and Wooldridge 1996); the covariance is the sandwich by account (White 1982),
    so it holds for both. A slight ridge keeps the fit finite. `weight`: how many leads each stands for; `allowing` adds
    to what each lead brings to the equations (leads, equations) that weights are estimated, for the leads of `account`.
    """
    x = np.vstack([np.ones(len(likely)), doses]).T
    size = x.shape[1]
    beta = np.zeros(size)
    penalty = RIDGE * np.diag([0.0] + [1.0] * (size - 1))
    for _ in range(STEPS):
        p = _logistic(x @ beta)
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        step = np.linalg.solve(hessian, x.T @ (weight * (likely - p)) - penalty @ beta)
        beta = beta + np.clip(step, -5.0, 5.0)
        if np.abs(step).max() < 1e-9:
            break
    p = _logistic(x @ beta)
    bread = np.linalg.inv((x * (weight * p * (1 - p))[:, None]).T @ x + penalty)
    scores = _by_account(allowing(x * (weight * (likely - p))[:, None]), account)
    groups = len(scores)
    meat = scores.T @ scores * (groups / max(1, groups - 1))
    return Effects(beta[1:], (bread @ meat @ bread)[1:, 1:])


def _logistic(values: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
    return found


def _by_account(rows: Matrix, account: npt.NDArray[np.int64]) -> Matrix:
    """The sums of rows by account (accounts, columns)."""
    numbers = np.unique(account, return_inverse=True)[1]
    if len(numbers) == int(numbers.max(initial=-1)) + 1:
        return rows
    return np.stack([np.bincount(numbers, weights=column) for column in rows.T], axis=1)
