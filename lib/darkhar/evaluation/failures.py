"""The clips that a model is most sure of, and wrong."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import softmax


def confident_errors(
    model: str,
    logits: np.ndarray,
    labels: np.ndarray,
    class_names: Sequence[str],
    clip_ids: Sequence[str],
    *,
    n: int,
) -> pd.DataFrame:
    """The wrongly classified clips with the most probable answers.

    Args:
        model: str. Its name.
        logits: float `[clips, classes]`.
        labels: int `[clips]`.
        class_names: str per class.
        clip_ids: str per clip.
        n: int. How many clips at most.

    Returns:
        Table with columns `model`, `index` (of the clip), `clip`, `true`, `predicted`,
        `probability` (of the answer) and `true_probability`; the surest first, of
        equally sure ones the first clip.
    """
    probabilities = softmax(logits.astype(np.float64), axis=1)
    predicted = logits.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    surest = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:n]
    return pd.DataFrame(
        {
            "model": [model] * len(surest),
            "index": surest,
            "clip": [clip_ids[i] for i in surest],
            "true": [class_names[labels[i]] for i in surest],
            "predicted": [class_names[predicted[i]] for i in surest],
            "probability": probabilities[surest, predicted[surest]],
            "true_probability": probabilities[surest, labels[surest]],
        }
    )
