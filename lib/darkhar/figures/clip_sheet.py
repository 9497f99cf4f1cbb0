"""A clip or a longer video on one sheet: what was seen, and what it amounts to."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from darkhar.figures.frames import show_in_units
from darkhar.figures.skeletons import draw_skeleton
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    bare,
    colour_of,
    label_width,
    new_figure,
    styled,
    wrapped,
)
from darkhar.pose.camera import held_still
from darkhar.pose.joints import HIPS
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.timeline import Moment, Segment

_WIDTH = 9.0  # inches
_LINE_STYLES = ("-", "--", ":", "-.")
_UNSURE_COLOUR = "#dddddd"
_SKELETON = {"linewidth": 1.3, "markersize": 2.4, "outlined": True}


@styled
def plot_clip_sheet(
    frames: np.ndarray,
    numbers: np.ndarray,
    sighting: Sighting,
    moments: Sequence[Moment],
    segments: Sequence[Segment],
    *,
    title: str,
    threshold: float,
) -> Figure:
    """Frames with the joints, the path of the hips, and probabilities over time.

    Args:
        frames: uint8 `[n, height, width, 3]`. Brightened.
        numbers: int `[n]`. Which of the sighting's frames they are.
        sighting: `Sighting`. Of the whole file.
        moments: `Moment`s. Windows whose probabilities are drawn.
        segments: `Segment`s. The answers.
        title: str. What the file is called.
        threshold: float. The least probability of an answer.
    """
    ratio = frames.shape[1] / frames.shape[2]
    height = _WIDTH / len(frames) * ratio
    figure = new_figure(width=_WIDTH, height=height + 3.3)
    top, bottom = figure.subfigures(2, height_ratios=[height + 0.5, 2.8])
    top.suptitle(f"{title}: {_headline(segments)}", fontsize=11)
    for ax, frame, number in zip(
        top.subplots(1, len(frames), squeeze=False)[0], frames, numbers, strict=True
    ):
        show_in_units(ax, frame, aspect=ratio, interpolation="antialiased")
        points, scores = (
            sighting.keypoints[number, :, :2],
            sighting.keypoints[number, :, 2],
        )
        draw_skeleton(ax, points[:, ::-1] / [1, ratio], scores, **_SKELETON)
        ax.set_title(f"{number / sighting.fps:.1f} s", fontsize=8, pad=2)
    left, right = bottom.subfigures(1, 2, width_ratios=[1, 2.2])
    _plot_hips(left.subplots(), sighting)
    strip, lines = right.subplots(2, 1, height_ratios=[1, 7])
    probabilities = (moment.verdict.probabilities for moment in moments)
    names = list(next(filter(None, probabilities), {}))
    _plot_segments(strip, segments, names)
    _plot_probabilities(lines, moments, names, threshold)
    for ax in (strip, lines):
        ax.set_xlim(0, sighting.seconds)
    return figure


def _headline(segments: Sequence[Segment]) -> str:
    if len(segments) > 1:
        return f"{len(segments)} segments in {segments[-1].end:.1f} s"
    (segment,) = segments
    if segment.action is None:
        return f"unsure ({segment.unsure})"
    return f"{segment.action} ({segment.probability:.2f})"


def _plot_hips(ax: Axes, sighting: Sighting) -> None:
    filmed = sighting.keypoints[:, list(HIPS), :2].mean(axis=1)
    paths = {"as filmed": (filmed, REFERENCE_COLOUR)}
    if sighting.is_camera_known:
        paths["camera held still"] = held_still(filmed, sighting.path), colour_of(0)
    for name, (path, colour) in paths.items():
        ax.plot(*path.T[::-1], color=colour, label=name)
        ax.plot(*path[-1, ::-1], "o", color=colour, markersize=4)
    ax.set_aspect("equal", adjustable="datalim")
    ax.invert_yaxis()
    ax.grid(True, axis="both")
    ax.locator_params(nbins=4)
    ax.set_title("path of the hips, to the dot", fontsize=9)
    ax.set_xlabel("widths of the frame")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)


def _plot_segments(ax: Axes, segments: Sequence[Segment], names: Sequence[str]) -> None:
    """Answers as coloured bars, named where there is room."""
    bare(ax)
    colours = {name: colour_of(number) for number, name in enumerate(names)}
    length = segments[-1].end
    for segment in segments:
        colour = colours.get(segment.action, _UNSURE_COLOUR)
        span = segment.end - segment.start
        ax.broken_barh([(segment.start, span)], (0, 1), color=colour, linewidth=0)
        name = segment.action or "unsure"
        if label_width([name]) < _WIDTH * 0.55 * span / length:
            ax.text(
                segment.start + span / 2,
                0.5,
                name,
                ha="center",
                va="center",
                fontsize=8,
                color="black" if segment.action is None else "white",
            )
    ax.set_ylim(0, 1)


def _plot_probabilities(
    ax: Axes, moments: Sequence[Moment], names: Sequence[str], threshold: float
) -> None:
    times = [moment.middle for moment in moments]
    for number, name in enumerate(names):
        values = [m.verdict.probabilities.get(name, np.nan) for m in moments]
        style = {"linestyle": _LINE_STYLES[number // 6 % len(_LINE_STYLES)]}
        ax.plot(
            times, values, color=colour_of(number), label=wrapped(name, 16), **style
        )
    ax.axhline(threshold, color=REFERENCE_COLOUR, linestyle="--", linewidth=1)
    ax.set_ylim(0, 1.02)
    window = moments[0].end - moments[0].start
    ax.set_xlabel(f"seconds; windows of {window:.2g} s, by their middles")
    ax.set_ylabel("probability")
    if names:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
