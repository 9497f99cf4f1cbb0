"""The plan: balanced classes, unevenly shared scenes, no scene in both splits."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from darkclips import CLASSES, SCENES, clip_plan
from darkclips.plan import share_out


def split(plan, name):
    return [spec for spec in plan if spec.split == name]


def test_classes_are_balanced():
    plan = clip_plan(0)
    assert Counter(spec.label for spec in split(plan, "train")) == {
        label: 15 for label in range(6)
    }
    assert Counter(spec.label for spec in split(plan, "validate")) == {
        label: 6 for label in range(6)
    }
    assert CLASSES == ("Jump", "Run", "Sit", "Stand", "Turn", "Walk")


def test_scenes_of_the_splits_are_disjoint():
    plan = clip_plan(0)
    train = {spec.scene for spec in split(plan, "train")}
    validation = {spec.scene for spec in split(plan, "validate")}
    assert not train & validation
    assert train | validation == set(SCENES)
    assert all(SCENES[scene].split == "train" for scene in train)


def test_training_classes_come_from_two_to_four_scenes_unevenly():
    scenes = defaultdict(Counter)
    for spec in split(clip_plan(0), "train"):
        scenes[spec.action][spec.scene] += 1
    for action, counts in scenes.items():
        assert 2 <= len(counts) <= 4, action
        assert len(set(counts.values())) > 1, action
    classes = Counter(scene for counts in scenes.values() for scene in counts)
    assert set(classes.values()) == {
        1,
        2,
    }  # some scenes serve two classes, most only one


def test_validation_scenes_do_not_tell_the_class():
    scenes = defaultdict(set)
    for spec in split(clip_plan(0), "validate"):
        scenes[spec.label].add(spec.scene)
    assert all(len(visited) == 4 for visited in scenes.values())


def test_validation_numbers_do_not_tell_the_class():
    validation = split(clip_plan(0), "validate")
    numbers = [spec.number for spec in validation]
    assert numbers == list(range(1, 37))
    labels = np.array([spec.label for spec in validation])
    assert abs(np.corrcoef(numbers, labels)[0, 1]) < 0.5
    assert np.mean(labels[1:] == labels[:-1]) < 0.4
    assert not any(name in spec.path for spec in validation for name in CLASSES)


def test_lengths_are_those_of_the_real_clips_and_the_same_for_all_classes():
    plan = clip_plan(1, 60, 1)
    frames = np.array([spec.frames for spec in split(plan, "train")]).reshape(6, 60)
    assert 33 <= frames.min() < 36 and 95 < frames.max() <= 105
    assert np.ptp(frames.mean(axis=1)) < 14


def test_every_clip_has_a_random_stream_of_its_own():
    plan = clip_plan(0)
    draws = {spec.rng().integers(2**62) for spec in plan}
    assert len(draws) == len(plan)
    assert plan[5].rng().integers(2**62) == plan[5].rng().integers(2**62)
    paths = {(spec.split, spec.path) for spec in plan}
    assert len(paths) == len(plan)


def test_seed():
    assert clip_plan(3) == clip_plan(3)
    assert clip_plan(3) != clip_plan(4)


def test_sharing_by_largest_remainder():
    # 10 * (5, 3, 2) / 10, then 4 * (0.5, 0.3, 0.2) = 2, 1.2, 0.8: the last takes the
    # rest.
    assert share_out(10, {1: 5, 2: 3, 3: 2}) == {1: 5, 2: 3, 3: 2}
    assert share_out(4, {1: 5, 2: 3, 3: 2}) == {1: 2, 2: 1, 3: 1}
    assert share_out(1, {1: 5, 2: 3}) == {1: 1, 2: 0}


@pytest.mark.parametrize("numbers", [(0, 1), (1, 0), (-1, 1)])
def test_less_than_one_clip_is_refused(numbers):
    with pytest.raises(ValueError, match="At least one clip"):
        clip_plan(0, *numbers)


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed=-1"):
        clip_plan(-1)
