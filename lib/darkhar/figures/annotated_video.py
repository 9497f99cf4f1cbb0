"""A video brightened, with the joints and the answer drawn into it."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import av
import cv2
import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from darkhar.figures.style import LEFT_COLOUR, RIGHT_COLOUR
from darkhar.pose.joints import BONES, JOINTS, MIN_SCORE
from darkhar.recognizer.timeline import Segment

# Frames that are brightened at once.
_AT_ONCE = 32
_CRF = 23


def write_annotated(
    path: Path,
    frames: Iterable[np.ndarray],
    keypoints: np.ndarray,
    segments: Sequence[Segment],
    *,
    brighten: Callable[[np.ndarray], np.ndarray],
    fps: float,
) -> None:
    """Writes a video as H.264 in an MP4 file, a few frames at a time.

    Args:
        path: Path.
        frames: uint8 `[height, width, 3]` each, of one size; an odd last row or column
            is left out.
        keypoints: float `[frames, 17, 3]`: y and x in widths of the frame, and score.
        segments: `Segment`s. The answers that stand in the upper left corner.
        brighten: callable from frames, uint8 `[n, height, width, 3]`, to the same
            brightened.
        fps: float. Frames a second.
    """
    labels = _Labels(segments)
    with av.open(str(path), "w", format="mp4") as container:
        stream = None
        for number, frame in enumerate(_brightened(frames, brighten)):
            height, width = (side // 2 * 2 for side in frame.shape[:2])
            if stream is None:
                stream = container.add_stream("libx264", rate=round(fps))
                stream.height, stream.width = height, width
                stream.pix_fmt = "yuv420p"
                stream.options = {"crf": str(_CRF), "preset": "veryfast"}
            drawn = draw_joints(frame, keypoints[number])
            labels.put_on(drawn, number / fps)
            picture = np.ascontiguousarray(drawn[:height, :width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        if stream is not None:
            container.mux(stream.encode())


def draw_joints(frame: np.ndarray, keypoints: np.ndarray) -> np.ndarray:
    """A copy of a frame with the skeleton over it.

    Args:
        frame: uint8 `[height, width, 3]`.
        keypoints: float `[17, 3]`: y and x in widths of the frame, and score. Joints
            below `MIN_SCORE` are left out, with their bones.
    """
    drawn, width = frame.copy(), frame.shape[1]
    points = np.round(keypoints[:, 1::-1] * width).astype(int)
    seen = keypoints[:, 2] >= MIN_SCORE
    thickness = max(round(width / 200), 1)
    for a, b in BONES:
        start, end = JOINTS.index(a), JOINTS.index(b)
        if seen[start] and seen[end]:
            ends = points[start].tolist(), points[end].tolist()
            cv2.line(drawn, *ends, _colour(a, b), thickness, cv2.LINE_AA)
    return drawn


def _colour(a: str, b: str) -> tuple[int, int, int]:
    sides = {a.partition("_")[0], b.partition("_")[0]} - {"nose"}
    hexadecimal = "#FFFFFF"
    if len(sides) == 1:
        hexadecimal = LEFT_COLOUR if sides == {"left"} else RIGHT_COLOUR
    return tuple(int(255 * part) for part in mpl.colors.to_rgb(hexadecimal))


def _brightened(
    frames: Iterable[np.ndarray], brighten: Callable[[np.ndarray], np.ndarray]
) -> Iterator[np.ndarray]:
    frames = iter(frames)
    while block := list(itertools.islice(frames, _AT_ONCE)):
        yield from brighten(np.stack(block))


class _Labels:
    """Answers as pictures of words, each made once."""

    def __init__(self, segments: Sequence[Segment]):
        self.segments, self.pictures = segments, {}

    def put_on(self, frame: np.ndarray, seconds: float) -> None:
        """Writes the answer of that time into a frame."""
        segment = next((s for s in self.segments if seconds < s.end), self.segments[-1])
        if segment.action is None:
            words = f"unsure ({segment.unsure})"
        else:
            words = f"{segment.action} {segment.probability:.2f}"
        size = max(frame.shape[1] // 20, 10)
        if (words, size) not in self.pictures:
            self.pictures[words, size] = _written(words, size)
        picture = self.pictures[words, size][: frame.shape[0], : frame.shape[1]]
        frame[: picture.shape[0], : picture.shape[1]] = picture


def _written(words: str, size: int) -> np.ndarray:
    """Words in white on black, uint8 `[height, width, 3]`."""
    font = ImageFont.truetype(mpl.font_manager.findfont("DejaVu Sans"), size)
    left, top, right, bottom = font.getbbox(words)
    margin = size // 3
    image = Image.new(
        "RGB", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin)
    )
    ImageDraw.Draw(image).text((margin - left, margin - top), words, font=font)
    return np.asarray(image)
