"""What notebooks need that may be out of reach, and which have to go without.

Data and the extractor's weights are everything's; without them there is no run.
MoveNet's, and labels of validation clips, which only some notebooks need, keep the
others from nothing.
"""

import re
from collections.abc import Collection, Mapping

from darkhar.config import DarkharError, Parameters
from darkhar.data.layout import UNLABELLED, Layout
from darkhar.pipeline.graph import Table, execution_order

MOVENET_HINT = (
    "MoveNet's weights are not in the cache; `darkhar weights fetch"
    " movenet_lightning` brings them there"
)

NO_LABELS = "the validation clips have no labels, so that nothing can be scored"

# The folders of an absolute path, but not of an address or a package's name.
_FOLDERS = re.compile(r"(?<![\w.:/@~-])~?/(?:[^\s/'\"`;,()]+/)+")


def movenet_at_hand(parameters: Parameters) -> bool:
    """Whether a run's MoveNet is in the cache. No network is asked."""
    from darkhar.pose.movenet_weights import find_movenet

    return find_movenet(parameters.pose_model) is not None


def find_unmet(
    parameters: Parameters,
    table: Table,
    names: Collection[str],
    layout: Layout | None = None,
) -> dict[str, str]:
    """The notebooks that cannot be executed here, each with the reason.

    What they need is fetched, if it can be.

    Args:
        parameters: `Parameters`. The run's.
        table: mapping of name to `Notebook`.
        names: str. Those in question; the others are done.
        layout: `Layout` or None. The run's clips. None means that they have labels.
            Defaults to None.

    Returns:
        Mapping of name to reason, one line, in order of execution. A notebook
        that builds on one that cannot be executed has the reason of that one.

    Raises:
        DarkharError: what the user named by a parameter cannot be used.
    """
    reasons = {}
    if layout is not None and any(clip.label == UNLABELLED for clip in layout.val):
        reasons = {name: NO_LABELS for name in names if table[name].needs_labels}
    of_movenet = [name for name in names if table[name].needs_movenet]
    if set(of_movenet) - reasons.keys():
        reason = _why_no_movenet(parameters)
        if reason is not None:
            reasons = dict.fromkeys(of_movenet, reason) | reasons
    unmet: dict[str, str] = {}
    for name in execution_order(table) if reasons else ():
        builds_on = [unmet[n] for n in table[name].after if n in unmet]
        if name in names and (name in reasons or builds_on):
            unmet[name] = reasons.get(name) or builds_on[0]
    return unmet


def not_run_lines(not_run: Mapping[str, str]) -> list[str]:
    """One line for each reason: `pose, fusion: not run: no weights`."""
    names: dict[str, list[str]] = {}
    for name, reason in not_run.items():
        names.setdefault(reason, []).append(name)
    return [f"{', '.join(those)}: not run: {why}" for why, those in names.items()]


def _why_no_movenet(parameters: Parameters) -> str | None:
    """Why MoveNet cannot be had, if so: one line that names no folder."""
    from darkhar.pose.movenet_weights import resolve_movenet

    try:
        resolve_movenet(parameters.pose_model, parameters.pose_weights)
    except DarkharError as error:
        if parameters.pose_weights is not None:
            raise
        return _FOLDERS.sub("", " ".join(str(error).split()))
    return None
