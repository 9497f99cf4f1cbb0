"""What notebooks need that may be out of reach, and which have to go without.

Data and the extractor's weights are everything's; without them there is no run.
What only some notebooks need keeps the others from nothing.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping

from darkhar.config import DarkharError, Parameters
from darkhar.pipeline.graph import Graph, execution_order

# The folders of an absolute path, but not of an address or a package's name.
_FOLDERS = re.compile(r"(?<![\w.:/@~-])~?/(?:[^\s/'\"`;,()]+/)+")


@dataclasses.dataclass(frozen=True)
class Need:
    """Something that a notebook needs and that may be out of reach.

    Args:
        obtain: callable that takes the run's `Parameters` and brings it to this
            machine. It raises a `DarkharError` that says how to get it.
        at_hand: callable that takes the run's `Parameters` and says whether it is
            on this machine. It asks no network.
        parameter: str. The parameter by which a user names a copy of it.
        hint: str. What is missing where it is not at hand, and how to get it.
    """

    obtain: Callable[[Parameters], object]
    at_hand: Callable[[Parameters], bool]
    parameter: str
    hint: str


def _obtain_movenet(parameters: Parameters) -> object:
    from darkhar.pose.movenet_weights import resolve_movenet

    return resolve_movenet(parameters.pose_model, parameters.pose_weights)


def _movenet_at_hand(parameters: Parameters) -> bool:
    from darkhar.pose.movenet_weights import find_movenet

    return find_movenet(parameters.pose_model) is not None


_MOVENET = Need(
    _obtain_movenet,
    _movenet_at_hand,
    "pose_weights",
    "MoveNet's weights are not in the cache; `darkhar weights fetch"
    " movenet_lightning` brings them there",
)

NEEDS: dict[str, Need] = {
    "pose": _MOVENET,
    "enhancement": _MOVENET,
    "fusion": _MOVENET,
    "protocols": _MOVENET,
    "comparisons": _MOVENET,
    "ablations": _MOVENET,
    "interpretation": _MOVENET,
}


def find_unmet(parameters: Parameters, graph: Graph) -> dict[str, str]:
    """The notebooks that cannot be executed here, each with the reason.

    What they need is fetched, if it can be.

    Args:
        parameters: `Parameters`. The run's.
        graph: mapping of name to upstream names, of the notebooks in question.

    Returns:
        Mapping of name to reason, one line, in order of execution. A notebook
        that builds on one that cannot be executed has the reason of that one.

    Raises:
        DarkharError: what the user named by a parameter cannot be used.
    """
    reasons: dict[Need, str | None] = {}
    unmet: dict[str, str] = {}
    for name in execution_order(graph):
        need = NEEDS.get(name)
        if need is not None and need not in reasons:
            reasons[need] = _reason(need, parameters)
        causes = [None if need is None else reasons[need]]
        causes += [unmet.get(upstream) for upstream in graph[name]]
        for reason in causes:
            if reason is not None:
                unmet.setdefault(name, reason)
    return unmet


def not_run_lines(not_run: Mapping[str, str]) -> list[str]:
    """One line for each reason: `pose, fusion: not run: no weights`."""
    names: dict[str, list[str]] = {}
    for name, reason in not_run.items():
        names.setdefault(reason, []).append(name)
    return [f"{', '.join(those)}: not run: {why}" for why, those in names.items()]


def _reason(need: Need, parameters: Parameters) -> str | None:
    """Why a need is not met, if so: one line that names no folder."""
    try:
        need.obtain(parameters)
    except DarkharError as error:
        if getattr(parameters, need.parameter) is not None:
            raise
        return _FOLDERS.sub("", " ".join(str(error).split()))
    return None
