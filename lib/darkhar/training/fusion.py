"""Late fusion of the appearance and the pose of a clip, by name.

*Late* means that each branch has been through its own features, or its own
classifier, before they meet. The branches' logits of training clips must come from
fits that did not see those clips (`darkhar.training.classifiers.cross_fit`): from
others a fusion would learn to trust the branch that remembers best.
"""

import dataclasses
import functools

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_expit, log_softmax, logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from darkhar.config import ParameterError
from darkhar.models.block_scaling import BlockScaler
from darkhar.models.log_probabilities import log_probabilities
from darkhar.models.pose_estimators import log_positive, rotation
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.pose.pose_clips import PoseClips
from darkhar.training.classifiers import Fit, Predict, spread_classes
from darkhar.training.fit import Features

FUSIONS: tuple[str, ...] = ("score_average", "concatenation", "gate")

# Weights of the pose branch that score averaging chooses from.
WEIGHTS = np.linspace(0, 1, 21)
# Keeps the gate near a constant weight unless the clips say otherwise.
_GATE_PENALTY = 0.05


@dataclasses.dataclass(frozen=True)
class BranchOutputs:
    """What the two branches make of clips.

    Args:
        appearance_logits: float `[clips, classes]`.
        pose_logits: float `[clips, classes]`.
        appearance_features: float `[clips, dim]`. Mean over a clip's frames.
        pose_features: float `[clips, 20]`. A clip's kinematic descriptors, the
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


def branch_outputs(
    appearance_logits: np.ndarray,
    pose_logits: np.ndarray,
    features: Features,
    clips: PoseClips,
) -> BranchOutputs:
    """What the branches give, with the features that they give it from.

    Args:
        appearance_logits: float `[clips, classes]`.
        pose_logits: float `[clips, classes]`.
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`. Of
            the appearance branch.
        clips: `PoseClips`. Of the pose branch.
    """
    return BranchOutputs(
        appearance_logits=appearance_logits,
        pose_logits=pose_logits,
        appearance_features=np.stack([clip.mean(axis=0) for clip in features]),
        pose_features=log_positive(kinematic_descriptors(clips)),
        keypoint_scores=clips.keypoints[..., 2].mean(axis=(1, 2)),
    )


def fusion_fit(name: str, n_classes: int) -> Fit:
    """How a fusion is fitted.

    All take `BranchOutputs` and give log-probabilities:

    - `"score_average"`: p = w p_pose + (1 - w) p_appearance with the weight w, of
      0, 0.05, ..., 1, that has the lowest cross-entropy on the fitted clips; the
      one nearest to a half among equals. The sum rule of Kittler et al. (1998,
      "On Combining Classifiers", equation 11), weighted.
    - `"gate"`: the same with a weight for each clip, w = sigmoid(a + b z), where z
      are the entropies of the branches' probabilities and the mean keypoint score,
      standardized: a mixture of two experts (Jacobs et al. 1991, "Adaptive Mixtures
      of Local Experts") whose gate sees how sure each is. a and b minimize the mean
      cross-entropy plus 0.05 |b|^2.
    - `"concatenation"`: logistic regression of the branches' features one after the
      other, each block scaled to the same total variance.

    Args:
        name: str. One of `FUSIONS`.
        n_classes: int. Number of classes.

    Returns:
        `Fit`. Nothing in it is random.

    Raises:
        ParameterError: no such fusion.
    """
    if name == "score_average":
        return _fit_average
    if name == "gate":
        return _fit_gate
    if name == "concatenation":
        return functools.partial(_fit_concatenation, n_classes)
    raise ParameterError(
        f"parameter 'fusion' should be one of {', '.join(FUSIONS)}. Received: {name!r}"
    )


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


def _fit_average(branches: BranchOutputs, labels: np.ndarray, seed: int) -> Predict:
    del seed
    weight = best_weight(average_losses(branches, labels))
    return lambda others: _mixed(others, np.full(len(others), weight))


def _fit_gate(branches: BranchOutputs, labels: np.ndarray, seed: int) -> Predict:
    del seed
    seen = _gate_inputs(branches)
    mean, deviation = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-9)

    def weights(others: BranchOutputs, coefficients: np.ndarray) -> np.ndarray:
        standardized = (_gate_inputs(others) - mean) / deviation
        return coefficients[0] + standardized @ coefficients[1:]

    def loss(coefficients: np.ndarray) -> float:
        mixed = _mixed_by_logit(branches, weights(branches, coefficients))
        penalty = _GATE_PENALTY * (coefficients[1:] ** 2).sum()
        # A constant weight of 0 or 1 would lie at infinity.
        return _cross_entropy(mixed, labels) + penalty + 1e-4 * coefficients[0] ** 2

    found = minimize(loss, np.zeros(1 + seen.shape[1]), method="L-BFGS-B").x
    return lambda others: _mixed_by_logit(others, weights(others, found))


def _fit_concatenation(
    n_classes: int, branches: BranchOutputs, labels: np.ndarray, seed: int
) -> Predict:
    del seed
    estimator = make_pipeline(
        BlockScaler((branches.appearance_features.shape[1],)),
        rotation(),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=5000),
    )
    estimator.fit(_concatenated(branches), labels)

    def predict(others: BranchOutputs) -> np.ndarray:
        logits = log_probabilities(estimator, _concatenated(others))
        return spread_classes(logits, estimator[-1].classes_, n_classes)

    return predict


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
