"""The person, and all else: what parts of the frames are worth."""

from darkhar.evaluation.gaps import gap
from darkhar.evaluation.paired import correct_for_many
from darkhar.evaluation.wording import word_comparison, word_gap
from darkhar.study.models import FeatureSet
from darkhar.study.pairs import Pair, compare_pairs
from darkhar.study.study import Logits, Study

REGIONS = {
    "whole": "frames",
    "removed": "person_removed",
    "only": "person_only",
    "still": "still_background",
    "trace": "trace",
}
"""Feature sets of parts of the frames, by the names of their results."""

_SUBJECTS = {
    "removed": "Taking the person out of the frames",
    "only": "Leaving nothing but the person",
    "still": "Leaving one still image of the background",
    "trace": "Leaving nothing but the trace of the person's box",
}
_PLACES = {"random": "stratified", "validation": "official"}


def region_logits(study: Study, sets: dict[str, FeatureSet]) -> Logits:
    """Logits of the linear classifier of each region, by the name readers see.

    Args:
        study: `Study`.
        sets: as of `darkhar.study.models.feature_sets`.
    """
    wanted = ("stratified", study.choice, "official")
    possible = [name for name in study.protocols if name in wanted]
    return {
        sets[view].name: {
            protocol: study.logits(sets[view].fit, protocol) for protocol in possible
        }
        for view in REGIONS.values()
    }


def region_words(
    study: Study, sets: dict[str, FeatureSet], logits: Logits
) -> dict[str, str]:
    """What each region is worth against whole frames, corrected for their number."""
    whole = sets[REGIONS["whole"]].name
    wanted = {
        (key, place): Pair(whole, sets[REGIONS[key]].name, subject)
        for key, subject in _SUBJECTS.items()
        for place in _PLACES
    }
    compared = [
        compare_pairs(study, logits, _PLACES[place], [pair])[0]
        for (_, place), pair in wanted.items()
    ]
    return {
        f"{key}_{place}": word_comparison(found, pair.subject)
        for ((key, place), pair), found in zip(
            wanted.items(), correct_for_many(compared), strict=True
        )
    }


def gap_words(
    study: Study, sets: dict[str, FeatureSet], logits: Logits
) -> dict[str, str]:
    """How far random folds and the validation split lie apart, for each region."""
    names = {key: sets[view].name for key, view in REGIONS.items()}
    gaps = [
        gap_between(study, logits[name], f"a classifier of {name}")
        for name in names.values()
    ]
    found = zip(names, correct_for_many(gaps), strict=True)
    return {key: word_gap(of_region) for key, of_region in found}


def gap_between(study: Study, by_protocol, name: str):
    """From random folds to the validation split.

    Args:
        study: `Study`.
        by_protocol: mapping of protocol name to logits, float `[seeds, clips,
        classes]`.
        name: str. What is scored.

    Returns:
        `darkhar.evaluation.gaps.Gap`.
    """
    return gap(
        name,
        by_protocol["stratified"],
        study.train.labels,
        by_protocol["official"],
        study.val.labels,
    )
