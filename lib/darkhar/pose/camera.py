"""The camera's own motion, from what stands still behind the person.

A camera in the hand follows who runs and sinks with who sits, so that joints in the
picture hide what the body does in the world. What the background does in the picture
is the camera's motion; taken out, joints are as a camera that is held still would
have seen them.

Between frames a similarity (shift, rotation, zoom) is fitted to corners of the
background (Shi & Tomasi 1994, "Good Features to Track"), followed by sparse optical
flow in a pyramid (Bouguet 2001, "Pyramidal Implementation of the Affine Lucas Kanade
Feature Tracker") there and back (Kalal et al. 2010, "Forward-Backward Error"), and
fitted by RANSAC (Fischler & Bolles 1981). Corners are followed for many frames from
the one that they were found in, and each of these is fitted to that one directly:
errors add up from one such key frame to the next, not from frame to frame.
"""

from collections.abc import Callable
from typing import NamedTuple, Self

import cv2
import numpy as np

# Frames are looked at with this width: what follows in pixels is for pixels of it.
_WIDTH = 320
# Dark frames are made bright enough for corners to be seen: gamma, a Gaussian of so
# many pixels, and CLAHE with this limit and so many tiles a side.
_GAMMA, _NOISE, _CONTRAST, _TILES = 2.2, 1.2, 2.0, 8
_CORNERS, _QUALITY, _DISTANCE = 130, 0.005, 7
# Corners are found anew after so many frames, or when as few are left.
_FRAMES_OF_A_KEY, _SHARE_LEFT = 15, 0.3
# Of the window that is followed, in pixels, and levels of the pyramid above it.
_WINDOW, _LEVELS = 15, 3
# Pixels by which a corner may miss its place on the way back, and a fitted one.
_RETURN, _FIT = 1.0, 1.5
# Squared misses of a shift alone, in those of a similarity, by which it is taken.
_GAIN = 1.5
# For so many frames in which too few corners agree, the camera goes on as before.
_COASTING = 10
FEWEST_CORNERS = 6
"""Where fewer agree, the camera's motion is not seen."""
LEAST_SUPPORT = 0.5
"""Of a clip in fewer of whose frames enough agree, the path is not believed."""

_FLOW = {"winSize": (_WINDOW, _WINDOW), "maxLevel": _LEVELS, "criteria": (3, 10, 0.03)}
_BRIGHTER = (255 * (np.arange(256) / 255) ** (1 / _GAMMA)).round().astype(np.uint8)


