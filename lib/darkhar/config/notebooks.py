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
        seconds: int. About how long it takes in the demo's run from nothing: what takes
            long begins early. No result depends on it. Defaults to 30.
    """

    groups: tuple[str, ...]
    after: tuple[str, ...] = ()
    needs_labels: bool = False
    seconds: int = 30

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that it declares, in the order of its cell."""
        return names_of(self.groups)

    @property
    def needs_movenet(self) -> bool:
        """Whether it detects keypoints."""
        return "pose" in self.groups


NOTEBOOKS: dict[str, Notebook] = {
    "eda": Notebook(_DATA, seconds=5),
    "sampling": Notebook((*_DATA, "frames"), seconds=5),
    "extraction": Notebook(_APPEARANCE, seconds=45),
    "baseline": Notebook(_SEQUENCE, after=("extraction",), seconds=15),
    "equalized": Notebook((*_SEQUENCE, "enhancement"), needs_labels=True, seconds=55),
    "pose": Notebook(_POSE, seconds=180),
    "camera": Notebook(_POSE, after=("pose",), needs_labels=True, seconds=15),
    "errors": Notebook((*_DATA, "engine", "pose")),
    "simulated": Notebook(_POSE, after=("pose",), needs_labels=True),
    "enhancement": Notebook(_POSE, after=("pose",), seconds=100),
    "fusion": Notebook(
        (*_SEQUENCE, "pose", "pose_classifier", "fusion"),
        after=("extraction", "pose"),
        needs_labels=True,
        seconds=5,
    ),
    "protocols": Notebook(
        _STUDY,
        after=("baseline", "equalized", "fusion"),
        needs_labels=True,
        seconds=155,
    ),
    "comparisons": Notebook(
        _STUDY, after=("protocols", "enhancement"), needs_labels=True, seconds=10
    ),
    "ablations": Notebook(
        (*_STUDY, "ablations"),
        after=("enhancement", "fusion"),
        needs_labels=True,
        seconds=120,
    ),
    "interpretation": Notebook(_STUDY, after=("protocols",), needs_labels=True),
}
