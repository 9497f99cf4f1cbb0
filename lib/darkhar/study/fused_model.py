"""Late fusion of appearance and pose, as a model under study."""

from collections.abc import Sequence

import numpy as np

from darkhar.pose.pose_clips import PoseClips
from darkhar.study.appearance_model import AppearanceModel
from darkhar.study.clip_models import ClipModel
from darkhar.training.classifiers import cross_fit, fit_all
from darkhar.training.fusion import branch_outputs, fusion_fit
from darkhar.training.splitters import Fold


def fused_model(
    name: str,
    fusion: str,
    appearance: AppearanceModel,
    pose: ClipModel,
    clips: PoseClips,
    val_clips: PoseClips,
    *,
    splitter: str,
) -> ClipModel:
    """Late fusion of appearance and pose.

    Args:
        name: str. As readers see it.
        fusion: str. One of `darkhar.training.fusion.FUSIONS`.
        appearance: `AppearanceModel`.
        pose: `ClipModel`. Of the same clips.
        clips, val_clips: `PoseClips`.
        splitter: str. The folds whose held-out logits fit the fusion of the final
            model, and choose its appearance branch's epochs.
    """
    branch = appearance.model("appearance", splitter)
    labels, n_classes = appearance.labels, appearance.n_classes
    fit = fusion_fit(fusion, n_classes)

    def branches(folds: Sequence[Fold], seed: int):
        return branch_outputs(
            branch.held_out(folds, seed),
            pose.held_out(folds, seed),
            appearance.train,
            clips,
        )

    def held_out(folds: Sequence[Fold], seed: int) -> np.ndarray:
        return cross_fit(
            fit, branches(folds, seed), labels, folds, n_classes=n_classes, seed=seed
        )

    def validation(seed: int) -> np.ndarray:
        folds = appearance.folds_of(splitter, seed)
        predict = fit_all(fit, branches(folds, seed), labels, seed=seed)
        return predict(
            branch_outputs(
                branch.validation(seed),
                pose.validation(seed),
                appearance.val,
                val_clips,
            )
        )

    return ClipModel(name, held_out, validation, is_random=True)
