"""A pinhole camera that shakes and pans."""

from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT = 320, 240
"""Size of a frame, pixels."""


@dataclass(frozen=True)
class Camera:
    """Pinhole camera with a fixed place and direction.

    Pans and shakes shift the image over the sensor, as a view camera's rise and shift
    do (`camera_path`): the background is then rendered once for a whole clip.

    Args:
        position: tuple of 3 floats. World coordinates, metres.
        target: tuple of 3 floats. The point seen in the middle of the frame.
        focal: float. Focal length in pixels. Defaults to 310, a horizontal field of
            view of 55 degrees.
    """

    position: tuple
    target: tuple
    focal: float = 310.0

    @property
    def axes(self):
        """float array of shape `(3, 3)`: rows are right, up and forward in world
        coordinates."""
        forward = np.subtract(self.target, self.position).astype(float)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0.0, 1.0, 0.0))
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])

    def to_camera(self, points):
        """World points of shape `(..., 3)` as right, up and depth, metres."""
        return (np.asarray(points, float) - self.position) @ self.axes.T

    def project(self, points):
        """Pixel coordinates of world points of shape `(..., 3)`, without any shift.

        Returns:
            A pair of arrays of shape `(...,)`: column and row, the frame's upper left
            corner being `(0, 0)`. Meaningful for points in front of the camera.
        """
        local = self.to_camera(points)
        depth = np.maximum(local[..., 2], 1e-3)
        return (
            WIDTH / 2 + self.focal * local[..., 0] / depth,
            HEIGHT / 2 - self.focal * local[..., 1] / depth,
        )

    def rays(self, left, top, width, height):
        """Directions through pixel centres, with forward component 1.

        Args:
            left: int. First column, may be negative.
            top: int. First row, may be negative.
            width: int. Number of columns.
            height: int. Number of rows.

        Returns:
            float32 array of shape `(3, height, width)`, world coordinates. A point at
            depth `t` is `position + t * ray`.
        """
        across = (left + np.arange(width) + 0.5 - WIDTH / 2) / self.focal
        up = -(top + np.arange(height) + 0.5 - HEIGHT / 2) / self.focal
        right_axis, up_axis, forward_axis = self.axes
        rays = (
            right_axis[:, None, None] * across[None, None, :]
            + up_axis[:, None, None] * up[None, :, None]
            + forward_axis[:, None, None]
        )
        return rays.astype(np.float32)


def camera_path(frames, rng, subject, shake, follow):
    """Shift of the image in each frame: hand tremor, drift, and following the subject.

    Args:
        frames: int. Number of frames `T`.
        rng: `np.random.Generator`.
        subject: float array of shape `(T, 2)`. Column and row of the subject without
            any shift.
        shake: float. Standard deviation of the tremor, pixels.
        follow: float in `[0, 1]`. Share of the subject's displacement from the middle
            of the frame that the operator makes up for, with a delay.

    Returns:
        float array of shape `(T, 2)`: what is at `(column, row)` of frame `t` lies at
        `(column, row) + shift[t]` of the unshifted image.
    """
    tremor = rng.normal(size=(frames + 24, 2))
    kernel = np.hanning(9)
    slow = np.hanning(25)
    tremor = np.stack(
        [
            np.convolve(t, kernel, "same") / np.linalg.norm(kernel)
            + 1.5 * np.convolve(t[::-1], slow, "same") / np.linalg.norm(slow)
            for t in tremor.T
        ],
        axis=1,
    )[12 : 12 + frames]
    wanted = follow * (subject - (WIDTH / 2, HEIGHT / 2)) * (1.0, 0.3)
    path = np.empty((frames, 2))
    current = wanted[0]
    for t in range(frames):
        current = current + 0.25 * (wanted[t] - current)
        path[t] = current
    return path + shake * tremor
