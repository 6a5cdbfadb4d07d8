"""Boosted trees by LightGBM, and how they are written for ``evidence/rescorer.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from detectors.evidence.agreement import RISES
from detectors.evidence.feature import Feature
from detectors.evidence.rescorer import DEPTH

ROUNDS, ALONE = 200, 320
"""Trees; more of them where no network is asked and the lists must say more."""
FORM: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.07,
    "num_leaves": 28,
    "max_depth": DEPTH,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbosity": -1,
    "num_threads": 1,
    "deterministic": True,
}
"""Half of the features a tree and strong shrinkage: the material is small and next year's texts are others."""


SECOND_ROUNDS = 60
SECOND: dict[str, Any] = {
    **FORM,
    "learning_rate": 0.06,
    "num_leaves": 12,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "lambda_l2": 20.0,
}
"""Few and small: what the others say changes what is known of a candidate itself, and does not replace it."""


class Fitted:
    """Fitted trees."""

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def odds(self, values: Any) -> Any:
        """The sum of the leaves for each row: the logarithm of the odds of a name."""
        return self.booster.predict(values, num_threads=1, raw_score=True)

    def gains(self) -> Any:
        """Share of all that the trees gain that each feature brings."""
        gain = self.booster.feature_importance("gain")
        return gain / gain.sum()


def fit(values: Any, named: Any, weights: Any, features: tuple[Feature, ...], seed: int = 1) -> Fitted:
    """Fit trees to rows of evidence."""
    import lightgbm

    data = lightgbm.Dataset(values, named, weight=weights, feature_name=[one.name for one in features])
    form = {**FORM, "seed": seed, "monotone_constraints": [one.rises for one in features]}
    return Fitted(lightgbm.train(form, data, ROUNDS if any(one.tagged for one in features) else ALONE))


def fit_again(values: Any, named: Any, weights: Any, odds: Any, seed: int = 1) -> Fitted:
    """Fit trees to what the first weighing says of the others (columns as in ``agreement.RISES``), added to the ``odds`` that it gives
    each candidate itself."""
    import lightgbm

    data = lightgbm.Dataset(values, named, weight=weights, init_score=odds, feature_name=[*map(str, range(len(RISES)))])
    form = {**SECOND, "seed": seed, "monotone_constraints": [*RISES.values()]}
    return Fitted(lightgbm.train(form, data, SECOND_ROUNDS))


Scale = tuple[float, float]
"""What the logarithms of odds are multiplied with, and what is added."""


def calibrated(odds: Any, scale: Scale) -> Any:
    """How likely each is a name, by the odds as the scale has them."""
    return 1 / (1 + np.exp(-(odds * scale[0] + scale[1])))


def calibration(odds: Any, named: Any) -> Scale:
    """The scale (Platt's) with which the odds of texts that were left out are right on average."""
    from scipy.optimize import minimize

    def loss(scale: Any) -> float:
        given = np.clip(calibrated(odds, (scale[0], scale[1])), 1e-9, 1 - 1e-9)
        return float(-np.mean(np.where(named, np.log(given), np.log1p(-given))))

    found = minimize(loss, (1.0, 0.0), method="Nelder-Mead").x
    return float(found[0]), float(found[1])


def save(first: Fitted, second: Fitted, features: tuple[Feature, ...], scale: Scale, path: Path) -> None:
    """Write the trees as arrays; features that none of the first asks are left out."""
    asked, limits, leaves = _arrays(first)
    used = sorted({int(n) for n in asked[np.isfinite(limits)]})
    place = {old: new for new, old in enumerate(used)}
    again, borders, ends = _arrays(second)
    np.savez_compressed(
        path,
        features=np.array([features[n].name for n in used]),
        first_asked=np.vectorize(lambda n: place.get(int(n), 0))(asked).astype(np.uint8),
        first_limits=limits.astype(np.float32),
        first_leaves=leaves.astype(np.float32),
        second_asked=again.astype(np.uint8),
        second_limits=borders.astype(np.float32),
        second_leaves=ends.astype(np.float32),
        scale=np.array(scale),
    )


def _arrays(fitted: Fitted) -> tuple[Any, ...]:
    trees = [tree["tree_structure"] for tree in fitted.booster.dump_model()["tree_info"]]
    return tuple(np.array(part) for part in zip(*map(complete, trees), strict=True))


def complete(tree: dict[str, Any]) -> tuple[list[int], list[float], list[float]]:
    """A tree as LightGBM tells it, made complete: features asked about, limits, leaves."""
    asked, limits, leaves = [0] * (2**DEPTH - 1), [float("inf")] * (2**DEPTH - 1), [0.0] * 2**DEPTH

    def fill(node: dict[str, Any], at: int, level: int) -> None:
        if level == DEPTH:
            leaves[at - (2**DEPTH - 1)] = node["leaf_value"]
            return
        if "leaf_value" in node:
            fill(node, 2 * at + 1, level + 1)
            fill(node, 2 * at + 2, level + 1)
            return
        asked[at], limits[at] = node["split_feature"], node["threshold"]
        fill(node["left_child"], 2 * at + 1, level + 1)
        fill(node["right_child"], 2 * at + 2, level + 1)

    fill(tree, 0, 0)
    return asked, limits, leaves
