"""When a recognizer had better say that it is unsure.

The run's classifier is fitted with one class more, of simulated people who do something
else. Whether it may be believed about a clip is measured on clips that it did not see:
held-out training clips, which it should answer, and simulated people who do what nobody
did among the fitted ones, which it should not.
"""

import dataclasses
import functools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from darkhar.config import POSE_CLASSIFIERS
from darkhar.evaluation.calibration import calibration_error, fitted_temperature
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.evaluation.wording import counted, percent
from darkhar.recognizer.confidence import THRESHOLDS, Confidence
from darkhar.recognizer.strangers import Strangers, with_none
from darkhar.study.study import Study
from darkhar.training.estimator_fits import PoseEstimatorFit
from darkhar.training.pose_fits import pose_fit


@dataclasses.dataclass(frozen=True)
class OpenSet:
    """What a classifier with one class more makes of clips that it did not see.

    Args:
        known: float `[clips, classes + 1]`. Logits of held-out training clips, the last
            of none of these.
        labels: int `[clips]`. Their classes.
        strangers: mapping of another action, which was not fitted, to logits. One or
            more.
        new: float `[clips, classes + 1]`. Of validation clips.
        new_labels: int `[clips]`.
    """

    known: np.ndarray
    labels: np.ndarray
    strangers: Mapping[str, np.ndarray]
    new: np.ndarray
    new_labels: np.ndarray

    @functools.cached_property
    def confidence(self) -> Confidence:
        """By held-out training clips and strangers."""
        strangers = np.concatenate(list(self.strangers.values()))
        return Confidence.fitted(self.known, self.labels, strangers)

    @property
    def threshold(self) -> float:
        """The least probability of an answer."""
        return self.confidence.threshold

    @property
    def temperature(self) -> float:
        """Of the logits."""
        return self.confidence.temperature

    def curve(self) -> pd.DataFrame:
        """What is answered, and how well, by the least probability of an answer.

        Returns:
            Table with columns `threshold`, `answered` (share of held-out training
            clips), `accuracy` (of these; nan of none) and `strangers` (share of clips
            of other actions that are answered).
        """
        sure, right = (
            self.confidence.surest(self.known),
            self._right(self.known, self.labels),
        )
        others = np.concatenate(
            [self.confidence.surest(x) for x in self.strangers.values()]
        )
        rows = []
        for threshold in THRESHOLDS:
            answered = sure >= threshold
            rows.append(
                {
                    "threshold": threshold,
                    "answered": answered.mean(),
                    "accuracy": right[answered].mean() if answered.any() else np.nan,
                    "strangers": (others >= threshold).mean(),
                }
            )
        return pd.DataFrame(rows)

    def table(self) -> pd.DataFrame:
        """Who is answered at the threshold.

        Returns:
            Table with columns `clips`, `n`, `answered` (share), `right` (share of the
            answered; `""` of other actions), `low`, `high` (its interval).
        """
        rows = [
            self._row("training, held out", self.known, self.labels),
            self._row("validation", self.new, self.new_labels),
        ]
        for action, logits in self.strangers.items():
            answered = self.confidence.answers(logits)
            rows.append(
                {
                    "clips": f"simulated: {action.lower()}",
                    "n": len(logits),
                    "answered": answered.mean(),
                    **dict.fromkeys(("right", "low", "high"), ""),
                }
            )
        return pd.DataFrame(rows)

    def words(self) -> str:
        """What is answered and what is not, in a sentence."""
        rows = self.table().to_dict("records")
        known, strangers = rows[0], rows[2:]
        right = percent(known["right"]) if known["answered"] else "none"
        others = sum(row["n"] for row in strangers)
        answered = sum(row["answered"] * row["n"] for row in strangers) / others
        return (
            f"With answers of a probability of {self.threshold:.2f} or more alone, the"
            f" recognizer answers {percent(known['answered'])} of"
            f" {counted(known['n'])} that it was not fitted on and is right in"
            f" {right} of these; of {others} simulated people who do"
            f" something that nobody did among the fitted ones it answers"
            f" {percent(answered)}."
        )

    def calibration(self) -> dict[str, float]:
        """Of the probabilities of held-out training clips, none of these included.

        Returns:
            dict with `temperature`, `error` and `error_before` (with a temperature of
            one): `darkhar.evaluation.calibration.calibration_error`. For the error each
            clip's temperature is fitted on four fifths of the clips, not on its own.
        """
        scaled = np.empty_like(self.known)
        parts = np.arange(len(self.known)) % 5
        for part in range(5):
            other, own = parts != part, parts == part
            temperature = fitted_temperature(self.known[other], self.labels[other])
            scaled[own] = self.known[own] / temperature
        return {
            "temperature": self.temperature,
            "error": calibration_error(scaled, self.labels),
            "error_before": calibration_error(self.known, self.labels),
        }

    def _right(self, logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return logits[:, :-1].argmax(axis=1) == labels

    def _row(self, name: str, logits: np.ndarray, labels: np.ndarray) -> dict:
        answered = self.confidence.answers(logits)
        right, n = self._right(logits, labels)[answered], int(answered.sum())
        low, high = accuracy_interval(right.sum(), n) if n else (0.0, 1.0)
        return {
            "clips": name,
            "n": len(labels),
            "answered": answered.mean(),
            "right": right.mean() if n else "",
            "low": low,
            "high": high,
        }


def open_set_fit(study: Study) -> PoseEstimatorFit:
    """The run's classifier of poses with one class more: people who do none of these.

    Where the run's is a network or is not fitted on simulated people, linear
    discriminant analysis of both takes its place. It takes clips as of `with_none`.

    Args:
        study: `Study`.
    """
    strangers = Strangers.of(study.parameters, study.train.class_names)
    return strangers.beside(_known_fit(study))


def _known_fit(study: Study) -> PoseEstimatorFit:
    """The same without strangers."""
    parameters = study.parameters
    row = POSE_CLASSIFIERS[parameters.pose_classifier]
    own = parameters.pose_classifier if row.simulated and not row.is_network else None
    return pose_fit(own or "kinematics_both", parameters)


def open_set(study: Study) -> OpenSet:
    """What `open_set_fit` comes to, on clips it did not see.

    Args:
        study: `Study`, with the view `"poses"`.
    """
    parameters, train, val = study.parameters, study.train, study.val
    strangers = Strangers.of(parameters, train.class_names)
    clips, full = with_none(train), open_set_fit(study)
    return OpenSet(
        known=full.held_out(clips, study.folds(study.choice), parameters.seed),
        labels=train.labels,
        strangers=strangers.tried_out(_known_fit(study), clips, parameters.seed),
        new=full.predicted(clips, with_none(val), parameters.seed),
        new_labels=val.labels,
    )
