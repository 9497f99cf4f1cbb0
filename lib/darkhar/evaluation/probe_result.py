"""What a probe for the scene has found."""

import dataclasses

from darkhar.evaluation.paired import ALPHA


@dataclasses.dataclass(frozen=True)
class SceneProbe:
    """How well features of training clips tell the scene.

    Args:
        name: str. Of the features.
        accuracy: float. Share of clips whose scene is named, in random folds.
        low, high: float. Wilson's 95% interval.
        n, n_scenes: int. Clips and scenes.
        null_mean, null_high: float. Mean and 95th percentile of the accuracy when
            scenes are permuted among clips of a class.
        p: float. Share of the permutations, the true scenes among them, that reach
            the accuracy (Ojala & Garriga 2010): at the least one over one more than
            the permutations.
    """

    name: str
    accuracy: float
    low: float
    high: float
    n: int
    n_scenes: int
    null_mean: float
    null_high: float
    p: float

    @property
    def tells_scene(self) -> bool:
        """Whether the features tell the scene beyond what the class tells."""
        return self.p < ALPHA
