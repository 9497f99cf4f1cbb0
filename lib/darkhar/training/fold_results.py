"""What fits in folds lead to, and how it is kept."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.training.splitters import Fold


@dataclasses.dataclass(frozen=True)
class FoldResult:
    """One fold's fit.

    Args:
        fold: `Fold`. Which clips were fitted and which held out.
        history: dict of name to one float an epoch.
        best_epoch: int. The epoch, counted from 1, with the lowest held-out
            loss; its weights were kept.
        logits: float32 `[held-out clips, classes]`. Of the kept weights.
    """

    fold: Fold
    history: dict[str, list[float]]
    best_epoch: int
    logits: np.ndarray


@dataclasses.dataclass(frozen=True)
class CrossValidation:
    """All folds' fits.

    Args:
        folds: list of `FoldResult`, in order.
        chosen_epochs: int. The median of the folds' best epochs, rounded half
            up: how long the final model is fitted.
        logits: float32 `[clips, classes]`. Each clip's, from the one fold that
            held it out.
    """

    folds: Sequence[FoldResult]
    chosen_epochs: int
    logits: np.ndarray

    @property
    def histories(self) -> list[dict[str, list[float]]]:
        """The folds' histories."""
        return [result.history for result in self.folds]

    @property
    def best_epochs(self) -> list[int]:
        """The folds' best epochs, counted from 1."""
        return [result.best_epoch for result in self.folds]


# What a fit's history holds, in the order in which it is kept.
_HISTORY = ("loss", "accuracy", "val_loss", "val_accuracy")


def fold_result(
    fold: Fold, history: dict[str, list[float]], logits: np.ndarray
) -> FoldResult:
    """A fold's result from its history, which says which epoch was the best.

    Args:
        fold: `Fold`.
        history: dict of name to one float an epoch.
        logits: float32 `[held-out clips, classes]`.
    """
    best = int(np.argmin(history["val_loss"])) + 1
    return FoldResult(fold=fold, history=history, best_epoch=best, logits=logits)


def packed(results: Sequence[FoldResult]) -> np.ndarray:
    """All folds' histories and logits as one vector, for a cache of arrays.

    Args:
        results: list of `FoldResult`.

    Returns:
        float64 `[length]`: of each fold the number of epochs, its history and its
        logits.
    """
    parts = []
    for result in results:
        history = [result.history[name] for name in _HISTORY]
        parts += [[len(history[0])], np.ravel(history), result.logits.ravel()]
    return np.concatenate(parts).astype(np.float64)


def unpacked(
    kept: np.ndarray, folds: Sequence[Fold], n_classes: int
) -> CrossValidation:
    """What `packed` made one vector of.

    Args:
        kept: float64 `[length]`.
        folds: list of `Fold`. The same folds; every clip is held out once.
        n_classes: int. Number of classes.
    """
    results = []
    logits = np.empty((sum(len(f.held_out) for f in folds), n_classes), np.float32)
    for fold in folds:
        epochs, kept = int(kept[0]), kept[1:]
        history, kept = np.split(kept, [len(_HISTORY) * epochs])
        held_out, kept = np.split(kept, [len(fold.held_out) * n_classes])
        logits[fold.held_out] = held_out.reshape(-1, n_classes)
        by_name = dict(zip(_HISTORY, history.reshape(-1, epochs).tolist(), strict=True))
        results.append(fold_result(fold, by_name, logits[fold.held_out]))
    best_epochs = [result.best_epoch for result in results]
    return CrossValidation(
        folds=results,
        chosen_epochs=int(np.floor(np.median(best_epochs) + 0.5)),
        logits=logits,
    )
