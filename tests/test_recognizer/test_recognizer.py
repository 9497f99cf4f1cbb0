"""What is said of clips, with a classifier whose answers are known."""

import fractions

import av
import numpy as np
import pytest

from darkclips.joints import simulate_joints
from darkclips.motion import CLASSES
from darkhar.config import DataError, WeightsError
from darkhar.data.playback import decode_at_equal_times
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.recognizer import Recognizer, simulated, strangers
from darkhar.recognizer import recognizer as module
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
    lost[5:, 4], lost[:, 2] = 0, np.arange(40)
    found = surely.judge(sighting(path=lost))
    assert found.unsure == "camera lost" and found.probabilities["Walk"] > 0.7
    # A path that is not believed changes nothing.
    np.testing.assert_array_equal(
        sighting(path=lost).poses(20).keypoints, sighting().poses(20).keypoints
    )


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
            picture = np.full((32, 32, 3), min(10 * number + 20, 250), np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = time
            frame.time_base = fractions.Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_frames_at_equal_times(tmp_path):
    # The third frame is shown for four thirtieths.
    write_clip(tmp_path / "clip.mp4", [0, 1, 2, 6, 7, 8])
    frames = decode_at_equal_times(tmp_path / "clip.mp4", 30, width=640, longest=60)
    levels = ((frames.mean(axis=(1, 2, 3)) - 20) / 10).round().astype(int)
    assert levels.tolist() == [0, 1, 2, 2, 2, 2, 3, 4, 5]
    half = decode_at_equal_times(tmp_path / "clip.mp4", 15, width=640, longest=60)
    levels = ((half.mean(axis=(1, 2, 3)) - 20) / 10).round().astype(int)
    assert levels.tolist() == [0, 2, 2, 3, 5]


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
        seen = Sighting(keypoints, path, track.seconds)
        assert np.isfinite(kinematic_descriptors(seen.poses(24))).all()
        verdict = loaded.judge(seen)
        right.append(verdict.ranked[0][0] == CLASSES[track.label])
    assert np.mean(right) > 0.6
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


def test_looks_at_brightened_frames(monkeypatch):
    seen = {}

    def track_clip(movenet, frames):
        seen["frames"] = frames
        found = np.full((len(frames), 17, 3), 0.5)
        found[..., 1] += np.arange(len(frames))[:, None] / 100
        return found

    monkeypatch.setattr(module, "track_clip", track_clip)
    monkeypatch.setattr(Recognizer, "movenet", None)
    monkeypatch.setattr(module, "_FRAMES_AT_ONCE", 7)
    frames = np.full((20, 24, 32, 3), 16, np.uint8)
    found = recognizer(0.5, 0.4, 0.1).look(frames, 10.0)
    # Gamma correction by 2.2 of 16 of 255.
    expected = round(255 * (16 / 255) ** (1 / 2.2))
    assert seen["frames"].dtype == np.uint8 and seen["frames"].shape == frames.shape
    assert (seen["frames"] == expected).all()
    assert found.seconds == 2.0
    assert found.keypoints[0, 0].tolist() == [0.5 * 24 / 32, 0.5, 0.5]
    assert found.path.shape == (20, 5)


def rotated(path, quarter):
    """Writes that a player turns the clip clockwise by a quarter."""
    content = path.read_bytes()
    start = content.index(b"tkhd") + 4 + 40
    one = (1 << 16).to_bytes(4, "big")
    minus = (-(1 << 16)).to_bytes(4, "big", signed=True)
    zero, unit = bytes(4), (1 << 30).to_bytes(4, "big")
    a, b = {90: (one, minus), 270: (minus, one)}[quarter]
    matrix = b"".join([zero, a, zero, b, zero, zero, zero, zero, unit])
    path.write_bytes(content[:start] + matrix + content[start + 36 :])


@pytest.mark.parametrize("quarter", [90, 270])
def test_a_telephone_held_upright(tmp_path, quarter):
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        picture = np.zeros((32, 64, 3), np.uint8)
        picture[:, :16] = 255  # bright on the left
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    rotated(path, quarter)
    frames = decode_at_equal_times(path, 30, width=640, longest=60)
    assert frames.shape[1:] == (64, 32, 3)
    top, bottom = frames[0, :12].mean(), frames[0, -12:].mean()
    # Turned clockwise, what was on the left is above.
    assert (top > 200 > 50 > bottom) if quarter == 90 else (bottom > 200 > 50 > top)


def test_large_frames_are_made_smaller_and_long_clips_refused(tmp_path):
    path = tmp_path / "clip.mp4"
    write_clip(path, range(40))
    frames = decode_at_equal_times(path, 30, width=16, longest=60)
    assert frames.shape == (40, 16, 16, 3)
    with pytest.raises(DataError, match="lasts longer than 1 s; cut it"):
        decode_at_equal_times(path, 30, width=640, longest=1)
