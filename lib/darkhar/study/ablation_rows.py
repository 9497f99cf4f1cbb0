"""Rows of the ablations' table."""

from typing import Any

import numpy as np

from darkhar.config import Parameters
from darkhar.evaluation.seeds import seed_accuracy
from darkhar.study.clip_models import ClipModel
from darkhar.study.protocols import protocol_logits


def ablation_rows(
    factor: str,
    setting: str,
    branch: str,
    model: ClipModel,
    protocols: tuple[str, ...],
    parameters: Parameters,
    labels: np.ndarray,
    scenes: np.ndarray,
    *,
    seeds: int | None = None,
) -> list[dict[str, Any]]:
    """A model with one choice changed, on held-out training clips.

    Validation clips are left alone: with so many settings, the best of them would be a
    choice made on these.

    Args:
        factor: str. What is changed.
        setting: str. To what.
        branch: str. `"appearance"`, `"pose"` or `"both"`.
        model: `ClipModel`.
        protocols: str. Names of protocols with folds.
        parameters: `Parameters`. The run's.
        labels: int `[clips]`.
        scenes: str `[clips]`.
        seeds: int or None. As in `protocol_logits`.

    Returns:
        For each protocol a dict with `factor`, `setting`, `branch`, `protocol`, `n`,
        `seeds`, `accuracy`, `sd`, `low`, `high`.
    """
    rows = []
    for protocol in protocols:
        logits = protocol_logits(
            model, protocol, parameters, labels, scenes, seeds=seeds
        )
        names = {
            "factor": factor,
            "setting": setting,
            "branch": branch,
            "protocol": protocol,
        }
        rows.append(names | seed_accuracy(logits, labels))
    return rows
