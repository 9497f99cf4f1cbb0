"""Renders one clip, from its specification to grey levels."""

import numpy as np

from darkclips.background import render_background
from darkclips.camera import HEIGHT, WIDTH
from darkclips.figure import Figure
from darkclips.scenes import SCENES
from darkclips.sensor import Sensor, exposure_gain
from darkclips.shadow import floor_shadow
from darkclips.staging import stage_clip
from darkclips.texture import noise_tile


def _crop(image, left, top):
    """A frame at a fractional place of a larger image, bilinear."""
    column, row = int(np.floor(left)), int(np.floor(top))
    fx, fy = np.float32(left - column), np.float32(top - row)
    block = image[row : row + HEIGHT + 1, column : column + WIDTH + 1]
    block = block[:-1] + fy * (block[1:] - block[:-1])
    return block[:, :-1] + fx * (block[:, 1:] - block[:, :-1])


def radiance_frames(spec, stage):
    """Linear light of a clip, frame by frame.

    Args:
        spec: `ClipSpec`.
        stage: `Stage`.

    Yields:
        float32 arrays of shape `(240, 320, 3)`, at least 0, in the scene's units.
    """
    scene = SCENES[spec.scene]
    shift = stage.shift
    margin = tuple(int(np.ceil(np.abs(shift[:, i]).max())) + 2 for i in (0, 1))
    background = render_background(scene, stage.camera, stage.boxes, margin)
    figure = Figure(
        stage.solid,
        stage.person,
        stage.camera,
        scene,
        noise_tile((spec.scene, spec.number, 3)),
    )
    for t in range(spec.frames):
        left, top = margin[0] + shift[t, 0], margin[1] + shift[t, 1]
        image = _crop(background.radiance, left, top)
        column, row = round(left), round(top)
        cut = slice(row, row + HEIGHT), slice(column, column + WIDTH)
        ground = background.ground[:, cut[0], cut[1]]
        # The two brightest lamps cast the shadows that are seen.
        for lamp, share in list(zip(scene.lamps, background.shares, strict=True))[:2]:
            shadow = floor_shadow(
                figure, t, shift[t], lamp, ground, background.floor[cut]
            )
            if shadow is not None:
                window, shade = shadow
                image[window] *= (1 - 0.85 * shade * share[cut][window])[..., None]
        figure.draw(t, shift[t], image, background.depth[cut])
        yield image


def render_clip(spec, *, sensor=True):
    """Renders a clip.

    Args:
        spec: `ClipSpec`.
        sensor: bool. Whether the dark exposure and the sensor's noise apply. If False,
            the clip is
            well lit and free of noise: what the camera would see by day. Defaults to
            True.

    Returns:
        uint8 array of shape `(T, 240, 320, 3)`, RGB.
    """
    rng = spec.rng()
    stage = stage_clip(spec, rng)
    # Mean levels of the real clips: about 18 on average, most between 8 and 30.
    level = float(np.clip(np.exp(rng.normal(np.log(17.3), 0.4)), 7.0, 36.0))
    chip = Sensor()
    gain = None
    clip = np.empty((spec.frames, HEIGHT, WIDTH, 3), np.uint8)
    for t, radiance in enumerate(radiance_frames(spec, stage)):
        if gain is None:
            gain = np.float32(
                exposure_gain(radiance[::4, ::4], level if sensor else 95.0, chip)
            )
        exposure = radiance * gain
        if sensor:
            clip[t] = chip.capture(exposure, rng)
        else:
            clip[t] = chip.display(chip.quantize(exposure))
    return clip
