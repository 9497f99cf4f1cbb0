"""The name that was probably meant."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of several names that is most like another.

    Args:
        name: str. What was typed.
        names: str. At least one.
    """
    return difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]
