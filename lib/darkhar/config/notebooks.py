"""The paper's notebooks, a row each.

To add one: the file in `notebooks/`, and a row. The order of execution, the book's
table of contents, the `parameters` cells, what a notebook needs and what is tested
follow from the rows.
"""

import dataclasses

from darkhar.config.parameters import names_of

_DATA = ("data",)
_APPEARANCE = (*_DATA, "engine", "frames", "extractor")
_SEQUENCE = (*_APPEARANCE, "folds", "fit", "sequence")
_POSE = (*_DATA, "engine", "folds", "fit", "pose", "pose_classifier")
_STUDY = (*_SEQUENCE, "enhancement", "pose", "pose_classifier", "fusion", "study")


@dataclasses.dataclass(frozen=True)
class Notebook:
    """A notebook of the paper.

    Args:
        groups: str. Groups of parameters (`darkhar.config.parameters.GROUPS`) that it
            reads; reading one of another group is an error.
        after: str. Notebooks that it builds on: it finds in the cache what these
            extracted and fitted. Defaults to none.
        needs_labels: bool. Whether it says nothing of validation clips that have no
            labels. Defaults to False.
    """

    groups: tuple[str, ...]
    after: tuple[str, ...] = ()
    needs_labels: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that it declares, in the order of its cell."""
        return names_of(self.groups)

    @property
    def needs_movenet(self) -> bool:
        """Whether it detects keypoints."""
        return "pose" in self.groups


NOTEBOOKS: dict[str, Notebook] = {
    "eda": Notebook(_DATA),
    "sampling": Notebook((*_DATA, "frames")),
    "extraction": Notebook(_APPEARANCE),
    "baseline": Notebook(_SEQUENCE, after=("extraction",)),
    "equalized": Notebook((*_SEQUENCE, "enhancement"), needs_labels=True),
    "pose": Notebook(_POSE),
    "camera": Notebook(_POSE, after=("pose",), needs_labels=True),
    "errors": Notebook((*_DATA, "engine", "pose")),
    "simulated": Notebook(_POSE, after=("pose",), needs_labels=True),
    "enhancement": Notebook(_POSE, after=("pose",)),
    "fusion": Notebook(
        (*_SEQUENCE, "pose", "pose_classifier", "fusion"),
        after=("extraction", "pose"),
        needs_labels=True,
    ),
    "protocols": Notebook(
        _STUDY, after=("baseline", "equalized", "fusion"), needs_labels=True
    ),
    "comparisons": Notebook(
        _STUDY, after=("protocols", "enhancement"), needs_labels=True
    ),
    "ablations": Notebook(
        (*_STUDY, "ablations"), after=("enhancement", "fusion"), needs_labels=True
    ),
    "interpretation": Notebook(_STUDY, after=("protocols",), needs_labels=True),
}
