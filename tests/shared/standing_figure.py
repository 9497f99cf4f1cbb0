"""A figure made of 17 joints, for poses that can be worked out by hand."""

import numpy as np

from darkhar.pose.joints import JOINTS
from darkhar.pose.pose_clips import PoseClips

TORSO = 0.2  # widths of the frame

# x and y in torso lengths from the middle of the hips; y downwards.
_PLACES = {
    "nose": (0.0, -1.4),
    "eye": (0.05, -1.45),
    "ear": (0.1, -1.4),
    "shoulder": (0.25, -1.0),
    "elbow": (0.3, -0.5),
    "wrist": (0.3, 0.0),
    "hip": (0.15, 0.0),
    "knee": (0.15, 0.8),
    "ankle": (0.15, 1.6),
}


def figure() -> np.ndarray:
    """float `[17, 2]`: y, x in torso lengths; the person faces the camera."""
    places = []
    for joint in JOINTS:
        side, _, part = joint.rpartition("_")
        x, y = _PLACES[part]
        # The person's left is on the right of the picture.
        places.append((y, -x if side == "right" else x))
    return np.array(places)


def clip_of(poses, *, torso=TORSO, centre=(0.4, 0.5), score=0.9, seconds=2.0):
    """One clip of figures `[frames, 17, 2]`, hips at `centre` (y, x)."""
    torso = np.broadcast_to(np.asarray(torso, float), len(poses))
    places = np.asarray(poses) * torso[:, np.newaxis, np.newaxis] + np.asarray(centre)
    scores = np.full((*places.shape[:2], 1), score)
    keypoints = np.concatenate([places, scores], axis=-1).astype(np.float32)
    return PoseClips(keypoints[np.newaxis], np.array([seconds]))
