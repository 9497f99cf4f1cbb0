"""What a real clip is worth beside simulated people."""

import dataclasses

import numpy as np
import pandas as pd

from darkhar.evaluation.over_seeds import seed_accuracy
from darkhar.evaluation.wording import word_comparison
from darkhar.pose.simulated_poses import acted
from darkhar.study.pairs import compare_to_first
from darkhar.study.study import Study
from darkhar.training.fewer_clips import FewerFit
from darkhar.training.fits import Fit
from darkhar.training.pose_fits import pose_fit
from darkhar.training.seeds import FOLD_FITS, derived_seed

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
                if fitted == TOGETHER or _have_a_spread(study, fewer):
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


def _have_a_spread(study: Study, fewer: FewerFit) -> bool:
    """Whether more clips than classes are drawn in all folds: one clip of each has no
    spread, and no discriminant."""
    train = study.train
    return all(
        len(drawn) > len(np.unique(train.labels[drawn]))
        for seed in study.seeds(SEEDS)
        for number, fold in enumerate(study.folds(study.choice, seed))
        for drawn in [
            fewer.drawn(train, fold.train, derived_seed(seed, FOLD_FITS, number))
        ]
    )
