"""`results.json`: everything a run found, and where it comes from."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from darkhar.config import PATH_NAMES, Parameters, ResultsError
from darkhar.results import provenance
from darkhar.results.scraps import NotebookScraps
from darkhar.results.values import flatten, natural_order
from darkhar.store.files import write_atomically

FORMAT = 1
FILE_NAME = "results.json"

_PARTS = {"finished", "parameters", "data", "notebooks", "results", "figures"}


def write_manifest(
    run_dir: Path,
    *,
    finished: bool,
    parameters: Parameters,
    data: Mapping[str, Any],
    notebooks: Mapping[str, Mapping[str, Any]],
    scraps: Mapping[str, NotebookScraps],
    validation: Mapping[str, Any] | None = None,
    not_run: Mapping[str, str] | None = None,
    models: Mapping[str, Any] | None = None,
) -> Path:
    """Writes `results.json` into a run's folder, in one step.

    Args:
        run_dir: Path. The run's folder; its name is the run's.
        finished: bool. Whether every notebook of the run is there and current,
            but those in `not_run`.
        parameters: `Parameters`. The run's.
        data: mapping. `fingerprint`, `embedded` and counts of clips.
        notebooks: mapping of notebook name to `stage_key`, `wall_time_s` and
            `notebook_sha256`.
        scraps: mapping of notebook name to its scraps. A data scrap `weights`
            (`extractor`, `source`, `sha256`) names the network weights used.
        validation: mapping. How often validation clips were scored. Defaults to
            none.
        not_run: mapping of notebook name to the reason why it was not executed.
            Defaults to none.
        models: mapping of the name of a model that was kept to its `notebook` and the
            SHA-256 of its `files`. Defaults to none.

    Returns:
        The path of the file.
    """
    recorded = parameters.as_dict()
    for name in PATH_NAMES:
        # Of a path, only the last part is recorded.
        if recorded[name] is not None:
            recorded[name] = Path(recorded[name]).name
    results: dict[str, Any] = {}
    figures = {}
    for notebook, found in scraps.items():
        results |= flatten(found.values, f"{notebook}#")
        for name, figure in found.figures.items():
            figures[f"{notebook}#{name}"] = {
                "mime": figure.mime,
                "shows_frames": figure.shows_frames,
            }
    content = {
        "format": FORMAT,
        "run": run_dir.name,
        "finished": finished,
        "parameters": recorded,
        "seed": parameters.seed,
        "data": dict(data),
        "library": provenance.library(),
        "packages": provenance.packages(),
        "python": platform.python_version(),
        "machine": provenance.machine(),
        "weights": _weights(scraps),
        "notebooks": {name: dict(stage) for name, stage in notebooks.items()},
        "validation": dict(validation or {}),
        "not_run": dict(not_run or {}),
        "models": dict(models or {}),
        "results": results,
        "figures": figures,
    }
    path = run_dir / FILE_NAME
    text = json.dumps(_sorted(content), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, text + "\n")
    return path


def read_manifest(directory: Path) -> dict[str, Any]:
    """Reads the `results.json` of a folder.

    `not_run` and `models` are there even where an earlier version left them out.

    Raises:
        ResultsError: none there, or not one that this version can read.
    """
    path = directory / FILE_NAME
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultsError(
            f"no {FILE_NAME} in {directory}; `darkhar run` writes one"
        ) from None
    except (OSError, ValueError) as error:
        raise ResultsError(
            f"cannot read {path} ({error}); delete it and make the run again"
        ) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ResultsError(f"{path} is not a results file of format {FORMAT}")
    missing = _PARTS - manifest.keys()
    if missing:
        raise ResultsError(
            f"{path} lacks '{min(missing)}'; delete it and make the run again"
        )
    return {"not_run": {}, "models": {}} | manifest


def _weights(scraps: Mapping[str, NotebookScraps]) -> list[dict[str, Any]]:
    found = [s.values["weights"] for s in scraps.values() if "weights" in s.values]
    unique = {json.dumps(w, sort_keys=True): w for w in found}
    return [unique[key] for key in sorted(unique)]


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=natural_order)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
