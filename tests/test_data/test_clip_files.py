from pathlib import PurePosixPath

import pytest

from darkhar.data.clip_files import named_classes, scene_of

CLASSES = ("Jump", "Sit", "Sit_down", "跳", "Stand up")


@pytest.mark.parametrize(
    ("clip", "scene"),
    [
        ("Jump/Jump_11_3.mp4", "11"),
        ("Jump_11_3.mp4", "11"),
        ("Sit_a_1.mp4", "a"),
        ("Sit_down_3_1.mp4", "3"),
        ("Sit_down_living_room_1.mp4", "living_room"),
        ("stand_up_3_1.mp4", "3"),
        ("跳_7_2.mp4", "7"),
        # The folder says how the class is called in names.
        ("Hop/Hop_11_3.mp4", "11"),
        ("26.mp4", ""),
        ("Jump3.mp4", ""),
        ("Jump_11.mp4", ""),
        ("Jump.mp4", ""),
        ("video_2024_01.mp4", ""),
    ],
)
def test_scene_of(clip, scene):
    assert scene_of(PurePosixPath(clip), CLASSES) == scene


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        ("Sit_down/Sit_down_3_1.mp4", ["Sit_down"]),
        ("Sit down/Jump_3_1.mp4", ["Sit_down", "Jump"]),
        ("Jump/3/clip.mp4", ["Jump"]),
        ("26.mp4", []),
    ],
)
def test_classes_that_folders_and_names_say(clip, said):
    assert named_classes(PurePosixPath(clip), CLASSES) == said
