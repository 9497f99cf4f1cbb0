"""Models in pairs on the same clips, and enhancements against none."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from darkhar.data.source import DataSource
from darkhar.evaluation.failures import confident_errors
from darkhar.evaluation.metrics import confusion, per_class
from darkhar.evaluation.paired import (
    PairedComparison,
    compare,
    comparison_rows,
    correct_for_many,
)
from darkhar.features.clip_views import shown_frames
from darkhar.sampling.rules import FrameRule
from darkhar.study.models import APPEARANCE, ENHANCED, FUSED, POSE
from darkhar.study.study import Logits, Study
from darkhar.training.fits import Fit

SHOWN = (APPEARANCE, ENHANCED, POSE, FUSED)
"""The models whose answers are looked at one by one."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two models, the reference first.

    Args:
        first, second: str. Their names.
        subject: str. What is done to the first to get the second, with a capital
            letter.
    """

    first: str
    second: str
    subject: str


def pairs(enhancement: str) -> dict[str, Pair]:
    """The pairs that the paper asks about.

    Args:
        enhancement: str. The run's, of the appearance branch.
    """
    return {
        "enhancement": Pair(APPEARANCE, ENHANCED, f"The enhancement ({enhancement})"),
        "pose": Pair(APPEARANCE, POSE, "Pose in place of appearance"),
        "fusion_appearance": Pair(
            APPEARANCE, FUSED, "Fusion, as compared with appearance alone,"
        ),
        "fusion_pose": Pair(POSE, FUSED, "Fusion, as compared with pose alone,"),
    }


def scarce_logits(study: Study, models: Mapping[str, Fit]) -> Logits:
    """Logits where choices are made, and on validation clips."""
    return {
        name: {
            protocol: study.logits(fit, protocol)
            for protocol in (study.choice, "official")
        }
        for name, fit in models.items()
    }


def compare_pairs(
    study: Study, logits: Logits, protocol: str, wanted: Sequence[Pair]
) -> list[PairedComparison]:
    """Compares models under one protocol, corrected for the number of pairs.

    Where clips of a class's scene are kept together, the bootstrap resamples them
    together.

    Args:
        study: `Study`.
        logits: as of `scarce_logits`.
        protocol: str. Its name.
        wanted: `Pair`s.
    """
    comparisons = []
    for pair in wanted:
        both = [logits[name][protocol] for name in (pair.first, pair.second)]
        # A model with fewer seeds is compared with as many of the other's.
        seeds = min(len(of_model) for of_model in both)
        comparisons.append(
            compare(
                pair.first,
                both[0][:seeds],
                pair.second,
                both[1][:seeds],
                study.scored(protocol).labels,
                seed=study.parameters.seed,
                groups=study.groups(protocol),
            )
        )
    return correct_for_many(comparisons)


def compare_to_first(
    study: Study, logits: Mapping[str, np.ndarray], protocol: str
) -> list[PairedComparison]:
    """Compares the first of several models with each of the others.

    Args:
        study: `Study`.
        logits: mapping of name to float `[seeds, clips, classes]`, under the protocol.
        protocol: str. Its name.
    """
    first, *others = logits
    wanted = [Pair(first, other, other) for other in others]
    by_protocol = {name: {protocol: found} for name, found in logits.items()}
    return compare_pairs(study, by_protocol, protocol, wanted)


def pair_rows(comparisons: Sequence[PairedComparison]) -> pd.DataFrame:
    """`comparison_rows` with `is_clear`: whether a difference may be claimed."""
    clear = [comparison.is_clear for comparison in comparisons]
    return comparison_rows(comparisons).assign(is_clear=clear)


def final_logits(logits: Logits) -> dict[str, np.ndarray]:
    """Validation logits of the models in `SHOWN`, with the run's seed."""
    return {name: logits[name]["official"][0] for name in SHOWN}


def confusions(
    study: Study, final: Mapping[str, np.ndarray]
) -> dict[str, pd.DataFrame]:
    """Validation clips by true and predicted class, for each model."""
    val = study.val
    return {
        name: confusion(logits, val.labels, val.class_names)
        for name, logits in final.items()
    }


def recall_table(study: Study, final: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Recall of each class on validation clips.

    Returns:
        Table with columns `class`, `n` and one for each model.
    """
    val = study.val
    tables = {
        name: per_class(logits, val.labels, val.class_names)
        for name, logits in final.items()
    }
    first = next(iter(tables.values()))
    recalls = {name: table["recall"] for name, table in tables.items()}
    return pd.DataFrame({"class": first["class"], "n": first["n"], **recalls})


def surest_errors(
    study: Study, final: Mapping[str, np.ndarray], names: Sequence[str], *, n: int
) -> pd.DataFrame:
    """For each model the validation clips that it is most sure of, and wrong.

    Args:
        study: `Study`.
        final: as of `final_logits`.
        names: str per validation clip. What tables call it.
        n: int. Clips a model, at most.

    Returns:
        As `darkhar.evaluation.failures.confident_errors`.
    """
    val = study.val
    tables = [
        confident_errors(name, logits, val.labels, val.class_names, names, n=n)
        for name, logits in final.items()
    ]
    return pd.concat(tables, ignore_index=True)


def placed_rows(
    compared: Mapping[str, Sequence[PairedComparison]],
) -> pd.DataFrame:
    """`pair_rows` of several places, which the names of the comparisons say."""
    tables = []
    for place, comparisons in compared.items():
        table = pair_rows(comparisons)
        words = place.replace("_", " ")
        names = [f"{name} ({words})" for name in table["comparison"]]
        tables.append(table.assign(comparison=names))
    return pd.concat(tables)


def error_frames(
    source: DataSource, study: Study, errors: pd.DataFrame
) -> list[np.ndarray]:
    """Six frames of each clip in a table of errors, uint8 `[6, height, width, 3]`."""
    rule = FrameRule("uniform", 6)
    return [
        shown_frames(source, "val", {clip: rule(int(study.val.n_frames[clip]))})[0]
        for clip in errors["index"]
    ]
