"""Which clips networks are fitted on, and with which seeds."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold


@dataclasses.dataclass(frozen=True)
class FitJob:
    """One network to fit.

    Args:
        fitted: int `[n]`. Numbers of the clips that are fitted.
        seed: int. Seed of initial weights, shuffling and dropout.
        held_out: int `[m]` or None. Numbers of the clips by whose loss the fit stops
            early. None means that it does not. Defaults to None.
        epochs: int or None. Epochs at most. None means the schedule's. Defaults to
            None.
        first_weights: float32 `[weights]` or None. Of the network's trainable
            variables, one after the other. None means those that the seed draws.
            Defaults to None.
    """

    fitted: np.ndarray
    seed: int
    held_out: np.ndarray | None = None
    epochs: int | None = None
    first_weights: np.ndarray | None = None


def fold_jobs(
    folds: Sequence[Fold], seed: int, *, stop_early: bool = False
) -> list[FitJob]:
    """A job for each fold of a cross-validation.

    Args:
        folds: list of `Fold`.
        seed: int. The run's; each fold's is derived from it.
        stop_early: bool. Whether the clips that a fold holds out end its fit. Defaults
            to False.
    """
    return [
        FitJob(
            fold.train,
            derived_seed(seed, FOLD_FITS, number),
            held_out=fold.held_out if stop_early else None,
        )
        for number, fold in enumerate(folds)
    ]


def final_job(n_clips: int, seed: int, *, epochs: int | None = None) -> FitJob:
    """The job of a final fit, on all training clips.

    Args:
        n_clips: int. How many there are.
        seed: int. The run's, from which the fit's is derived.
        epochs: int or None. As in `FitJob`. Defaults to None.
    """
    return FitJob(np.arange(n_clips), derived_seed(seed, FINAL_FIT), epochs=epochs)
