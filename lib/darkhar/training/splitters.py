"""Dividing the training clips into folds."""

import dataclasses

import numpy as np
from sklearn.model_selection import (
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    StratifiedKFold,
)

from darkhar.config import DataError, ParameterError, Parameters
from darkhar.training.seeds import SPLIT, derived_seed

SPLITTERS = (
    "stratified",
    "leave_one_scene_out",
    "scene_grouped",
    "class_scene_grouped",
)
# Those with as many folds as asked for.
K_FOLD = ("stratified", "scene_grouped", "class_scene_grouped")


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
    parameter: str = "splitter",
) -> list[Fold]:
    """Folds by name; every clip is held out in exactly one.

    Args:
        labels: int `[clips]`. Class of each clip.
        scenes: str `[clips]`. Scene of each clip; not used by `"stratified"`.
        splitter: str. `"stratified"`: at random, each fold with the classes'
            shares (scikit-learn's `StratifiedKFold`). Clips of one scene fall
            on both sides, so a model may score by recognizing the scene.
            `"leave_one_scene_out"`: a fold for each scene, which holds its clips out
            (`LeaveOneGroupOut`); a class filmed in that scene only is not fitted.
            `"scene_grouped"`: no scene is on both sides of a fold, and the
            classes' shares are kept as well as that allows
            (`StratifiedGroupKFold`). `"class_scene_grouped"`: the clips of one
            class in one scene stay together, and the same scene may be fitted
            with another class. A class of two scenes is then always fitted from
            one of them, and a model that goes by the scene errs.
        folds: int. Number of folds, 2 at least; not used by
            `"leave_one_scene_out"`.
        seed: int. Seed of the shuffling.
        parameter: str. What errors call the splitter. Defaults to `"splitter"`.

    Returns:
        List of `Fold`.

    Raises:
        ParameterError: more folds than a class has clips (where scenes stay together:
            than any class has), or than there are groups of scenes.
        DataError: scenes are asked for and unknown.
    """
    sizes = np.unique(labels, return_counts=True)[1]
    if splitter == "stratified":
        smallest = int(sizes.min())
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
    elif splitter in SPLITTERS:
        if any(scene == "" for scene in scenes):
            raise DataError(
                f"{parameter} '{splitter}' needs every training clip's scene, as in"
                f" 'Jump_11_3.mp4'; rename the clips or choose {parameter} 'stratified'"
            )
        groups, kind = np.asarray(scenes), "scenes"
        if splitter == "class_scene_grouped":
            pairs = zip(labels, scenes, strict=True)
            groups, kind = np.array([f"{a}/{b}" for a, b in pairs]), "scenes of a class"
        n_groups = len(set(groups))
        if splitter == "leave_one_scene_out":
            if n_groups < 2:
                raise ParameterError(
                    f"{parameter} 'leave_one_scene_out' needs 2 scenes at least; the"
                    " training clips show one"
                )
        elif folds > n_groups:
            raise ParameterError(
                f"parameter 'folds' is {folds}, but the training clips show only"
                f" {n_groups} {kind}; choose folds <= {n_groups}"
            )
        elif folds > sizes.max():
            raise ParameterError(
                f"parameter 'folds' is {folds}, but no class has more than"
                f" {sizes.max()} training clips; choose folds <= {sizes.max()}"
            )
        division = (
            LeaveOneGroupOut()
            if splitter == "leave_one_scene_out"
            else StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        )
        parts = division.split(labels, labels, groups=groups)
    else:
        raise ParameterError(
            f"parameter '{parameter}' should be one of {', '.join(SPLITTERS)}."
            f" Received: {splitter!r}"
        )
    made = [Fold(train=train, held_out=held_out) for train, held_out in parts]
    for number, fold in enumerate(made, start=1):
        if len(fold.held_out) == 0:
            raise ParameterError(
                f"{parameter} '{splitter}' leaves fold {number} of {folds} without a"
                " held-out clip; choose fewer folds"
            )
    return made


def run_folds(
    parameters: Parameters,
    labels: np.ndarray,
    scenes: np.ndarray,
    splitter: str,
    parameter: str = "splitter",
) -> list[Fold]:
    """A run's folds by that splitter, the same wherever the run needs them.

    Args:
        parameters: `Parameters`. The run's.
        labels, scenes, splitter, parameter: as in `make_folds`.

    Raises:
        ParameterError, DataError: as `make_folds`.
    """
    return make_folds(
        labels,
        scenes,
        splitter=splitter,
        folds=parameters.folds,
        seed=derived_seed(parameters.seed, SPLIT),
        parameter=parameter,
    )


def folds_each_way(
    parameters: Parameters, labels: np.ndarray, scenes: np.ndarray, required: str
) -> dict[str, list[Fold]]:
    """A run's folds by each splitter that the clips allow.

    Args:
        parameters, labels, scenes: as in `run_folds`.
        required: str. The splitter that must be possible; one of `K_FOLD` is left out
            where scenes are unknown or fewer than the folds.

    Returns:
        dict of splitter name to list of `Fold`: those of `K_FOLD`, and the required
        one.

    Raises:
        ParameterError, DataError: as `make_folds`, for the required splitter.
    """
    ways = {}
    for splitter in dict.fromkeys([*K_FOLD, required]):
        try:
            ways[splitter] = run_folds(parameters, labels, scenes, splitter)
        except (DataError, ParameterError):
            if splitter == required:
                raise
    return ways


def choice_splitter(
    parameters: Parameters, labels: np.ndarray, scenes: np.ndarray
) -> str:
    """The splitter by which choices are made among pose classifiers and fusions.

    Args:
        parameters, labels, scenes: as in `run_folds`.

    Returns:
        `parameters.pose_splitter`; where that is None, `"class_scene_grouped"`, or
        `"stratified"` where scenes are unknown or too few for the folds.
    """
    if parameters.pose_splitter is not None:
        return parameters.pose_splitter
    try:
        run_folds(parameters, labels, scenes, "class_scene_grouped")
    except (DataError, ParameterError):
        return "stratified"
    return "class_scene_grouped"
