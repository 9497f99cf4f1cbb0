"""How keypoints move: one strip of skeletons and trajectories an action."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.skeletons import draw_skeleton, side_handles
from darkhar.figures.style import (
    PAGE_WIDTH,
    REFERENCE_COLOUR,
    bare,
    new_figure,
    panels,
    styled,
    wrapped,
)
from darkhar.pose.joints import HIPS, JOINTS, MIN_SCORE, SHOULDERS

_PANELS_IN_A_ROW = 3
_STRIP_HEIGHT, _TRACE_HEIGHT = 1.05, 0.85  # inches
_PARTS = {
    "head": (("nose",), "#0072B2"),
    "wrists": (("left_wrist", "right_wrist"), "#D55E00"),
    "ankles": (("left_ankle", "right_ankle"), "#009E73"),
}


@styled
def plot_trajectories(
    keypoints: Sequence[np.ndarray],
    times: Sequence[np.ndarray],
    class_names: Sequence[str],
    *,
    aspect: float = 4 / 3,
    n_skeletons: int = 7,
) -> Figure:
    """A clip of each action: skeletons in a row, and what moves, over time.

    Above, the skeleton stands at the time of its frame, as high as it was in the
    frame. Below, the heights of head, wrists and ankles (the right ones dashed) and
    the way of the hips sideways, which the strip leaves out. All is in torso
    lengths (the clip's median) from the hip centre of the first frame. Joints below
    `MIN_SCORE` are not drawn, nor are their bones; lines have gaps there.

    Args:
        keypoints: float `[frames, 17, 3]` per clip, joints in the order of
            `JOINTS`: y and x in units of the frame's height and width, and score.
        times: float `[frames]` per clip. Seconds of each frame, ascending.
        class_names: str per clip, the title of its panel.
        aspect: float. Width of a frame over its height. Defaults to 4/3.
        n_skeletons: int. Skeletons in a strip, equally spaced in frames: one more
            or less where few frames allow no other; all frames if there are fewer.
            Defaults to 7.
    """
    columns = min(len(keypoints), _PANELS_IN_A_ROW)
    bands = -(-len(keypoints) // columns)
    figure = new_figure(
        width=max(PAGE_WIDTH * columns / _PANELS_IN_A_ROW, 4.5),
        height=bands * (_STRIP_HEIGHT + _TRACE_HEIGHT + 0.35) + 0.6,
    )
    heights = [_STRIP_HEIGHT, _TRACE_HEIGHT] * bands
    grid = {"columns": columns, "stacked": 2, "height_ratios": heights}
    axes = panels(figure, len(keypoints), **grid)
    bodies = [_Body.of(*clip, aspect) for clip in zip(keypoints, times, strict=True)]
    limits = _span([body.points[body.seen][:, 1] for body in bodies])
    trace_limits = _span([line for body in bodies for line in body.steady_lines()])
    width = (figure.get_figwidth() - 0.5) / columns - 0.15
    for number, ((strip, trace), body) in enumerate(zip(axes, bodies, strict=True)):
        _draw_strip(strip, body, n_skeletons, limits=limits, width=width)
        strip.set_title(wrapped(class_names[number], 30), pad=3)
        for line, style in body.lines:
            trace.plot(body.seconds, line, linewidth=1.0, **style)
        trace.set_xlim(strip.get_xlim())
        trace.set_ylim(trace_limits)
        trace.tick_params(labelleft=number % columns == 0)
        trace.locator_params(axis="x", nbins=5)
    figure.supxlabel("seconds", fontsize=9)
    figure.supylabel("torso lengths", fontsize=9)
    figure.legend(
        handles=_handles(), loc="outside upper center", ncols=6 if columns > 2 else 3
    )
    return figure


@dataclasses.dataclass(frozen=True)
class _Body:
    """A clip's keypoints in torso lengths from the first hip centre.

    Args:
        points: float `[frames, 17, 2]`. x (rightwards) and y (upwards).
        scores: float `[frames, 17]`.
        seconds: float `[frames]`.
    """

    points: np.ndarray
    scores: np.ndarray
    seconds: np.ndarray

    @classmethod
    def of(cls, clip: np.ndarray, seconds: np.ndarray, aspect: float) -> Self:
        """Frames that show the hips, or the hips and shoulders, decide where that is
        and how long the torso; where there are none, all frames do.
        """
        points = np.stack([clip[..., 1] * aspect, -clip[..., 0]], axis=-1)
        seen = clip[..., 2] >= MIN_SCORE
        hips = points[:, HIPS].mean(axis=1)
        torso = np.linalg.norm(points[:, SHOULDERS].mean(axis=1) - hips, axis=-1)
        shows_hips = seen[:, HIPS].all(axis=1)
        shows_torso = shows_hips & seen[:, SHOULDERS].all(axis=1)
        length = np.median(torso[shows_torso] if shows_torso.any() else torso)
        points = (points - hips[shows_hips.argmax()]) / max(length, 1e-3)
        return cls(points, clip[..., 2], seconds)

    @property
    def seen(self) -> np.ndarray:
        """Which joints are drawn, bool `[frames, 17]`."""
        return self.scores >= MIN_SCORE

    @functools.cached_property
    def lines(self) -> list[tuple[np.ma.MaskedArray, dict[str, str]]]:
        """Heights of parts and the way of the hips, float `[frames]`, with styles."""
        lines = []
        for part, (names, colour) in _PARTS.items():
            for name in names:
                joint, dashes = JOINTS.index(name), "--" if "right" in name else "-"
                heights, unseen = self.points[:, joint, 1], ~self.seen[:, joint]
                style = {"label": f"_{part}", "linestyle": dashes, "color": colour}
                lines.append((np.ma.masked_array(heights, mask=unseen), style))
        sideways = self.points[:, HIPS, 0].mean(axis=1)
        unseen = ~self.seen[:, HIPS].all(axis=1)
        style = {"label": "_hips", "linestyle": ":", "color": REFERENCE_COLOUR}
        return [*lines, (np.ma.masked_array(sideways, mask=unseen), style)]

    def steady_lines(self) -> list[np.ndarray]:
        """What is seen of the lines: a joint hardly ever seen is likely mistaken."""
        lines = [line for line, _ in self.lines]
        return [line.compressed() for line in lines if line.count() >= len(line) / 4]


def _draw_strip(
    ax: Axes,
    body: _Body,
    n_skeletons: int,
    *,
    limits: tuple[float, float],
    width: float,
) -> None:
    """Skeletons at their times; the axes are so many inches wide."""
    seconds, chosen = body.seconds, _spaced(len(body.seconds), n_skeletons)
    # Room for half a skeleton's slot at either end.
    step = (seconds[-1] - seconds[0]) / max(len(chosen) - 1, 1) or 1.0
    first, last = seconds[0] - 0.5 * step, seconds[-1] + 0.5 * step
    # A torso length is as long along the axis of time as upright.
    torso = (last - first) / width * _STRIP_HEIGHT / (limits[1] - limits[0])
    for i in chosen:
        x, y = body.points[i].T
        x = seconds[i] + torso * (x - body.points[i, HIPS, 0].mean())
        draw_skeleton(ax, np.stack([x, y], axis=-1), body.scores[i], linewidth=1.0)
    bare(ax)
    ax.set_xlim(first, last)
    ax.set_ylim(limits)


def _handles() -> list[Line2D]:
    parts = [
        Line2D([], [], color=colour, label=part) for part, (_, colour) in _PARTS.items()
    ]
    hips = {"color": REFERENCE_COLOUR, "linestyle": ":", "label": "hips, sideways"}
    return [*side_handles(), *parts, Line2D([], [], **hips)]


def _spaced(n_frames: int, n: int) -> np.ndarray:
    """About n frames from the first to the last, as equally spaced as they can be."""
    if n_frames <= n:
        return np.arange(n_frames)
    # With many frames to choose from, rounding is not seen.
    if n_frames < 4 * n:
        n = min((n, n - 1, n + 1), key=lambda n: n < 3 or (n_frames - 1) % (n - 1) > 0)
    return np.linspace(0, n_frames - 1, n).round().astype(int)


def _span(lines: Sequence[np.ndarray]) -> tuple[float, float]:
    """Limits that leave out what a few mistaken joints span.

    Those of the line that needs most: what is rare among all may be all of one.
    """
    ends = [np.percentile(line, [3, 97]) for line in lines if len(line)]
    if not ends:
        return -2.0, 2.0
    low, high = np.min(ends), np.max(ends)
    margin = 0.04 * (high - low) + 0.1
    return float(low - margin), float(high + margin)
