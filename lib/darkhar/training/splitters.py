"""Dividing the training clips into folds."""

import dataclasses

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from darkhar.config import DataError, ParameterError

SPLITTERS = ("stratified", "scene_grouped")


@dataclasses.dataclass(frozen=True)
class Fold:
    """One division of the training clips.

    Args:
        train: int64 `[n]`. Sorted indices of the clips that are fitted.
        held_out: int64 `[m]`. Sorted indices of the clips that are not.
    """

    train: np.ndarray
    held_out: np.ndarray


def make_folds(
    labels: np.ndarray,
    scenes: np.ndarray,
    *,
    splitter: str,
    folds: int,
    seed: int,
) -> list[Fold]:
    """Exactly `folds` folds; every clip is held out in exactly one.

    Args:
        labels: int `[clips]`. Class of each clip.
        scenes: str `[clips]`. Scene of each clip; used by `"scene_grouped"`.
        splitter: str. `"stratified"`: at random, each fold with the classes'
            shares (scikit-learn's `StratifiedKFold`). Clips of one scene fall
            on both sides, so a model may score by recognizing the scene.
            `"scene_grouped"`: no scene is on both sides of a fold, and the
            classes' shares are kept as well as that allows
            (`StratifiedGroupKFold`).
        folds: int. Number of folds, 2 at least.
        seed: int. Seed of the shuffling.

    Returns:
        List of `Fold`.

    Raises:
        ParameterError: more folds than a class has clips, or than there are
            scenes.
        DataError: scenes are asked for and unknown.
    """
    if splitter == "stratified":
        smallest = int(np.unique(labels, return_counts=True)[1].min())
        if smallest < 2:
            raise ParameterError(
                "cross-validation needs 2 training clips of each class at least; the"
                f" smallest class has {smallest}"
            )
        if folds > smallest:
            raise ParameterError(
                f"parameter 'folds' is {folds}, but the smallest class has only"
                f" {smallest} training clips; choose folds <= {smallest}"
            )
        division = StratifiedKFold(folds, shuffle=True, random_state=seed)
        parts = division.split(labels, labels)
    elif splitter == "scene_grouped":
        if any(scene == "" for scene in scenes):
            raise DataError(
                "splitter 'scene_grouped' needs every training clip's scene, as in"
                " 'Jump_11_3.mp4'; rename the clips or choose splitter 'stratified'"
            )
        n_scenes = len(set(scenes))
        if folds > n_scenes:
            raise ParameterError(
                f"parameter 'folds' is {folds}, but the training clips show only"
                f" {n_scenes} scenes; choose folds <= {n_scenes}"
            )
        division = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        parts = division.split(labels, labels, groups=scenes)
    else:
        raise ParameterError(
            "parameter 'splitter' should be 'stratified' or 'scene_grouped'."
            f" Received: {splitter!r}"
        )
    made = [Fold(train=train, held_out=held_out) for train, held_out in parts]
    for number, fold in enumerate(made, start=1):
        if len(fold.held_out) == 0:
            raise ParameterError(
                f"splitter '{splitter}' leaves fold {number} of {folds} without a"
                " held-out clip; choose fewer folds"
            )
    return made
