import subprocess
import sys

import numpy as np

from darkhar.pose.joints import (
    BONES,
    FACE,
    HIPS,
    JOINTS,
    MIRRORED,
    PARENTS,
    SHOULDERS,
    pair,
)


def mirrored_name(joint):
    swap = {"left": "right", "right": "left"}
    return "_".join(swap.get(word, word) for word in joint.split("_"))


def test_seventeen_joints_of_coco():
    assert len(JOINTS) == len(set(JOINTS)) == 17
    assert JOINTS[0] == "nose"
    for left, right in zip(JOINTS[1::2], JOINTS[2::2], strict=True):
        assert left == right.replace("right", "left")


def test_parts_of_the_body():
    assert pair("knee") == (JOINTS.index("left_knee"), JOINTS.index("right_knee"))
    assert (pair("shoulder"), pair("hip")) == (SHOULDERS, HIPS)
    assert {JOINTS[i].split("_")[-1] for i in FACE} == {"nose", "eye", "ear"}
    assert len(FACE) == 5


def test_joints_alone_import_nothing_else():
    code = (
        "import sys; before = set(sys.modules); import darkhar.pose.joints;"
        "new = set(sys.modules) - before;"
        "known = sys.stdlib_module_names;"
        "print(*sorted(m for m in new if m.split('.')[0] not in known))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    imported = {name for name in done.stdout.split() if not name.startswith("wrapt")}
    assert imported == {"darkhar", "darkhar.pose", "darkhar.pose.joints"}


def test_bones_join_every_joint_to_every_other():
    reached = {"nose"}
    for _ in JOINTS:
        reached |= {joint for bone in BONES if reached & set(bone) for joint in bone}
    assert reached == set(JOINTS)


def test_bones_are_distinct_and_the_same_on_both_sides():
    bones = {frozenset(bone) for bone in BONES}
    assert len(bones) == len(BONES) == 18
    assert all(len(bone) == 2 for bone in bones)
    assert {frozenset(map(mirrored_name, bone)) for bone in bones} == bones


def test_mirroring_swaps_left_and_right_and_undoes_itself():
    names = np.array(JOINTS)
    assert names[list(MIRRORED)].tolist() == [mirrored_name(name) for name in JOINTS]
    assert [MIRRORED[i] for i in MIRRORED] == list(range(17))
    assert [i for i in range(17) if MIRRORED[i] == i] == [JOINTS.index("nose")]
    keypoints = np.arange(2 * 17 * 3).reshape(2, 17, 3)
    mirrored = keypoints[..., MIRRORED, :]
    left, right = JOINTS.index("left_wrist"), JOINTS.index("right_wrist")
    np.testing.assert_array_equal(mirrored[:, left], keypoints[:, right])


def test_parents_lead_along_bones_to_the_trunk():
    chain = [JOINTS.index("left_wrist")]
    while chain[-1] != -1:
        chain.append(PARENTS[chain[-1]])
    names = [JOINTS[i] for i in chain[:-1]]
    assert names == ["left_wrist", "left_elbow", "left_shoulder"]
    bones = {frozenset(bone) for bone in BONES}
    roots = set()
    for joint, parent in zip(JOINTS, PARENTS, strict=True):
        if parent == -1:
            roots.add(joint)
        else:
            assert frozenset((joint, JOINTS[parent])) in bones
    trunk = {"left_shoulder", "right_shoulder", "left_hip", "right_hip"}
    assert roots == trunk | {"nose"}


def test_parents_are_the_same_on_both_sides():
    for joint, parent in enumerate(PARENTS):
        expected = -1 if parent == -1 else MIRRORED[parent]
        assert PARENTS[MIRRORED[joint]] == expected
