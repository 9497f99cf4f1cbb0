"""Stage keys: equal as long as a notebook would give the same results."""

import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from darkhar.config import PATH_NAMES, Parameters
from darkhar.pipeline.graph import Graph, execution_order
from darkhar.pipeline.notebooks import Source
from darkhar.results import provenance


def stage_keys(
    sources: Mapping[str, Source],
    graph: Graph,
    parameters: Parameters,
    fingerprint: str,
) -> dict[str, str]:
    """The key of every notebook of a run.

    A key covers the library's source, the versions of Python and of the
    packages, the notebook's code, the values of the parameters that it
    declares, the data, and the keys of the notebooks that it builds on.

    Args:
        sources: mapping of name to `Source`.
        graph: mapping of name to upstream names.
        parameters: `Parameters`. The run's.
        fingerprint: str. The data's; it stands for `data_dir`, so that moving
            the folder changes no key.

    Returns:
        SHA-256 in hexadecimal by notebook name.
    """
    common = {
        "library": provenance.library_sha256(),
        "python": platform.python_version(),
        "packages": provenance.packages(),
        "data": fingerprint,
    }
    values = parameters.as_dict()
    del values["data_dir"]
    for name in PATH_NAMES:
        if values.get(name) is not None:
            values[name] = _file_key(Path(values[name]))
    keys: dict[str, str] = {}
    for name in execution_order(graph):
        declared = sources[name].declared
        keys[name] = _sha256(
            common
            | {
                "notebook": sources[name].sha256,
                "parameters": {n: values[n] for n in declared if n in values},
                "upstream": [keys[upstream] for upstream in graph[name]],
            }
        )
    return keys


def _sha256(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _file_key(path: Path) -> str:
    if not path.is_file():
        return str(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
