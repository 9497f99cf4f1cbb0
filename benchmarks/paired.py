"""Two calls timed in turns, so that both meet the same state of the machine."""

import dataclasses
import statistics
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Ratio:
    """How many times as long the reference takes.

    Args:
        name: str. What is compared.
        reference, ours: str. The two ways.
        reference_ms, ours_ms: float. Median milliseconds per item.
        ratio: float. Median over pairs of the reference's time by ours.
        low, high: float. Quartiles of the same.
        pairs: int. How many pairs were timed.
    """

    name: str
    reference: str
    ours: str
    reference_ms: float
    ours_ms: float
    ratio: float
    low: float
    high: float
    pairs: int


def time_in_turns(
    name: str,
    reference: tuple[str, Callable[[], object]],
    ours: tuple[str, Callable[[], object]],
    *,
    items: int,
    pairs: int = 25,
) -> Ratio:
    """Times two calls in turns; the first of each, which may build things, is left out.

    Args:
        name: str. What is compared.
        reference, ours: pairs of a name and a callable without arguments.
        items: int. Items that a call handles; times are given per item.
        pairs: int. Defaults to 25.
    """
    calls = (reference[1], ours[1])
    for call in calls:
        call()
    times: list[list[float]] = [[], []]
    for number in range(pairs):
        # Who begins changes, so that nobody always follows the other.
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            start = time.perf_counter()
            calls[which]()
            times[which].append(1000 * (time.perf_counter() - start) / items)
    ratios = [first / second for first, second in zip(*times, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return Ratio(
        name,
        reference[0],
        ours[0],
        statistics.median(times[0]),
        statistics.median(times[1]),
        middle,
        low,
        high,
        pairs,
    )
