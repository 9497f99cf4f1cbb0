import numpy as np
import pytest
from made_clips import CountedFit, clips_of, study_of

from darkhar.config import PROTOCOLS, ParameterError
from darkhar.features.inputs import ClipVectors
from darkhar.study.models import all_logits
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed

LABELS = np.repeat([0, 1], 6)
SCENES = np.array(list("aaabbbcccddd"))
TRAIN, VAL = clips_of(LABELS, SCENES), clips_of([1, 0, 1, 1])
STUDY = study_of(TRAIN, VAL, folds=2, seed=5, study_seeds=3)


def test_protocols_that_the_clips_allow():
    assert STUDY.protocols == list(PROTOCOLS)
    assert STUDY.choice == "class_scene_grouped"
    unknown = study_of(clips_of(LABELS), VAL, folds=2)
    assert unknown.protocols == [n for n, row in PROTOCOLS.items() if not row.groups]
    assert {"stratified", "official"} <= {*unknown.protocols}
    assert unknown.choice == "stratified"
    with pytest.raises(ParameterError, match="unknown protocol 'holdout'"):
        STUDY.scored("holdout")


def test_what_is_scored_and_what_is_alike():
    assert STUDY.scored("scene_grouped") is TRAIN
    assert STUDY.scored("official") is VAL
    assert STUDY.groups("class_scene_grouped")[:4] == ["0/a", "0/a", "0/a", "0/b"]
    assert STUDY.groups("scene_grouped")[:4] == ["a", "a", "a", "b"]
    assert STUDY.groups("stratified") is STUDY.groups("official") is None
    # Three of four validation clips are of class 1; both classes are as frequent in
    # training, of which the first is named.
    assert STUDY.references("official") == {"chance": 0.5, "majority": 0.25}
    assert STUDY.references("stratified") == {"chance": 0.5, "majority": 0.5}


def test_logits_for_several_seeds():
    fit = CountedFit(random=True)
    logits = STUDY.logits(fit, "stratified")
    assert logits.shape == (3, 12, 2)
    # Six clips are fitted, with a seed of the fold's derived from each seed.
    assert set(logits[..., 0].ravel()) == {6.0}
    for row, seed in zip(logits, (5, 6, 7), strict=True):
        first = STUDY.folds("stratified", seed)[0].held_out
        assert row[first, 1].tolist() == [derived_seed(seed, FOLD_FITS, 0)] * 6
    # Another seed is another division at random.
    divisions = {tuple(clips) for clips in fit.fits}
    assert len(divisions) > 2

    official = STUDY.logits(fit, "official", seeds=2)
    assert official.shape == (2, 4, 2)
    assert official[:, 0, 1].tolist() == [derived_seed(s, FINAL_FIT) for s in (5, 6)]
    assert STUDY.logits(fit, "leave_one_scene_out").shape == (1, 12, 2)


def test_seeds_stay_in_range():
    assert study_of(TRAIN, VAL, seed=2**31 - 1, study_seeds=2).seeds() == [2**31 - 1, 0]


def test_classifiers_that_were_not_chosen_are_scored_less():
    own, estimator, network = CountedFit(), CountedFit(), CountedFit(random=True)
    models = {"pose": own, "pose, a": estimator, "pose, b": network}
    logits = all_logits(STUDY, models)
    assert list(logits["pose"]) == list(logits["pose, a"]) == list(PROTOCOLS)
    assert list(logits["pose, b"]) == ["class_scene_grouped", "official"]
    assert len(logits["pose"]["stratified"]) == 3
    assert len(logits["pose, a"]["stratified"]) == 1
    assert len(logits["pose, b"]["official"]) == 1


def test_views_travel_with_their_clips():
    numbers = ClipVectors(np.arange(12.0)[:, np.newaxis])
    clips = TRAIN.with_views(numbers=numbers, others=numbers)
    some = clips.select(np.array([7, 2]))
    assert some["numbers"].values.tolist() == [[7.0], [2.0]]
    assert some.labels.tolist() == [1, 0]
    assert some.scenes.tolist() == ["c", "a"]
    assert some.clip_ids == ("clip 7", "clip 2")
    assert list(clips.only(("others",)).views) == ["others"]
    assert list(TRAIN.views) == []
    assert clips.first_of_each_class().tolist() == [0, 6]
    assert (len(clips), clips.n_classes) == (12, 2)
