"""How keypoints move: one strip of skeletons and trajectories an action."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.skeletons import draw_skeleton, side_handles
from darkhar.figures.style import (
    PAGE_WIDTH,
    REFERENCE_COLOUR,
    bare,
    new_figure,
    styled,
    wrapped,
)
from darkhar.pose.joints import JOINTS

_PANELS_IN_A_ROW = 3
_STRIP_HEIGHT, _TRACE_HEIGHT = 1.05, 0.85  # inches
_SHOULDERS = JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")
_HIPS = JOINTS.index("left_hip"), JOINTS.index("right_hip")
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
    min_score: float = 0.2,
) -> Figure:
    """A clip of each action: skeletons in a row, and what moves, over time.

    Above, the skeleton stands at the time of its frame, as high as it was in the
    frame. Below, the heights of head, wrists and ankles (the right ones dashed) and
    the way of the hips sideways, which the strip leaves out. All is in torso
    lengths (the clip's median) from the hip centre of the first frame.

    Args:
        keypoints: float `[frames, 17, 3]` per clip, joints in the order of
            `JOINTS`: y and x in units of the frame's height and width, and score.
        times: float `[frames]` per clip. Seconds of each frame, ascending.
        class_names: str per clip, the title of its panel.
        aspect: float. Width of a frame over its height. Defaults to 4/3.
        n_skeletons: int. Skeletons in a strip, equally spaced in frames: one more
            or less where few frames allow no other; all frames if there are fewer.
            Defaults to 7.
        min_score: float. A joint below is not drawn, nor are its bones; lines have
            gaps there. Defaults to 0.2.
    """
    columns = min(len(keypoints), _PANELS_IN_A_ROW)
    bands = -(-len(keypoints) // columns)
    figure = new_figure(
        width=max(PAGE_WIDTH * columns / _PANELS_IN_A_ROW, 4.5),
        height=bands * (_STRIP_HEIGHT + _TRACE_HEIGHT + 0.35) + 0.6,
    )
    axes = figure.subplots(
        2 * bands,
        columns,
        squeeze=False,
        height_ratios=[_STRIP_HEIGHT, _TRACE_HEIGHT] * bands,
    )
    bodies = [
        _in_torso_lengths(clip, aspect=aspect, min_score=min_score)
        for clip in keypoints
    ]
    seen = [clip[..., 2] >= min_score for clip in keypoints]
    low, high = _span(
        [body[of_body][:, 1] for body, of_body in zip(bodies, seen, strict=True)]
    )
    traces = [_traces(*clip) for clip in zip(bodies, seen, strict=True)]
    # A joint that is hardly ever seen is likely to be mistaken.
    trace_limits = _span(
        [
            line.compressed()
            for lines in traces
            for line, *_ in lines
            if line.count() >= len(line) / 4
        ]
    )
    width = (figure.get_figwidth() - 0.5) / columns - 0.15
    for number in range(bands * columns):
        band, column = divmod(number, columns)
        strip, trace = axes[2 * band : 2 * band + 2, column]
        if number >= len(bodies):
            strip.remove()
            trace.remove()
            continue
        body, scores, seconds = bodies[number], keypoints[number][..., 2], times[number]
        chosen = _spaced(len(body), n_skeletons)
        # Room for half a skeleton's slot at either end.
        step = (seconds[-1] - seconds[0]) / max(len(chosen) - 1, 1) or 1.0
        first, last = seconds[0] - 0.5 * step, seconds[-1] + 0.5 * step
        # A torso length is as long along the axis of time as upright.
        torso = (last - first) / width * _STRIP_HEIGHT / (high - low)
        for i in chosen:
            sideways = body[i, :, 0] - body[i, _HIPS, 0].mean()
            draw_skeleton(
                strip,
                np.stack([seconds[i] + torso * sideways, body[i, :, 1]], axis=-1),
                scores[i],
                min_score=min_score,
                linewidth=1.0,
            )
        for line, part, style, colour in traces[number]:
            trace.plot(
                seconds, line, style, color=colour, linewidth=1.0, label=f"_{part}"
            )
        bare(strip)
        strip.set_title(wrapped(class_names[number], 30), pad=3)
        strip.set_ylim(low, high)
        trace.set_ylim(trace_limits)
        for ax in (strip, trace):
            ax.set_xlim(first, last)
        trace.tick_params(labelleft=column == 0)
        trace.locator_params(axis="x", nbins=5)
    figure.supxlabel("seconds", fontsize=9)
    figure.supylabel("torso lengths", fontsize=9)
    handles = [
        *side_handles(),
        *(
            Line2D([], [], color=colour, label=part)
            for part, (_, colour) in _PARTS.items()
        ),
        Line2D([], [], color=REFERENCE_COLOUR, linestyle=":", label="hips, sideways"),
    ]
    figure.legend(
        handles=handles, loc="outside upper center", ncols=6 if columns > 2 else 3
    )
    return figure


def _spaced(n_frames: int, n: int) -> np.ndarray:
    """About n frames from the first to the last, as equally spaced as they can be."""
    if n_frames <= n:
        return np.arange(n_frames)
    # With many frames to choose from, rounding is not seen.
    if n_frames < 4 * n:
        n = min((n, n - 1, n + 1), key=lambda n: n < 3 or (n_frames - 1) % (n - 1) > 0)
    return np.linspace(0, n_frames - 1, n).round().astype(int)


def _traces(
    body: np.ndarray, seen: np.ndarray
) -> list[tuple[np.ma.MaskedArray, str, str, str]]:
    """Lines over the frames, each with its part, style and colour."""
    lines = [
        (
            np.ma.masked_array(body[:, joint, 1], mask=~seen[:, joint]),
            part,
            "--" if name.startswith("right") else "-",
            colour,
        )
        for part, (names, colour) in _PARTS.items()
        for name, joint in ((name, JOINTS.index(name)) for name in names)
    ]
    hips = np.ma.masked_array(
        body[:, _HIPS, 0].mean(axis=1), mask=~seen[:, _HIPS].all(axis=1)
    )
    return [*lines, (hips, "hips", ":", REFERENCE_COLOUR)]


def _in_torso_lengths(
    clip: np.ndarray, *, aspect: float, min_score: float
) -> np.ndarray:
    """x (rightwards) and y (upwards) `[frames, 17, 2]` from the first hip centre.

    Frames that show the hips, or the hips and shoulders, decide where that is and
    how long the torso; where there are none, all frames do.
    """
    points = np.stack([clip[..., 1] * aspect, -clip[..., 0]], axis=-1)
    hips = points[:, _HIPS].mean(axis=1)
    torso = np.linalg.norm(points[:, _SHOULDERS].mean(axis=1) - hips, axis=-1)
    shows_hips = (clip[:, _HIPS, 2] >= min_score).all(axis=1)
    shows_torso = shows_hips & (clip[:, _SHOULDERS, 2] >= min_score).all(axis=1)
    length = np.median(torso[shows_torso] if shows_torso.any() else torso)
    return (points - hips[shows_hips.argmax()]) / max(length, 1e-3)


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