def camera_path(
    frames: np.ndarray,
    boxes: np.ndarray,
    *,
    brighten: Callable[[np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """Where each frame's picture lies in the first frame's.

    Args:
        frames: uint8 `[frames, height, width, 3]`, RGB: all frames of a clip.
        boxes: float `[frames, 4]`. The person's boxes, as of
            `darkhar.pose.person_masking.person_boxes`. Corners in them are left out.
        brighten: callable from a frame, uint8 `[height, width, 3]`, to the picture in
            which corners are looked for, uint8 `[height, width]`. None means a power
            law, a Gaussian and CLAHE. Defaults to None.

    Returns:
        float64 `[frames, 5]`. Of each frame the similarity to the first one, as real
        and imaginary parts of a and b, by which a point z = x + iy of the frame lies at
        a z + b of the first, in widths of the frame; and how many corners agreed in
        it. Where these are too few, that is 0: the camera is taken to have gone on as
        before for some frames, and then to stand still.
    """
    brighten = brighten or brightening()
    size = _size_looked_at(*frames.shape[1:3])
    sides = np.array(size * 2)
    path = np.array([[1, 0]] * len(frames), complex)
    agreed = np.zeros(len(frames))
    corners, lost = _Corners(0, *np.empty((2, 0, 2), np.float32)), 0
    before = brighten(_resized(frames[0], size))
    for number in range(1, len(frames)):
        picture = brighten(_resized(frames[number], size))
        if corners.are_used_up(number):
            corners = _found(before, number - 1, boxes[number - 1] * sides)
        corners, similarity = corners.followed(
            before, picture, boxes[number] * sides
        ).fitted()
        if similarity is None:
            lost += 1
            path[number] = path[number - 1]
            if number > 1 and lost <= _COASTING:
                path[number, 1] += path[number - 1, 1] - path[number - 2, 1]
        else:
            lost = 0
            a, b = similarity
            zoom, shift = path[corners.key]
            path[number] = zoom * a, zoom * b + shift
            agreed[number] = len(corners.now)
        before = picture
    return _as_real(path[:, 0], path[:, 1] / size[1], agreed)


def _size_looked_at(height: int, width: int) -> tuple[int, int]:
    """Height and width of the pictures in which corners are looked for."""
    return round(height * _WIDTH / width), _WIDTH


def _resized(frame: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if frame.shape[:2] == size:
        return frame
    smaller = frame.shape[1] > size[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(frame, size[::-1], interpolation=how)


class _Corners(NamedTuple):
    """Corners of the background that are followed.

    `found`, float32 `[n, 2]`, is where they were, x and y in pixels, in the frame of
    the number `key`, in which they were `first` in number; `now` where they are.
    """

    key: int
    found: np.ndarray
    now: np.ndarray
    first: int = 0

    def are_used_up(self, number: int) -> bool:
        """Whether they are too old, or too few of them left, to be followed further."""
        is_old = number - self.key > _FRAMES_OF_A_KEY
        return is_old or len(self.now) < max(_SHARE_LEFT * self.first, FEWEST_CORNERS)

    def only(self, chosen: np.ndarray) -> Self:
        """Those of bool `[n]`."""
        return self._replace(found=self.found[chosen], now=self.now[chosen])

    def followed(
        self, before: np.ndarray, picture: np.ndarray, box: np.ndarray
    ) -> Self:
        """Where they are in the next picture, without those that are lost.

        Lost is what does not come back to its place on the way back, or is now in the
        person's box.
        """
        if not len(self.now):
            return self
        there, _, _ = cv2.calcOpticalFlowPyrLK(before, picture, self.now, None, **_FLOW)
        back, _, _ = cv2.calcOpticalFlowPyrLK(picture, before, there, None, **_FLOW)
        returned = np.abs(back - self.now).max(axis=1) < _RETURN
        top, left, bottom, right = box
        x, y = there.T
        inside = (x > left) & (x < right) & (y > top) & (y < bottom)
        return self._replace(now=there).only(returned & ~inside)

    def fitted(self) -> tuple[Self, tuple[complex, complex] | None]:
        """Those that agree in a similarity to the key frame, and it; else none."""
        none = self.only(np.zeros(len(self.now), bool))
        if len(self.now) < FEWEST_CORNERS:
            return none, None
        matrix, agree = cv2.estimateAffinePartial2D(
            self.now, self.found, method=cv2.RANSAC, ransacReprojThreshold=_FIT
        )
        if matrix is None or agree.sum() < FEWEST_CORNERS:
            return none, None
        kept = self.only(agree[:, 0] == 1)
        return kept, _simplest(kept, complex(*matrix[:, 0]), complex(*matrix[:, 2]))


def _simplest(
    corners: _Corners, zoom: complex, shift: complex
) -> tuple[complex, complex]:
    """The similarity, or a shift alone if corners agree in it almost as well."""
    found, now = (places @ [1, 1j] for places in (corners.found, corners.now))
    mean = (found - now).mean()
    missed = [np.abs(found - (a * now + b)) for a, b in ((1, mean), (zoom, shift))]
    if (missed[0] ** 2).sum() <= _GAIN * (missed[1] ** 2).sum():
        return 1 + 0j, mean
    return zoom, shift


def _found(picture: np.ndarray, key: int, box: np.ndarray) -> _Corners:
    """Corners of a picture outside of a box."""
    outside = np.full(picture.shape, 255, np.uint8)
    (top, left), (bottom, right) = (
        np.floor(box[:2]).astype(int),
        np.ceil(box[2:]).astype(int),
    )
    outside[top:bottom, left:right] = 0
    found = cv2.goodFeaturesToTrack(
        picture, _CORNERS, _QUALITY, _DISTANCE, mask=outside
    )
    corners = np.empty((0, 2), np.float32) if found is None else found[:, 0]
    return _Corners(key, corners, corners, len(corners))


def brightening() -> Callable[[np.ndarray], np.ndarray]:
    """What `camera_path` does to a frame before it looks for corners."""
    contrast = cv2.createCLAHE(_CONTRAST, (_TILES, _TILES))

    def brighten(frame: np.ndarray) -> np.ndarray:
        grey = cv2.LUT(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), _BRIGHTER)
        return contrast.apply(cv2.GaussianBlur(grey, (0, 0), _NOISE))

    return brighten


def without_noise(frame: np.ndarray) -> np.ndarray:
    """A frame in grey, uint8 `[height, width]`, smoothed as by `brightening`."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return cv2.GaussianBlur(grey, (0, 0), _NOISE)


def held_still(points: np.ndarray, path: np.ndarray) -> np.ndarray:
    """Points of a clip's frames as in the first frame's picture.

    Args:
        points: float `[frames, ..., 2]`: y and x, in widths of the frame.
        path: float `[frames, 5]`. As of `camera_path`, of the same frames.

    Returns:
        float64, same shape.
    """
    ones = (1,) * (points.ndim - 2)
    zoom, shift = (part.reshape(-1, *ones) for part in _as_complex(path))
    moved = zoom * (points[..., 1] + 1j * points[..., 0]) + shift
    return np.stack([moved.imag, moved.real], axis=-1)


def continued(path: np.ndarray, before: np.ndarray) -> np.ndarray:
    """A path on from where another ended.

    Args:
        path: float `[frames, 5]`. As of `camera_path`, from a frame of its own on.
        before: float `[5]`. Where that frame lies in another path.

    Returns:
        float64 `[frames, 5]`. The path of the same frames from the other's first on.
    """
    zoom, shift = _as_complex(before)
    a, b = _as_complex(path)
    return _as_real(zoom * a, zoom * b + shift, path[:, 4])


def from_own_first(path: np.ndarray) -> np.ndarray:
    """A piece of a path, from the first of its own frames on.

    Args:
        path: float `[frames, 5]`. Successive frames of a path of `camera_path`.

    Returns:
        float64 `[frames, 5]`. The first frame is where it is.
    """
    zoom, shift = _as_complex(path[0])
    a, b = _as_complex(path)
    return _as_real(a / zoom, (b - shift) / zoom, path[:, 4])


def _as_complex(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a and b of each frame."""
    return path[..., 0] + 1j * path[..., 1], path[..., 2] + 1j * path[..., 3]


def _as_real(a: np.ndarray, b: np.ndarray, agreed: np.ndarray) -> np.ndarray:
    return np.column_stack([a.real, a.imag, b.real, b.imag, agreed])


def support(path: np.ndarray) -> float:
    """Share of a clip's frames after the first in which enough corners agreed.

    Args:
        path: float `[frames, 5]`. As of `camera_path`.
    """
    return float((path[1:, 4] > 0).mean()) if len(path) > 1 else 1.0


def is_supported(path: np.ndarray) -> bool:
    """Whether a clip's path is believed, by `support`."""
    return support(path) >= LEAST_SUPPORT
