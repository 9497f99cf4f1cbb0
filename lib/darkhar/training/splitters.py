"""Dividing the training clips into folds, by the rows of `PROTOCOLS` that do.

A row's function takes labels int `[clips]`, scenes str `[clips]`, the number of folds
and a seed, and gives pairs of indices: of the fitted clips, and of those held out.
"""

import dataclasses
from collections.abc import Iterator

import numpy as np
from sklearn.model_selection import (
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    StratifiedKFold,
)

from darkhar.config import (
    SPLITTERS,
    STRICTEST,
    DataError,
    ParameterError,
    Parameters,
    choose,
)
from darkhar.data.clips import Clips
from darkhar.training.seeds import SPLIT, derived_seed

Division = Iterator[tuple[np.ndarray, np.ndarray]]


@dataclasses.dataclass(frozen=True)
class Fold:
    """One division of the training clips.

    Args:
        train: int64 `[n]`. Sorted indices of the clips that are fitted.
        held_out: int64 `[m]`. Sorted indices of the clips that are not.
    """

    train: np.ndarray
    held_out: np.ndarray


def stratified(
    labels: np.ndarray, scenes: np.ndarray, folds: int, seed: int
) -> Division:
    """At random, each fold with the classes' shares (`StratifiedKFold`).

    Clips of one scene fall on both sides, so a model may score by recognizing the
    scene.
    """
    del scenes
    division = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return division.split(labels, labels)


def leave_one_scene_out(
    labels: np.ndarray, scenes: np.ndarray, folds: int, seed: int
) -> Division:
    """A fold for each scene, which holds its clips out (`LeaveOneGroupOut`).

    A class filmed in that scene only is not fitted.
    """
    del folds, seed
    return LeaveOneGroupOut().split(labels, labels, groups=scenes)


def scene_grouped(
    labels: np.ndarray, scenes: np.ndarray, folds: int, seed: int
) -> Division:
    """No scene is on both sides of a fold (`StratifiedGroupKFold`).

    The classes' shares are kept as well as that allows.
    """
    division = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return division.split(labels, labels, groups=scenes)


def class_scene_grouped(
    labels: np.ndarray, scenes: np.ndarray, folds: int, seed: int
) -> Division:
    """The clips of one class in one scene stay together (`StratifiedGroupKFold`).

    The same scene may be fitted with another class. A class of two scenes is then
    always fitted from one of them, and a model that goes by the scene errs.
    """
    return scene_grouped(labels, _class_scenes(labels, scenes), folds, seed)


def make_folds(
    clips: Clips, splitter: str, *, folds: int, seed: int, parameter: str = "splitter"
) -> list[Fold]:
    """Folds by name; every clip is held out in exactly one.

    Args:
        clips: `Clips`. Their labels and scenes count.
        splitter: str. One of `darkhar.config.SPLITTERS`.
        folds: int. Number of folds, 2 at least.
        seed: int. Seed of the shuffling.
        parameter: str. What errors call the splitter. Defaults to `"splitter"`.

    Raises:
        ParameterError: no such splitter, more folds than a class has clips (where
            scenes stay together: than any class has), or than there are groups of
            scenes.
        DataError: scenes are asked for and unknown.
    """
    row = choose(SPLITTERS, splitter, parameter)
    labels, scenes = clips.labels, np.asarray(clips.scenes)
    if row.groups is None:
        _check_sizes(labels, folds)
    else:
        if (scenes == "").any():
            raise DataError(
                f"{parameter} '{splitter}' needs every training clip's scene, as in"
                f" 'Jump_11_3.mp4'; rename the clips or choose {parameter} 'stratified'"
            )
        n_groups = len({*clips.groups(row.groups)})
        kind = "scenes" if row.groups == "scene" else "scenes of a class"
        if row.takes_folds:
            _check_groups(labels, folds, n_groups, kind)
        elif n_groups < 2:
            raise ParameterError(
                f"{parameter} '{splitter}' needs 2 {kind} at least; the training clips"
                " show one"
            )
    made = [
        Fold(train=train, held_out=held_out)
        for train, held_out in row.load()(labels, scenes, folds, seed)
    ]
    for number, fold in enumerate(made, start=1):
        if len(fold.held_out) == 0:
            raise ParameterError(
                f"{parameter} '{splitter}' leaves fold {number} of {folds} without a"
                " held-out clip; choose fewer folds"
            )
    return made


def run_folds(
    clips: Clips, splitter: str, folds: int, seed: int, parameter: str = "splitter"
) -> list[Fold]:
    """A run's folds by that splitter, the same wherever the run needs them.

    Args:
        clips, splitter, folds, parameter: as in `make_folds`.
        seed: int. The run's, from which that of the shuffling is derived.

    Raises:
        ParameterError, DataError: as `make_folds`.
    """
    return make_folds(
        clips,
        splitter,
        folds=folds,
        seed=derived_seed(seed, SPLIT),
        parameter=parameter,
    )


def is_possible(clips: Clips, splitter: str, folds: int, seed: int) -> bool:
    """Whether the clips allow the folds of a splitter."""
    try:
        run_folds(clips, splitter, folds, seed)
    except (DataError, ParameterError):
        return False
    return True


def folds_each_way(
    clips: Clips, parameters: Parameters, required: str
) -> dict[str, list[Fold]]:
    """A run's folds by each splitter with as many folds as asked for.

    Args:
        clips: `Clips`.
        parameters: `Parameters`. The run's: `folds` and `seed`.
        required: str. The splitter that must be possible; another one is left out where
            scenes are unknown or fewer than the folds.

    Returns:
        dict of splitter name to list of `Fold`.

    Raises:
        ParameterError, DataError: as `make_folds`, for the required splitter.
    """
    options = (parameters.folds, parameters.seed)
    names = [name for name, row in SPLITTERS.items() if row.takes_folds]
    return {
        name: run_folds(clips, name, *options)
        for name in dict.fromkeys([*names, required])
        if name == required or is_possible(clips, name, *options)
    }


def choice_splitter(clips: Clips, parameters: Parameters) -> str:
    """The splitter by which choices are made among pose classifiers and fusions.

    Returns:
        `parameters.pose_splitter`; where that is None, the strictest, or
        `"stratified"` where scenes are unknown or too few for the folds.
    """
    if parameters.pose_splitter is not None:
        return parameters.pose_splitter
    if is_possible(clips, STRICTEST, parameters.folds, parameters.seed):
        return STRICTEST
    return "stratified"


def _class_scenes(labels: np.ndarray, scenes: np.ndarray) -> np.ndarray:
    pairs = zip(labels, scenes, strict=True)
    return np.array([f"{label}/{scene}" for label, scene in pairs])


def _check_sizes(labels: np.ndarray, folds: int) -> None:
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


def _check_groups(labels: np.ndarray, folds: int, n_groups: int, kind: str) -> None:
    largest = int(np.unique(labels, return_counts=True)[1].max())
    if folds > n_groups:
        raise ParameterError(
            f"parameter 'folds' is {folds}, but the training clips show only"
            f" {n_groups} {kind}; choose folds <= {n_groups}"
        )
    if folds > largest:
        raise ParameterError(
            f"parameter 'folds' is {folds}, but no class has more than"
            f" {largest} training clips; choose folds <= {largest}"
        )
