"""Two models on the same clips: how much one is better, and whether that is chance."""

import dataclasses
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.stats import bootstrap
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from darkhar.config import DataError
from darkhar.evaluation.over_seeds import correct_by_seed

ALPHA = 0.05
# A dataclass with `low`, `high`, `p` and `p_corrected`.
Comparison = TypeVar("Comparison")
_RESAMPLES = 9999


@dataclasses.dataclass(frozen=True)
class PairedComparison:
    """The second of two models against the first, on the same clips.

    Args:
        first, second: str. Names of the models.
        n: int. Clips.
        seeds: int. Seeds that the difference is a mean of.
        difference: float. Accuracy of the second minus that of the first.
        low, high: float. Its 95% interval, by a paired bootstrap over clips (Efron &
            Tibshirani 1993): percentiles of 9999 resamples.
        only_first, only_second: int. Clips that only one of them classifies
            correctly, with the run's own seed.
        p: float. Of McNemar's exact test (McNemar 1947) on these two numbers.
        p_corrected: float or None. `p` corrected for the number of comparisons.
    """

    first: str
    second: str
    n: int
    seeds: int
    difference: float
    low: float
    high: float
    only_first: int
    only_second: int
    p: float
    p_corrected: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether a difference may be claimed: interval and test both exclude none."""
        return excludes_none(self)


def compare(
    first: str,
    first_logits: np.ndarray,
    second: str,
    second_logits: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int,
    groups: Sequence[str] | None = None,
) -> PairedComparison:
    """Compares two models on the same clips.

    Args:
        first, second: str. Names of the models.
        first_logits, second_logits: float `[seeds, clips, classes]`, the run's own
            seed first.
        labels: int `[clips]`.
        seed: int. Of the resampling.
        groups: str per clip or None. Groups of clips that are not independent, as
            those of a scene: the bootstrap then resamples whole groups, and McNemar's
            test still takes the clips as independent. Defaults to None.

    Raises:
        ValueError: the two have different numbers of seeds.
        DataError: all clips are of one group.
    """
    seeds = len(first_logits)
    if len(second_logits) != seeds:
        raise ValueError(
            "two models are compared over the same seeds. Received:"
            f" {seeds} and {len(second_logits)}"
        )
    right = [correct_by_seed(x, labels) for x in (first_logits, second_logits)]
    # Whole numbers, whose sums are exact: of thirds, a limit that is 0 may come out a
    # hair above it, and would count as a difference.
    by_clip = right[1].sum(axis=0) - right[0].sum(axis=0)
    low, high = mean_interval(by_clip, seed=seed, groups=groups)
    only_first = int((right[0][0] & ~right[1][0]).sum())
    only_second = int((right[1][0] & ~right[0][0]).sum())
    table = [[0, only_first], [only_second, 0]]
    return PairedComparison(
        first=first,
        second=second,
        n=len(labels),
        seeds=seeds,
        difference=float(by_clip.mean()) / seeds,
        low=low / seeds,
        high=high / seeds,
        only_first=only_first,
        only_second=only_second,
        p=float(mcnemar(table, exact=True).pvalue),
    )


def mean_interval(
    values: np.ndarray, *, seed: int, groups: Sequence[str] | None = None
) -> tuple[float, float]:
    """95% interval of a mean over clips, by bootstrap (Efron & Tibshirani 1993).

    Percentiles of 9999 resamples. With few groups it is too narrow.

    Args:
        values: float or int `[clips]`.
        seed: int. Of the resampling.
        groups: as in `compare`.

    Returns:
        Lower and upper limit; equal where all values are.

    Raises:
        DataError: all clips are of one group, which says nothing about others.
    """
    if groups is None:
        sums, sizes = np.asarray(values, np.float64), np.ones(len(values))
    else:
        _, member = np.unique(np.asarray(groups), return_inverse=True)
        sums = np.bincount(member, weights=values)
        sizes = np.bincount(member).astype(np.float64)
        if len(sizes) < 2:
            raise DataError(
                "an interval over groups of clips needs two groups: all are of one"
            )
    if np.ptp(sums / sizes) == 0:
        return float(values.mean()), float(values.mean())
    interval = bootstrap(
        (sums, sizes),
        lambda s, n, axis: s.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(interval.low), float(interval.high)


def excludes_none(comparison: Comparison) -> bool:
    """The rule for claims: interval and test both exclude that there is no difference.

    The test counts with its corrected p, if it has one.
    """
    c = comparison
    p = c.p if c.p_corrected is None else c.p_corrected
    return (c.low > 0 or c.high < 0) and p < ALPHA


def correct_for_many(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons with `p_corrected`, by Holm's method (Holm 1979).

    They are `PairedComparison`s, or `darkhar.evaluation.gaps.Gap`s.

    The probability of claiming any difference that there is not stays below 0.05 for
    all of them together.
    """
    if not comparisons:
        return []
    corrected = multipletests([c.p for c in comparisons], method="holm")[1]
    return [
        dataclasses.replace(comparison, p_corrected=float(p))
        for comparison, p in zip(comparisons, corrected, strict=True)
    ]


def comparison_rows(comparisons: Sequence[PairedComparison]) -> pd.DataFrame:
    """A row a comparison.

    Returns:
        Table with the columns `comparison` ("second against first"), `first`,
        `second`, `n`, `seeds`, `difference`, `low`, `high`, `only_first`,
        `only_second`, `p` and, if any is corrected, `p_corrected`.
    """
    table = pd.DataFrame(
        {"comparison": f"{c.second} against {c.first}", **dataclasses.asdict(c)}
        for c in comparisons
    )
    if len(table) and table["p_corrected"].isna().all():
        table = table.drop(columns="p_corrected")
    return table
