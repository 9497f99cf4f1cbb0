"""What is said of clips, with a classifier whose answers are known."""

import pickle

import numpy as np
import pytest
from written_clips import write_clip

from darkclips.joints import simulate_joints
from darkclips.motion import CLASSES
from darkhar.config import DataError, WeightsError
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.recognizer import Recognizer, simulated, strangers
from darkhar.recognizer import recognizer as module
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.simulated import SETTINGS, load_recognizer

SAMPLED = SETTINGS.replace(pose_samples=20)
STILL = np.tile([1.0, 0, 0, 0, 9], (40, 1))


def recognizer(*probabilities, threshold=0.6):
    logits = np.log([probabilities])
    return Recognizer(
        SETTINGS, ("Run", "Walk"), lambda poses: logits, Confidence(1.0, threshold)
    )


def sighting(score=0.8, path=STILL):
    keypoints = np.random.default_rng(0).uniform(0.3, 0.6, size=(40, 17, 3))
    keypoints[..., 2] = score
    return Sighting(keypoints, path, 30.0)


def test_sure_and_unsure():
    verdict = recognizer(0.1, 0.7, 0.2).judge(sighting())
    assert verdict.action == "Walk"
    assert verdict.probabilities == pytest.approx({"Run": 0.1, "Walk": 0.7})
    assert recognizer(0.1, 0.5, 0.4).judge(sighting()).unsure == "not sure enough"
    found = recognizer(0.1, 0.2, 0.7).judge(sighting())
    assert found.unsure == "none of the actions" and found.action is None


def test_nobody_is_seen_and_the_camera_is_lost():
    surely = recognizer(0.1, 0.8, 0.1)
    assert surely.judge(sighting(score=0.1)).unsure == "nobody seen"
    lost = STILL.copy()
    lost[5:, 4], lost[:, 2] = 0, np.arange(40)
    found = surely.judge(sighting(path=lost))
    assert found.unsure == "camera lost" and found.probabilities["Walk"] > 0.7
    # A path that is not believed changes nothing.
    poses = [sighting(path=path).poses(SAMPLED) for path in (lost, STILL)]
    np.testing.assert_array_equal(poses[0].keypoints, poses[1].keypoints)


def test_the_camera_is_held_still_before_classification():
    # The person stays in the middle of a frame that moves by a width a second.
    path = STILL.copy()
    path[:, 2] = np.arange(40) / 30
    seen = sighting(path=path)
    seen.keypoints[:] = seen.keypoints[:1]
    poses = seen.poses(SAMPLED)
    assert poses.keypoints.shape == (1, 20, 17, 3)
    moved = np.diff(poses.keypoints[0, :, 0, 1])
    assert moved[3:-3] == pytest.approx(40 / 20 / 30, rel=0.02)
    assert poses.seconds.tolist() == [40 / 30]


def test_as_a_run_looks_that_samples_frames_as_filmed():
    path = STILL.copy()
    path[:, 2] = np.arange(40) / 30
    filmed = SAMPLED.replace(pose_camera="as_filmed", pose_every_frame=False)
    seen = sighting(path=path)
    poses = seen.poses(filmed)
    # Of 40 frames the centres of 20 equal parts, where they were in the picture.
    expected = seen.keypoints[1::2].astype(np.float32)
    np.testing.assert_array_equal(poses.keypoints[0], expected)


@pytest.mark.parametrize(
    ("frames", "fps", "words"),
    [
        (np.zeros((40, 8, 8), np.uint8), 30, r"uint8 \[40, 8, 8\]"),
        (np.zeros((40, 8, 8, 3), float), 30, "float64"),
        (np.zeros((0, 8, 8, 3), np.uint8), 30, r"one or more. Received: uint8 \[0,"),
        ([[1, 2], [3, 4]], 30, r"int64 \[2, 2\]"),
        (np.zeros((40, 8, 8, 3), np.uint8), 0, "fps is positive and finite. Received"),
        (np.zeros((40, 8, 8, 3), np.uint8), np.inf, "fps is positive and finite."),
    ],
)
def test_what_is_no_clip(frames, fps, words):
    with pytest.raises(ValueError, match=words):
        recognizer(0.5, 0.4, 0.1).predict(frames, fps)


def test_too_short_a_clip_is_not_looked_at():
    frames = np.zeros((14, 8, 8, 3), np.uint8)
    assert recognizer(0.9, 0.05, 0.05).predict(frames).unsure == "too short"


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(DataError, match="no such clip"):
        recognizer(0.5, 0.4, 0.1).predict_file(tmp_path / "gone.mp4")


@pytest.mark.slow
def test_of_simulated_people(few_simulated, monkeypatch):
    monkeypatch.setattr(strangers, "FITTED", 12)
    monkeypatch.setattr(strangers, "TRIED", 8)
    monkeypatch.setattr(simulated, "_ACTING", 36)
    monkeypatch.setattr(simulated, "resolve_movenet", lambda *_: None)
    loaded = load_recognizer(SETTINGS.replace(pose_samples=24))
    assert loaded.actions == CLASSES
    assert loaded.confidence.temperature > 0 and 0 <= loaded.confidence.threshold < 1
    # Acting without errors of detection, most are known.
    right = []
    for track in simulate_joints(30, seed=9):
        scores = np.full((*track.joints.shape[:2], 1), 0.8)
        keypoints = np.concatenate([track.joints, scores], axis=-1)
        path = np.zeros((len(keypoints), 5))
        path[:, 0], path[:, 4] = 1, 9
        path[:, 2:4] = track.camera[:, ::-1]
        seen = Sighting(keypoints, path, len(keypoints) / track.seconds)
        assert np.isfinite(kinematic_descriptors(seen.poses(loaded.parameters))).all()
        verdict = loaded.judge(seen)
        right.append(verdict.ranked[0][0] == CLASSES[track.label])
    assert np.mean(right) > 0.6
    # It can be handed to another process.
    again = pickle.loads(pickle.dumps(loaded))
    assert again.judge(seen) == loaded.judge(seen)
    # The same again, from what was kept.
    monkeypatch.setattr(Confidence, "fitted", None)
    monkeypatch.setattr("darkhar.pose.simulated_poses.simulate_joints", None)
    again = load_recognizer(SETTINGS.replace(pose_samples=24))
    assert again.confidence == loaded.confidence


