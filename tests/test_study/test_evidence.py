"""The share of evidence in the person's box, on maps drawn by hand."""

import numpy as np
import pytest
from made_clips import clips_of, study_of

from darkhar.study.evidence import (
    ClipEvidence,
    evidence_shares,
    evidence_title,
    first_of_each_class,
)

LEFT, RIGHT = [0.0, 0.0, 1.0, 0.5], [0.0, 0.5, 1.0, 1.0]


def clip(number, box, *, answer=0, left=3.0, right=1.0, n_frames=2):
    """Maps of two cells side by side, with more evidence in the left one."""
    maps = np.tile(np.array([[left, right]]), (n_frames, 1, 1))
    frame = np.full((4, 4, 3), number, np.uint8)
    return ClipEvidence(number, answer, maps, np.tile(box, (n_frames, 1)), frame)


def test_shares_of_the_box_and_of_another_clips_box():
    # Three quarters of the evidence lie in the left half of every picture.
    found = [clip(0, LEFT), clip(1, LEFT), clip(2, RIGHT), clip(3, RIGHT)]
    shares = evidence_shares(found, seed=0)
    assert shares["n"] == 4
    assert shares["picture"] == pytest.approx(0.5)
    assert shares["in_box"] == pytest.approx((0.75 + 0.75 + 0.25 + 0.25) / 4)
    # Excess of 0.25 where the box is left, -0.25 where it is right.
    assert shares["difference"] == pytest.approx(0.0)
    # Half the list away are the clips with the other box: each excess is the opposite.
    assert shares["beyond_other"] == pytest.approx((0.5 + 0.5 - 0.5 - 0.5) / 4)
    assert shares["low"] < 0 < shares["high"]


def test_evidence_that_follows_the_person_is_beyond_that_of_other_boxes():
    found = [
        clip(0, LEFT, left=4.0, right=0.0),
        clip(1, RIGHT, left=0.0, right=4.0),
    ]
    shares = evidence_shares(found, seed=0)
    assert shares["in_box"] == 1
    assert shares["difference"] == pytest.approx(0.5)
    # In the other's box there is none: 0 less the half that it covers.
    assert shares["beyond_other"] == pytest.approx(1.0)
    assert shares["beyond_other_low"] == shares["beyond_other_high"] == 1.0


def test_boxes_of_a_longer_clip_are_matched_in_order():
    # The other clip's box goes from left to right in four frames; of two frames the
    # first is held against its first box, the second against its last.
    long = clip(1, LEFT, n_frames=4)
    moving = ClipEvidence(
        1, 0, long.maps, np.array([LEFT, LEFT, RIGHT, RIGHT]), long.frame
    )
    shares = evidence_shares([clip(0, LEFT), moving], seed=0)
    # Own: 0.25 and 0 (0.75, 0.75, 0.25, 0.25 of the evidence, half of the picture).
    assert shares["difference"] == pytest.approx(0.125)
    # In the other's: (0.75 + 0.25) / 2 - 0.5 = 0, and 0.75 - 0.5 = 0.25.
    assert shares["beyond_other"] == pytest.approx(((0.25 - 0) + (0 - 0.25)) / 2)


def test_what_is_shown_of_each_class():
    labels = np.array([1, 0, 1])
    study = study_of(clips_of(labels), clips_of(labels))
    found = [clip(0, LEFT, answer=1), clip(1, LEFT, answer=1), clip(2, LEFT)]
    shown = first_of_each_class(found, labels, n_classes=3)
    assert [one.clip for one in shown] == [1, 0]
    assert first_of_each_class(found, labels, n_classes=1) == shown[:1]
    titles = [evidence_title(one, study) for one in shown]
    assert titles == ["class 0, taken for class 1", "class 1"]
    assert shown[0].middle == 1
