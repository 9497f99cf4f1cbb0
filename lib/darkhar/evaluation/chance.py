"""Whether a model's predictions have anything to do with the labels."""

import dataclasses

import numpy as np
from scipy.stats import permutation_test

from darkhar.evaluation.metrics import score
from darkhar.evaluation.paired import ALPHA

_RESAMPLES = 9999


@dataclasses.dataclass(frozen=True)
class ChanceTest:
    """A model against guessing, on clips that it was not fitted on.

    Args:
        name: str. The model's.
        accuracy: float.
        correct, n: int. Clips.
        low, high: float. Wilson's 95% interval of the accuracy (Wilson 1927).
        chance: float. One over the number of classes.
        majority: float. Accuracy of always naming the most frequent training class.
        p: float. Of a two-sided permutation test: how often predictions that are dealt
            to the clips at random agree with their labels as often, or as seldom.
    """

    name: str
    accuracy: float
    correct: int
    n: int
    low: float
    high: float
    chance: float
    majority: float
    p: float

    @property
    def verdict(self) -> str:
        """`"above chance"`, `"below chance"` or `"compatible with chance"`.

        One of the first two only if p is below 0.05 and the interval excludes chance.
        """
        if self.p < ALPHA and self.low > self.chance:
            return "above chance"
        if self.p < ALPHA and self.high < self.chance:
            return "below chance"
        return "compatible with chance"


def against_chance(
    name: str,
    logits: np.ndarray,
    labels: np.ndarray,
    *,
    train_labels: np.ndarray,
    seed: int,
) -> ChanceTest:
    """Tests predictions against chance.

    The predictions are held fixed and the labels permuted (Ojala & Garriga 2010, "Test
    1", of a model that is not fitted again): what the model predicts how often, and how
    many clips each class has, stay as they are. The test asks of clips that nothing was
    fitted on; held-out predictions of cross-validation depend on the labels that they
    are compared with, and are not for it.

    It also takes the clips as exchangeable. Where each scene of these clips holds one
    class, and the features tell the scene, clips of a scene are answered alike and
    should count as one: the test then finds too much, above chance as well as below: of
    simulated sets with six such clips a scene, and nothing of the class in the
    features, in about a third.

    Args:
        name: str. The model's.
        logits: float `[clips, classes]`.
        labels: int `[clips]`.
        train_labels: int. Classes of the fitted clips.
        seed: int. Of the permutations, of which there are 9999, or all if fewer.
    """
    scores = score(logits, labels, train_labels=train_labels)
    predicted = logits.argmax(axis=1)
    if len(np.unique(predicted)) == 1 or len(np.unique(labels)) == 1:
        p = 1.0  # every permutation agrees as often
    else:
        p = permutation_test(
            (predicted,),
            lambda x, axis: (x == labels).mean(axis=axis),
            permutation_type="pairings",
            vectorized=True,
            n_resamples=_RESAMPLES,
            rng=np.random.default_rng(seed),
        ).pvalue
    return ChanceTest(
        name=name,
        p=float(p),
        **{
            field: scores[field]
            for field in (
                "accuracy",
                "correct",
                "n",
                "low",
                "high",
                "chance",
                "majority",
            )
        },
    )
