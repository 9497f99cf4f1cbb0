"""What a run's `results.json` says about the run itself, as tables."""

import dataclasses

from darkhar.config import Parameters, meaning
from darkhar.results.values import natural_order
from scraps.problems import ScrapProblem


def facts_of(run):
    """The run's record, and `clips`: in words, which clips it was made on."""
    folder = run.manifest["parameters"]["data_dir"]
    clips = "the embedded dark clips" if folder is None else f"the clips in {folder}"
    return {**run.manifest, "clips": clips}


def rows_of_record(run, kind):
    """One of the tables about a run.

    Args:
        run: `Run`.
        kind: str. `"parameters"`, `"provenance"`, `"packages"` or
            `"notebooks"`.

    Returns:
        Names of the columns, and rows as lists.

    Raises:
        ScrapProblem: no table of that kind.
    """
    if kind not in _TABLES:
        raise ScrapProblem(
            f"no table '{kind}' of a run; there are {', '.join(_TABLES)}"
        )
    return _TABLES[kind](run.manifest)


def _parameters(manifest):
    defaults = {f.name: f.default for f in dataclasses.fields(Parameters)}
    meanings = {name: meaning(name).replace("`", "") for name in defaults}
    rows = []
    for name in defaults:
        shown = _text(manifest["parameters"][name])
        default = _text(defaults[name])
        if shown != default:
            shown += f" (default {default})"
        rows.append([name, shown, meanings[name]])
    return ["parameter", "value", "meaning"], rows


def _provenance(manifest):
    library, data, machine = (manifest[k] for k in ("library", "data", "machine"))
    commit = library["commit"] or "not in a git checkout"
    if library["commit"] and library["dirty"]:
        commit += " with changes"
    facts = {
        "Run": manifest["run"],
        "Seed": manifest["seed"],
        "Library version": library["version"],
        "Commit": commit,
        "Library source, SHA-256": library["source_sha256"],
        "Data, SHA-256": data["fingerprint"],
    }
    for weights in manifest["weights"]:
        facts[f"Weights of {weights['extractor']}, SHA-256"] = weights["sha256"]
        facts[f"Weights of {weights['extractor']}, from"] = weights["source"]
    facts |= {
        "Python": manifest["python"],
        "Processor": machine["cpu"],
        "Cores": machine["cores"],
        "Memory (GiB)": machine["memory_gib"],
    }
    return ["what", "value"], [[what, _text(value)] for what, value in facts.items()]


def _packages(manifest):
    return ["package", "version"], sorted(
        [name, version] for name, version in manifest["packages"].items()
    )


def _notebooks(manifest):
    rows = [
        [name, "finished", stage["wall_time_s"], stage["stage_key"]]
        for name, stage in manifest["notebooks"].items()
    ]
    rows += [[name, "not run", "", ""] for name in manifest["not_run"]]
    rows.sort(key=lambda row: natural_order(row[0]))
    return ["notebook", "status", "seconds", "stage_key"], rows


_TABLES = {
    "parameters": _parameters,
    "provenance": _provenance,
    "packages": _packages,
    "notebooks": _notebooks,
}


def _text(value):
    return "none" if value is None else str(value)
