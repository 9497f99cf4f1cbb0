"""Writes tiny TensorFlow.js graph models."""

import base64
import json

import numpy as np

_STORED = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}


def text(value):
    return {"s": base64.b64encode(value.encode()).decode()}


def node(name, op, *inputs, **attributes):
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def convolution(name, op, *inputs, strides=(1, 1, 1, 1), padding="SAME", fused=()):
    attributes = {
        "strides": {"list": {"i": [str(s) for s in strides]}},
        "padding": text(padding),
    }
    if fused:
        attributes["fused_ops"] = {"list": {"s": [text(f)["s"] for f in fused]}}
    return node(name, op, *inputs, **attributes)


def write_graph(folder, nodes, constants, *, name="model"):
    """Writes nodes and constants, name to (stored dtype, array); returns the path."""
    entries, raw = [], b""
    for constant, (stored, values) in constants.items():
        values = np.asarray(values, _STORED[stored])
        entry = {"name": constant, "shape": list(values.shape), "dtype": stored}
        if stored == "float16":
            entry["dtype"] = "float32"
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
        entries.append(entry)
        raw += values.tobytes()
    # In two files, which the format allows.
    half = len(raw) // 2
    (folder / f"{name}.bin1").write_bytes(raw[:half])
    (folder / f"{name}.bin2").write_bytes(raw[half:])
    paths = [f"{name}.bin1", f"{name}.bin2"]
    content = {
        "format": "graph-model",
        "modelTopology": {"node": [*nodes, *(node(c, "Const") for c in constants)]},
        "weightsManifest": [{"paths": paths, "weights": entries}],
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content))
    return path
