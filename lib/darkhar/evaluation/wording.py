"""Outcomes in words: sentences that follow the numbers, whatever these are.

Pages quote them, so that a run with other data does not leave a sentence behind that
its numbers contradict. A change is claimed only where interval and test exclude none.
"""

from collections.abc import Sequence

import pandas as pd

from darkhar.evaluation.chance import ChanceTest
from darkhar.evaluation.gaps import Gap
from darkhar.evaluation.paired import ALPHA, PairedComparison
from darkhar.evaluation.probe_result import SceneProbe

_MINUS = "\N{MINUS SIGN}"


def word_comparison(comparison: PairedComparison, subject: str) -> str:
    """What the second model changes, as seen from the first.

    Args:
        comparison: `PairedComparison`.
        subject: str. What is done to the first to get the second, with a capital
            letter: "Equalization".
    """
    c = comparison
    test = f"exact McNemar {word_p(c.p)}"
    if c.p_corrected is not None:
        test += f", corrected {word_p(c.p_corrected)}"
    seeds = f", {c.seeds} seeds" if c.seeds > 1 else ""
    found = f"{limits(c.low, c.high)}; {test}; {counted(c.n)}{seeds}"
    if c.is_clear:
        verb = "raised" if c.difference > 0 else "lowered"
        by = signed_points(abs(c.difference)).removeprefix("+")
        return f"{subject} {verb} accuracy by {by} ({found})."
    if c.difference == 0:
        # Of several seeds, the others may differ in clips where the first does not.
        same = c.seeds == 1 and c.only_first + c.only_second == 0
        end = (
            "no clip is classified correctly by one alone"
            if same
            else "which is compatible with no effect"
        )
        if c.low == c.high:  # of which a bootstrap knows nothing
            found = f"{test}; {counted(c.n)}{seeds}"
            if not same:
                end = "in every clip, which does not exclude a small effect"
        return (
            f"{subject} left accuracy as it was ({found}){':' if same else ','} {end}."
        )
    if c.low > 0 or c.high < 0:
        end = "but the test does not exclude that it is no effect"
    else:
        end = "which is compatible with no effect"
    return (
        f"{subject} changed accuracy by {signed_points(c.difference)} ({found}), {end}."
    )


def word_many(comparisons: Sequence[PairedComparison], subject: str) -> str:
    """Which of several models differ from one reference, after correction.

    Args:
        comparisons: `PairedComparison`s with the same first model, corrected for
            their number.
        subject: str. What the second models are, in the plural with a capital letter:
            "Enhancements".

    Raises:
        ValueError: the first models differ, or one comparison is not corrected.
    """
    if not comparisons:
        return f"{subject} were not compared."
    if len({c.first for c in comparisons}) > 1:
        raise ValueError("the comparisons are not with the same first model")
    if any(c.p_corrected is None for c in comparisons):
        raise ValueError("the comparisons are not corrected for their number")
    total, first = len(comparisons), comparisons[0].first
    clear = [c for c in comparisons if c.is_clear]
    if total == 1:
        compared, listed = f"Compared with {first}", _with_points(comparisons[0])
        verb = "differs" if clear else "does not differ"
    else:
        compared = f"Of {total} {lowered(subject)} compared with {first}"
        listed = enumerated([_with_points(c) for c in clear]) or "none"
        verb = "differ" if len(clear) > 1 else "differs"
    return (
        f"{compared}, {listed} {verb} clearly in accuracy on these"
        f" {counted(comparisons[0].n)} (McNemar's exact test, corrected by Holm's"
        " method)."
    )


def _with_points(comparison: PairedComparison) -> str:
    return f"{comparison.second} ({signed_points(comparison.difference)})"


def word_chance(test: ChanceTest) -> str:
    """How a model does against guessing."""
    t = test
    verdict = {
        "above chance": "which is above chance",
        "below chance": "which is below chance",
        "compatible with chance": "which is compatible with chance",
    }[t.verdict]
    return (
        f"{capital(t.name)}, with the run's seed, classifies {t.correct} of"
        f" {counted(t.n)} correctly"
        f" ({t.accuracy:.3f}; 95% interval {t.low:.3f} to {t.high:.3f}; permutation"
        f" test {word_p(t.p)}), {verdict} ({t.chance:.3f})."
    )


