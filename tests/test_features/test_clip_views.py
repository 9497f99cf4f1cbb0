import numpy as np
import pytest

from darkhar.config import make_parameters
from darkhar.data.video import decode_frames
from darkhar.features.clip_views import (
    enhanced,
    example_frames,
    frame_rule,
    middle_frame,
    pose_rule,
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
