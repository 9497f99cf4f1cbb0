"""The paper's notebooks and what each builds on."""

import graphlib
from collections.abc import Iterable, Mapping

Graph = Mapping[str, tuple[str, ...]]

# baseline and equalized find in the feature cache what extraction put there, fusion
# what extraction and pose did; the last four find in the cache of predictions what
# those before them fitted.
GRAPH: Graph = {
    "eda": (),
    "sampling": (),
    "extraction": (),
    "baseline": ("extraction",),
    "equalized": ("extraction",),
    "pose": (),
    "enhancement": ("pose",),
    "fusion": ("extraction", "pose"),
    "protocols": ("equalized", "fusion"),
    "comparisons": ("protocols", "enhancement"),
    "ablations": ("protocols", "enhancement"),
    "interpretation": ("protocols",),
}

# Their results are times: nothing else should be at work while they are executed.
TIMED = ("enhancement",)


def execution_order(graph: Graph) -> list[str]:
    """The notebooks, each after those it builds on, else as declared.

    Raises:
        graphlib.CycleError: notebooks that build on each other.
        KeyError: an upstream notebook that the graph does not declare.
    """
    graphlib.TopologicalSorter(graph).prepare()
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for upstream in graph[name]:
                visit(upstream)
            order.append(name)

    for name in graph:
        visit(name)
    return order


def with_upstream(graph: Graph, names: Iterable[str]) -> Graph:
    """The part of a graph that holds some notebooks and all that they build on.

    Args:
        graph: mapping of name to upstream names.
        names: str. Notebooks of the graph.
    """
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += graph[name]
    return {name: upstream for name, upstream in graph.items() if name in wanted}
