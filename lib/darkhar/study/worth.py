"""What a real clip is worth beside simulated people."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from darkhar.data.clips import Clips
from darkhar.evaluation.over_seeds import seed_accuracy
from darkhar.evaluation.wording import word_comparison
from darkhar.pose.simulated_poses import acted
from darkhar.study.pairs import compare_to_first
from darkhar.study.study import Study
from darkhar.training.fits import Fit, Predict
from darkhar.training.pose_fits import pose_fit
from darkhar.training.seeds import FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

CLIPS = (1, 2, 4, 10, None)
"""Real clips of a class that are fitted; None: all."""
SCENES = (1, 2, None)
"""Scenes of a class whose real clips are fitted."""
BESIDE = (60, 150, 600)
"""Simulated clips beside all real ones, and as many as the classifier takes."""
SEEDS = 3
"""Divisions into folds, each with draws of its own."""

ALONE, TOGETHER = "real clips alone", "with simulated people"
SIMULATED = "simulated people alone"


@dataclasses.dataclass(frozen=True)
class FewerFit(Fit):
    """A fit that sees some of the clips of each class, drawn by its seed.

    Args:
        fit: `Fit`.
        clips: int or None. Clips a class, at most. None means all. Defaults to None.
        scenes: int or None. Scenes a class, at most; scenes are drawn before clips.
            None means all. Defaults to None.
    """

    fit: Fit
    clips: int | None = None
    scenes: int | None = None

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
        drawn = self._drawn(clips, np.arange(len(clips)), seed)
        return self.fit.fit_clips(clips.select(drawn), seed)

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """As `Fit.fit_in_folds`, with fewer clips fitted in each fold."""
        fewer = [
            dataclasses.replace(
                fold,
                train=self._drawn(
                    clips, fold.train, derived_seed(seed, FOLD_FITS, number)
                ),
            )
            for number, fold in enumerate(folds)
        ]
        return self.fit.fit_in_folds(clips, fewer, seed)

    def have_a_spread(self, study: Study) -> bool:
        """Whether more clips than classes are drawn in all folds: one clip of each has
        no spread, and no discriminant."""
        return all(
            len(drawn) > len(np.unique(study.train.labels[drawn]))
            for seed in study.seeds(SEEDS)
            for number, fold in enumerate(study.folds(study.choice, seed))
            for drawn in [
                self._drawn(
                    study.train, fold.train, derived_seed(seed, FOLD_FITS, number)
                )
            ]
        )

    def _drawn(self, clips: Clips, among: np.ndarray, seed: int) -> np.ndarray:
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
            kept.append(of_class[: self.clips])
        return np.sort(np.concatenate(kept))


def worth_fits(study: Study) -> dict[str, Fit]:
    """Linear discriminants of kinematic descriptors, by what they are fitted on.

    Returns:
        `ALONE`; and where simulated people act the clips' classes, `TOGETHER` and
        `SIMULATED`.
    """
    names = {
        ALONE: "kinematics",
        TOGETHER: "kinematics_both",
        SIMULATED: "kinematics_simulated",
    }
    if not acted(study.train.class_names):
        names = {ALONE: "kinematics"}
    return {fitted: pose_fit(name, study.parameters) for fitted, name in names.items()}


def worth_table(study: Study) -> pd.DataFrame:
    """Accuracy by how many real clips are fitted, of how many scenes, and by how many
    simulated ones beside them.

    In the folds that choices are made with, so that scored clips are of another scene
    than the fitted ones of their class.

    Args:
        study: `Study`, with the view `"poses"`.

    Returns:
        Table with columns `by` (`"clips"`, `"scenes"`, both of a class, or
        `"simulated"`), `number` (str, `"all"` of all there are), `fitted` (`ALONE` or
        `TOGETHER`) and those of `darkhar.evaluation.over_seeds.seed_accuracy`.
    """
    fits, rows = worth_fits(study), []

    def add(by: str, number: int | None, fitted: str, fit: Fit) -> None:
        found = seed_accuracy(
            study.logits(fit, study.choice, seeds=SEEDS), study.train.labels
        )
        words = "all" if number is None else str(number)
        rows.append({"by": by, "number": words, "fitted": fitted, **found})

    for by, numbers in (("clips", CLIPS), ("scenes", SCENES)):
        if SIMULATED in fits:
            add(by, 0, TOGETHER, fits[SIMULATED])
        for number in numbers:
            for fitted in [f for f in (ALONE, TOGETHER) if f in fits]:
                fewer = FewerFit(fits[fitted], **{by: number})
                if fitted == TOGETHER or fewer.have_a_spread(study):
                    add(by, number, fitted, fewer)
    if TOGETHER in fits:
        add("simulated", 0, TOGETHER, fits[ALONE])
        (simulation,) = fits[TOGETHER].simulations
        for number in (*BESIDE, simulation.count):
            fewer = dataclasses.replace(simulation, count=number)
            fit = fits[TOGETHER].replace(simulations=(fewer,))
            add("simulated", number, TOGETHER, fit)
    return pd.DataFrame(rows)


def worth_words(study: Study) -> dict[str, str]:
    """What simulated people do for the classifier, in sentences.

    Returns:
        `together`, with the real clips, and `in_place` of them, each as compared with
        the real clips alone, corrected for their number.
    """
    logits = {
        fitted: study.logits(fit, study.choice, seeds=1)
        for fitted, fit in worth_fits(study).items()
    }
    keys = {TOGETHER: "together", SIMULATED: "in_place"}
    if set(logits) == {ALONE}:
        return dict.fromkeys(
            keys.values(), "Simulated people do not act these classes."
        )
    subjects = {
        TOGETHER: "Simulated people beside the real clips",
        SIMULATED: "Simulated people in place of all real clips",
    }
    return {
        keys[comparison.second]: word_comparison(
            comparison, subjects[comparison.second]
        )
        for comparison in compare_to_first(study, logits, study.choice)
    }
