"""Matrices of correlations: whether they can all hold, the nearest that can, and the weights that make them hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from leadrules.dsl.scenario.model import Correlation, Parameter

Matrix = list[list[float]]
DRIVES = ("intent", "activity")

NOTHING = 1e-9
LEAST = 1e-6
MOST_SWEEPS = 60


def weights_of(matrix: Matrix) -> Matrix | None:
    """The lower triangle L with L·Lᵀ = matrix (Cholesky); None where it is not positive semidefinite."""
    size = len(matrix)
    found = [[0.0] * size for _ in range(size)]
    for column in range(size):
        left = matrix[column][column] - math.fsum(x * x for x in found[column][:column])
        if left < -NOTHING:
            return None
        pivot = found[column][column] = math.sqrt(left) if left > NOTHING else 0.0
        for row in range(column + 1, size):
            rest = matrix[row][column] - math.fsum(
                x * y for x, y in zip(found[row][:column], found[column][:column], strict=True)
            )
            if pivot == 0.0 and abs(rest) > NOTHING:
                return None
            found[row][column] = rest / pivot if pivot else 0.0
    return found


def repaired(matrix: Matrix) -> Matrix:
    """A matrix of correlations that can hold: no eigenvalue below 0, the diagonal 1 again."""
    values, vectors = eigen(matrix)
    kept = [max(value, LEAST) for value in values]
    size = range(len(matrix))
    full = [[math.fsum(kept[k] * vectors[i][k] * vectors[j][k] for k in size) for j in size] for i in size]
    return [[1.0 if i == j else full[i][j] / math.sqrt(full[i][i] * full[j][j]) for j in size] for i in size]


def eigen(matrix: Matrix) -> tuple[list[float], Matrix]:
    """Eigenvalues of a symmetric matrix, and its eigenvectors as columns, by Jacobi's rotations."""
    a, size = [list(row) for row in matrix], len(matrix)
    vectors = [[float(i == j) for j in range(size)] for i in range(size)]
    for _ in range(MOST_SWEEPS):
        if math.fsum(a[i][j] ** 2 for i in range(size) for j in range(i)) < 1e-30:
            break
        for p in range(size):
            for q in range(p + 1, size):
                if a[p][q]:
                    _rotate(a, vectors, p, q)
    return [a[i][i] for i in range(size)], vectors


def _rotate(a: Matrix, vectors: Matrix, p: int, q: int) -> None:
    """Make a[p][q] zero."""
    theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q])
    t = math.copysign(1.0, theta) / (abs(theta) + math.hypot(1.0, theta))
    c = 1.0 / math.hypot(1.0, t)
    s = t * c
    for row in (*a, *vectors):
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    a[p], a[q] = (
        [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
        [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
    )


def matrix_of(names: Sequence[str], pairs: Mapping[frozenset[str], float]) -> Matrix:
    """The matrix of named pairs; who is not named together is not correlated."""
    return [[1.0 if i == j else pairs.get(frozenset((i, j)), 0.0) for j in names] for i in names]


def pairs_of(found: Sequence[Correlation], of_activity: Parameter) -> dict[frozenset[str], float]:
    """The correlation of every pair, that of activity with intent among them."""
    return {frozenset(DRIVES): of_activity.value} | {frozenset((c.left, c.right)): c.number.value for c in found}


def names_of(fields: Sequence[str], found: Sequence[Correlation]) -> tuple[str, ...]:
    """What is correlated, in the order in which it is drawn: each keeps what is drawn before it."""
    named = {name for pair in found for name in (pair.left, pair.right)}
    return (*DRIVES, *(name for name in fields if name in named))
