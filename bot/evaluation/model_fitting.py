"""Fits the linear models of the reader to rows of features, and keeps the features that tell the most."""

from __future__ import annotations

import math
import warnings
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from commands.language.models.linear_models import SCALE, ClassModel, YesNoModel
from commands.language.models.tree_model import Tree, TreeModel
from commands.language.models.written_numbers import WrittenNumbers

SEEN_ENOUGH = 2
"""How often a feature has to occur to be learned from."""

LEAST = 5
"""The least weight for a command that is kept, in hundredths: smaller ones change little and fill the file."""

MOST_STEPS, ROUGH_STEPS = 300, 60
"""How many steps a fit takes at most, and how many are enough to see which features tell the most."""


@dataclass
class CandidateGroup:
    """The candidates of which one is right, or none: their features, which are right, and whether none is right too."""

    rows: list[list[str]]
    right: list[bool]
    absent: bool


def fit_groups(groups: Sequence[CandidateGroup], strength: float, most: int) -> YesNoModel:
    """Fit weights so that in each group what is right has most of the probability that all of it shares.

    None of the candidates stands in each group with a sum of zero.
    """
    rows = [row for group in groups for row in group.rows]
    starts = numpy.cumsum([0, *(len(group.rows) for group in groups)])[:-1]
    right = numpy.array([each for group in groups for each in group.right])
    absent = numpy.array([group.absent for group in groups], dtype=float)
    of_group = numpy.repeat(numpy.arange(len(groups)), [len(group.rows) for group in groups])
    matrix, names = _make_matrix(rows)
    solution = _minimise_loss(matrix, starts, of_group, right, absent, strength, ROUGH_STEPS)
    matrix, names = _keep_telling(matrix, names, numpy.abs(solution[:-1]), most)
    solution = _minimise_loss(matrix, starts, of_group, right, absent, strength, MOST_STEPS)
    whole = numpy.rint(solution[:-1] * SCALE).astype(int)
    kept = {name: int(weight) for name, weight in zip(names, whole, strict=True) if weight}
    return YesNoModel(round(float(solution[-1]) * SCALE), kept)


def _minimise_loss(
    matrix: Any, starts: Any, of_group: Any, right: Any, absent: Any, strength: float, steps: int
) -> Any:
    """Find the weights, and behind them the bias, under which the right ones are likeliest (with an L2 penalty)."""
    turned = matrix.T.tocsr()

    def compute_loss(weights: Any) -> tuple[float, Any]:
        sums = matrix @ weights[:-1] + weights[-1]
        most = numpy.maximum(numpy.maximum.reduceat(sums, starts), 0)
        raised, none = numpy.exp(sums - most[of_group]), numpy.exp(-most)
        every = numpy.add.reduceat(raised, starts) + none
        good = numpy.add.reduceat(raised * right, starts) + none * absent
        slope = raised / every[of_group] - raised * right / good[of_group]
        loss = numpy.log(every / good).sum() + (weights[:-1] ** 2).sum() / (2 * strength)
        return loss, numpy.append(turned @ slope + weights[:-1] / strength, slope.sum())

    found = minimize(
        compute_loss, numpy.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": steps}
    )
    return found.x


def _make_matrix(rows: Sequence[Sequence[str]]) -> tuple[Any, list[str]]:
    """Make a matrix of rows and those features that occur often enough, and name its columns."""
    counts = Counter(feature for row in rows for feature in set(row))
    names = sorted(feature for feature, count in counts.items() if count >= SEEN_ENOUGH)
    column_of = {name: number for number, name in enumerate(names)}
    columns, ends = array("i"), array("q", [0])
    for row in rows:
        columns.extend(sorted({column_of[feature] for feature in row if feature in column_of}))
        ends.append(len(columns))
    ones = numpy.ones(len(columns), dtype=numpy.float64)
    return csr_matrix((ones, numpy.asarray(columns), numpy.asarray(ends)), shape=(len(rows), len(names))), names


def _keep_telling(matrix: Any, names: list[str], weights: Any, most: int) -> tuple[Any, list[str]]:
    """Keep the columns of the `most` telling features: those with the largest weights, for how often they occur."""
    if len(names) <= most:
        return matrix, names
    seen = numpy.asarray(matrix.sum(axis=0)).ravel()
    best = numpy.sort(numpy.argsort(-weights * numpy.sqrt(seen), kind="stable")[:most])
    return matrix[:, best], [names[number] for number in best]


