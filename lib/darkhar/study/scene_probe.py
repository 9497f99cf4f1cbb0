"""How well features tell the scene: what a classifier of actions could go by instead.

A scene and its actions go together, so features that tell the action tell something of
the scene as well. The probe therefore asks for more: do they tell scenes apart in which
the *same* action was filmed?
"""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from darkhar.config import DataError
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.evaluation.probe_result import SceneProbe
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf

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
    kept.

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
    key = key_of(
        _permutation_test, features, labels, numbers, folds, seed, permutations
    )
    reached, p, *null = Shelf("predictions").array(
        key,
        lambda: _permutation_test(features, labels, numbers, folds, seed, permutations),
    )
    low, high = accuracy_interval(reached * len(labels), len(labels))
    return SceneProbe(
        name=name,
        accuracy=float(reached),
        low=low,
        high=high,
        n=len(labels),
        n_scenes=len(names),
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
    """Accuracy, p, and each permutation's accuracy as one vector.

    What scikit-learn's `permutation_test_score` gives with a `RidgeClassifier`, from
    one matrix of products for all its fits.
    """
    standardized = StandardScaler().fit_transform(features)
    products = standardized @ standardized.T
    random = np.random.RandomState(seed)
    reached = _accuracy(products, scenes, folds, seed)
    null = np.array(
        [
            _accuracy(products, _permuted(scenes, labels, random), folds, seed)
            for _ in range(permutations)
        ]
    )
    p = (np.sum(null >= reached) + 1) / (permutations + 1)
    return np.array([reached, p, *null])


def _permuted(
    scenes: np.ndarray, labels: np.ndarray, random: np.random.RandomState
) -> np.ndarray:
    """Scenes dealt anew among the clips of each class."""
    order = np.arange(len(scenes))
    for label in np.unique(labels):
        of_class = labels == label
        order[of_class] = random.permutation(order[of_class])
    return scenes[order]


def _accuracy(products: np.ndarray, scenes: np.ndarray, folds: int, seed: int) -> float:
    """Mean over folds of the share of held-out clips whose scene is named."""
    division = StratifiedKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Scenes with fewer clips than folds, which is as documented.
        warnings.filterwarnings("ignore", message="The least populated class in y")
        parts = list(division.split(scenes, scenes))
    return float(
        np.mean(
            [
                (_named(products, scenes, *part) == scenes[part[1]]).mean()
                for part in parts
            ]
        )
    )


def _named(
    products: np.ndarray, scenes: np.ndarray, train: np.ndarray, held_out: np.ndarray
) -> np.ndarray:
    """The scenes that ridge regression names, fitted on some clips.

    Targets are 1 for a clip's scene and -1 for the others. With n clips fitted, the
    dual form (Saunders, Gammerman & Vovk 1998, "Ridge regression learning algorithm in
    dual variables", equation 7) solves n equations, of inputs and targets less their
    means.
    """
    present, numbers = np.unique(scenes[train], return_inverse=True)
    targets = np.where(numbers[:, np.newaxis] == np.arange(len(present)), 1.0, -1.0)
    mean_target = targets.mean(axis=0)
    of_train = products[:, train]
    # Products with the fitted clips, all less the mean of these.
    centred = of_train - of_train.mean(axis=1, keepdims=True)
    centred -= centred[train].mean(axis=0)
    weights = np.linalg.solve(
        centred[train] + _PENALTY * np.eye(len(train)), targets - mean_target
    )
    return present[(centred[held_out] @ weights + mean_target).argmax(axis=1)]


def _scenes_by_class(scenes: Sequence[str], labels: np.ndarray) -> np.ndarray:
    """How many scenes each class that has clips was filmed in."""
    pairs = {(int(c), str(s)) for c, s in zip(labels, scenes, strict=True)}
    return np.unique([c for c, _ in pairs], return_counts=True)[1]
