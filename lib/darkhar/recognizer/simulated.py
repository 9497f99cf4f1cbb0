"""The recognizer that has seen no real clip: fitted on simulated people alone."""

import dataclasses

import numpy as np

from darkclips.motion import CLASSES, OTHERS
from darkhar.config import POSE_CLASSIFIERS, Parameters
from darkhar.data.clips import Clips
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.simulated_poses import NONE_OF_THESE, Simulation
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Recognizer
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.training.estimator_fits import PoseEstimatorFit

CLASSIFIER = "trees_simulated"
"""The row of `darkhar.config.POSE_CLASSIFIERS` that it is."""
SETTINGS = Parameters(
    pose_every_frame=True,
    pose_tracking=True,
    pose_samples=48,
    pose_classifier=CLASSIFIER,
)
"""All frames, tracked, by MoveNet Lightning after gamma correction."""
FITTED, TRIED = 300, 100
"""Simulated clips of each other action: fitted, and tried out."""
# Of whom confidence is fitted on, who are not those that the classifier is fitted on.
_SEED = 1


def load_recognizer(parameters: Parameters = SETTINGS) -> Recognizer:
    """A recognizer of the six actions, fitted on first use and kept.

    Its classifier is randomized trees of kinematic descriptors of simulated people, who
    act or do something else. How sure it must be is fitted on others of them: on people
    who act, and on people who do what nobody did among the fitted ones.

    Args:
        parameters: `Parameters`. The pose network, its engine and weights, enhancement
            and samples count. Defaults to `SETTINGS`.

    Returns:
        `Recognizer`. MoveNet's weights are asked for when it first looks at a clip.

    Example:

    >>> load_recognizer().actions                             # doctest: +SKIP
    ('Jump', 'Run', 'Sit', 'Stand', 'Turn', 'Walk')
    """
    fits = _Fits(parameters)
    predict = fits.fit(OTHERS).fit_clips(fits.nobody, parameters.seed)
    return Recognizer(
        parameters,
        CLASSES,
        lambda poses: predict(fits.clips(poses)),
        fits.confidence(),
    )


@dataclasses.dataclass(frozen=True)
class _Fits:
    """The classifier, and what its confidence is fitted on."""

    parameters: Parameters

    @property
    def nobody(self) -> Clips:
        """No real clip at all."""
        shape = (0, self.parameters.pose_samples, 17, 3)
        return self.clips(PoseClips(np.empty(shape, np.float32), np.empty(0)))

    def clips(self, poses: PoseClips) -> Clips:
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

    def acting(self, actions: tuple[str, ...], count: int, seed: int) -> Simulation:
        """Simulated people, looked at as the parameters say."""
        usual = Simulation.of(self.parameters, count)
        return dataclasses.replace(usual, acting=actions, seed=seed)

    def fit(self, others: tuple[str, ...]) -> PoseEstimatorFit:
        """Fitted on people who act, and on people who do some of the other actions."""
        row = POSE_CLASSIFIERS[CLASSIFIER]
        simulations = [self.acting(CLASSES, row.simulated, 0)]
        simulations += [self.acting((other,), FITTED, 0) for other in others]
        return PoseEstimatorFit(row.load(), tuple(simulations), takes_clips=False)

    def confidence(self) -> Confidence:
        """Fitted on simulated people of another seed, once, and kept."""
        key = key_of(
            Confidence, self.fit(OTHERS), self.parameters.pose_samples, TRIED, _SEED
        )
        kept = Shelf("predictions").array(key, self._confidence)
        return Confidence(*kept.tolist())

    def _confidence(self) -> np.ndarray:
        known = self.acting(CLASSES, len(CLASSES) * TRIED, _SEED)
        strangers = [
            self._logits(
                self.fit(tuple(o for o in OTHERS if o != other)),
                self.acting((other,), TRIED, _SEED),
            )
            for other in OTHERS
        ]
        found = Confidence.fitted(
            self._logits(self.fit(OTHERS), known),
            known.labels(CLASSES),
            np.concatenate(strangers),
        )
        return np.array([found.temperature, found.threshold])

    def _logits(self, fit: PoseEstimatorFit, simulation: Simulation) -> np.ndarray:
        predict = fit.fit_clips(self.nobody, self.parameters.seed)
        return predict(self.clips(simulation.poses(self.parameters.pose_samples)))
