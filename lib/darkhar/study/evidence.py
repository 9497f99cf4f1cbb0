"""How much of the appearance model's evidence lies in the person's box."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.backbones.extractors import get_extractor
from darkhar.data.source import DataSource
from darkhar.evaluation.paired import mean_interval
from darkhar.features.clip_views import frame_rule, pose_rule, shown_frames
from darkhar.pose.person_masking import boxes_at
from darkhar.study.grad_cam import evidence_maps, share_inside
from darkhar.study.study import Study
from darkhar.training.sequence_fit import SequenceFit, sequence_logits


@dataclasses.dataclass(frozen=True)
class ClipEvidence:
    """Grad-CAM of one clip for the model's own answer.

    Args:
        clip: int. Its number among the validation clips.
        answer: int. The class that the model names.
        maps: float32 `[frames, h, w]`, at least 0.
        boxes: float64 `[frames, 4]`. The person's, in the same frames.
        frame: uint8 `[height, width, 3]`. The middle one.
    """

    clip: int
    answer: int
    maps: np.ndarray
    boxes: np.ndarray
    frame: np.ndarray

    @property
    def middle(self) -> int:
        """Which of the frames is shown."""
        return len(self.maps) // 2


def validation_evidence(
    study: Study, source: DataSource, fit: SequenceFit
) -> list[ClipEvidence]:
    """The evidence of the final appearance model in each validation clip.

    Args:
        study: `Study`, with the views `"frames"` and `"boxes"`.
        source: `DataSource`. Its clips.
        fit: `SequenceFit` of frames.
    """
    parameters, val = study.parameters, study.val
    classifier = fit.final_model(study.train, parameters.seed)
    answers = sequence_logits(classifier, val[fit.view]).argmax(axis=1)
    backbone = get_extractor(parameters.extractor, parameters.extractor_weights).model
    rule, seen = frame_rule(parameters), pose_rule(parameters)
    found = []
    for clip, (n_frames, boxes) in enumerate(
        zip(val.n_frames.tolist(), val["boxes"].values, strict=True)
    ):
        (frames,) = shown_frames(source, "val", {clip: rule(n_frames)})
        found.append(
            ClipEvidence(
                clip=clip,
                answer=int(answers[clip]),
                maps=evidence_maps(backbone, classifier, frames, answers[clip]),
                boxes=boxes_at(boxes, seen(n_frames), rule(n_frames)),
                frame=frames[len(frames) // 2],
            )
        )
    return found


def evidence_shares(found: Sequence[ClipEvidence], *, seed: int) -> dict[str, float]:
    """The share of the evidence in the box, against the share of the picture.

    Evidence may lie in the box because boxes lie where evidence does in any clip: the
    same evidence is held against the box of another clip, half the list away, whose
    frames are matched in order.

    Args:
        found: `ClipEvidence`s.
        seed: int. Of the bootstrap over clips.

    Returns:
        dict with `in_box` and `picture` (means over clips), `difference`, `low`, `high`
        (95% interval), `n`, and `beyond_other`, `beyond_other_low`,
        `beyond_other_high`: by how much more the difference is in the clip's own box.
    """
    own = np.array([share_inside(clip.maps, clip.boxes) for clip in found])
    other = np.array(
        [
            share_inside(
                clip.maps,
                _matched(found[(number + len(found) // 2) % len(found)].boxes, clip),
            )
            for number, clip in enumerate(found)
        ]
    )
    excess = own[:, 0] - own[:, 1]
    beyond = excess - (other[:, 0] - other[:, 1])
    low, high = mean_interval(excess, seed=seed)
    low_beyond, high_beyond = mean_interval(beyond, seed=seed)
    return {
        "in_box": own[:, 0].mean(),
        "picture": own[:, 1].mean(),
        "difference": excess.mean(),
        "low": low,
        "high": high,
        "n": len(found),
        "beyond_other": beyond.mean(),
        "beyond_other_low": low_beyond,
        "beyond_other_high": high_beyond,
    }


def first_of_each_class(
    found: Sequence[ClipEvidence], labels: np.ndarray, *, n_classes: int
) -> list[ClipEvidence]:
    """The first clip of each of the first classes, by class.

    Args:
        found: sequence of `ClipEvidence`.
        labels: int `[clips]`. Of all clips of the split.
        n_classes: int. Classes at most.
    """
    first: dict[int, ClipEvidence] = {}
    for clip in found:
        first.setdefault(int(labels[clip.clip]), clip)
    return [first[label] for label in sorted(first)[:n_classes]]


def evidence_title(clip: ClipEvidence, study: Study) -> str:
    """What the clip shows, and what it was taken for if that is wrong."""
    names, label = study.val.class_names, int(study.val.labels[clip.clip])
    if clip.answer == label:
        return names[label]
    return f"{names[label]}, taken for {names[clip.answer]}"


def _matched(boxes: np.ndarray, clip: ClipEvidence) -> np.ndarray:
    """As many boxes as the clip has maps, evenly spread."""
    moments = np.linspace(0, len(boxes) - 1, len(clip.maps)).round().astype(int)
    return boxes[moments]
