"""What every classifier's report says of the validation clips."""

import abc

import numpy as np
import pandas as pd
from scipy.special import softmax

from darkhar.evaluation.metrics import confusion, per_class, score
from darkhar.study.study import Study


class ValidationReport(abc.ABC):
    """Numbers about `logits`; subclasses are dataclasses with a `study`."""

    study: Study

    @property
    @abc.abstractmethod
    def logits(self) -> np.ndarray:
        """Of the validation clips, float64 `[clips, classes]`."""

    @property
    def validation(self) -> dict[str, float | int]:
        """Loss and accuracy, as of `darkhar.evaluation.metrics.score`."""
        train, val = self.study.train, self.study.val
        return score(self.logits, val.labels, train_labels=train.labels)

    @property
    def predictions(self) -> pd.DataFrame:
        """What each validation clip is taken for, labelled or not.

        Returns:
            Table with columns `clip` (its id), `action` and `probability`, a row a
            clip in the list's order.
        """
        val, probabilities = self.study.val, softmax(self.logits, axis=1)
        return pd.DataFrame(
            {
                "clip": val.clip_ids,
                "action": [val.class_names[i] for i in probabilities.argmax(axis=1)],
                "probability": probabilities.max(axis=1),
            }
        )

    @property
    def per_class(self) -> pd.DataFrame:
        """Precision, recall and F1 of each class."""
        val = self.study.val
        return per_class(self.logits, val.labels, val.class_names)

    @property
    def confusion(self) -> pd.DataFrame:
        """Clips by true and predicted class."""
        val = self.study.val
        return confusion(self.logits, val.labels, val.class_names)
