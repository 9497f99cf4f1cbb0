"""How often validation clips were scored: in a run, and ever on this machine.

A notebook that scores models on validation clips glues their names as
`validation_evaluations`. Who compares runs by their validation accuracy and keeps the
best has made a choice on validation clips; the ledger of the data set, to which every
execution of such a notebook is added, tells how much of that there can have been.
"""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import filelock

from darkhar.config import cache_root
from darkhar.results.scraps import NotebookScraps

SCRAP = "validation_evaluations"


def add_execution(
    fingerprint: str, run: str, notebook: str, stage_key: str, scraps: NotebookScraps
) -> None:
    """Adds one execution of a notebook to the ledger of its data, if it scored.

    Args:
        fingerprint: str. The data's.
        run: str. The run's name.
        notebook: str. The notebook's name.
        stage_key: str. What it was executed for.
        scraps: `NotebookScraps`. Of the executed notebook.
    """
    models = scraps.values.get(SCRAP, [])
    if not models:
        return
    line = {
        "date": datetime.date.today().isoformat(),
        "run": run,
        "notebook": notebook,
        "stage_key": stage_key,
        "models": models,
    }
    path = _path(fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(path.with_suffix(".lock")), path.open("a") as file:
        file.write(json.dumps(line) + "\n")


def summarize(fingerprint: str, scraps: Mapping[str, NotebookScraps]) -> dict[str, Any]:
    """What a run's `results.json` says about evaluations on validation clips.

    Args:
        fingerprint: str. The data's.
        scraps: mapping of notebook name to its scraps, of the run.

    Returns:
        dict with `models` (what the run scored, as `notebook: model`),
        `evaluations` (how many these are), and of all runs on these data on this
        machine: `evaluations_ever`, `settings_ever` (notebooks with different code,
        parameters or packages) and `since` (the first one's date, or None).
    """
    models = [
        f"{notebook}: {model}"
        for notebook, found in scraps.items()
        for model in found.values.get(SCRAP, [])
    ]
    lines = _read(fingerprint)
    return {
        "models": models,
        "evaluations": len(models),
        "evaluations_ever": sum(len(line["models"]) for line in lines),
        "settings_ever": len({(line["notebook"], line["stage_key"]) for line in lines}),
        "since": min((line["date"] for line in lines), default=None),
    }


def _read(fingerprint: str) -> list[dict[str, Any]]:
    try:
        text = _path(fingerprint).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    lines = []
    for line in text.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:  # a line that was cut off
            continue
    return lines


def _path(fingerprint: str) -> Path:
    return cache_root() / "validation" / f"{fingerprint}.jsonl"