def _fit(rows: Sequence[Sequence[str]], values: Sequence[Any], strength: float, most: int) -> tuple[Any, list[str]]:
    """Fit a model on the `most` telling features."""
    matrix, names = _make_matrix(rows)
    rough = LogisticRegression(C=strength, max_iter=ROUGH_STEPS if len(names) > most else MOST_STEPS)
    with warnings.catch_warnings():
        # Which features tell the most is seen long before the weights stand still.
        warnings.simplefilter("ignore", ConvergenceWarning)
        rough.fit(matrix, values)
    if len(names) <= most:
        return rough, names
    matrix, names = _keep_telling(matrix, names, numpy.abs(numpy.atleast_2d(rough.coef_)).max(axis=0), most)
    return LogisticRegression(C=strength, max_iter=MOST_STEPS).fit(matrix, values), names


def fit_classes(rows: Sequence[Sequence[str]], values: Sequence[str], strength: float, most: int = 1000) -> ClassModel:
    if len(set(values)) < 2:
        return ClassModel(tuple(sorted(set(values))), (0,) * len(set(values)), WrittenNumbers())
    model, names = _fit(rows, list(values), strength, most)
    classes = [str(each) for each in model.classes_]
    coefficients, bias = numpy.atleast_2d(model.coef_), numpy.atleast_1d(model.intercept_)
    if len(classes) == 2:
        coefficients, bias = numpy.vstack([-coefficients, coefficients]) / 2, numpy.array([-bias[0], bias[0]]) / 2
    whole = numpy.rint(coefficients * SCALE).astype(int)
    weights: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        for row in numpy.flatnonzero(numpy.abs(whole[:, column]) >= LEAST):
            weights.setdefault(name, []).extend((int(row), int(whole[row, column])))
    return ClassModel(
        tuple(classes), tuple(round(float(each) * SCALE) for each in bias), WrittenNumbers().with_lists(weights)
    )


def fit_yes_no(rows: Sequence[Sequence[str]], right: Sequence[bool], strength: float, most: int = 1000) -> YesNoModel:
    if len(set(right)) < 2:
        return YesNoModel(SCALE * (5 if right and right[0] else -5), {})
    model, names = _fit(rows, [bool(each) for each in right], strength, most)
    whole = numpy.rint(model.coef_[0] * SCALE).astype(int)
    kept = {name: int(weight) for name, weight in zip(names, whole, strict=True) if weight}
    return YesNoModel(round(float(model.intercept_[0]) * SCALE), kept)


TREES, SPEED, LEAVES, LEAST_LEAF = 200, 0.06, 24, 60
"""How many trees, how much of what each finds counts, how many leaves they have, and how many rows a leaf needs."""
SHARE_OF_ROWS, SHARE_OF_COLUMNS = 0.7, 0.5
"""How much each tree is shown of the rows, and each question of the columns: trees that differ are wrong apart."""


def fit_trees(rows: Sequence[Sequence[float]], right: Sequence[bool]) -> TreeModel:
    """Fit trees to rows of numbers, each tree to what those before it leave wrong."""
    if len(set(right)) < 2:
        return TreeModel(SCALE * (5 if right and right[0] else -5))
    share = sum(right) / len(right)
    boosted = GradientBoostingClassifier(
        n_estimators=TREES,
        learning_rate=SPEED,
        max_depth=None,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST_LEAF,
        subsample=SHARE_OF_ROWS,
        max_features=SHARE_OF_COLUMNS,
        random_state=1,
    ).fit(numpy.asarray(rows, dtype=numpy.float32), list(right))
    trees = tuple(_copy_tree(each.tree_) for each in boosted.estimators_[:, 0])
    return TreeModel(round(SCALE * math.log(share / (1 - share))), trees)


def _copy_tree(tree: Any, node: int = 0) -> Tree:
    low, high = int(tree.children_left[node]), int(tree.children_right[node])
    if low == high:
        return round(float(tree.value[node][0][0]) * SPEED * SCALE)
    # Six digits: probabilities crowd at 0 and 1, where four decimals would be too few.
    most = float(f"{float(tree.threshold[node]):.6g}")
    return (int(tree.feature[node]), most, _copy_tree(tree, low), _copy_tree(tree, high))