def test_what_cannot_be_had_is_said_first(monkeypatch):
    def simulate_joints(*_, **__):
        raise AssertionError("people were simulated")

    monkeypatch.setattr("darkhar.pose.simulated_poses.simulate_joints", simulate_joints)
    with pytest.raises(WeightsError, match="gone"):
        load_recognizer(SETTINGS.replace(pose_weights="gone.json"))


class Moving:
    """Finds all joints in one place, a hundredth farther right in each frame."""

    def __init__(self):
        self.seen, self.begun = [], []

    def track_clip(self, movenet, frames, before=None):
        self.seen.append(frames)
        self.begun.append(before is None)
        found = np.full((len(frames), 17, 3), 0.5)
        start = 0.5 if before is None else before[0, 1] + 0.01
        found[..., 1] = start + np.arange(len(frames))[:, None] / 100
        return found


@pytest.fixture
def moving(monkeypatch):
    found = Moving()
    monkeypatch.setattr(module, "track_clip", found.track_clip)
    monkeypatch.setattr(Recognizer, "movenet", None)
    monkeypatch.setattr(module, "_ENHANCED", 7)
    return found


def test_looks_at_brightened_frames(moving):
    frames = np.full((20, 24, 32, 3), 16, np.uint8)
    found = recognizer(0.5, 0.4, 0.1).look([frames], 10.0)
    # Gamma correction by 2.2 of 16 of 255.
    expected = 255 * (16 / 255) ** (1 / 2.2)
    assert [len(seen) for seen in moving.seen] == [7, 7, 6]
    assert np.concatenate(moving.seen) == pytest.approx(expected, abs=0.51)
    assert found.seconds == 2.0 and len(found) == 20
    assert found.keypoints[0, 0].tolist() == [0.5 * 24 / 32, 0.5, 0.5]
    assert found.path.shape == (20, 5) and found.shots == (0,)


def textured(seed):
    """A picture with corners, float `[120, 200]`."""
    noise = np.random.default_rng(seed).uniform(20, 120, (30, 50))
    return np.kron(noise, np.ones((4, 4)))


def panned(seed, n_frames, first=0):
    """A camera that goes right by two pixels a frame, uint8 `[frames, 96, 128, 3]`."""
    picture = textured(seed)
    views = [picture[10:106, 2 * i : 2 * i + 128] for i in range(first, n_frames)]
    return np.repeat(np.stack(views)[..., np.newaxis], 3, axis=-1).astype(np.uint8)


def test_one_block_after_the_other_is_as_all_at_once(moving):
    frames = panned(0, 30)
    whole = recognizer(0.5, 0.4, 0.1).look([frames], 30.0)
    parts = recognizer(0.5, 0.4, 0.1).look([frames[:13], frames[13:]], 30.0)
    np.testing.assert_allclose(parts.keypoints, whole.keypoints)
    # Two pixels of 128 a frame, whether the path is chained or not.
    pan = 2 / 128 * np.arange(30)
    for found in (whole, parts):
        assert found.path[:, 2] == pytest.approx(pan, abs=0.004)
    assert moving.begun[0] and not any(moving.begun[1:5])


def test_each_shot_begins_anew(moving):
    frames = np.concatenate([panned(0, 12), panned(1, 9)])
    found = recognizer(0.1, 0.8, 0.1).look([frames[:5], frames[5:]], 30.0)
    assert found.shots == (0, 12)
    assert found.keypoints[11, 0, 1] == pytest.approx(0.61)
    assert found.keypoints[12, 0, 1] == pytest.approx(0.5)
    assert found.path[12].tolist() == [1, 0, 0, 0, 0]
    # As one clip it is not believed: nobody knows what the camera did in between.
    assert recognizer(0.1, 0.8, 0.1).judge(found).unsure == "several shots"
    assert recognizer(0.1, 0.8, 0.1).judge(found.part(12, 21)).unsure == "too short"


def test_a_part_begins_where_the_camera_is():
    path = STILL.copy()
    path[:, 2] = np.arange(40) / 10
    part = sighting(path=path).part(10, 30)
    assert len(part) == 20 and part.shots == (0,)
    assert part.path[:, 2] == pytest.approx(np.arange(20) / 10)


def test_a_file_longer_than_a_clip(moving, tmp_path):
    write_clip(tmp_path / "clip.mp4", range(40))
    assert len(recognizer(0.5, 0.4, 0.1).look_at(tmp_path / "clip.mp4")) == 40
    moving.seen.clear()
    with pytest.raises(DataError, match="lasts longer than 1 s; look at it in windows"):
        recognizer(0.5, 0.4, 0.1).look_at(tmp_path / "clip.mp4", longest=1.0)
    assert not moving.seen  # its header says so
