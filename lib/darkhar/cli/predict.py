"""Which files are predicted, and what was found as lines."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from darkhar.config import DarkharError, UsageError
from darkhar.data.clip_files import files_below, is_clip
from darkhar.pipeline.predictions import Prediction
from darkhar.recognizer.timeline import Segment
from darkhar.recognizer.verdict import Verdict

CLIP_COLUMNS = (
    "clip", "action", "likeliest", "probability", "next", "next_probability", "unsure",
)  # fmt: skip
SEGMENT_COLUMNS = ("clip", "start", "end", "action", "probability", "unsure")


def listed_clips(named: Sequence[Path], listing: Iterable[str]) -> list[Path]:
    """The files that are meant.

    Args:
        named: Paths of files, of folders (all videos in them are meant, in the order of
            their names), or `-` for the listing.
        listing: lines, each with the path of a file or a folder.

    Raises:
        UsageError: a named file is missing, or a folder or the listing is empty.
    """
    found: list[Path] = []
    for path in named:
        if str(path) == "-":
            lines = [line.strip("\r\n\ufeff") for line in listing]
            clips = [c for line in lines if line.strip() for c in _meant(Path(line))]
        else:
            clips = _meant(path)
            if not path.exists():
                raise UsageError(f"{path}: no such clip")
        if not clips:
            what = "the list" if str(path) == "-" else path
            raise UsageError(
                f"{what} holds no clip; name files, or folders with videos"
            )
        found += clips
    return found


def _meant(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in files_below(path) if is_clip(file)]
    return [path]


def write_found(
    found: Iterable[Prediction | DarkharError],
    form: str,
    write: Callable[[str], None],
    complain: Callable[[str], None],
    *,
    windows: bool,
) -> bool:
    """Writes the lines of each file as soon as it is judged.

    Args:
        found: `Prediction`s, or why there is none.
        form: str. `"text"`, `"json"` (an object a line) or `"csv"`.
        write: callable that takes a line.
        complain: callable that takes why a file could not be judged.
        windows: bool. Whether files were looked at in windows.

    Returns:
        Whether all could be judged.
    """
    if form == "csv":
        write(_row(SEGMENT_COLUMNS if windows else CLIP_COLUMNS))
    all_judged = True
    for prediction in found:
        if isinstance(prediction, DarkharError):
            complain(str(prediction))
            all_judged = False
        else:
            for line in _lines(prediction, form):
                write(line)
    return all_judged


def _lines(prediction: Prediction, form: str) -> Iterator[str]:
    path = str(prediction.path)
    if prediction.verdict is not None:
        values, columns = prediction.verdict.as_dict(), CLIP_COLUMNS
        rows = [(values, _clip_words(prediction.verdict))]
    else:
        columns = SEGMENT_COLUMNS
        rows = [(s.as_dict(), _segment_words(s)) for s in prediction.segments]
    for values, words in rows:
        named = {"clip": path, **values}
        if form == "json":
            yield json.dumps(named)
        elif form == "csv":
            yield _row([named[column] for column in columns])
        else:
            yield f"{_printable(path)}: {words}"


def _clip_words(verdict: Verdict) -> str:
    found = [f"unsure ({verdict.unsure})"] if verdict.unsure else []
    if verdict.probabilities:
        (first, probability), *others = verdict.ranked
        found.append(f"{first} {probability:.2f}")
        found += [f"next {name} {value:.2f}" for name, value in others[:1]]
    return ", ".join(found)


def _segment_words(segment: Segment) -> str:
    answer = f"unsure ({segment.unsure})"
    if segment.action is not None:
        answer = f"{segment.action} {segment.probability:.2f}"
    return f"{segment.start:.2f} to {segment.end:.2f} s, {answer}"


def _row(cells: Sequence) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _printable(path: str) -> str:
    """In one line, whatever the name holds."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)
