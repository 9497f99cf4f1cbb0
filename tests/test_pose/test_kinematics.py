import numpy as np
import pytest
from standing_figure import TORSO, clip_of, figure

from darkhar.pose.joints import JOINTS
from darkhar.pose.kinematics import KINEMATICS, SIGNED, kinematic_descriptors
from darkhar.pose.pose_clips import PoseClips

FRAMES, SECONDS = 60, 2.0
TIMES = np.arange(FRAMES) * SECONDS / FRAMES
STANDING = np.repeat(figure()[np.newaxis], FRAMES, axis=0)


def described(clips):
    return dict(zip(KINEMATICS, kinematic_descriptors(clips)[0], strict=True))


def moved(*, y=0.0, x=0.0):
    """The figure moved by torso lengths, float `[frames]`."""
    shift = np.stack(np.broadcast_arrays(y, x, TIMES)[:2], axis=-1)
    return STANDING + shift[:, np.newaxis]


def test_a_figure_at_rest():
    values = described(clip_of(STANDING))
    np.testing.assert_allclose(list(values.values()), 0, atol=1e-4)


def test_walking_across():
    values = described(clip_of(moved(x=1.5 * TIMES)))
    # Smoothing bends the ends.
    assert values["speed"] == pytest.approx(1.5, rel=0.02)
    assert values["speed across"] == pytest.approx(1.5, rel=0.12)
    assert values["speed in depth"] == pytest.approx(0, abs=1e-3)
    assert values["net speed"] == pytest.approx(1.5, rel=0.12)
    assert values["shoulders bounce speed"] == pytest.approx(0, abs=1e-3)


def test_walking_away():
    # At the distance f / h = 5 torso lengths and one more each second.
    distance = 5 + TIMES
    values = described(clip_of(STANDING, torso=1 / distance))
    assert values["speed in depth"] == pytest.approx(1, rel=0.12)
    assert values["speed"] == pytest.approx(1, rel=0.1)
    assert values["speed across"] == pytest.approx(0, abs=1e-3)
    assert values["net speed"] == pytest.approx(1, rel=0.12)


def test_bouncing():
    values = described(clip_of(moved(y=0.2 * np.sin(2 * np.pi * 2 * TIMES))))
    # Of a sine of two hertz, the fine Gaussian keeps exp(-(2 pi f s)^2 / 2), the
    # slow mean takes away next to nothing.
    kept = np.exp(-((2 * np.pi * 2 * 0.07) ** 2) / 2)
    amplitude = 0.2 * kept / np.sqrt(2)
    assert values["shoulders bounce"] == pytest.approx(amplitude, rel=0.1)
    assert values["hips bounce"] == pytest.approx(amplitude, rel=0.1)
    # The median against strays flattens the crests a little.
    speed = 2 * np.pi * 2 * amplitude
    assert values["shoulders bounce speed"] == pytest.approx(speed, rel=0.15)
    assert values["head bounce speed"] == pytest.approx(speed, rel=0.15)
    for part in ("shoulders", "hips", "head"):
        assert values[f"{part} bounce rate"] == pytest.approx(2, rel=0.05)
    assert values["bounce coherence"] == pytest.approx(1, abs=0.01)


def test_sitting_down_and_standing_up():
    down = np.clip((TIMES - 0.5) * 0.8, 0, 0.8)
    values = described(clip_of(moved(y=down)))
    for part in ("shoulders", "hips", "head"):
        assert values[f"{part} lowered"] == pytest.approx(0.8, abs=0.02)
    values = described(clip_of(moved(y=-down)))
    assert values["hips lowered"] == pytest.approx(-0.8, abs=0.02)


def test_turning_round():
    turned = STANDING.copy()
    # Half a turn in the middle second: what is across shrinks and changes sides.
    facing = np.cos(np.pi * np.clip(TIMES - 0.5, 0, 1))
    turned[:, :, 1] *= facing[:, np.newaxis]
    values = described(clip_of(turned))
    assert values["shoulder width range"] == pytest.approx(1.0, abs=0.05)
    assert values["shoulder width change"] == pytest.approx(1.0, abs=0.05)
    assert values["hip width range"] == pytest.approx(0.6, abs=0.05)
    assert values["net speed"] == pytest.approx(0, abs=1e-3)


