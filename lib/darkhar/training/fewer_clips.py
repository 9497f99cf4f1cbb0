"""Fits that see fewer clips than there are."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.data.clips import Clips
from darkhar.training.fits import Fit, Predict
from darkhar.training.seeds import FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

# Of a class, where a share of its clips is fitted.
_FEWEST = 2


@dataclasses.dataclass(frozen=True)
class FewerFit(Fit):
    """A fit that sees some of the clips of each class, drawn by its seed.

    Args:
        fit: `Fit`.
        clips: int or None. Clips a class, at most. None means all. Defaults to None.
        scenes: int or None. Scenes a class, at most; scenes are drawn before clips.
            None means all. Defaults to None.
        share: float or None. Of the clips of each class, rounded to the nearest number,
            two at least where it has as many. None means all. Defaults to None.
    """

    fit: Fit
    clips: int | None = None
    scenes: int | None = None
    share: float | None = None

    @property
    def views(self) -> tuple[str, ...]:
        """As the fit's."""
        return self.fit.views

    @property
    def is_random(self) -> bool:
        """Which clips are drawn."""
        return True

    def fit_clips(self, clips: Clips, seed: int) -> Predict:
        """Fits on the clips that are drawn."""
        drawn = self.drawn(clips, np.arange(len(clips)), seed)
        return self.fit.fit_clips(clips.select(drawn), seed)

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """As `Fit.fit_in_folds`, with fewer clips fitted in each fold."""
        fewer = [
            dataclasses.replace(
                fold,
                train=self.drawn(
                    clips, fold.train, derived_seed(seed, FOLD_FITS, number)
                ),
            )
            for number, fold in enumerate(folds)
        ]
        return self.fit.fit_in_folds(clips, fewer, seed)

    def drawn(self, clips: Clips, among: np.ndarray, seed: int) -> np.ndarray:
        """Numbers of the clips that are fitted, sorted."""
        random = np.random.default_rng(seed)
        kept = []
        for label in np.unique(clips.labels[among]):
            of_class = random.permutation(among[clips.labels[among] == label])
            if self.scenes is not None:
                scenes = random.permutation(np.unique(clips.scenes[of_class]))
                of_class = of_class[
                    np.isin(clips.scenes[of_class], scenes[: self.scenes])
                ]
            if self.share is not None:
                fewest = min(_FEWEST, len(of_class))
                of_class = of_class[: max(round(self.share * len(of_class)), fewest)]
            kept.append(of_class[: self.clips])
        return np.sort(np.concatenate(kept))
