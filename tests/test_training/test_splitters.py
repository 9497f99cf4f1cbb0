import numpy as np
import pytest

from darkhar.config import DataError, ParameterError
from darkhar.training.splitters import make_folds

# Two classes of six clips in four scenes of three clips each.
LABELS = np.repeat([0, 1], 6)
SCENES = np.array(list("aaabbbcccddd"))


@pytest.mark.parametrize("splitter", ["stratified", "scene_grouped"])
@pytest.mark.parametrize("folds", [2, 3, 4])
def test_exactly_k_folds_hold_each_clip_out_once(splitter, folds):
    made = make_folds(LABELS, SCENES, splitter=splitter, folds=folds, seed=0)
    assert len(made) == folds
    held_out = np.concatenate([fold.held_out for fold in made])
    assert sorted(held_out) == list(range(12))
    for fold in made:
        assert sorted([*fold.train, *fold.held_out]) == list(range(12))


def test_stratified_folds_keep_the_classes_shares():
    for fold in make_folds(LABELS, SCENES, splitter="stratified", folds=3, seed=5):
        assert np.bincount(LABELS[fold.held_out]).tolist() == [2, 2]
        assert np.bincount(LABELS[fold.train]).tolist() == [4, 4]


def test_no_scene_is_on_both_sides_of_a_scene_grouped_fold():
    for fold in make_folds(LABELS, SCENES, splitter="scene_grouped", folds=2, seed=1):
        assert not set(SCENES[fold.train]) & set(SCENES[fold.held_out])
        assert np.bincount(LABELS[fold.held_out]).tolist() == [3, 3]


def test_seed_decides_the_folds():
    def folds(seed):
        made = make_folds(LABELS, SCENES, splitter="stratified", folds=3, seed=seed)
        return [fold.held_out.tolist() for fold in made]

    assert folds(1) == folds(1)
    assert folds(1) != folds(2)


@pytest.mark.parametrize(
    ("splitter", "folds", "message"),
    [
        ("stratified", 7, "smallest class has only 6 training clips"),
        ("scene_grouped", 5, "only 4 scenes"),
        ("leave_one_out", 2, "Received: 'leave_one_out'"),
    ],
)
def test_folds_that_the_clips_do_not_allow(splitter, folds, message):
    with pytest.raises(ParameterError, match=message):
        make_folds(LABELS, SCENES, splitter=splitter, folds=folds, seed=0)


def test_a_class_of_one_clip_cannot_be_divided():
    with pytest.raises(ParameterError, match="2 training clips of each class"):
        make_folds(LABELS[5:], SCENES[5:], splitter="stratified", folds=2, seed=0)


def test_grouping_needs_known_scenes():
    with pytest.raises(DataError, match="needs every training clip's scene"):
        make_folds(
            LABELS, np.array([""] * 12), splitter="scene_grouped", folds=2, seed=0
        )
