"""Rendered clips: a person is there, where the skeleton says, and it is dark."""

import numpy as np
import pytest

from darkclips import ClipSpec, render_clip
from darkclips.background import render_background
from darkclips.camera import Camera, camera_path
from darkclips.scenes import SCENES
from darkclips.staging import stage_clip

SPEC = ClipSpec("train", 3, 3, 1, 6, (0, 0, 3, 1))


@pytest.fixture(scope="module")
def dark():
    return render_clip(SPEC)


def test_shape_and_darkness(dark):
    assert dark.shape == (6, 240, 320, 3) and dark.dtype == np.uint8
    assert 5 < dark.mean() < 40


def test_same_specification_same_pixels(dark):
    np.testing.assert_array_equal(dark, render_clip(SPEC))


def test_without_the_sensor_it_is_day(dark):
    day = render_clip(SPEC, sensor=False)
    assert 80 < day.mean() < 115
    # Sensor noise differs from frame to frame, the empty wall of a bright clip does
    # not.
    corner = (slice(None), slice(0, 20), slice(0, 20))
    relative = [
        np.abs(np.diff(clip[corner].astype(float), axis=0)).mean() / clip[corner].mean()
        for clip in (dark, day)
    ]
    assert relative[0] > 2 * relative[1]


def test_person_is_drawn_where_the_joints_are():
    stage = stage_clip(SPEC, SPEC.rng())
    day = render_clip(SPEC, sensor=False).astype(float)
    empty = render_background(SCENES[3], stage.camera, stage.boxes)
    columns, rows = stage.camera.project(stage.joints["chest"][0])
    column, row = int(columns - stage.shift[0, 0]), int(rows - stage.shift[0, 1])
    assert 0 < column < 320 and 0 < row < 240
    # The ratio of the picture to the empty scene is constant except where the body is.
    shifted = np.roll(
        empty.radiance, -np.rint(stage.shift[0][::-1]).astype(int), (0, 1)
    ) ** (1 / 2.2)
    ratio = np.log((day[0] + 1) / (shifted + 1e-3)).mean(axis=2)
    change = np.abs(ratio - np.median(ratio))
    around = change[max(row - 8, 0) : row + 8, max(column - 6, 0) : column + 6]
    assert np.median(around) > 5 * np.median(change)


def test_camera_projects_by_hand():
    camera = Camera((0, 1, 5), (0, 1, 0), focal=300)
    columns, rows = camera.project(np.array([[0, 1, 0], [1, 1, 0], [0, 2, 2]], float))
    assert columns == pytest.approx([160, 160 + 60, 160])
    assert rows == pytest.approx([120, 120, 120 - 100])


def test_rays_invert_projection():
    camera = Camera((2, 1.5, 4), (0, 1, 0))
    ray = camera.rays(0, 0, 320, 240)[:, 60, 200]
    columns, rows = camera.project(np.array(camera.position) + 3.7 * ray)
    assert (columns, rows) == pytest.approx((200.5, 60.5), abs=1e-3)


def test_camera_follows_the_subject():
    subject = np.stack([np.linspace(100, 220, 200), np.full(200, 120.0)], axis=1)
    still = camera_path(200, np.random.default_rng(0), subject, 0.0, 0.0)
    assert still == pytest.approx(np.zeros((200, 2)))
    following = camera_path(200, np.random.default_rng(0), subject, 0.0, 0.5)
    assert following[-1, 0] - following[0, 0] == pytest.approx(60, abs=3)
    shaking = camera_path(200, np.random.default_rng(0), subject, 1.0, 0.0)
    assert 0.5 < shaking.std() < 4


def test_background_depth_of_the_floor():
    scene = SCENES[2]
    camera = Camera((0.0, 1.5, 5.0), (0.0, 1.5, 0.0), focal=300)
    background = render_background(scene, camera)
    # Row 220.5 looks down by 100/300 per metre: 1.5 m are reached at 4.478 m
    # (100.5/300).
    assert background.floor[220, 160]
    assert background.depth[220, 160] == pytest.approx(1.5 * 300 / 100.5, rel=1e-4)
    assert background.ground[1, 220, 160] == pytest.approx(
        5 - 1.5 * 300 / 100.5, abs=1e-3
    )
    assert background.radiance.min() >= 0


def test_scenes_look_different():
    means = []
    for scene in SCENES.values():
        background = render_background(scene, Camera((0.0, 1.5, 4.0), (0.0, 1.0, 0.0)))
        image = background.radiance / background.radiance.mean()
        means.append(image.reshape(6, 40, 8, 40, 3).mean(axis=(1, 3)).ravel())
    distance = np.linalg.norm(np.array(means)[:, None] - np.array(means), axis=2)
    assert distance[~np.eye(len(means), dtype=bool)].min() > 2
