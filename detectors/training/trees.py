"""Boosted trees by LightGBM, and how they are written for ``evidence/rescorer.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from detectors.evidence.feature import Feature
from detectors.evidence.rescorer import DEPTH

ROUNDS = 200
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
    "seed": 1,
    "deterministic": True,
}
"""Half of the features a tree and strong shrinkage: the material is small and next year's texts are others."""


class Fitted:
    """Fitted trees."""

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def predict(self, values: Any) -> Any:
        """How likely each row is a name."""
        return self.booster.predict(values, num_threads=1)

    def gains(self) -> Any:
        """Share of all that the trees gain that each feature brings."""
        gain = self.booster.feature_importance("gain")
        return gain / gain.sum()


def fit(values: Any, named: Any, weights: Any, features: tuple[Feature, ...]) -> Fitted:
    """Fit trees to rows of evidence."""
    import lightgbm

    data = lightgbm.Dataset(values, named, weight=weights, feature_name=[one.name for one in features])
    form = {**FORM, "monotone_constraints": [one.rises for one in features]}
    return Fitted(lightgbm.train(form, data, ROUNDS))


Scale = tuple[float, float]
"""What the logarithms of odds are multiplied with, and what is added."""


def calibrated(scores: Any, scale: Scale) -> Any:
    """The scores as the scale has them."""
    odds = np.log(np.clip(scores, 1e-9, 1 - 1e-9)) - np.log1p(-np.clip(scores, 1e-9, 1 - 1e-9))
    return 1 / (1 + np.exp(-(odds * scale[0] + scale[1])))


def calibration(scores: Any, named: Any) -> Scale:
    """The scale (Platt's) with which scores of texts that were left out are right on average."""
    from scipy.optimize import minimize

    def loss(scale: Any) -> float:
        given = np.clip(calibrated(scores, (scale[0], scale[1])), 1e-9, 1 - 1e-9)
        return float(-np.mean(np.where(named, np.log(given), np.log1p(-given))))

    found = minimize(loss, (1.0, 0.0), method="Nelder-Mead").x
    return float(found[0]), float(found[1])


def save(fitted: Fitted, features: tuple[Feature, ...], scale: Scale, path: Path) -> None:
    """Write the trees as arrays, calibrated; features that none of them asks are left out."""
    trees = [tree["tree_structure"] for tree in fitted.booster.dump_model()["tree_info"]]
    asked, limits, leaves = (np.array(part) for part in zip(*map(complete, trees), strict=True))
    used = sorted({int(n) for n in asked[np.isfinite(limits)]})
    place = {old: new for new, old in enumerate(used)}
    np.savez_compressed(
        path,
        features=np.array([features[n].name for n in used]),
        asked=np.vectorize(lambda n: place.get(int(n), 0))(asked).astype(np.uint8),
        limits=limits.astype(np.float32),
        leaves=(leaves * scale[0] + scale[1] / len(leaves)).astype(np.float32),
    )


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
