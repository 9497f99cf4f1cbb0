"""How far a result may move before it counts as changed."""

import dataclasses
import fnmatch
import math
import sys


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """How far a result may be off.

    Args:
        absolute: float. For floats, and ...
        relative: float. ... this times the value, added.
        count: int. For whole numbers.
    """

    absolute: float = 0.0
    relative: float = 0.0
    count: int = 0

    def bound(self, value: float) -> float:
        """The largest difference from `value` that is no change."""
        if isinstance(value, int):  # a count
            return self.count
        return self.absolute + self.relative * abs(value)


# Columns of tables that say what was counted before anything was fitted.
_COUNTED = (
    *("n", "n_train", "n_validation", "train_clips", "held_out_clips", "scored"),
    *("fold", "fits", "seeds"),
)

# The first pattern that matches a key decides. Training repeats exactly on one
# machine; on another processor rounding differs in the last digits, which may
# tip a clip that is on the edge between two classes and, through early stopping,
# an epoch. A clip is 0.028 of the demo's 36 validation clips, 0.056 of a fold.
_FACT = Tolerance(absolute=1e-6, relative=1e-3)
ANY = Tolerance(absolute=math.inf, count=sys.maxsize)
"""Of what is another on each machine, or each time; of texts, too."""
TOLERANCES: tuple[tuple[str, Tolerance], ...] = (
    *((f"*.rows.*.{column}", Tolerance()) for column in _COUNTED),
    # Times of this machine at that moment.
    ("*#cost.*", Tolerance(absolute=math.inf)),
    # Files of what was fitted: the last digits are in them.
    ("*_model.key", ANY),
    ("*_model.files.rows.*", ANY),
    # Tables about the data, settings and layers, not about what was fitted.
    ("eda#*", _FACT),
    ("sampling#*", _FACT),
    ("*#settings.*", _FACT),
    ("*#end_to_end_summary.*", _FACT),
    ("*#end_to_end.max_abs_difference", Tolerance(absolute=1e-4)),
    # p values move with a clip, and so do means over few clips.
    ("comparisons#*", Tolerance(absolute=0.5, count=4)),
    ("interpretation#*", Tolerance(absolute=0.2, count=4)),
    ("*#chance.*", Tolerance(absolute=0.3, count=4)),
    # The same classifier, as frames differ.
    ("*#tracking.*", Tolerance(absolute=0.06, count=4)),
    ("*#comparison.*", Tolerance(absolute=0.06, count=4)),
    ("*#folds.*", Tolerance(absolute=0.15, count=8)),
    ("*#per_class.*", Tolerance(absolute=0.4)),
    ("*#confusion.*", Tolerance(count=2)),
    # Any other table: networks that are fitted for a fixed time, means over seeds.
    ("*.rows.*", Tolerance(absolute=0.12, count=4)),
    ("*#weight.*", Tolerance(absolute=0.15)),
    ("*#cross_validation.chosen_epochs", Tolerance(count=3)),
    ("*.correct", Tolerance(count=3)),
    ("*#cross_validation.*", Tolerance(absolute=0.06)),
    ("*#validation.chance", Tolerance(absolute=1e-9)),
    ("*#validation.majority", Tolerance(absolute=1e-9)),
    ("*#validation.loss", Tolerance(absolute=0.15)),
    ("*#validation.*", Tolerance(absolute=0.09)),
    ("*", _FACT),
)


def tolerance(key: str) -> Tolerance:
    """The tolerance for a key such as `baseline#validation.accuracy`.

    A table's cell has its column's name for a number: `protocols#table.rows.3.n`.
    Texts and truth values are equal or changed, unless it is `ANY`.
    """
    return next(t for pattern, t in TOLERANCES if fnmatch.fnmatchcase(key, pattern))
