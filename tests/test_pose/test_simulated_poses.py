import dataclasses

import numpy as np
import pytest

from darkclips.joints import simulate_joints
from darkhar.config import POSE_MODELS, make_parameters
from darkhar.pose.detection_errors import DetectionErrors, measured_errors
from darkhar.pose.simulated_poses import Simulation, acted
from darkhar.sampling.rules import uniform_indices
from darkhar.store.keys import key_of

NONE = DetectionErrors(
    **{
        field.name: np.zeros(17)
        for field in dataclasses.fields(DetectionErrors)
        if field.name not in ("bias", "difficulty", "score_clip_sd", "astray_frames")
    }
    | {"bias": np.zeros((17, 2))}
    | dict.fromkeys(("difficulty", "score_clip_sd"), np.array(0.0))
    | {"astray_frames": np.ones(17), "swapped_frames": np.ones(17)}
)
PERFECT = Simulation(7, every_frame=False, still=False, errors=NONE)


def within(joints):
    """In a frame of 320 by 240, in its widths."""
    return np.clip(joints, 0, [0.75, 1])


def test_joints_as_they_are_seen():
    poses, tracks = PERFECT.poses(8), simulate_joints(7)
    assert poses.keypoints.shape == (7, 8, 17, 3)
    assert poses.keypoints.dtype == np.float32
    assert poses.seconds.tolist() == [track.seconds for track in tracks]
    for found, track in zip(poses.keypoints, tracks, strict=True):
        taken = uniform_indices(len(track.joints), 8)
        seen = within(track.joints[taken])
        np.testing.assert_allclose(found[..., :2], seen, rtol=1e-6)
    assert PERFECT.actions[:7] == [
        "Jump",
        "Run",
        "Sit",
        "Stand",
        "Turn",
        "Walk",
        "Jump",
    ]


def test_the_camera_is_taken_out_but_for_its_error():
    still = dataclasses.replace(PERFECT, still=True).poses(8)
    for found, track in zip(still.keypoints, simulate_joints(7), strict=True):
        taken = uniform_indices(len(track.joints), 8)
        expected = (within(track.joints) + track.camera[:, np.newaxis])[taken]
        off = found[..., :2] - expected
        # All joints are off alike: by 0.1 pixels a frame, in a walk.
        np.testing.assert_allclose(
            off, np.broadcast_to(off[:, :1], off.shape), atol=1e-6
        )
        assert 0 < 320 * np.abs(off).max() < 5


def test_of_every_frame():
    every = dataclasses.replace(PERFECT, every_frame=True).poses(150)
    first = simulate_joints(1)[0].joints
    assert every.keypoints.shape[1] == 150
    np.testing.assert_allclose(
        every.keypoints[0, [0, -1], :, :2], within(first[[0, -1]]), rtol=1e-5
    )


def test_what_lies_outside_is_found_at_the_edge_and_hardly_trusted():
    errors = dataclasses.replace(
        NONE, score=np.full(17, 0.6), score_astray=np.full(17, 0.2)
    )
    poses = dataclasses.replace(PERFECT, count=30, errors=errors).poses(8)
    some = 0
    for found, track in zip(poses.keypoints, simulate_joints(30), strict=True):
        joints = track.joints[uniform_indices(len(track.joints), 8)]
        outside = (joints != within(joints)).any(axis=-1)
        some += outside.sum()
        np.testing.assert_allclose(found[..., 2], np.where(outside, 0.2, 0.6))
    assert some > 100


def test_the_same_whenever_asked_for():
    simulation = Simulation.of(make_parameters({}), 4)
    found = simulation.poses(16).keypoints
    np.testing.assert_array_equal(simulation.poses(16).keypoints, found)
    more = dataclasses.replace(simulation, count=5).poses(16).keypoints
    np.testing.assert_array_equal(more[:4], found)


def test_looked_at_as_a_run_looks_at_clips():
    values = {"pose_every_frame": True, "pose_camera": "as_filmed"}
    simulation = Simulation.of(make_parameters(values), 60)
    assert simulation.count == 60 and simulation.every_frame and not simulation.still
    assert simulation.errors is measured_errors("movenet_lightning")


def test_what_the_key_goes_by():
    keys = {key_of(PERFECT)}
    for changes in (
        {"count": 8},
        {"acting": ("Wave", "Run")},
        {"every_frame": True},
        {"still": True},
        {"errors": dataclasses.replace(NONE, noise_sd=np.ones(17))},
    ):
        keys.add(key_of(dataclasses.replace(PERFECT, **changes)))
    assert len(keys) == 6


def test_people_who_do_something_else():
    simulation = dataclasses.replace(PERFECT, count=5, acting=("Wave", "Run"))
    assert simulation.actions == ["Wave", "Run", "Wave", "Run", "Wave"]
    assert simulation.labels(["run", "walk"]).tolist() == [-1, 0, -1, 0, -1]
    tracks = simulate_joints(5, actions=("Wave", "Run"))
    np.testing.assert_array_equal(
        simulation.poses(8).seconds, [track.seconds for track in tracks]
    )


@pytest.mark.parametrize("model", POSE_MODELS)
def test_errors_were_measured_for_each_network(model):
    errors = measured_errors(model)
    assert errors.bias.shape == (17, 2)
    # Wrists are found worse than shoulders, whatever the network.
    wrist, shoulder = 9, 5
    assert errors.noise_sd[wrist] > errors.noise_sd[shoulder] > 1 / 320
    assert errors.score[shoulder] > errors.score_astray[shoulder]
    assert (errors.astray < 0.2).all() and (errors.astray_frames >= 1).all()


def test_actions_by_the_names_of_classes():
    assert acted(["walk", "RUN", "drink"]) == {"Run": 1, "Walk": 0}
    assert acted(["Walk", "drink"]) == {}  # one alone can be told from nothing


def test_people_are_simulated_once_and_kept(monkeypatch):
    parameters = make_parameters({"pose_every_frame": True})
    first = Simulation.of(parameters, 4).poses(12)
    monkeypatch.setattr("darkhar.pose.simulated_poses.simulate_joints", None)
    again = Simulation.of(parameters, 4).poses(12)
    np.testing.assert_array_equal(again.keypoints, first.keypoints)
    np.testing.assert_array_equal(again.seconds, first.seconds)
    with pytest.raises(TypeError):  # others are not these
        Simulation.of(parameters, 5).poses(12)