def word_probe(probe: SceneProbe) -> str:
    """Whether features tell the scene."""
    p = probe
    found = (
        f"they name the scene of {percent(p.accuracy)} of {p.n} clips, one of"
        f" {p.n_scenes} scenes, where scenes permuted within classes give"
        f" {percent(p.null_mean)} (permutation test {word_p(p.p)})"
    )
    if p.tells_scene:
        return (
            f"Features of {p.name} tell the scene beyond what the class tells: {found}."
        )
    return (
        f"That features of {p.name} tell the scene beyond what the class tells is not"
        f" shown: {found}."
    )


def word_unprobed(name: str, reason: str) -> str:
    """That features could not be probed for the scene.

    Args:
        name: str. Of the features.
        reason: str. As of `darkhar.study.scene_probe.why_not_probed`.
    """
    return (
        f"Whether features of {name} tell the scene cannot be asked of these training"
        f" clips: {reason}."
    )


def word_gap(gap: Gap) -> str:
    """How accuracy differs between two sets of clips."""
    g = gap
    clips = f"{g.n[0]} and {counted(g.n[1])}"
    most = max(g.seeds)
    seeds = f"; means of {most} seeds" if most > 1 else ""
    test = f"Fisher's exact {word_p(g.p)}"
    if g.p_corrected is not None:
        test += f", corrected {word_p(g.p_corrected)}"
    found = f"{signed_points(g.difference)}, {limits(g.low, g.high)}; {test}"
    if not g.is_clear:
        verdict = "a difference is not shown"
    else:
        verdict = f"the second is {'higher' if g.difference > 0 else 'lower'}"
    return (
        f"{capital(g.name)} has an accuracy of {g.accuracies[0]:.3f} in {g.places[0]}"
        f" and {g.accuracies[1]:.3f} in {g.places[1]} ({clips}{seeds}): {verdict}"
        f" ({found})."
    )


def word_importance(table: pd.DataFrame, parts: str) -> str:
    """Without which part the loss rises most, and which are not told apart from it.

    Args:
        table: as of `darkhar.study.pose_importance.importance_table`.
        parts: str. What the parts are, in the plural: "groups of joints".
    """
    most = table.loc[table["rise"].idxmax()]
    if most["low"] <= 0:
        return (
            f"Of {len(table)} {parts}, none has a rise of the loss whose interval"
            " excludes zero."
        )
    others = table[table["part"] != most["part"]].sort_values("rise", ascending=False)
    level = others[others["lead"] <= 0]
    found = (
        f"Of {len(table)} {parts}, the loss rises most without"
        f" {quoted(most['part'])}, by {most['rise']:.2f} nats per clip (95% interval"
        f" {most['low']:.2f} to {most['high']:.2f})"
    )
    if level.empty:
        return f"{found}."
    listed = enumerated(
        [
            f"{quoted(row.part)} (by {row.rise:.2f})"
            for row in level.itertuples(index=False)
        ]
    )
    verb = "is" if len(level) == 1 else "are"
    return f"{found}; {listed} {verb} not clearly behind."


def word_p(p: float) -> str:
    """A p value with two significant digits: "p = 0.23", "p = 0.040", "p < 0.001".

    More, where two would round it up to the level that it is below.
    """
    if p < 0.001:
        return "p < 0.001"
    digits = 2
    while p < ALPHA <= float(f"{p:.{digits}g}"):
        digits += 1
    return f"p = {p:#.{digits}g}"


def limits(low: float, high: float) -> str:
    """An interval of a difference of two shares: "95% interval +5.6 to +33.3"."""
    return f"95% interval {_limit(low)} to {_limit(high)}"


def _limit(value: float) -> str:
    # A limit that is not zero does not read as zero: a change may rest on it.
    decimals = 1
    while round(100 * value, decimals) == 0 and abs(value) > 1e-9:
        decimals += 1
    return signed_points(value, unit="", decimals=decimals)


def signed_points(
    difference: float, unit: str = " points", *, decimals: int = 1
) -> str:
    """A difference of two shares in percentage points, with its sign."""
    points = round(100 * difference, decimals)
    sign = "+" if points > 0 else _MINUS if points < 0 else ""
    return f"{sign}{abs(points):.{decimals}f}{unit}"


def counted(n: int) -> str:
    """A number of clips."""
    return f"{n} clip" if n == 1 else f"{n} clips"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f}%"


def lowered(text: str) -> str:
    """Text within a sentence; an abbreviation, as CLAHE, keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """Text that begins a sentence."""
    return text[:1].upper() + text[1:]


def quoted(name: str) -> str:
    """A name as it stands in a table or on a plot."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def enumerated(names: Sequence[str]) -> str:
    """Names as in a sentence."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
