"""What every classifier of clips does, whatever it is made of.

A *fit* is an object whose fields say how a classifier is fitted. It takes clips and a
seed and returns a *predict*, from other clips to their logits. The fields, the clips as
the fit sees them, and the seed where it draws at random, are all that predictions
depend on: they are the key under which these are kept.
"""

import abc
import dataclasses
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from darkhar.config.progress import progress_bar
from darkhar.data.clips import Clips
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

Predict = Callable[[Clips], np.ndarray]
"""From clips to logits, float64 `[clips, classes]`."""


class Fit(abc.ABC):
    """How a classifier is fitted; subclasses are frozen dataclasses.

    A subclass implements `fit_clips`. One that is fitted in another way where clips are
    held out, or in all folds at once, overrides `fit_in_folds`; one that needs the
    run's seed as it is overrides `fit_all`.
    """

    @property
    @abc.abstractmethod
    def views(self) -> tuple[str, ...]:
        """Names of the views of clips that it goes by."""

    @property
    def is_random(self) -> bool:
        """Whether a fit depends on the seed."""
        return False

    @property
    def is_quick(self) -> bool:
        """Whether a fit takes next to no time."""
        return not self.is_random

    @abc.abstractmethod
    def fit_clips(self, clips: Clips, seed: int) -> Predict:
        """Fits a classifier on clips: a `darkhar.training.fitted.Fitted`."""

    def fit_all(self, clips: Clips, seed: int) -> Predict:
        """The final fit, on all training clips.

        Args:
            clips: `Clips`.
            seed: int. The run's.
        """
        return self.fit_clips(clips, derived_seed(seed, FINAL_FIT))

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """Logits of each clip from the one fit that did not see it.

        Args:
            clips: `Clips`.
            folds: list of `Fold`; every clip is held out once.
            seed: int. Each fold's fit has a seed of its own, derived from it.

        Returns:
            float64 `[clips, classes]`.
        """
        logits = np.full((len(clips), clips.n_classes), np.nan)
        with progress_bar("cross-validation", total=len(folds), unit="fold") as bar:
            for number, fold in enumerate(folds):
                fold_seed = derived_seed(seed, FOLD_FITS, number)
                predict = self.fit_clips(clips.select(fold.train), fold_seed)
                logits[fold.held_out] = predict(clips.select(fold.held_out))
                bar.update()
        return logits

    def held_out(self, clips: Clips, folds: Sequence[Fold], seed: int) -> np.ndarray:
        """`fit_in_folds`, computed once and kept."""
        clips = clips.only(self.views)
        key = key_of(
            "held out", self, clips, [f.held_out for f in folds], *self._of(seed)
        )
        return Shelf("predictions").array(
            key, lambda: self.fit_in_folds(clips, folds, seed)
        )

    def predicted(self, clips: Clips, others: Clips, seed: int) -> np.ndarray:
        """Logits of other clips by `fit_all`, computed once and kept.

        Args:
            clips: `Clips`. The training clips.
            others: `Clips`. Those that are classified.
            seed: int. The run's.

        Returns:
            float64 `[others, classes]`.
        """
        clips, others = clips.only(self.views), others.only(self.views)
        key = key_of("predicted", self, clips, others.views, *self._of(seed))
        return Shelf("predictions").array(
            key, lambda: self.answers(clips, others, seed)
        )

    def answers(self, clips: Clips, others: Clips, seed: int) -> np.ndarray:
        """`predicted`, computed and not kept."""
        return self.fit_all(clips, seed)(others)

    def _of(self, seed: int) -> tuple[int, ...]:
        return (seed,) if self.is_random else ()

    def replace(self, **changes) -> Self:
        """The same fit but for some fields."""
        return dataclasses.replace(self, **changes)
