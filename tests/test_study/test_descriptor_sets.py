"""Sets of descriptors, in folds."""

import numpy as np
import pytest
from made_clips import clips_of, moving_poses, study_of

from darkhar.models.pose_estimators import log_positive
from darkhar.pose.kinematics import KINEMATICS, kinematic_descriptors
from darkhar.pose.leg_geometry import leg_geometry
from darkhar.study.descriptor_sets import (
    AS_USED,
    SETS,
    WITH_LEGS,
    WITHOUT_HANDS,
    descriptor_sets,
    descriptor_words,
    discriminant_of,
    every_descriptor,
    held_out_by_set,
)
from darkhar.study.worth import ALONE
from darkhar.training.pose_fits import pose_fit

LABELS = np.arange(24) % 3


@pytest.fixture(scope="module")
def study():
    scenes = np.array(["a", "b"])[np.arange(24) // 12]
    clips = clips_of(LABELS, scenes, poses=moving_poses(LABELS))
    return study_of(clips, clips.select(np.arange(3)), folds=2)


def test_what_is_in_each_set(study):
    poses = study.train["poses"]
    vectors = every_descriptor(poses)
    found = {
        name: discriminant_of(names, 3)[0].fit_transform(vectors)
        for name, names in SETS.items()
    }
    every = log_positive(kinematic_descriptors(poses))
    hands = ["hands" in name for name in KINEMATICS]
    np.testing.assert_array_equal(found[AS_USED], every)
    np.testing.assert_array_equal(found[WITHOUT_HANDS], every[:, ~np.array(hands)])
    legs = np.hstack([every, leg_geometry(poses)])
    np.testing.assert_array_equal(found[WITH_LEGS], legs)


def test_table_and_words(study):
    logits = held_out_by_set(study)
    # Nobody acts these classes.
    assert set(logits) == {ALONE}
    table = descriptor_sets(study, logits).set_index(["fitted", "descriptors"])
    assert table["number"].tolist() == [20, 22, 36]
    # The set that is used is what the classifier by that name goes by.
    same = study.logits(pose_fit("kinematics", study.parameters), study.choice, seeds=1)
    np.testing.assert_allclose(logits[ALONE][AS_USED], same)
    right = (same[0].argmax(axis=1) == LABELS).sum()
    assert table.loc[(ALONE, AS_USED), "correct"] == right
    words = descriptor_words(study, logits)
    assert words["legs"].startswith("With real clips alone, descriptors of legs ")
    better = right - table.loc[(ALONE, WITHOUT_HANDS), "correct"]
    if better == 0:
        assert "left accuracy as it was" in words["hands"]
    else:
        assert f"{100 * abs(better) / 24:.1f}" in words["hands"]
