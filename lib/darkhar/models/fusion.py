"""Late fusion of the appearance and the pose of a clip, by the rows of `FUSIONS`.

*Late* means that each branch has been through its own features, or its own
classifier, before they meet. The branches' logits of training clips must come from
fits that did not see those clips: from others a fusion would learn to trust the branch
that remembers best.

Each fusion is a function from `BranchOutputs` and labels of the fitted clips to a
`Fused`, which takes `BranchOutputs` of others. Nothing in it is random.
"""

import abc
import dataclasses

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_expit, log_softmax, logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from darkhar.models.block_scaling import BlockScaler
from darkhar.models.log_probabilities import log_probabilities, spread_classes
from darkhar.models.pose_estimators import rotation

WEIGHTS = np.linspace(0, 1, 21)
"""Weights of the pose branch that score averaging chooses from."""
# Keeps the gate near a constant weight unless the clips say otherwise.
_GATE_PENALTY = 0.05


@dataclasses.dataclass(frozen=True)
class BranchOutputs:
    """What the two branches make of clips.

    Args:
        appearance_logits: float `[clips, classes]`.
        pose_logits: float `[clips, classes]`.
        appearance_features: float `[clips, dim]`. Mean over a clip's frames.
        pose_features: float `[clips, 22]`. A clip's kinematic descriptors, the
            logarithm of positive ones.
        keypoint_scores: float `[clips]`. Mean score of a clip's keypoints.
    """

    appearance_logits: np.ndarray
    pose_logits: np.ndarray
    appearance_features: np.ndarray
    pose_features: np.ndarray
    keypoint_scores: np.ndarray

    def __len__(self) -> int:
        return len(self.pose_logits)

    def select(self, indices: np.ndarray) -> "BranchOutputs":
        """Some of the clips, in the order of `indices`."""
        values = (getattr(self, field.name) for field in dataclasses.fields(self))
        return BranchOutputs(*(value[indices] for value in values))


class Fused(abc.ABC):
    """A fitted fusion; subclasses are frozen dataclasses, whose fields can be kept."""

    @abc.abstractmethod
    def __call__(self, others: BranchOutputs) -> np.ndarray:
        """From outputs to log-probabilities, float64 `[clips, classes]`."""


@dataclasses.dataclass(frozen=True)
class Averaged(Fused):
    """The weighted mean of the branches' probabilities.

    Args:
        weight: float. Of pose, in 0..1.
    """

    weight: float

    def __call__(self, others: BranchOutputs) -> np.ndarray:
        """As of `Fused`."""
        return _mixed(others, np.full(len(others), self.weight))


@dataclasses.dataclass(frozen=True)
class Gated(Fused):
    """As `Averaged`, with a weight for each clip.

    Args:
        mean, deviation: tuple of three floats, by which what the gate sees is
            standardized.
        coefficients: tuple of four floats, the constant first.
    """

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    coefficients: tuple[float, ...]

    def __call__(self, others: BranchOutputs) -> np.ndarray:
        """As of `Fused`."""
        standardized = (_gate_inputs(others) - self.mean) / self.deviation
        constant, *slopes = self.coefficients
        return _mixed_by_logit(others, constant + standardized @ np.array(slopes))


@dataclasses.dataclass(frozen=True)
class Concatenated(Fused):
    """A regression of the branches' features.

    Args:
        model: Fitted pipeline.
        n_classes: int. Classes of the clips, fitted or not.
    """

    model: Pipeline
    n_classes: int

    def __call__(self, others: BranchOutputs) -> np.ndarray:
        """As of `Fused`."""
        logits = log_probabilities(self.model, _concatenated(others))
        return spread_classes(logits, self.model.classes_, self.n_classes)


def average_losses(branches: BranchOutputs, labels: np.ndarray) -> np.ndarray:
    """Cross-entropy of score averaging for each of `WEIGHTS`.

    Args:
        branches: `BranchOutputs`.
        labels: int `[clips]`.

    Returns:
        float64 `[21]`, in nats per clip.
    """
    return np.array(
        [
            _cross_entropy(_mixed(branches, np.full(len(labels), weight)), labels)
            for weight in WEIGHTS
        ]
    )


