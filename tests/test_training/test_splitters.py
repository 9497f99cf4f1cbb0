import numpy as np
import pytest

from darkhar.config import DataError, ParameterError, make_parameters
from darkhar.training.splitters import (
    K_FOLD,
    choice_splitter,
    folds_each_way,
    make_folds,
    run_folds,
)

# Two classes of six clips in four scenes of three clips each.
LABELS = np.repeat([0, 1], 6)
SCENES = np.array(list("aaabbbcccddd"))


@pytest.mark.parametrize(
    "splitter", ["stratified", "scene_grouped", "class_scene_grouped"]
)
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


@pytest.mark.parametrize("splitter", ["scene_grouped", "class_scene_grouped"])
def test_more_folds_than_any_class_has_clips(splitter):
    labels, scenes = np.repeat([0, 1], 3), np.array(list("abcdef"))
    with pytest.raises(ParameterError, match=r"no class has more than 3 .*<= 3"):
        make_folds(labels, scenes, splitter=splitter, folds=4, seed=0)
    assert len(make_folds(labels, scenes, splitter=splitter, folds=3, seed=0)) == 3


def test_a_class_of_one_clip_cannot_be_divided():
    with pytest.raises(ParameterError, match="2 training clips of each class"):
        make_folds(LABELS[5:], SCENES[5:], splitter="stratified", folds=2, seed=0)


def test_grouping_needs_known_scenes():
    with pytest.raises(DataError, match="needs every training clip's scene"):
        make_folds(
            LABELS, np.array([""] * 12), splitter="scene_grouped", folds=2, seed=0
        )


def test_no_scene_of_a_class_is_on_both_sides():
    shared = np.array(list("aaabbbaaaccc"))
    groups = np.array([f"{a}/{b}" for a, b in zip(LABELS, shared, strict=True)])
    for fold in make_folds(
        LABELS, shared, splitter="class_scene_grouped", folds=4, seed=1
    ):
        # Four groups, one held out; its scene may be fitted with the other class.
        (group,) = set(groups[fold.held_out])
        assert group not in set(groups[fold.train])
        assert ("a" in set(shared[fold.train])) or group[-1] == "a"
        if group[-1] == "a":
            assert "a" in set(shared[fold.train])


def test_one_scene_is_left_out_at_a_time():
    made = make_folds(LABELS, SCENES, splitter="leave_one_scene_out", folds=2, seed=0)
    assert [fold.held_out.tolist() for fold in made] == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
    ]
    assert made[0].train.tolist() == list(range(3, 12))
    with pytest.raises(ParameterError, match="needs 2 scenes at least"):
        make_folds(
            LABELS,
            np.array(["a"] * 12),
            splitter="leave_one_scene_out",
            folds=2,
            seed=0,
        )


def test_a_way_that_is_required_is_among_them():
    parameters = make_parameters({"folds": 2})
    ways = folds_each_way(parameters, LABELS, SCENES, "leave_one_scene_out")
    assert list(ways) == [*K_FOLD, "leave_one_scene_out"]


def test_the_parameter_is_named():
    unknown = np.array([""] * len(LABELS))
    with pytest.raises(DataError, match="pose_splitter 'scene_grouped' needs"):
        make_folds(
            LABELS,
            unknown,
            splitter="scene_grouped",
            folds=2,
            seed=0,
            parameter="pose_splitter",
        )


def test_folds_of_a_run_depend_on_its_seed_alone():
    def of(seed, **changes):
        parameters = make_parameters({"seed": seed, "folds": 2, **changes})
        return run_folds(parameters, LABELS, SCENES, "stratified")[0].train.tolist()

    assert of(0) == of(0, epochs=7)
    assert len({tuple(of(seed)) for seed in range(6)}) > 1


def test_ways_that_are_possible():
    parameters = make_parameters({"folds": 2})
    assert list(folds_each_way(parameters, LABELS, SCENES, "stratified")) == list(
        K_FOLD
    )
    unknown = np.array([""] * len(LABELS))
    assert list(folds_each_way(parameters, LABELS, unknown, "stratified")) == [
        "stratified"
    ]
    with pytest.raises(DataError):
        folds_each_way(parameters, LABELS, unknown, "class_scene_grouped")


def test_splitter_of_poses():
    parameters = make_parameters({"folds": 2})
    unknown = np.array([""] * len(LABELS))
    assert choice_splitter(parameters, LABELS, SCENES) == "class_scene_grouped"
    assert choice_splitter(parameters, LABELS, unknown) == "stratified"
    chosen = make_parameters({"folds": 2, "pose_splitter": "scene_grouped"})
    assert choice_splitter(chosen, LABELS, unknown) == "scene_grouped"
