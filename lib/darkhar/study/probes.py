"""What features know of the scene, beside what they are worth."""

import pandas as pd

from darkhar.evaluation.over_seeds import seed_accuracy
from darkhar.evaluation.probe_result import SceneProbe
from darkhar.evaluation.wording import word_probe, word_unprobed
from darkhar.study.models import FeatureSet
from darkhar.study.scene_probe import probe_scenes, why_not_probed
from darkhar.study.study import Study
from darkhar.study.study_tables import scrap_key


def probe_sets(study: Study, sets: dict[str, FeatureSet]) -> dict[str, SceneProbe]:
    """The probe of each feature set; none where the clips cannot be probed."""
    train = study.train
    if why_not_probed(train.scenes, train.labels) is not None:
        return {}
    return {
        key: probe_scenes(
            features.name,
            features.values,
            train.labels,
            train.scenes,
            seed=study.parameters.seed,
        )
        for key, features in sets.items()
    }


def probe_table(
    study: Study, sets: dict[str, FeatureSet], probes: dict[str, SceneProbe]
) -> pd.DataFrame:
    """A row a feature set: the probe, and accuracy in random folds and on validation.

    Returns:
        Table with columns `features`, `scene`, `scene_low`, `scene_high`, `null`, `p`
        (None where it was not probed), `random`, `validation`, `validation_low`,
        `validation_high`, `n_train`, `n_validation`.
    """
    rows = []
    for key, features in sets.items():
        probe = probes.get(key)
        inside, outside = (
            seed_accuracy(
                study.logits(features.fit, protocol), study.scored(protocol).labels
            )
            for protocol in ("stratified", "official")
        )
        rows.append(
            {
                "features": features.name,
                "scene": probe and probe.accuracy,
                "scene_low": probe and probe.low,
                "scene_high": probe and probe.high,
                "null": probe and probe.null_mean,
                "p": probe and probe.p,
                "random": inside["accuracy"],
                "validation": outside["accuracy"],
                "validation_low": outside["low"],
                "validation_high": outside["high"],
                "n_train": len(study.train),
                "n_validation": outside["n"],
            }
        )
    return pd.DataFrame(rows)


def probe_words(
    study: Study, sets: dict[str, FeatureSet], probes: dict[str, SceneProbe]
) -> dict[str, str]:
    """What the probes found, a sentence a feature set."""
    reason = why_not_probed(study.train.scenes, study.train.labels)
    return {
        f"probe_{scrap_key(features.name)}": word_probe(probes[key])
        if key in probes
        else word_unprobed(features.name, reason)
        for key, features in sets.items()
    }
