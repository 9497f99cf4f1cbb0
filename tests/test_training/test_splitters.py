import numpy as np
import pytest
from made_clips import clips_of

from darkhar.config import (
    PROTOCOLS,
    SPLITTERS,
    DataError,
    ParameterError,
    make_parameters,
)
from darkhar.training.splitters import (
    choice_splitter,
    folds_each_way,
    is_possible,
    make_folds,
    run_folds,
)

# Two classes of six clips in four scenes of three clips each.
LABELS = np.repeat([0, 1], 6)
SCENES = np.array(list("aaabbbcccddd"))
CLIPS, UNKNOWN = clips_of(LABELS, SCENES), clips_of(LABELS)
BY_FOLDS = [name for name in SPLITTERS if PROTOCOLS[name].takes_folds]
OF_SINGLE_CLIPS = [name for name in BY_FOLDS if PROTOCOLS[name].groups is None]


@pytest.mark.parametrize("splitter", BY_FOLDS)
@pytest.mark.parametrize("folds", [2, 3, 4])
def test_exactly_k_folds_hold_each_clip_out_once(splitter, folds):
    made = make_folds(CLIPS, splitter, folds=folds, seed=0)
    assert len(made) == folds
    held_out = np.concatenate([fold.held_out for fold in made])
    assert sorted(held_out) == list(range(12))
    for fold in made:
        assert sorted([*fold.train, *fold.held_out]) == list(range(12))


def test_stratified_folds_keep_the_classes_shares():
    for fold in make_folds(CLIPS, "stratified", folds=3, seed=5):
        assert np.bincount(LABELS[fold.held_out]).tolist() == [2, 2]
        assert np.bincount(LABELS[fold.train]).tolist() == [4, 4]


def test_no_scene_is_on_both_sides_of_a_scene_grouped_fold():
    for fold in make_folds(CLIPS, "scene_grouped", folds=2, seed=1):
        assert not set(SCENES[fold.train]) & set(SCENES[fold.held_out])
        assert np.bincount(LABELS[fold.held_out]).tolist() == [3, 3]


def test_no_scene_of_a_class_is_on_both_sides():
    shared = np.array(list("aaabbbaaaccc"))
    clips = clips_of(LABELS, shared)
    groups = np.array(clips.groups("class and scene"))
    for fold in make_folds(clips, "class_scene_grouped", folds=4, seed=1):
        # Four groups, one held out; its scene may be fitted with the other class.
        (group,) = set(groups[fold.held_out])
        assert group not in set(groups[fold.train])
        if group[-1] == "a":
            assert "a" in set(shared[fold.train])


def test_one_scene_is_left_out_at_a_time():
    made = make_folds(CLIPS, "leave_one_scene_out", folds=2, seed=0)
    assert [fold.held_out.tolist() for fold in made] == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
    ]
    assert made[0].train.tolist() == list(range(3, 12))
    with pytest.raises(ParameterError, match="needs 2 scenes at least"):
        make_folds(clips_of(LABELS, ["a"] * 12), "leave_one_scene_out", folds=2, seed=0)


def test_seed_decides_the_folds():
    def folds(seed):
        made = make_folds(CLIPS, "stratified", folds=3, seed=seed)
        return [fold.held_out.tolist() for fold in made]

    assert folds(1) == folds(1)
    assert folds(1) != folds(2)


@pytest.mark.parametrize(
    ("splitter", "folds", "message"),
    [
        ("stratified", 7, "smallest class has only 6 training clips"),
        ("scene_grouped", 5, "only 4 scenes; choose"),
        ("class_scene_grouped", 5, "only 4 scenes of a class"),
        ("leave_one_scene", 2, "did you mean 'leave_one_scene_out'"),
        ("official", 2, "unknown splitter 'official'"),
    ],
)
def test_folds_that_the_clips_do_not_allow(splitter, folds, message):
    with pytest.raises(ParameterError, match=message):
        make_folds(CLIPS, splitter, folds=folds, seed=0)


@pytest.mark.parametrize("splitter", ["scene_grouped", "class_scene_grouped"])
def test_more_folds_than_any_class_has_clips(splitter):
    clips = clips_of(np.repeat([0, 1], 3), list("abcdef"))
    with pytest.raises(ParameterError, match=r"no class has more than 3 .*<= 3"):
        make_folds(clips, splitter, folds=4, seed=0)
    assert len(make_folds(clips, splitter, folds=3, seed=0)) == 3


def test_a_class_of_one_clip_cannot_be_divided():
    clips = clips_of(LABELS[5:], SCENES[5:])
    with pytest.raises(ParameterError, match="2 training clips of each class"):
        make_folds(clips, "stratified", folds=2, seed=0)


def test_grouping_needs_known_scenes_and_errors_name_the_parameter():
    with pytest.raises(DataError, match="splitter 'scene_grouped' needs every"):
        make_folds(UNKNOWN, "scene_grouped", folds=2, seed=0)
    with pytest.raises(DataError, match="pose_splitter 'scene_grouped' needs"):
        make_folds(UNKNOWN, "scene_grouped", folds=2, seed=0, parameter="pose_splitter")


def test_folds_of_a_run_depend_on_its_seed():
    firsts = {
        tuple(run_folds(CLIPS, "stratified", 2, seed)[0].train) for seed in range(6)
    }
    assert len(firsts) > 1
    again = run_folds(CLIPS, "stratified", 2, 3)[0].train
    assert again.tolist() == run_folds(CLIPS, "stratified", 2, 3)[0].train.tolist()


def test_ways_that_are_possible():
    parameters = make_parameters({"folds": 2})
    assert {"stratified", "scene_grouped", "class_scene_grouped"} <= {*BY_FOLDS}
    assert list(folds_each_way(CLIPS, parameters, "stratified")) == BY_FOLDS
    assert "stratified" in OF_SINGLE_CLIPS
    assert list(folds_each_way(UNKNOWN, parameters, "stratified")) == OF_SINGLE_CLIPS
    required = folds_each_way(CLIPS, parameters, "leave_one_scene_out")
    assert list(required) == [*BY_FOLDS, "leave_one_scene_out"]
    with pytest.raises(DataError):
        folds_each_way(UNKNOWN, parameters, "class_scene_grouped")
    assert is_possible(UNKNOWN, "stratified", 6, 0)
    assert not is_possible(UNKNOWN, "stratified", 7, 0)
    assert not is_possible(UNKNOWN, "leave_one_scene_out", 2, 0)


def test_choices_are_made_by_the_strictest_folds_that_are_possible():
    parameters = make_parameters({"folds": 2})
    assert choice_splitter(CLIPS, parameters) == "class_scene_grouped"
    assert choice_splitter(UNKNOWN, parameters) == "stratified"
    chosen = make_parameters({"folds": 2, "pose_splitter": "scene_grouped"})
    assert choice_splitter(UNKNOWN, chosen) == "scene_grouped"
