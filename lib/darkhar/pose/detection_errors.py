"""How MoveNet errs: measured where the joints are known, and put on joints that are.

The embedded clips are rendered, so that their true joints are known in each frame.
What MoveNet makes of them differs in five ways, each measured for each joint: by a
bias (its hips lie higher than anatomy's), by an offset that a clip keeps, by noise that
one frame hands on to the next, by episodes in which the joint is somewhere else
altogether, and by episodes in which left and right are exchanged. Its scores are lower
where it is astray.

Bias, offset and what is astray are in torso lengths. Noise is in widths of the frame:
it is of one to three pixels whether the person is near or far. Some clips are harder
than others: where noise is greater, joints go astray more often. A factor on the noise,
drawn for the clip, and its square on the rates of the episodes stand for that.
"""

import dataclasses
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from darkhar.pose.joints import HIPS, JOINTS, MIRRORED, SHORTEST_TORSO, SHOULDERS

# Of the distance to where it should be, in torso lengths: farther off, it is astray.
_ASTRAY = 0.25
# Left and right are exchanged where both lie this much nearer to the other's place than
# to their own, and these are far enough apart, in torso lengths, to tell.
_NEARER, _APART = 0.5, 0.3
# Of a normal error of standard deviation one along both axes (Rayleigh's distribution).
_MEDIAN_DISTANCE = np.sqrt(2 * np.log(2))
MEASURED = Path(__file__).with_suffix(".json")
"""What was measured; `darkhar.study.error_report` writes it."""


