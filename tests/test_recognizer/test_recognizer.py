"""What is said of clips, with a classifier whose answers are known."""

import dataclasses
import fractions

import av
import numpy as np
import pytest

from darkclips.joints import simulate_joints
from darkclips.motion import CLASSES, OTHERS
from darkhar.config import DataError
from darkhar.data.video import decode_at_equal_times
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.recognizer import Recognizer, simulated
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.simulated import SETTINGS, load_recognizer

STILL = np.tile([1.0, 0, 0, 0, 9], (40, 1))


def recognizer(*probabilities, threshold=0.6):
    logits = np.log([probabilities])
    return Recognizer(
        SETTINGS, ("Run", "Walk"), lambda poses: logits, Confidence(1.0, threshold)
    )


def sighting(score=0.8, path=STILL):
    keypoints = np.random.default_rng(0).uniform(0.3, 0.6, size=(40, 17, 3))
    keypoints[..., 2] = score
    return Sighting(keypoints, path, 40 / 30)


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
    lost[5:, 4] = 0
    found = surely.judge(sighting(path=lost))
    assert found.unsure == "camera lost" and found.probabilities["Walk"] > 0.7


def test_the_camera_is_held_still_before_classification():
    # The person stays in the middle of a frame that moves by a width a second.
    path = STILL.copy()
    path[:, 2] = np.arange(40) / 30
    seen = sighting(path=path)
    seen.keypoints[:] = seen.keypoints[:1]
    poses = seen.poses(20)
    assert poses.keypoints.shape == (1, 20, 17, 3)
    moved = np.diff(poses.keypoints[0, :, 0, 1])
    assert moved[3:-3] == pytest.approx(40 / 20 / 30, rel=0.02)
    assert poses.seconds.tolist() == [40 / 30]


@pytest.mark.parametrize(
    ("frames", "fps", "words"),
    [
        (np.zeros((40, 8, 8), np.uint8), 30, r"uint8 \[40, 8, 8\]"),
        (np.zeros((40, 8, 8, 3), float), 30, "float64"),
        (np.zeros((40, 8, 8, 3), np.uint8), 0, "fps is positive. Received: 0"),
    ],
)
def test_what_is_no_clip(frames, fps, words):
    with pytest.raises(ValueError, match=words):
        recognizer(0.5, 0.4, 0.1).predict(frames, fps)


def test_too_short_a_clip_is_not_looked_at():
    frames = np.zeros((14, 8, 8, 3), np.uint8)
    assert recognizer(0.9, 0.05, 0.05).predict(frames).unsure == "too short"


def write_clip(path, times, fps=30):
    """A clip whose frames are shown from these times on, in thirtieths of a second;
    each is as bright as its number times ten."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        stream.options = {"bf": "0"}
        stream.codec_context.time_base = fractions.Fraction(1, fps)
        for number, time in enumerate(times):
            picture = np.full((32, 32, 3), 10 * number + 20, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = time
            frame.time_base = fractions.Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_frames_at_equal_times(tmp_path):
    # The third frame is shown for four thirtieths.
    write_clip(tmp_path / "clip.mp4", [0, 1, 2, 6, 7, 8])
    frames = decode_at_equal_times(tmp_path / "clip.mp4", 30)
    levels = ((frames.mean(axis=(1, 2, 3)) - 20) / 10).round().astype(int)
    assert levels.tolist() == [0, 1, 2, 2, 2, 2, 3, 4, 5]
    half = decode_at_equal_times(tmp_path / "clip.mp4", 15)
    levels = ((half.mean(axis=(1, 2, 3)) - 20) / 10).round().astype(int)
    assert levels.tolist() == [0, 2, 2, 3, 5]


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(DataError, match="no such clip"):
        recognizer(0.5, 0.4, 0.1).predict_file(tmp_path / "gone.mp4")


@pytest.mark.slow
def test_of_simulated_people(few_simulated, monkeypatch):
    monkeypatch.setattr(simulated, "FITTED", 12)
    monkeypatch.setattr(simulated, "TRIED", 8)
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
        seen = Sighting(keypoints, path, track.seconds)
        assert np.isfinite(kinematic_descriptors(seen.poses(24))).all()
        verdict = loaded.judge(seen)
        right.append(verdict.ranked[0][0] == CLASSES[track.label])
    assert np.mean(right) > 0.6
    # The same again, from what was kept.
    assert load_recognizer(SETTINGS.replace(pose_samples=24)).confidence == (
        loaded.confidence
    )
    assert set(OTHERS).isdisjoint(CLASSES)


def test_settings_that_the_recognizer_is_fitted_for():
    assert SETTINGS.pose_every_frame and SETTINGS.pose_tracking
    assert SETTINGS.pose_camera == "still"
    assert dataclasses.is_dataclass(SETTINGS)
