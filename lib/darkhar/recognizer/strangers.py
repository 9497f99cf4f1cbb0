"""Simulated people who do something else than a classifier's actions."""

import dataclasses
from typing import Self

import numpy as np

from darkclips.motion import OTHERS
from darkhar.config import DataError, Parameters
from darkhar.data.clips import Clips
from darkhar.pose.simulated_poses import NONE_OF_THESE, Simulation
from darkhar.training.estimator_fits import PoseEstimatorFit

FITTED, TRIED = 300, 100
"""Simulated clips of each other action: fitted, and tried out."""
# Those who are tried out are not those who are fitted.
_SEED = 1


def with_none(clips: Clips) -> Clips:
    """The same clips with a class more, of people who do something else.

    Raises:
        DataError: a class has that name already.
    """
    if NONE_OF_THESE in clips.class_names:
        raise DataError(
            f"a class is called '{NONE_OF_THESE}', as people are who do something else;"
            " give it another name in the mapping"
        )
    names = (*clips.class_names, NONE_OF_THESE)
    return dataclasses.replace(clips, class_names=names)


def simulated_clips(simulation: Simulation, clips: Clips) -> Clips:
    """Simulated clips, to be classified as others are.

    Args:
        simulation: `Simulation`.
        clips: `Clips`, with the view `"poses"`. The others; they may be none.
    """
    poses = simulation.poses(clips["poses"].keypoints.shape[1])
    n = simulation.count
    return dataclasses.replace(
        clips,
        labels=simulation.labels(clips.class_names),
        scenes=np.full(n, ""),
        clip_ids=tuple(f"simulated/{number}" for number in range(n)),
        n_frames=np.full(n, poses.keypoints.shape[1]),
        frame_sizes=np.zeros((n, 2), int),
        seconds=poses.seconds,
        views={"poses": poses},
    )


@dataclasses.dataclass(frozen=True)
class Strangers:
    """People who do something else, by what they do.

    Args:
        simulations: mapping of another action to the `Simulation` that is fitted.
    """

    simulations: dict[str, Simulation]

    @classmethod
    def of(cls, parameters: Parameters, class_names: tuple[str, ...]) -> Self:
        """Those who do none of the classes.

        Args:
            parameters: `Parameters`. How clips are looked at.
            class_names: str. Another action that is a class is left out; capitals do
                not count.
        """
        known = {name.casefold() for name in class_names}
        usual = Simulation.of(parameters, FITTED)
        return cls(
            {
                action: dataclasses.replace(usual, acting=(action,))
                for action in OTHERS
                if action.casefold() not in known
            }
        )

    def beside(self, fit: PoseEstimatorFit, *, but: str = "") -> PoseEstimatorFit:
        """The fit with them, or with all but those who do one thing.

        Args:
            fit: `PoseEstimatorFit`.
            but: str. An action. Defaults to none.
        """
        others = (s for action, s in self.simulations.items() if action != but)
        return fit.replace(simulations=(*fit.simulations, *others))

    def tried_out(
        self, fit: PoseEstimatorFit, clips: Clips, seed: int
    ) -> dict[str, np.ndarray]:
        """Logits of others who do what nobody did among the fitted ones.

        Args:
            fit: `PoseEstimatorFit`, without them.
            clips: `Clips`, as of `with_none`. What is fitted, if the fit takes clips.
            seed: int. The run's.

        Returns:
            By what they do, float64 `[TRIED, classes + 1]`.
        """
        logits = {}
        for action, simulation in self.simulations.items():
            tried = dataclasses.replace(simulation, count=TRIED, seed=_SEED)
            of_action = simulated_clips(tried, clips)
            without = self.beside(fit, but=action)
            logits[action] = without.predicted(clips, of_action, seed)
        return logits
