"""What the pose branch goes by: joints, moments, descriptors."""

from typing import NamedTuple

import pandas as pd

from darkhar.study.descriptor_importance import descriptor_importance
from darkhar.study.pose_importance import joint_importance, moment_importance
from darkhar.study.study import Study
from darkhar.training.pose_fits import pose_fit


class Importance(NamedTuple):
    """How much the loss of held-out clips rises without each part of the input.

    Args:
        key: str. Name of the result.
        table: as of `darkhar.study.pose_importance.importance_table`.
        words: str. What the parts are, in the plural.
        title: str. What is done to a part.
    """

    key: str
    table: pd.DataFrame
    words: str
    title: str


def importances(study: Study) -> list[Importance]:
    """Importance of joints, moments and descriptors for the run's pose classifier.

    Args:
        study: `Study`, with the view `"poses"`.
    """
    fit = pose_fit(study.parameters.pose_classifier, study.parameters)
    return [
        Importance(
            "joints",
            joint_importance(study, fit),
            "groups of joints",
            "joints of another clip",
        ),
        Importance(
            "moments",
            moment_importance(study, fit),
            "parts of the clip",
            "parts of the clip, unseen",
        ),
        Importance(
            "descriptors",
            descriptor_importance(study),
            "groups of descriptors",
            "descriptors, permuted",
        ),
    ]
