"""Verdicts as lines, one a clip."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from darkhar.config import DarkharError
from darkhar.recognizer.recognizer import Recognizer
from darkhar.recognizer.verdict import Verdict

COLUMNS = ("clip", "action", "likeliest", "probability", "next", "next_probability")


def predict_all(
    recognizer: Recognizer,
    clips: Sequence[Path],
    form: str,
    write: Callable[[str], None],
    complain: Callable[[str], None],
) -> bool:
    """Writes a line for each clip as soon as it is judged.

    Args:
        recognizer: `Recognizer`.
        clips: Paths.
        form: str. `"text"`, `"json"` (an object a line) or `"csv"`.
        write: callable that takes a line.
        complain: callable that takes why a clip cannot be judged.

    Returns:
        Whether all clips could be judged.
    """
    if form == "csv":
        write(_row([*COLUMNS, "unsure"]))
    all_judged = True
    for clip in clips:
        try:
            verdict = recognizer.predict_file(clip)
        except DarkharError as error:
            complain(str(error))
            all_judged = False
        else:
            write(_LINES[form](clip, verdict))
    return all_judged


def _text(clip: Path, verdict: Verdict) -> str:
    found = [f"unsure ({verdict.unsure})"] if verdict.unsure else []
    if verdict.probabilities:
        (first, probability), (second, next_probability), *_ = verdict.ranked
        found.append(f"{first} {probability:.2f}")
        found.append(f"next {second} {next_probability:.2f}")
    return f"{clip}: {', '.join(found)}"


def _json(clip: Path, verdict: Verdict) -> str:
    return json.dumps({"clip": str(clip), **verdict.as_dict()}, ensure_ascii=False)


def _csv(clip: Path, verdict: Verdict) -> str:
    found = verdict.as_dict() | {"clip": str(clip)}
    return _row([found[name] for name in (*COLUMNS, "unsure")])


def _row(cells: Sequence) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


_LINES = {"text": _text, "json": _json, "csv": _csv}
