"""How far a result may move before it counts as changed."""

import dataclasses
import fnmatch


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """The bound `absolute + relative * |a|` on the difference of two floats.

    Counts, texts and truth values have no tolerance: they are equal or changed.
    """

    absolute: float = 0.0
    relative: float = 0.0

    def bound(self, value: float) -> float:
        """The largest difference from `value` that is no change."""
        return self.absolute + self.relative * abs(value)


# The first pattern that matches a key's last part decides. Training repeats
# exactly on one machine; on another, rounding may tip single clips and, through
# early stopping, an epoch.
TOLERANCES: tuple[tuple[str, Tolerance], ...] = (
    # One clip of the demo's 36 validation clips is 0.028.
    ("*accuracy*", Tolerance(absolute=0.03)),
    ("*precision*", Tolerance(absolute=0.1)),
    ("*recall*", Tolerance(absolute=0.1)),
    ("*f1*", Tolerance(absolute=0.1)),
    ("*loss*", Tolerance(absolute=0.02)),
    ("*", Tolerance(absolute=1e-6, relative=1e-3)),
)


def tolerance(key: str) -> Tolerance:
    """The tolerance for a key such as `baseline#validation.accuracy`."""
    path = key.partition("#")[2].lower()
    return next(t for pattern, t in TOLERANCES if fnmatch.fnmatchcase(path, pattern))
