import numpy as np
import pytest
from made_clips import CountedFit, clips_of, study_of

from darkhar.study.models import FeatureSet
from darkhar.study.regions import REGIONS, gap_words, region_logits, region_words

LABELS = np.tile([0, 1], 20)
STUDY = study_of(clips_of(LABELS), clips_of(LABELS), folds=2, study_seeds=1)
RIGHT, WRONG = np.eye(2)[LABELS][np.newaxis], np.eye(2)[1 - LABELS][np.newaxis]
SETS = {
    view: FeatureSet(f"the {key}", np.zeros((40, 1)), CountedFit())
    for key, view in REGIONS.items()
}


def logits(**right):
    """Every region right in random folds; on validation only those that are named."""
    return {
        SETS[view].name: {
            "stratified": RIGHT,
            "official": RIGHT if right.get(key) else WRONG,
        }
        for key, view in REGIONS.items()
    }


def test_logits_of_every_region_where_they_are_asked_for():
    found = region_logits(STUDY, SETS)
    assert list(found) == [features.name for features in SETS.values()]
    assert list(found["the whole"]) == ["stratified", "official"]


@pytest.mark.slow
def test_each_region_against_whole_frames():
    words = region_words(STUDY, SETS, logits(whole=True, only=True))
    assert list(words) == [
        f"{key}_{place}"
        for key in ("removed", "only", "still", "trace")
        for place in ("random", "validation")
    ]
    assert words["removed_validation"].startswith(
        "Taking the person out of the frames lowered accuracy by 100.0 points"
    )
    assert words["only_validation"].startswith(
        "Leaving nothing but the person left accuracy as it was"
    )
    assert "left accuracy as it was" in words["removed_random"]


def test_gaps_of_each_region():
    words = gap_words(STUDY, SETS, logits(whole=True))
    assert list(words) == list(REGIONS)
    assert words["whole"].startswith(
        "A classifier of the whole has an accuracy of 1.000 in random folds and 1.000"
    )
    assert "the second is lower" in words["trace"]
