"""A model's summary as rows, and its diagram as SVG."""

import math
import os
import shutil
import sys
import sysconfig
from pathlib import Path

import pydot

from darkhar.config.keras_settings import keras

_NODE_STYLE = {
    "shape": "box",
    "style": '"rounded,filled"',
    "fillcolor": '"#eef3f8"',
    "color": '"#4a6a8a"',
    "fontname": "Helvetica",
    "fontsize": "12",
    "margin": '"0.18,0.08"',
}
_EDGE_STYLE = {
    "color": '"#4a6a8a"',
    "fontcolor": '"#444444"',
    "fontname": "Helvetica",
    "fontsize": "10",
    "arrowsize": "0.7",
}


def model_summary(model: keras.Model) -> list[dict[str, str | int]]:
    """The layers of a model, one row each; those of a model within it, too.

    Returns:
        Rows of `layer` (name), `type` (class), `output` (shape, such as
        `"clips, 16, 1280"`), `parameters` and `trainable` (numbers of
        parameters, int).
    """
    return [
        {
            "layer": layer.name,
            "type": type(layer).__name__,
            "output": _shape_text(layer.output),
            "parameters": int(layer.count_params()),
            "trainable": sum(math.prod(w.shape) for w in layer.trainable_weights),
        }
        for layer in _flat_layers(model)
    ]


def model_svg(model: keras.Model) -> str:
    """The layers of a model and what flows between them, drawn by Graphviz.

    A box is a layer: its name, its class and number of parameters. An arrow
    carries the shape that one layer hands to the next; "any" is a dimension that
    differs from clip to clip.

    Args:
        model: `keras.Model`. A functional model.

    Returns:
        The SVG document.

    Raises:
        RuntimeError: Graphviz cannot be run.
    """
    graph = pydot.Dot(rankdir="TB", ranksep="0.35", bgcolor="transparent")
    graph.set_node_defaults(**_NODE_STYLE)
    graph.set_edge_defaults(**_EDGE_STYLE)
    for layer in model.layers:
        graph.add_node(pydot.Node(_quoted(layer.name), label=_node_label(layer)))
    for layer in model.layers:
        for node in layer._inbound_nodes:
            for parent in node.parent_nodes:
                if parent.operation in model.layers:
                    graph.add_edge(_edge(parent.operation, layer.name))
    for name in model.output_names:
        # An arrow to a dot, to carry the shape of the output.
        end = f"{name} output"
        graph.add_node(pydot.Node(_quoted(end), shape="point", width="0.05"))
        graph.add_edge(_edge(model.get_layer(name), end))
    return graph.create(prog=_graphviz(), format="svg").decode()


def _flat_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers of a model, in place of a model within it that model's layers."""
    layers = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            layers += [
                inner
                for inner in _flat_layers(layer)
                if not isinstance(inner, keras.layers.InputLayer)
            ]
        else:
            layers.append(layer)
    return layers


def _edge(source: keras.layers.Layer, target: str) -> pydot.Edge:
    # Blanks keep the text off the arrow.
    label = _quoted(f"  {_shape_text(source.output)}  ")
    return pydot.Edge(_quoted(source.name), _quoted(target), label=label)


def _node_label(layer: keras.layers.Layer) -> str:
    n_parameters = layer.count_params()
    kind = type(layer).__name__
    if isinstance(layer, keras.Model):
        kind = " and ".join(inner.name for inner in _flat_layers(layer)[1:])
    if n_parameters:
        kind += f", {n_parameters:,} parameters"
        if not layer.trainable_weights:
            kind += " (frozen)"
    return _quoted(f"{layer.name}\\n{kind}")


def _shape_text(tensor: keras.KerasTensor) -> str:
    """`"clips, any, 16, 3"`: the first axis is the batch."""
    return ", ".join(
        ["clips", *("any" if n is None else str(n) for n in tensor.shape[1:])]
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', r"\"") + '"'


def _graphviz() -> str:
    """Graphviz as the wheel graphviz-pure brings it, beside this Python."""
    name = "graphviz-pure" + (".exe" if os.name == "nt" else "")
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (folder / name).is_file():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(
            "Graphviz was not found; run `pip install graphviz-pure` in this"
            " environment"
        )
    return found
