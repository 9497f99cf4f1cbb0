"""What the recognizer says of a clip."""

import dataclasses
from collections.abc import Mapping

TOO_SHORT = "too short"
NOBODY_SEEN = "nobody seen"
CAMERA_LOST = "camera lost"
SEVERAL_SHOTS = "several shots"
NONE_OF_THESE = "none of the actions"
NOT_SURE = "not sure enough"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What the recognizer says of a clip.

    Args:
        probabilities: mapping of every action to its probability, as the recognizer's
            temperature makes it; what is left to one is that the person does something
            else. Empty where the clip could not be looked at.
        unsure: str. Why none of the actions is the answer, one of this module's
            reasons; empty if one is. Defaults to empty.
    """

    probabilities: Mapping[str, float]
    unsure: str = ""

    def __post_init__(self):
        if not self.probabilities and not self.unsure:
            raise ValueError("a verdict without probabilities says why")

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """Actions and probabilities, the likeliest first."""
        return sorted(self.probabilities.items(), key=lambda item: -item[1])

    @property
    def probability(self) -> float:
        """Of the likeliest action; 0 where the clip could not be looked at."""
        return self.ranked[0][1] if self.probabilities else 0.0

    @property
    def action(self) -> str | None:
        """The answer, or None if the recognizer is unsure."""
        return None if self.unsure else self.ranked[0][0]

    def as_dict(self) -> dict:
        """Plain values: `action`, `probability` of the likeliest, `next` and its
        `next_probability`, `unsure`, `probabilities`."""
        (first, second) = (*self.ranked[:2], *[(None, 0.0)] * 2)[:2]
        return {
            "action": self.action,
            "likeliest": first[0],
            "probability": first[1],
            "next": second[0],
            "next_probability": second[1],
            "unsure": self.unsure,
            "probabilities": dict(self.probabilities),
        }
