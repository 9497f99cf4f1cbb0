"""What is done in a longer video, from beginning to end."""

import dataclasses
import itertools
import math
from collections.abc import Sequence
from typing import Self

import numpy as np

from darkhar.config import ParameterError
from darkhar.recognizer.recognizer import SHORTEST, Recognizer, Sighting
from darkhar.recognizer.verdict import Verdict


@dataclasses.dataclass(frozen=True)
class Moment:
    """A window of a video.

    Args:
        start: float. Seconds from the video's beginning.
        end: float.
        verdict: `Verdict`. Of what is seen in between.
    """

    start: float
    end: float
    verdict: Verdict

    @property
    def middle(self) -> float:
        """Seconds."""
        return (self.start + self.end) / 2


@dataclasses.dataclass(frozen=True)
class Segment:
    """A stretch of a video with one answer.

    Args:
        start: float. Seconds from the video's beginning.
        end: float.
        action: str or None. None where the recognizer is unsure.
        probability: float. Of the action, mean over the windows; of the likeliest in
            each where it is unsure.
        unsure: str. Why, as of most windows; empty of an action.
    """

    start: float
    end: float
    action: str | None
    probability: float
    unsure: str = ""

    @classmethod
    def of_clip(cls, verdict: Verdict, seconds: float) -> Self:
        """All of a clip that was judged as one."""
        return cls(0.0, seconds, verdict.action, verdict.probability, verdict.unsure)

    def as_dict(self) -> dict:
        """Plain values."""
        return dataclasses.asdict(self)


def timeline(
    recognizer: Recognizer, sighting: Sighting, *, window: float, step: float
) -> list[Moment]:
    """Judges windows of a video, each like a clip of its own.

    No window reaches from one shot into the next. In each shot windows begin every
    step, of a frame or longer, and the last one ends with it; a shot that is shorter
    than a window is one.

    Args:
        recognizer: `Recognizer`.
        sighting: `Sighting`. As of `Recognizer.look_at`.
        window: float. Seconds of a window, no fewer than `SHORTEST`.
        step: float. Seconds from one window's beginning to the next one's.

    Raises:
        ParameterError: a window too short, or a step that is not positive.
    """
    check_windows(window, step)
    fps = sighting.fps
    spans = [
        span
        for shot in itertools.pairwise((*sighting.shots, len(sighting)))
        for span in _windows(*shot, max(round(window * fps), 1), max(step * fps, 1))
    ]
    verdicts = recognizer.judge_all([sighting.part(*span) for span in spans])
    return [
        Moment(start / fps, stop / fps, verdict)
        for (start, stop), verdict in zip(spans, verdicts, strict=True)
    ]


def _windows(first: int, end: int, length: int, step: float) -> list[tuple[int, int]]:
    """First frames and those after the last, of the windows of a shot."""
    length = min(length, end - first)
    starts = np.arange(first, end - length + 0.5, step).round().astype(int).tolist()
    if starts[-1] + length < end:
        starts.append(end - length)
    return [(start, start + length) for start in starts]


def check_windows(window: float, step: float) -> None:
    """Raises a `ParameterError` for windows that cannot be judged."""
    if not SHORTEST <= window < math.inf:
        raise ParameterError(
            f"a window lasts {SHORTEST:g} s or longer. Received: {window:g}"
        )
    if not step > 0:
        raise ParameterError(f"a step is longer than no time. Received: {step:g}")


def segments(moments: Sequence[Moment]) -> list[Segment]:
    """Successive windows with the same answer made one.

    A window stands for the time around its middle, up to halfway to the middles of its
    neighbours; the first and the last of a shot also for the shot's ends.

    Args:
        moments: `Moment`s, one or more, in the order of time.
    """
    borders = [
        moments[0].start,
        *(_border(a, b) for a, b in itertools.pairwise(moments)),
        moments[-1].end,
    ]
    found, number = [], 0
    for action, same in itertools.groupby(moments, lambda m: m.verdict.action):
        verdicts = [moment.verdict for moment in same]
        start, number = number, number + len(verdicts)
        reasons = [verdict.unsure for verdict in verdicts]
        found.append(
            Segment(
                borders[start],
                borders[number],
                action,
                float(np.mean([verdict.probability for verdict in verdicts])),
                max(reasons, key=reasons.count),
            )
        )
    return found


def _border(a: Moment, b: Moment) -> float:
    """Where the time of one window ends and that of the next begins."""
    return a.end if a.end <= b.start else (a.middle + b.middle) / 2
