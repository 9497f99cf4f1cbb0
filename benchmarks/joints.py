"""The camera's motion beside keypoints, and simulated clips against rendered ones."""

from benchmarks.clips import clips, empty_cache
from benchmarks.networks import StartedNetwork
from benchmarks.ratios import Ratio, time_in_turns
from darkclips.clip import render_clip
from darkclips.plan import clip_plan
from darkhar.config import make_parameters
from darkhar.data.source import DataSource, resolve_data
from darkhar.features.camera_network import CameraMotion
from darkhar.features.extraction import extract
from darkhar.features.keypoint_network import KeypointNetwork
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.pose.person_masking import person_boxes
from darkhar.pose.simulated_poses import Simulation
from darkhar.sampling.rules import FrameRule

_PAIRS = 5
_SIMULATED, _RENDERED = 60, 6
_SAMPLES = 48


def measure() -> list[Ratio]:
    """Both versions of MoveNet, on all frames, tracked; and simulated people."""
    models = {
        name: make_parameters({"pose_model": name, "pose_tracking": True})
        for name in ("movenet_thunder", "movenet_lightning")
    }
    # Before the cache is another one: the weights are in it.
    networks = {
        name: StartedNetwork(KeypointNetwork.of(parameters))
        for name, parameters in models.items()
    }
    with clips(train=2) as data_dir, empty_cache():
        source = resolve_data(make_parameters({"data_dir": str(data_dir)}))
        beside = [
            _beside(name.replace("movenet_", "MoveNet ").title(), network, source)
            for name, network in networks.items()
        ]
    return [*beside, _simulated()]


def _beside(name: str, network: StartedNetwork, source: DataSource) -> Ratio:
    every_frame = FrameRule("uniform", 1.0)
    (found,) = extract(source, "train", every_frame, [network], progress=False)
    train = source.clips("train")
    boxes = {
        clip_id: person_boxes(track)
        for clip_id, track in zip(train.clip_ids, found, strict=True)
    }
    camera = StartedNetwork(CameraMotion(boxes))

    def keypoints() -> None:
        extract(source, "train", every_frame, [network], progress=False)

    def with_camera() -> None:
        keypoints()
        extract(source, "train", every_frame, [camera], progress=False)

    return time_in_turns(
        f"the camera's motion beside keypoints, {name}",
        ("keypoints of all frames", keypoints),
        ("and the camera's motion", with_camera),
        items=int(train.n_frames.sum()),
        pairs=_PAIRS,
        kind="at most",
        bar=1.25,
    )


def _simulated() -> Ratio:
    simulation = Simulation.of(make_parameters({"pose_every_frame": True}), _SIMULATED)
    specs = clip_plan()[:: len(clip_plan()) // _RENDERED][:_RENDERED]

    def rendered() -> None:
        for _ in range(_SIMULATED // _RENDERED):
            for spec in specs:
                render_clip(spec)

    def simulated() -> None:
        kinematic_descriptors(simulation.poses(_SAMPLES))

    return time_in_turns(
        "a clip to learn from",
        ("rendered", rendered),
        ("simulated, with its descriptors", simulated),
        items=_SIMULATED,
        item="clip",
        pairs=1,
        bar=100,
        note="at 10 ms a clip, 3,000 of them take half a minute",
    )
