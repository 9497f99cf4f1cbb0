"""What every classifier of clips does, whatever it is made of.

A *fit* takes the inputs and labels of some clips and a seed and returns a *predict*,
which takes the inputs of other clips and returns their logits. Pose classifiers
(`darkhar.training.pose`) and late fusion (`darkhar.training.fusion`) are fits, so
that folds, scores and tables are computed in the same way for all.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from darkhar.config.progress import progress_bar
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold


class Inputs(Protocol):
    """Inputs of clips, of which some can be taken."""

    def __len__(self) -> int: ...

    def select(self, indices: np.ndarray) -> "Inputs": ...


# From inputs to logits, float64 `[clips, classes]`.
Predict = Callable[[Any], np.ndarray]
# From inputs, labels int `[clips]`, and a seed.
Fit = Callable[[Any, np.ndarray, int], Predict]


def cross_fit(
    fit: Fit,
    inputs: Inputs,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    n_classes: int,
    seed: int,
) -> np.ndarray:
    """Logits of each clip from the one fit that did not see it.

    Args:
        fit: `Fit`.
        inputs: of `n` clips.
        labels: int `[n]`, in `[0, n_classes)`.
        folds: list of `Fold`; every clip is held out once.
        n_classes: int. Number of classes.
        seed: int. Each fold's fit has a seed of its own, derived from it.

    Returns:
        float64 `[n, n_classes]`.
    """
    logits = np.full((len(labels), n_classes), np.nan)
    with progress_bar("cross-validation", total=len(folds), unit="fold") as bar:
        for number, fold in enumerate(folds):
            predict = fit(
                inputs.select(fold.train),
                labels[fold.train],
                derived_seed(seed, FOLD_FITS, number),
            )
            logits[fold.held_out] = predict(inputs.select(fold.held_out))
            bar.update()
    return logits


def fit_all(fit: Fit, inputs: Inputs, labels: np.ndarray, *, seed: int) -> Predict:
    """The final fit, on all training clips.

    Args:
        fit: `Fit`.
        inputs: of `n` clips.
        labels: int `[n]`.
        seed: int. The run's.
    """
    return fit(inputs, labels, derived_seed(seed, FINAL_FIT))


def spread_classes(
    logits: np.ndarray, present: np.ndarray, n_classes: int
) -> np.ndarray:
    """Logits for all classes from those of the classes that were fitted.

    Args:
        logits: float `[clips, len(present)]`.
        present: int. The classes that they belong to, sorted.
        n_classes: int. Number of classes.

    Returns:
        float64 `[clips, n_classes]`. A class that was not fitted gets less than
        the least probable of the others: its odds are one in a million.
    """
    spread = np.repeat(logits.min(axis=1, keepdims=True) - np.log(1e6), n_classes, 1)
    spread[:, present] = logits
    return spread.astype(np.float64)
