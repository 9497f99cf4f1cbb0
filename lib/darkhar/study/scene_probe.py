"""How well features tell the scene: what a classifier of actions could go by instead.

A scene and its actions go together, so features that tell the action tell something of
the scene as well. The probe therefore asks for more: do they tell scenes apart in which
the *same* action was filmed?
"""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedKFold, permutation_test_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from darkhar.config import DataError
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.evaluation.probes import SceneProbe
from darkhar.models.pose_estimators import rotation
from darkhar.training.prediction_cache import kept_predictions

FOLDS = 5
_PENALTY = 100.0


def why_not_probed(
    scenes: Sequence[str], labels: np.ndarray | None = None
) -> str | None:
    """Why clips cannot be probed for their scene, if so: a clause.

    Args:
        scenes: str per clip; empty where unknown.
        labels: int `[clips]` or None. None does not ask whether some action was filmed
            in several scenes. Defaults to None.
    """
    names, counts = np.unique(np.asarray(scenes), return_counts=True)
    if "" in names:
        return "the scene of some is not known"
    if len(names) < 2:
        return "all are of one scene"
    if counts.max() < 2:
        return "no scene has two"
    if labels is not None and _scenes_by_class(scenes, labels).max() < 2:
        return "each action was filmed in one scene alone"
    return None


def probe_scenes(
    name: str,
    features: np.ndarray,
    labels: np.ndarray,
    scenes: Sequence[str],
    *,
    seed: int,
    permutations: int = 199,
) -> SceneProbe:
    """Probes features for the scene with a linear classifier.

    Ridge regression onto the scenes, of standardized features, in five random folds, or
    fewer if no scene has five clips; and the same with scenes permuted within classes
    (Ojala & Garriga 2010), so that what the class tells about the scene is kept. Scenes
    of fewer clips than folds are not held out in all folds. What was computed once is
    kept (`darkhar.training.prediction_cache`).

    Args:
        name: str. Of the features.
        features: float `[clips, dim]`.
        labels: int `[clips]`.
        scenes: str per clip.
        seed: int. Of folds and permutations.
        permutations: int. Defaults to 199.

    Raises:
        DataError: as `why_not_probed` says.
    """
    problem = why_not_probed(scenes, labels)
    if problem:
        raise DataError(f"the scene probe needs other training clips: {problem}")
    names, numbers = np.unique(np.asarray(scenes), return_inverse=True)
    folds = min(FOLDS, int(np.bincount(numbers).max()))
    features = np.asarray(features, np.float64)
    reached, p, *null = kept_predictions(
        lambda: _permutation_test(features, labels, numbers, folds, seed, permutations),
        settings={"fit": "scene probe", "folds": folds, "seed": seed}
        | {"permutations": permutations},
        arrays=[features, labels, numbers],
        modules=[__name__],
    )
    counts = np.zeros((labels.max() + 1, len(names)), int)
    np.add.at(counts, (labels, numbers), 1)
    low, high = accuracy_interval(reached * len(labels), len(labels))
    return SceneProbe(
        name=name,
        accuracy=float(reached),
        low=low,
        high=high,
        n=len(labels),
        n_scenes=len(names),
        class_alone=float(counts.max(axis=1).sum() / len(labels)),
        null_mean=float(np.mean(null)),
        null_high=float(np.quantile(null, 0.95)),
        p=float(p),
    )


def _permutation_test(
    features: np.ndarray,
    labels: np.ndarray,
    scenes: np.ndarray,
    folds: int,
    seed: int,
    permutations: int,
) -> np.ndarray:
    """Accuracy, p, and each permutation's accuracy as one vector."""
    # Scaled and turned once for all folds: no scene enters.
    turned = make_pipeline(StandardScaler(), rotation()).fit_transform(features)
    with warnings.catch_warnings():
        # Scenes with fewer clips than folds, which is as documented.
        warnings.filterwarnings("ignore", message="The least populated class in y")
        reached, null, p = permutation_test_score(
            RidgeClassifier(alpha=_PENALTY),
            turned,
            scenes,
            groups=labels,
            cv=_Folds(folds, seed),
            n_permutations=permutations,
            random_state=seed,
            scoring=None,
        )
    return np.array([reached, p, *null])


def _scenes_by_class(scenes: Sequence[str], labels: np.ndarray) -> np.ndarray:
    """How many scenes each class that has clips was filmed in."""
    pairs = {(int(c), str(s)) for c, s in zip(labels, scenes, strict=True)}
    return np.unique([c for c, _ in pairs], return_counts=True)[1]


class _Folds(StratifiedKFold):
    """Stratified by scene; `groups`, which say what is permuted, are no folds."""

    def __init__(self, folds: int, seed: int) -> None:
        super().__init__(folds, shuffle=True, random_state=seed)

    def split(self, X, y, groups=None):
        return super().split(X, y)