def best_weight(losses: np.ndarray) -> float:
    """The weight of the lowest loss; the one nearest to a half among equals."""
    lowest = np.flatnonzero(losses <= losses.min() + 1e-12)
    return float(WEIGHTS[min(lowest, key=lambda i: abs(WEIGHTS[i] - 0.5))])


def score_average(branches: BranchOutputs, labels: np.ndarray) -> Fused:
    """p = w p_pose + (1 - w) p_appearance with one weight w for all clips.

    Of 0, 0.05, ..., 1 it is the one with the lowest cross-entropy on the fitted clips;
    the one nearest to a half among equals. The sum rule of Kittler et al. (1998, "On
    Combining Classifiers", equation 11), weighted.
    """
    return Averaged(best_weight(average_losses(branches, labels)))


def gate(branches: BranchOutputs, labels: np.ndarray) -> Fused:
    """As `score_average` with a weight for each clip, w = sigmoid(a + b z).

    z are the entropies of the branches' probabilities and the mean keypoint score,
    standardized: a mixture of two experts (Jacobs et al. 1991, "Adaptive Mixtures of
    Local Experts") whose gate sees how sure each is. a and b minimize the mean
    cross-entropy plus 0.05 |b|^2.
    """
    seen = _gate_inputs(branches)
    mean, deviation = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-9)

    def gated(coefficients: np.ndarray) -> Gated:
        return Gated(*(tuple(v.tolist()) for v in (mean, deviation, coefficients)))

    def loss(coefficients: np.ndarray) -> float:
        mixed = gated(coefficients)(branches)
        penalty = _GATE_PENALTY * (coefficients[1:] ** 2).sum()
        # A constant weight of 0 or 1 would lie at infinity.
        return _cross_entropy(mixed, labels) + penalty + 1e-4 * coefficients[0] ** 2

    found = minimize(loss, np.zeros(1 + seen.shape[1]), method="L-BFGS-B").x
    return gated(found)


def concatenation(branches: BranchOutputs, labels: np.ndarray) -> Fused:
    """Logistic regression of the branches' features one after the other.

    Each block is scaled to the same total variance. A class that was not fitted
    gets odds of one in a million.
    """
    estimator = make_pipeline(
        BlockScaler((branches.appearance_features.shape[1],)),
        rotation(),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=5000),
    )
    estimator.fit(_concatenated(branches), labels)
    return Concatenated(estimator, branches.pose_logits.shape[1])


def _concatenated(branches: BranchOutputs) -> np.ndarray:
    return np.concatenate([branches.appearance_features, branches.pose_features], 1)


def _gate_inputs(branches: BranchOutputs) -> np.ndarray:
    def entropy(logits):
        log_p = log_softmax(logits.astype(np.float64), axis=1)
        return -(np.exp(log_p) * log_p).sum(axis=1)

    return np.stack(
        [
            entropy(branches.appearance_logits),
            entropy(branches.pose_logits),
            branches.keypoint_scores,
        ],
        axis=1,
    )


def _mixed(branches: BranchOutputs, weights: np.ndarray) -> np.ndarray:
    """Log of the weighted mean of the branches' probabilities."""
    with np.errstate(divide="ignore"):
        return _log_mixture(branches, np.log(weights), np.log1p(-weights))


def _mixed_by_logit(branches: BranchOutputs, weight_logits: np.ndarray) -> np.ndarray:
    return _log_mixture(branches, log_expit(weight_logits), log_expit(-weight_logits))


def _log_mixture(
    branches: BranchOutputs, log_pose: np.ndarray, log_appearance: np.ndarray
) -> np.ndarray:
    pose = log_softmax(branches.pose_logits.astype(np.float64), axis=1)
    appearance = log_softmax(branches.appearance_logits.astype(np.float64), axis=1)
    return logsumexp(
        [
            pose + log_pose[:, np.newaxis],
            appearance + log_appearance[:, np.newaxis],
        ],
        axis=0,
    )


def _cross_entropy(log_probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float(-log_probabilities[np.arange(len(labels)), labels].mean())
