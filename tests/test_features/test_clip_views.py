import numpy as np
import pytest

from darkhar.config import make_parameters
from darkhar.data.video import decode_frames
from darkhar.features import clip_views
from darkhar.features.clip_views import (
    enhanced,
    example_frames,
    frame_rule,
    keypoints,
    middle_frame,
    pose_rule,
    poses,
    shown_frames,
)
from darkhar.sampling.rules import FrameRule


def test_rules_of_a_run():
    values = {"sampler": "random", "n_samples": 0.5, "seed": 3, "pose_samples": 8}
    parameters = make_parameters(values)
    assert frame_rule(parameters) == FrameRule("random", 0.5, 3)
    assert pose_rule(parameters) == FrameRule("uniform", 8)


def test_frames_as_recorded(source):
    video = decode_frames(source.layout.train[1].path)
    (found,) = shown_frames(source, "train", {1: np.array([5, 0])})
    np.testing.assert_array_equal(found, video[[5, 0]])
    # Of 6 frames, from 0.
    np.testing.assert_array_equal(middle_frame(source, "train", 1), video[3])


def test_enhanced_to_be_shown():
    frames = np.full((1, 2, 2, 3), 51, np.uint8)
    shown = enhanced(frames, "gamma:gamma=2")
    # 255 * sqrt(51 / 255) = 114.04.
    assert shown.dtype == np.uint8
    assert np.unique(shown).tolist() == [114]
    # 255 * (200 / 255) ** 2 = 156.86, which is rounded.
    assert enhanced(np.full_like(frames, 200), "gamma:gamma=0.5").max() == 157


def examples(source, n_frames, **pose):
    parameters = make_parameters({f"pose_{name}": v for name, v in pose.items()})
    clips = source.clips("train")
    return example_frames(source, clips, parameters, n_frames=n_frames)


def test_example_frames_are_among_those_detected(source):
    frames, shown = examples(source, 4, samples=8, enhancement="none")
    # Centres of quarters of eight, and of 5 frames in eight parts.
    assert shown.tolist() == [1, 3, 5, 7]
    first = [source.layout.train[number] for number in (0, 2)]
    for found, clip in zip(frames, first, strict=True):
        video = decode_frames(clip.path)
        np.testing.assert_array_equal(found, video[[0, 2, 3, 4]])


@pytest.mark.parametrize("by", ["parameter", "argument"])
def test_example_frames_are_enhanced(source, by):
    name = "textbook_equalization"
    if by == "parameter":
        frames, shown = examples(source, 9, samples=4, enhancement=name)
    else:
        parameters = make_parameters({"pose_samples": 4})
        clips = source.clips("train")
        frames, shown = example_frames(
            source, clips, parameters, n_frames=9, enhancement=name
        )
    # No more than are detected.
    assert shown.tolist() == [0, 1, 2, 3]
    assert frames[0].shape == (4, 48, 64, 3)
    # All levels are as frequent.
    assert frames[0].mean() == pytest.approx(127.5, abs=5)


@pytest.fixture
def tracked(monkeypatch):
    """Keypoints as if they had been detected: in frame n at y = x = n / 10.

    The camera goes right by 0.01 widths a frame, and is lost in every other clip.
    """

    def tracks(source, split, parameters, enhancements=None, tracking=None):
        rule = clip_views._detected(parameters)
        found = []
        for clip in getattr(source.layout, split):
            track = np.ones((clip.n_frames, 17, 3), np.float32)
            track[..., :2] *= np.arange(clip.n_frames)[:, np.newaxis, np.newaxis] / 10
            found.append(track[rule(clip.n_frames)])
        return [found for _ in enhancements or ["none"]]

    def paths(source, split, parameters):
        return [
            np.array([[1, 0, 0.01 * n, 0, 9 * (i % 2 == 0)] for n in range(c.n_frames)])
            for i, c in enumerate(getattr(source.layout, split))
        ]

    monkeypatch.setattr(clip_views, "tracks", tracks)
    monkeypatch.setattr(clip_views, "camera_paths", paths)


def seen(source, **pose):
    parameters = make_parameters({f"pose_{name}": v for name, v in pose.items()})
    (found,) = poses(source, "train", parameters)
    assert found.keypoints.dtype == np.float32
    return found.keypoints[:, :, 3]


def test_poses_in_widths_of_the_frame(source, tracked):
    # Of 5 frames of 48x64, in four parts.
    found = seen(source, samples=4, camera="as_filmed")[0]
    numbers = np.array([0, 1, 3, 4])
    np.testing.assert_allclose(found[:, 0], 0.75 * numbers / 10, rtol=1e-6)
    np.testing.assert_allclose(found[:, 1], numbers / 10, rtol=1e-6)
    (raw,) = keypoints(source, "train", make_parameters({"pose_samples": 4}))
    np.testing.assert_allclose(raw[0, :, 3, 0], numbers / 10, rtol=1e-6)


def test_poses_with_the_camera_held_still(source, tracked):
    filmed = seen(source, samples=4, camera="as_filmed")
    still = seen(source, samples=4)
    moved = 0.01 * np.array([0, 1, 3, 4])
    np.testing.assert_allclose(still[0, :, 1], filmed[0, :, 1] + moved, rtol=1e-6)
    np.testing.assert_allclose(still[0, :, 0], filmed[0, :, 0])
    # Where the camera was lost, joints are left where they are.
    np.testing.assert_array_equal(still[1], filmed[1])


def test_poses_of_every_frame(source, tracked):
    # Of 5 frames, interpolated at the middles of ten parts.
    found = seen(source, samples=10, every_frame=True, camera="as_filmed")
    assert found.shape == (4, 10, 3)
    times = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4]
    np.testing.assert_allclose(found[0, :, 1], np.array(times) / 10, rtol=1e-5)
    # Those that are shown are as they were detected.
    parameters = make_parameters({"pose_samples": 4, "pose_every_frame": True})
    (raw,) = keypoints(source, "train", parameters)
    np.testing.assert_allclose(10 * raw[0, :, 3, 0], [0, 1, 3, 4], rtol=1e-6)


def test_camera_paths_are_kept_beside_keypoints(source, monkeypatch):
    made = []

    def path(frames, boxes):
        made.append((frames.shape, boxes.shape))
        return np.tile([1.0, 0, 0, 0, 7], (len(frames), 1))

    def tracks(source, split, parameters, *_):
        rule = clip_views._detected(parameters)
        sizes = [len(rule(clip.n_frames)) for clip in getattr(source.layout, split)]
        return [[np.full((n, 17, 3), 0.5, np.float32) for n in sizes]]

    monkeypatch.setattr("darkhar.features.camera_network.camera_path", path)
    monkeypatch.setattr(clip_views, "tracks", tracks)
    parameters = make_parameters({"pose_samples": 4})
    found = clip_views.camera_paths(source, "val", parameters)
    assert [p.shape for p in found] == [(7, 5), (7, 5)]
    # All frames, with a box each.
    assert made == [((7, 48, 64, 3), (7, 4))] * 2
    clip_views.camera_paths(source, "val", parameters.replace(pose_samples=5))
    assert len(made) == 2  # the same boxes
