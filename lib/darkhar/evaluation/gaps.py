"""One kind of model on two sets of clips: how far its accuracies lie apart."""

import dataclasses

import numpy as np
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from darkhar.evaluation.over_seeds import correct_by_seed
from darkhar.evaluation.paired import excludes_none


@dataclasses.dataclass(frozen=True)
class Gap:
    """Accuracy on a second set of clips against that on a first.

    Args:
        name: str. What is scored.
        places: pair of str. What the sets of clips are.
        accuracies: pair of float. Means over seeds.
        n: pair of int. Clips of the sets.
        seeds: pair of int. Seeds that the accuracies are means of.
        low, high: float. 95% interval of the second accuracy minus the first:
            Newcombe's for two independent proportions (Newcombe 1998, method 10), of
            the mean numbers of correct clips.
        p: float. Of Fisher's exact test (Fisher 1935) on these numbers, rounded.
        p_corrected: float or None. `p` corrected for the number of gaps.
    """

    name: str
    places: tuple[str, str]
    accuracies: tuple[float, float]
    n: tuple[int, int]
    seeds: tuple[int, int]
    low: float
    high: float
    p: float
    p_corrected: float | None = None

    @property
    def difference(self) -> float:
        """The second accuracy minus the first."""
        return self.accuracies[1] - self.accuracies[0]

    @property
    def is_clear(self) -> bool:
        """Whether a difference may be claimed: interval and test both exclude none."""
        return excludes_none(self)


def gap(
    name: str,
    first_logits: np.ndarray,
    first_labels: np.ndarray,
    second_logits: np.ndarray,
    second_labels: np.ndarray,
    *,
    places: tuple[str, str] = ("random folds", "the validation split"),
) -> Gap:
    """Compares accuracies on two sets of clips, which count as independent.

    Args:
        name: str. What is scored.
        first_logits, second_logits: float `[seeds, clips, classes]`.
        first_labels, second_labels: int `[clips]`.
        places: pair of str. What the sets of clips are.
    """
    right = [
        correct_by_seed(first_logits, first_labels),
        correct_by_seed(second_logits, second_labels),
    ]
    counts = [float(of_set.sum() / len(of_set)) for of_set in right]
    n = tuple(of_set.shape[1] for of_set in right)
    low, high = confint_proportions_2indep(
        counts[1], n[1], counts[0], n[0], compare="diff", method="newcomb"
    )
    whole = [round(count) for count in counts]
    table = [[whole[0], n[0] - whole[0]], [whole[1], n[1] - whole[1]]]
    return Gap(
        name=name,
        places=places,
        accuracies=(counts[0] / n[0], counts[1] / n[1]),
        n=n,
        seeds=(len(right[0]), len(right[1])),
        low=float(low),
        high=float(high),
        p=float(fisher_exact(table).pvalue),
    )