@dataclasses.dataclass(frozen=True, eq=False)  # of arrays
class DetectionErrors:
    """Errors of a pose network, for each of `JOINTS`.

    Args:
        bias: float `[17, 2]`. y and x, torso lengths.
        clip_sd: float `[17]`. Of an offset of a whole clip, torso lengths.
        noise_sd: float `[17]`. Of the noise of a frame along an axis, widths of the
            frame, in a clip of the middling sort.
        noise_lag: float `[17]`. Its correlation with that of the frame before.
        difficulty: float. Standard deviation over clips of the logarithm of their
            factor on noise.
        astray: float `[17]`. Probability to go astray in a frame.
        astray_frames: float `[17]`. For how many frames on average.
        astray_sd: float `[17]`. How far away along an axis, torso lengths.
        swapped: float `[17]`. Probability, in a frame, that left and right become
            exchanged.
        swapped_frames: float `[17]`. For how many frames on average.
        score: float `[17]`. Mean score where it is not astray.
        score_astray: float `[17]`. Where it is.
        score_clip_sd: float. Of an offset of all scores of a clip.
        score_sd: float `[17]`. Of the noise of a frame's score.
        score_lag: float `[17]`. Its correlation with the frame before.
    """

    bias: np.ndarray
    clip_sd: np.ndarray
    noise_sd: np.ndarray
    noise_lag: np.ndarray
    difficulty: np.ndarray
    astray: np.ndarray
    astray_frames: np.ndarray
    astray_sd: np.ndarray
    swapped: np.ndarray
    swapped_frames: np.ndarray
    score: np.ndarray
    score_astray: np.ndarray
    score_clip_sd: np.ndarray
    score_sd: np.ndarray
    score_lag: np.ndarray

    @classmethod
    def of(cls, found: Sequence[np.ndarray], joints: Sequence[np.ndarray]) -> Self:
        """Measured on clips whose joints are known.

        Args:
            found: float `[frames, 17, 3]` a clip: y and x in widths of the frame, and
                score, of all frames.
            joints: float `[frames, 17, 2]` a clip: where they are, in the same unit.
        """
        errors, swaps = zip(
            *(
                _errors(of_clip[..., :2], true)
                for of_clip, true in zip(found, joints, strict=True)
            ),
            strict=True,
        )
        astray = [np.linalg.norm(e, axis=-1) > _ASTRAY for e in errors]
        every = np.concatenate(errors)
        is_astray = np.concatenate(astray)
        sound = np.where(is_astray[..., np.newaxis], np.nan, every)
        bias = np.nanmedian(sound, axis=0)
        offsets = np.stack([_means(e, a) for e, a in zip(errors, astray, strict=True)])
        noise = [
            np.where(a[..., np.newaxis], np.nan, e - o)
            for e, a, o in zip(errors, astray, offsets, strict=True)
        ]
        torsos = np.array([torso_length(true) for true in joints])
        levels = np.stack([_spread(n) for n in noise]) * torsos[:, np.newaxis]
        level = np.nan_to_num(np.nanmedian(levels, axis=0))
        scores = [of_clip[..., 2] for of_clip in found]
        all_scores = np.concatenate(scores)
        score = _mean_where(all_scores, ~is_astray)
        lower = _mean_where(all_scores, is_astray)
        expected = [np.where(a, lower, score) for a in astray]
        shifts = np.array(
            [(s - x).mean() for s, x in zip(scores, expected, strict=True)]
        )
        left = [
            s - x - shift for s, x, shift in zip(scores, expected, shifts, strict=True)
        ]
        swap_rate, swap_frames = _episodes(swaps)
        rate, frames = _episodes(astray)
        return cls(
            bias=bias,
            clip_sd=np.sqrt(np.nanmean((offsets - bias) ** 2, axis=(0, 2))),
            noise_sd=level,
            noise_lag=_lag(noise),
            difficulty=_spread_of_clips(levels, level),
            astray=rate,
            astray_frames=frames,
            astray_sd=_typical(np.linalg.norm(every, axis=-1), is_astray),
            swapped=swap_rate,
            swapped_frames=swap_frames,
            score=score,
            score_astray=lower,
            score_clip_sd=shifts.std(),
            score_sd=np.concatenate(left).std(axis=0),
            score_lag=_lag([s[..., np.newaxis] for s in left]),
        )

    def put_on(self, joints: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """What the network might have made of a clip.

        Args:
            joints: float `[frames, 17, 2]`. Where they are: y and x in widths of the
                frame.
            random: `np.random.Generator`.

        Returns:
            float64 `[frames, 17, 3]`: y and x in widths of the frame, and scores in
            0..1.
        """
        n_frames = len(joints)
        factor = np.exp(self.difficulty * random.normal())
        # Over clips the mean of the square is one.
        often = factor**2 / np.exp(2 * self.difficulty**2)
        swapped = self._in_episode(
            n_frames, often * self.swapped, self.swapped_frames, random
        )
        # Both of a pair at once, by the left one's chain.
        pairs = np.minimum(np.arange(len(JOINTS)), MIRRORED)
        swapped = swapped[:, pairs] & (np.arange(len(JOINTS)) != MIRRORED)
        places = np.where(swapped[..., np.newaxis], joints[:, MIRRORED], joints)
        astray = self._in_episode(
            n_frames, often * self.astray, self.astray_frames, random
        )
        away = _held(random.normal(size=joints.shape), astray)
        offset = self.bias + self.clip_sd[:, np.newaxis] * random.normal(
            size=joints.shape[1:]
        )
        noise = _noise(n_frames, factor * self.noise_sd, self.noise_lag, 2, random)
        errors = np.where(
            astray[..., np.newaxis], self.astray_sd[:, np.newaxis] * away, offset
        )
        scores = np.where(astray, self.score_astray, self.score)
        scores = scores + self.score_clip_sd * random.normal()
        scores = (
            scores + _noise(n_frames, self.score_sd, self.score_lag, 1, random)[..., 0]
        )
        return np.concatenate(
            [
                places + torso_length(joints) * errors + noise,
                np.clip(scores, 0, 1)[..., np.newaxis],
            ],
            axis=-1,
        )

    def as_dict(self) -> dict[str, list]:
        """As plain numbers of four digits after the point."""
        return {
            field.name: np.round(getattr(self, field.name), 4).tolist()
            for field in dataclasses.fields(self)
        }

    @staticmethod
    def _in_episode(n_frames, rate, frames, random) -> np.ndarray:
        """Frames in which joints are in an episode, bool `[frames, 17]`."""
        rate = np.minimum(rate, 1.0)
        share = rate * frames / (1 + rate * frames)
        draws = random.uniform(size=(n_frames, len(rate)))
        states = np.empty(draws.shape, bool)
        state = draws[0] < share
        for number, drawn in enumerate(draws):
            if number:
                state = np.where(state, drawn >= 1 / frames, drawn < rate)
            states[number] = state
        return states


@functools.cache
def measured_errors(model: str) -> DetectionErrors:
    """What was measured on all frames of the embedded clips, tracked, with gamma.

    Args:
        model: str. One of `darkhar.config.POSE_MODELS`.
    """
    rows = json.loads(MEASURED.read_text(encoding="utf-8"))[model]
    return DetectionErrors(**{name: np.array(row) for name, row in rows.items()})


def torso_length(joints: np.ndarray) -> float:
    """The median over a clip of the torso's length in the picture.

    Args:
        joints: float `[frames, 17, 2]`.
    """
    middles = [joints[:, list(pair)].mean(axis=1) for pair in (SHOULDERS, HIPS)]
    lengths = np.linalg.norm(middles[0] - middles[1], axis=-1)
    return max(float(np.median(lengths)), SHORTEST_TORSO)


def _errors(found: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Errors in torso lengths, and where left and right are exchanged."""
    torso = torso_length(true)
    other = true[:, MIRRORED]
    to_own = np.linalg.norm(found - true, axis=-1)
    to_other = np.linalg.norm(found - other, axis=-1)
    nearer = to_other < _NEARER * to_own
    apart = np.linalg.norm(true - other, axis=-1) > _APART * torso
    swapped = nearer & nearer[:, MIRRORED] & apart
    place = np.where(swapped[..., np.newaxis], other, true)
    return (found - place) / torso, swapped


def _means(errors: np.ndarray, astray: np.ndarray) -> np.ndarray:
    """A clip's offsets, `[17, 2]`; nan of joints that are always astray."""
    sound = ~astray[..., np.newaxis]
    n = sound.sum(axis=0)
    total = np.where(sound, errors, 0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _spread(noise: np.ndarray) -> np.ndarray:
    """Standard deviation along an axis, `[17]`, of noise `[frames, 17, 2]`; nan of
    joints that are always astray."""
    sound = ~np.isnan(noise)
    n = sound.sum(axis=(0, 2))
    total = np.where(sound, noise**2, 0).sum(axis=(0, 2))
    return np.sqrt(np.where(n > 0, total / np.maximum(n, 1), np.nan))


def _spread_of_clips(levels: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Of the logarithm of how much noisier than `level` the joints of a clip are."""
    noisy = level > 0
    if not noisy.any():
        return np.array(0.0)
    with np.errstate(divide="ignore"):
        factors = np.log(levels[:, noisy] / level[noisy])
    of_clips = np.nanmedian(factors, axis=1)
    return np.array(of_clips[np.isfinite(of_clips)].std())


def _typical(distance: np.ndarray, astray: np.ndarray) -> np.ndarray:
    """Along an axis, of normal errors whose distance has the same median, `[17]`."""
    return np.array(
        [
            np.median(of_joint[where]) / _MEDIAN_DISTANCE if where.any() else 1.0
            for of_joint, where in zip(distance.T, astray.T, strict=True)
        ]
    )


def _mean_where(
    values: np.ndarray, where: np.ndarray, default: float = 0.1
) -> np.ndarray:
    """The mean over frames, float `[17]`, of those that count."""
    n = where.sum(axis=0)
    total = np.where(where, values, 0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), default)


def _episodes(states: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """How often a frame begins an episode, and how many frames one has on average."""
    begun = sum((s[1:] & ~s[:-1]).sum(axis=0) for s in states)
    may_begin = sum((~s[:-1]).sum(axis=0) for s in states)
    inside = sum(s.sum(axis=0) for s in states)
    number = begun + sum(s[0] for s in states)
    return begun / np.maximum(may_begin, 1), np.where(
        number > 0, inside / np.maximum(number, 1), 1.0
    )


def _lag(noise: Sequence[np.ndarray]) -> np.ndarray:
    """Correlation of a frame's noise with that of the frame before, `[17]`."""
    before = np.concatenate([n[:-1] for n in noise])
    after = np.concatenate([n[1:] for n in noise])
    both = np.nanmean(before * after, axis=(0, 2))
    alone = np.nanmean(before**2, axis=(0, 2))
    return np.clip(both / np.where(alone > 0, alone, 1), 0, 0.99)


def _noise(n_frames, sd, lag, dim, random) -> np.ndarray:
    """Gaussian noise with a memory of one frame, `[frames, 17, dim]`."""
    fresh = random.normal(size=(n_frames, len(sd), dim))
    sd, lag = sd[:, np.newaxis], lag[:, np.newaxis]
    noise = np.empty_like(fresh)
    noise[0] = fresh[0]
    for number in range(1, n_frames):
        noise[number] = lag * noise[number - 1] + np.sqrt(1 - lag**2) * fresh[number]
    return sd * noise


def _held(drawn: np.ndarray, states: np.ndarray) -> np.ndarray:
    """What was drawn when an episode began, for as long as it lasts."""
    held = drawn.copy()
    for number in range(1, len(held)):
        goes_on = states[number] & states[number - 1]
        held[number] = np.where(goes_on[:, np.newaxis], held[number - 1], drawn[number])
    return held
