"""Seeds of the parts of a run, all derived from the run's one."""

import numpy as np

# Which part of a run a derived seed belongs to.
FOLD_FITS, SPLIT, FINAL_FIT = range(3)


def derived_seed(seed: int, *path: int) -> int:
    """An independent seed for one part of a run, such as a fold.

    Args:
        seed: int. The run's.
        *path: int. One of this module's constants, then numbers such as a fold's.

    Returns:
        int in [0, 2**31).
    """
    return int(np.random.SeedSequence([seed, *path]).generate_state(1)[0] >> 1)
