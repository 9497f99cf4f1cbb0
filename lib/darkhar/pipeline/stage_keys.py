"""Stage keys: equal as long as a notebook would give the same results."""

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from darkhar.config import PATH_NAMES, Parameters
from darkhar.pipeline.graph import Table, execution_order
from darkhar.pipeline.notebook_sources import Source
from darkhar.results import provenance
from darkhar.store.files import file_sha256
from darkhar.store.keys import key_of


def stage_keys(
    sources: Mapping[str, Source],
    table: Table,
    parameters: Parameters,
    fingerprint: str,
) -> dict[str, str]:
    """The key of every notebook of a run.

    A key covers the library's source, the versions of Python and of the
    packages, the notebook's code, the values of the parameters that it
    declares, the data, and the keys of the notebooks that it builds on.

    Args:
        sources: mapping of name to `Source`.
        table: mapping of name to `Notebook`.
        parameters: `Parameters`. The run's.
        fingerprint: str. The data's; it stands for `data_dir`, so that moving
            the folder changes no key.

    Returns:
        SHA-256 in hexadecimal by notebook name.
    """
    common = (
        provenance.library_sha256(),
        platform.python_version(),
        provenance.packages(),
        fingerprint,
    )
    values = _by_content(parameters)
    keys: dict[str, str] = {}
    for name in execution_order(table):
        declared = {n: values[n] for n in table[name].parameters}
        upstream = [keys[other] for other in table[name].after]
        keys[name] = key_of(*common, sources[name].sha256, declared, upstream)
    return keys


def _by_content(parameters: Parameters) -> dict[str, Any]:
    """The values of parameters, of files what is in them."""
    values = parameters.as_dict()
    for name in PATH_NAMES:
        path = values[name]
        if path is not None and Path(path).is_file():
            values[name] = file_sha256(Path(path))
    return values | {"data_dir": None}
