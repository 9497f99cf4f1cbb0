"""Two ways to the same thing, measured in one run, as a ratio with its spread."""

import dataclasses
import statistics
import time
from collections.abc import Callable
from typing import Literal


@dataclasses.dataclass(frozen=True)
class Ratio:
    """How one way compares to another.

    Args:
        name: str. What is compared.
        reference, ours: str. The two ways.
        unit: str. Of the values, as `"ms a frame"`.
        reference_value, ours_value: float. Medians.
        ratio: float. Median over pairs of the reference's value by ours where `kind` is
            `"at least"`, and of ours by the reference's where it is `"at most"`.
        low, high: float. Inclusive quartiles of the same; the ratio itself where there
            is one pair.
        pairs: int. How many pairs were measured.
        kind: str. Whether more or less is better.
        bar: float or None. What the project asks for. None where it asks for nothing.
        note: str. What else is to be known. Defaults to none.
    """

    name: str
    reference: str
    ours: str
    unit: str
    reference_value: float
    ours_value: float
    ratio: float
    low: float
    high: float
    pairs: int
    kind: Literal["at least", "at most"]
    bar: float | None
    note: str = ""


def ratio_of(
    name: str,
    reference: tuple[str, list[float]],
    ours: tuple[str, list[float]],
    *,
    unit: str,
    kind: Literal["at least", "at most"],
    bar: float | None,
    note: str = "",
) -> Ratio:
    """A `Ratio` of values that were measured in pairs.

    Args:
        name, unit, kind, bar, note: as in `Ratio`.
        reference, ours: pairs of a name and of values, as many for both.
    """
    pairs = list(zip(reference[1], ours[1], strict=True))
    ratios = [r / o if kind == "at least" else o / r for r, o in pairs]
    low, middle, high = (
        # Inclusive: few pairs' quartiles lie among their values.
        statistics.quantiles(ratios, n=4, method="inclusive")
        if len(ratios) > 1
        else ratios * 3
    )
    return Ratio(
        name=name,
        reference=reference[0],
        ours=ours[0],
        unit=unit,
        reference_value=statistics.median(reference[1]),
        ours_value=statistics.median(ours[1]),
        ratio=middle,
        low=low,
        high=high,
        pairs=len(pairs),
        kind=kind,
        bar=bar,
        note=note,
    )


def time_in_turns(
    name: str,
    reference: tuple[str, Callable[[], object]],
    ours: tuple[str, Callable[[], object]],
    *,
    items: int,
    item: str = "frame",
    pairs: int = 15,
    kind: Literal["at least", "at most"] = "at least",
    bar: float | None = None,
    note: str = "",
) -> Ratio:
    """Times two calls in turns, so that both meet the same state of the machine.

    The first of each, which may build things, is left out.

    Args:
        name, kind, bar, note: as in `Ratio`.
        reference, ours: pairs of a name and a callable without arguments.
        items: int. Items that a call handles; times are given per item.
        item: str. What an item is called. Defaults to `"frame"`.
        pairs: int. Defaults to 15.
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
    return ratio_of(
        name,
        (reference[0], times[0]),
        (ours[0], times[1]),
        unit=f"ms a {item}",
        kind=kind,
        bar=bar,
        note=note,
    )
