"""What is done in video files: looked at here, or on a Dask cluster."""

import dataclasses
import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from darkhar.config import (
    DarkharError,
    Parameters,
    ResultsError,
    UsageError,
    cache_root,
)
from darkhar.data.playback import play
from darkhar.figures.annotated_video import write_annotated
from darkhar.figures.clip_sheet import plot_clip_sheet
from darkhar.recognizer import Recognizer, load_recognizer
from darkhar.recognizer.recognizer import FPS, LONGEST, SHORTEST, WIDEST, Sighting
from darkhar.recognizer.timeline import Moment, Segment, segments, timeline
from darkhar.recognizer.verdict import Verdict
from darkhar.store.files import replacing

# Where a file is judged as one clip, windows are for the drawing: seconds at most, and
# about how many.
_DRAWN_WINDOW, _DRAWN = 1.0, 24
_SHOWN_FRAMES = 6


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What was found in a file.

    Args:
        path: Path.
        verdict: `Verdict` or None. Of a file that was taken for one clip.
        segments: `Segment`s. Of one that was looked at in windows.
    """

    path: Path
    verdict: Verdict | None = None
    segments: tuple[Segment, ...] = ()


@dataclasses.dataclass(frozen=True)
class Request:
    """What is asked of files.

    Args:
        parameters: `Parameters`. As of `load_recognizer`.
        run: Path or None. The folder of a run whose recognizer is asked in place of
            that of simulated people, with the run's parameters. Defaults to None.
        window: float or None. Seconds of a window, as of
            `darkhar.recognizer.timeline.timeline`; None takes a file for one clip.
        step: float. Seconds from window to window.
        sheet: Path or None. A picture that sums a file up; of several files, a folder
            of such.
        video: Path or None. A copy of the file with the joints and the answer, MP4; of
            several files, a folder of such.
    """

    parameters: Parameters
    window: float | None = None
    step: float = 0.5
    sheet: Path | None = None
    video: Path | None = None
    run: Path | None = None

    def of_each(self, paths: Sequence[Path]) -> list["Request"]:
        """The same for each of several files, whose outputs have their names.

        Raises:
            UsageError: an output cannot be written, or is a file of its own.
        """
        requests = [self] * len(paths)
        if len(paths) > 1 and (self.sheet or self.video):
            common = os.path.commonpath([path.absolute().parent for path in paths])
            places = [path.absolute().relative_to(common) for path in paths]
            requests = [
                dataclasses.replace(
                    self,
                    sheet=self.sheet and self.sheet / f"{place}.png",
                    video=self.video and self.video / f"{place}.annotated.mp4",
                )
                for place in places
            ]
        taken = {path.resolve() for path in paths}
        for request in requests:
            for option, suffix in (("sheet", ".png"), ("video", ".mp4")):
                output = getattr(request, option)
                if output is not None:
                    _check_output(f"--{option}", output, suffix, taken)
                    taken.add(output.resolve())
        return requests

    def __call__(self, path: Path) -> Prediction | DarkharError:
        """What is found in a file, or why nothing can be."""
        recognizer = _recognizer(self.parameters, self.run)
        try:
            return self._found(path, recognizer)
        except DarkharError as error:
            return error
        except OSError as error:
            return ResultsError(f"{path}: {error.strerror or error}")

    def _found(self, path: Path, recognizer: Recognizer) -> Prediction:
        longest = LONGEST if self.window is None else np.inf
        sighting = recognizer.look_at(path, longest=longest)
        moments, verdict = [], None
        if self.window is None:
            verdict = recognizer.judge(sighting)
            found = [Segment.of_clip(verdict, sighting.seconds)]
        else:
            moments = timeline(recognizer, sighting, window=self.window, step=self.step)
            found = segments(moments)
        if self.sheet is not None:
            moments = moments or _drawn(recognizer, sighting)
            _write_sheet(self.sheet, path, recognizer, sighting, moments, found)
        if self.video is not None:
            with replacing(self.video) as part:
                write_annotated(
                    part,
                    play(path, FPS, width=WIDEST),
                    sighting.keypoints,
                    found,
                    brighten=recognizer.brightened,
                    fps=FPS,
                )
        return Prediction(path, verdict, () if verdict else tuple(found))


def predictions(
    request: Request, paths: Sequence[Path], *, scheduler: str | None = None
) -> Iterator[Prediction | DarkharError]:
    """What is found in files, one after the other, or on a Dask cluster.

    Args:
        request: `Request`.
        paths: Paths, which workers have to see, too.
        scheduler: str or None. Address of a Dask scheduler, whose workers share the
            cache. None means this process. Defaults to None.

    Yields:
        Of each path a `Prediction`, or why there is none, in the order of the paths.

    Raises:
        UsageError: there is no scheduler at the address, or two files would have one
            output.
        ResultsError: the workers cannot stand in for this process.
    """
    # Workers have working folders of their own.
    requests = dataclasses.replace(
        request,
        sheet=request.sheet and request.sheet.absolute(),
        video=request.video and request.video.absolute(),
        run=request.run and request.run.absolute(),
    ).of_each(paths)
    if scheduler is None:
        for of_path, path in zip(requests, paths, strict=True):
            yield of_path(path)
        return
    from darkhar.pipeline.sweep.cluster import workers

    absolute = [path.absolute() for path in paths]
    with workers(scheduler, 0, cache_root()) as client:
        futures = client.map(_call, requests, absolute, pure=False)
        for path, future in zip(paths, futures, strict=True):
            found = future.result()
            if isinstance(found, Prediction):
                found = dataclasses.replace(found, path=path)
            yield found


def _call(request: Request, path: Path) -> Prediction | DarkharError:
    return request(path)


def _check_output(option: str, output: Path, suffix: str, taken: set[Path]) -> None:
    """Raises where a file cannot be written, or would replace a clip."""
    if output.suffix.lower() != suffix or output.is_dir():
        raise UsageError(f"{option} writes a {suffix} file. Received: {output}")
    if output.resolve() in taken:
        raise UsageError(
            f"{option} {output} is a clip that is looked at, or another output; name"
            " another file"
        )
    folder = next(parent for parent in output.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"{option} {output}: {folder} cannot be written to")


@functools.lru_cache(maxsize=1)
def _recognizer(parameters: Parameters, run: Path | None) -> Recognizer:
    if run is None:
        return load_recognizer(parameters)
    # With packages of the paper, which the library alone does without.
    from darkhar.pipeline.run_recognizer import load_run_recognizer

    return load_run_recognizer(run)


def _drawn(recognizer: Recognizer, sighting: Sighting) -> list[Moment]:
    """Windows of a clip that show how its probabilities change."""
    window = max(min(_DRAWN_WINDOW, sighting.seconds / 2), SHORTEST)
    step = max((sighting.seconds - window) / _DRAWN, 1 / sighting.fps)
    return timeline(recognizer, sighting, window=window, step=step)


def _write_sheet(
    output: Path,
    path: Path,
    recognizer: Recognizer,
    sighting: Sighting,
    moments: Sequence[Moment],
    found: Sequence[Segment],
) -> None:
    n = min(_SHOWN_FRAMES, len(sighting))
    shown = ((np.arange(n) + 0.5) * len(sighting) / n).astype(int)
    wanted = set(shown.tolist())
    frames = [
        frame
        for number, frame in enumerate(play(path, FPS, width=WIDEST))
        if number in wanted
    ]
    figure = plot_clip_sheet(
        recognizer.brightened(np.stack(frames)),
        shown,
        sighting,
        moments,
        found,
        title=path.name,
        threshold=recognizer.confidence.threshold,
    )
    with replacing(output) as part:
        figure.savefig(part, format="png", dpi=150)