def test_hands_that_swing():
    clips = clip_of(moved())
    before = described(clips)
    keypoints = clips.keypoints.copy()
    wrists = [JOINTS.index("left_wrist"), JOINTS.index("right_wrist")]
    keypoints[..., wrists, 0] = keypoints[..., [11], 0]
    size = np.ptp(keypoints[0, 0, [5, 11], 0])
    # Half a torso's length over the hips in the middle, a fifth up and down.
    swing = 0.5 + 0.2 * np.sin(2 * np.pi * TIMES)
    keypoints[0, :, wrists, 0] -= (size * swing).astype(np.float32)
    values = described(PoseClips(keypoints, clips.seconds))
    assert values["hands height"] == pytest.approx(0.5, abs=0.02)
    assert values["hands swing"] == pytest.approx(0.2 / np.sqrt(2), rel=0.15)
    assert {n: v for n, v in values.items() if "hands" not in n} == {
        n: v for n, v in before.items() if "hands" not in n
    }


def lively_clip():
    rng = np.random.default_rng(3)
    poses = moved(x=TIMES, y=0.1 * np.sin(9 * TIMES))
    return clip_of(poses + 0.05 * rng.normal(size=poses.shape))


def test_neither_size_nor_place_nor_side_matters():
    clips = lively_clip()
    expected = kinematic_descriptors(clips)
    np.testing.assert_allclose(
        kinematic_descriptors(clips.mirrored()), expected, rtol=1e-3, atol=1e-4
    )
    keypoints = clips.keypoints + np.float32([0.1, -0.2, 0])
    elsewhere = PoseClips(keypoints, clips.seconds)
    np.testing.assert_allclose(
        kinematic_descriptors(elsewhere), expected, rtol=1e-3, atol=1e-4
    )
    # Half as large is twice as far, which speeds in depth alone notice.
    half = clips.keypoints * np.float32([0.5, 0.5, 1])
    depth = [i for i, name in enumerate(KINEMATICS) if "speed" in name.split()]
    rest = np.setdiff1d(np.arange(len(KINEMATICS)), depth)
    halved = kinematic_descriptors(PoseClips(half, clips.seconds))
    np.testing.assert_allclose(halved[:, rest], expected[:, rest], rtol=1e-3, atol=1e-4)


def test_signs():
    rng = np.random.default_rng(0)
    clips = PoseClips(rng.uniform(size=[20, 16, 17, 3]), rng.uniform(1, 3, 20))
    values = kinematic_descriptors(clips)
    assert values.shape == (20, len(KINEMATICS))
    positive = [name not in SIGNED for name in KINEMATICS]
    assert (values[:, positive] >= 0).all()
    assert set(SIGNED) < set(KINEMATICS)


def test_strays_and_unseen_joints_do_little():
    clips = clip_of(moved(x=TIMES))
    keypoints = clips.keypoints.copy()
    keypoints[0, 20, JOINTS.index("left_shoulder"), :2] = 0.0
    keypoints[0, 30:33, JOINTS.index("left_hip")] = (0.9, 0.9, 0.0)
    values = described(PoseClips(keypoints, clips.seconds))
    assert values["shoulder width range"] < 0.05
    assert values["speed"] == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("n_frames", [2, 3, 1])
def test_few_frames_and_no_body_give_numbers(n_frames):
    keypoints = np.zeros([1, n_frames, 17, 3], np.float32)
    values = kinematic_descriptors(PoseClips(keypoints, np.array([1.0])))
    assert np.isfinite(values).all()


def test_torso_of_the_figure():
    assert np.hypot(*(figure()[JOINTS.index("left_shoulder")] * (1, 0))) == 1
    assert TORSO > 0.025
