"""The recognizer that has seen no real clip: fitted on simulated people alone."""

import dataclasses
import functools

import numpy as np

from darkclips.motion import CLASSES
from darkhar.backbones.engines import resolve_engine
from darkhar.config import POSE_CLASSIFIERS, Parameters
from darkhar.data.clips import Clips
from darkhar.pose.movenet_weights import resolve_movenet
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.simulated_poses import NONE_OF_THESE, Simulation
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Recognizer
from darkhar.recognizer.strangers import Strangers, simulated_clips
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.training.estimator_fits import PoseEstimatorFit
from darkhar.training.fits import Predict

CLASSIFIER = "trees_simulated"
"""The row of `darkhar.config.POSE_CLASSIFIERS` that it is."""
SETTINGS = Parameters(
    pose_every_frame=True,
    pose_tracking=True,
    pose_samples=48,
    pose_classifier=CLASSIFIER,
)
"""All frames, tracked, by MoveNet Lightning after gamma correction."""
# Of whom the temperature is fitted on, who are not those that the classifier is.
_ACTING, _SEED = 600, 1


def load_recognizer(parameters: Parameters = SETTINGS) -> Recognizer:
    """A recognizer of the six actions.

    Its classifier is randomized trees of kinematic descriptors of simulated people, who
    act or do something else; these are simulated on first use and kept. How sure it
    must be is fitted on others of them: on people who act, and on people who do what
    nobody did among the fitted ones.

    Args:
        parameters: `Parameters`. The pose network, its engine and weights, enhancement
            and samples count. Defaults to `SETTINGS`.

    Returns:
        `Recognizer`. Its `movenet` is loaded when it first looks at a clip.

    Raises:
        WeightsError: MoveNet's weights cannot be had.
        ParameterError: the engine is not here.

    Example:

    >>> load_recognizer().actions                             # doctest: +SKIP
    ('Jump', 'Run', 'Sit', 'Stand', 'Turn', 'Walk')
    """
    # What cannot be had is said before people are simulated.
    resolve_movenet(parameters.pose_model, parameters.pose_weights)
    resolve_engine(parameters.engine)
    strangers = Strangers.of(parameters, CLASSES)
    nobody = _clips(_none(parameters.pose_samples))
    fit = strangers.beside(_fit(parameters))
    predict = fit.fit_clips(nobody, parameters.seed)
    return Recognizer(
        parameters,
        CLASSES,
        functools.partial(_logits, predict),
        _kept_confidence(parameters, fit, strangers, nobody),
    )


def _fit(parameters: Parameters) -> PoseEstimatorFit:
    row = POSE_CLASSIFIERS[CLASSIFIER]
    simulation = Simulation.of(parameters, row.simulated)
    return PoseEstimatorFit(row.load(), (simulation,), takes_clips=False)


def _kept_confidence(
    parameters: Parameters,
    fit: PoseEstimatorFit,
    strangers: Strangers,
    nobody: Clips,
) -> Confidence:
    """Fitted on simulated people of another seed, once, and kept."""

    def compute() -> np.ndarray:
        found = fitted_confidence(parameters, fit, strangers, nobody)
        return np.array([found.temperature, found.threshold])

    key = key_of(fitted_confidence, fit, strangers, parameters.pose_samples)
    return Confidence(*Shelf("predictions").array(key, compute).tolist())


def fitted_confidence(
    parameters: Parameters,
    fit: PoseEstimatorFit,
    strangers: Strangers,
    nobody: Clips,
) -> Confidence:
    """By simulated people whom the classifier has not seen.

    Args:
        parameters: `Parameters`. How clips are looked at.
        fit: `PoseEstimatorFit`, with strangers.
        strangers: `Strangers`.
        nobody: `Clips` without a clip.
    """
    usual = Simulation.of(parameters, _ACTING)
    known = simulated_clips(dataclasses.replace(usual, seed=_SEED), nobody)
    tried = strangers.tried_out(_fit(parameters), nobody, parameters.seed)
    return Confidence.fitted(
        fit.predicted(nobody, known, parameters.seed),
        known.labels,
        np.concatenate(list(tried.values())),
    )


def _logits(predict: Predict, poses: PoseClips) -> np.ndarray:
    return predict(_clips(poses))


def _none(n_samples: int) -> PoseClips:
    return PoseClips(np.empty((0, n_samples, 17, 3), np.float32), np.empty(0))


def _clips(poses: PoseClips) -> Clips:
    """Poses as a fit sees clips."""
    n = len(poses)
    return Clips(
        labels=np.zeros(n, int),
        scenes=np.full(n, ""),
        class_names=(*CLASSES, NONE_OF_THESE),
        clip_ids=tuple(map(str, range(n))),
        n_frames=np.full(n, poses.keypoints.shape[1]),
        frame_sizes=np.zeros((n, 2), int),
        seconds=poses.seconds,
        views={"poses": poses},
    )
