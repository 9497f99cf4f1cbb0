"""Protocols by name: how the clips that are scored are kept from the fit."""

import dataclasses

import numpy as np

from darkhar.config import DataError, ParameterError, Parameters
from darkhar.study.clip_models import ClipModel
from darkhar.training.splitters import Fold, run_folds


@dataclasses.dataclass(frozen=True)
class Protocol:
    """A way of keeping clips from the fit that is scored on them.

    Args:
        title: str. In words.
        leak: str. What the scored clips may share with the fitted ones, or how the
            protocol misleads in another way: one sentence.
        splitter: str or None. The folds of the training clips. None means the
            official split: all training clips are fitted, validation clips scored.
        has_seeds: bool. Whether it is done with several seeds. Those whose folds
            hardly depend on the seed are not. Defaults to True.
    """

    title: str
    leak: str
    splitter: str | None
    has_seeds: bool = True


PROTOCOLS: dict[str, Protocol] = {
    "stratified": Protocol(
        "random folds",
        "Clips of one scene are on both sides: knowing the scene helps.",
        "stratified",
    ),
    "leave_one_scene_out": Protocol(
        "one scene left out",
        "No scene is on both sides, but a class filmed mostly in one scene is hardly"
        " fitted when that one is scored.",
        "leave_one_scene_out",
        has_seeds=False,
    ),
    "scene_grouped": Protocol(
        "folds of scenes",
        "No scene is on both sides; classes are unevenly fitted, as above.",
        "scene_grouped",
        has_seeds=False,
    ),
    "class_scene_grouped": Protocol(
        "folds of a class's scenes",
        "A scene may be fitted with another class: knowing the scene misleads.",
        "class_scene_grouped",
    ),
    "official": Protocol(
        "validation split",
        "None known, where validation clips are from other scenes; what they share is"
        " not on record.",
        None,
    ),
}


def possible_protocols(
    parameters: Parameters, labels: np.ndarray, scenes: np.ndarray
) -> list[str]:
    """The protocols that the training clips allow.

    Args:
        parameters: `Parameters`. The run's.
        labels: int `[clips]`.
        scenes: str `[clips]`; empty where unknown.

    Returns:
        Names, in the order of `PROTOCOLS`.
    """
    names = []
    for name in PROTOCOLS:
        try:
            protocol_folds(name, parameters, labels, scenes)
        except (DataError, ParameterError):
            continue
        names.append(name)
    return names


def protocol_folds(
    name: str, parameters: Parameters, labels: np.ndarray, scenes: np.ndarray
) -> list[Fold] | None:
    """A protocol's folds of the training clips; None for the official split.

    Args:
        name: str. One of `PROTOCOLS`.
        parameters, labels, scenes: as in `possible_protocols`.

    Raises:
        ParameterError: no such protocol, or folds that the clips don't allow.
        DataError: scenes are asked for and unknown.
    """
    if name not in PROTOCOLS:
        raise ParameterError(
            f"a protocol should be one of {', '.join(PROTOCOLS)}. Received: {name!r}"
        )
    splitter = PROTOCOLS[name].splitter
    return splitter and run_folds(parameters, labels, scenes, splitter)


def protocol_logits(
    model: ClipModel,
    name: str,
    parameters: Parameters,
    labels: np.ndarray,
    scenes: np.ndarray,
    *,
    seeds: int | None = None,
) -> np.ndarray:
    """Logits of the clips that a protocol scores, for several seeds.

    Args:
        model: `ClipModel`.
        name: str. One of `PROTOCOLS`.
        parameters, labels, scenes: as in `possible_protocols`.
        seeds: int or None. How many seeds, from the run's on. None means
            `parameters.study_seeds`, or one if the protocol has no several. Defaults
            to None.

    Returns:
        float64 `[seeds, clips, classes]`, the run's own seed first. The clips are
        the training clips, or for the official split the validation clips.
    """
    if seeds is None and not PROTOCOLS[name].has_seeds:
        seeds = 1
    logits = []
    for seed in study_seeds(parameters, seeds):
        seeded = dataclasses.replace(parameters, seed=seed)
        folds = protocol_folds(name, seeded, labels, scenes)
        logits.append(
            model.validation(seed) if folds is None else model.held_out(folds, seed)
        )
    return np.stack(logits)


def study_seeds(parameters: Parameters, seeds: int | None = None) -> list[int]:
    """The seeds of a study: the run's own and those after it, below 2**31."""
    count = parameters.study_seeds if seeds is None else seeds
    return [(parameters.seed + i) % 2**31 for i in range(count)]
