"""The study's tables: every model under every protocol, and pairs of models."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from darkhar.evaluation.paired import PairedComparison, compare
from darkhar.evaluation.seeds import seed_accuracy
from darkhar.study.protocols import PROTOCOLS


def study_table(
    logits: Mapping[str, Mapping[str, np.ndarray]],
    labels: np.ndarray,
    val_labels: np.ndarray,
) -> pd.DataFrame:
    """A row for each model under each protocol.

    Args:
        logits: mapping of the model's name to a mapping of protocol name to logits,
            float `[seeds, clips, classes]`.
        labels: int `[clips]`. Of the training clips.
        val_labels: int `[clips]`. Of the validation clips.

    Returns:
        Table with columns `model`, `protocol` (its title), `n`, `seeds`, `accuracy`,
        `sd` (over seeds), `low`, `high`.
    """
    columns = ["n", "seeds", "accuracy", "sd", "low", "high"]
    return pd.DataFrame(
        {
            "model": model,
            "protocol": PROTOCOLS[name].title,
            **{column: score[column] for column in columns},
        }
        for model, by_protocol in logits.items()
        for name, of_protocol in by_protocol.items()
        for score in [seed_accuracy(of_protocol, scored(name, labels, val_labels))]
    )


def scored(protocol: str, labels: np.ndarray, val_labels: np.ndarray) -> np.ndarray:
    """Labels of the clips that a protocol scores."""
    return val_labels if PROTOCOLS[protocol].splitter is None else labels


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """The accuracies of a `study_table`: a row a model, a column a protocol.

    Returns:
        Table with the column `model` and one for each protocol's title, "0.727 ± 0.010"
        or, of one seed, "0.727"; a protocol that a model was not scored under is "".
    """
    cells = table.assign(
        cell=[
            f"{row.accuracy:.3f}" + (f" ± {row.sd:.3f}" if row.seeds > 1 else "")
            for row in table.itertuples(index=False)
        ]
    )
    models = list(dict.fromkeys(table["model"]))
    protocols = list(dict.fromkeys(table["protocol"]))
    pivoted = cells.pivot(index="model", columns="protocol", values="cell")
    return pivoted.loc[models, protocols].fillna("").rename_axis(None, axis=1)


def compare_pairs(
    pairs: Sequence[tuple[str, str]],
    logits: Mapping[str, Mapping[str, np.ndarray]],
    protocol: str,
    labels: np.ndarray,
    val_labels: np.ndarray,
    *,
    seed: int,
    groups: Sequence[str] | None = None,
) -> list[PairedComparison]:
    """Compares models under one protocol, on the same clips.

    Args:
        pairs: pairs of names, the reference first.
        logits, labels, val_labels: as in `study_table`.
        protocol: str. Its name.
        seed: int. Of the resampling.
        groups: str per scored clip, or None. As in `darkhar.evaluation.paired.compare`.
            Defaults to None.
    """
    comparisons = []
    for first, second in pairs:
        both = [logits[name][protocol] for name in (first, second)]
        # A model with fewer seeds is compared with as many of the other's.
        seeds = min(len(of_model) for of_model in both)
        comparisons.append(
            compare(
                first,
                both[0][:seeds],
                second,
                both[1][:seeds],
                scored(protocol, labels, val_labels),
                seed=seed,
                groups=groups,
            )
        )
    return comparisons
