"""When an answer may be believed."""

import dataclasses
from typing import Self

import numpy as np
from scipy.special import softmax

from darkhar.evaluation.calibration import fitted_temperature

TOLERATED = 0.2
"""Share of people who do something else that may be answered."""
THRESHOLDS = np.linspace(0, 0.99, 100)


@dataclasses.dataclass(frozen=True)
class Confidence:
    """How logits become probabilities, and how probable an answer must be.

    Logits are of the actions and, last, of none of these.

    Args:
        temperature: float. What logits are divided by.
        threshold: float. The least probability of an answer.
    """

    temperature: float
    threshold: float

    @classmethod
    def fitted(
        cls, known: np.ndarray, labels: np.ndarray, strangers: np.ndarray
    ) -> Self:
        """By clips that were not fitted.

        Args:
            known: float `[clips, actions + 1]`. Logits of clips of the actions.
            labels: int `[clips]`.
            strangers: float `[others, actions + 1]`. Of people who do something else.

        Returns:
            With the temperature by which the actions' clips are least surprising, and
            the least threshold with which few strangers are answered.
        """
        temperature = fitted_temperature(known, labels)
        sure = cls(temperature, 0.0).surest(strangers)
        few = [t for t in THRESHOLDS if (sure >= t).mean() <= TOLERATED]
        return cls(temperature, float(few[0] if few else THRESHOLDS[-1]))

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Float64 `[clips, actions]`; what is left to one is none of these."""
        return softmax(logits / self.temperature, axis=1)[:, :-1]

    def surest(self, logits: np.ndarray) -> np.ndarray:
        """Probability of the likeliest action, `[clips]`."""
        return self.probabilities(logits).max(axis=1)

    def answers(self, logits: np.ndarray) -> np.ndarray:
        """Whether a clip is answered, bool `[clips]`."""
        return self.surest(logits) >= self.threshold
