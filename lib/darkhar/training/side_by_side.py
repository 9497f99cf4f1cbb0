"""Networks of all folds, fitted side by side as one.

Fitted one after another, small networks leave the processor waiting: most of a step
is spent on getting from one operation to the next. Here one step serves all folds:
their weights are stacked, and each operation becomes one over the stack
(`tf.vectorized_map`). Folds share nothing but the step: each has its own weights,
random states, order of clips and optimizer's state, and ends when its own held-out
loss says so. What comes out is what `darkhar.training.network` fits, to rounding.
"""

import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from darkhar.config.progress import progress_bar
from darkhar.training.network import (
    CLIPS_AT_ONCE,
    Build,
    Schedule,
    batches_of_indices,
    build_seeded,
)
from darkhar.training.splitters import Fold
from darkhar.training.stacked_steps import (
    StackedState,
    StackedSteps,
    stacked_state,
    stacked_steps,
)

# Always so many, some of them idle where folds are fewer: a stack of another height is
# traced anew, which takes as long as many epochs, and a higher one gains little.
_STACKED = 5
# Held-out clips of each network that are scored at once; for the same reason. Of
# `CLIPS_AT_ONCE` a divisor.
_SCORED = 32


class FittedFold(NamedTuple):
    """What a fit in one fold has come to.

    Args:
        model: The network with the weights of the epoch with the lowest held-out loss.
        history: as `fit_network` returns it.
        logits: float32 `[held out, classes]`. Of the held-out clips, by `model`.
    """

    model: keras.Model
    history: dict[str, list[float]]
    logits: np.ndarray


def fit_side_by_side(
    build: Build,
    architecture: Mapping[str, Any],
    inputs: np.ndarray,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    schedule: Schedule,
    seeds: Sequence[int],
    build_stacked: Build | None = None,
) -> list[FittedFold]:
    """Fits a network with fresh weights in each fold, as `fit_network` does in one.

    Args:
        build: callable. Called with `architecture` as keyword arguments. Layers'
            own losses are not supported, nor layers that go by statistics of a
            batch: the last batch of an epoch is filled up with clips that don't
            count.
        architecture: mapping of name to hashable value.
        inputs: float32 `[clips, ...]`.
        labels: int `[clips]`.
        folds: list of `Fold`, each with clips to fit and clips held out.
        schedule: `Schedule`, with a patience.
        seeds: int. Of each fold: seed of initial weights, shuffling and dropout.
        build_stacked: callable or None. Builds a network with the same variables in the
            same order that computes the same in another way, for the steps. None means
            `build`. Defaults to None.

    Returns:
        `FittedFold` of each fold, in order.

    Raises:
        ValueError: a fold without clips to fit or to hold out, or no patience.
    """
    if schedule.patience is None:
        raise ValueError("fits that stop by held-out clips need a patience")
    if any(0 in (len(fold.train), len(fold.held_out)) for fold in folds):
        raise ValueError("a fold has no clips to fit or none held out")
    steps = stacked_steps(
        build_stacked or build,
        tuple(sorted(architecture.items())),
        schedule.learning_rate,
    )
    clips = tf.constant(inputs), tf.constant(labels, tf.int32)
    fitted = []
    with progress_bar("cross-validation", total=len(folds), unit="fold") as bar:
        for start in range(0, len(folds), _STACKED):
            group = slice(start, start + _STACKED)
            models = [build_seeded(build, architecture, seed) for seed in seeds[group]]
            fitted += _fit_stack(
                steps, models, clips, folds[group], schedule, seeds[group], bar.update
            )
    return fitted


@dataclasses.dataclass
class _Fit:
    """How far one network's fit is, by the rules of Keras' `EarlyStopping`."""

    schedule: Schedule
    history: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    best_loss: float | None = None
    best: tuple[list[np.ndarray], np.ndarray] | None = None
    waited: int = 0
    ended: bool = False

    def after_epoch(
        self,
        scores: Mapping[str, float],
        outcome: Callable[[], tuple[list[np.ndarray], np.ndarray]],
    ) -> None:
        """Keeps an epoch's scores and, if it is the best so far, what came of it."""
        for name, value in scores.items():
            self.history.setdefault(name, []).append(value)
        loss = scores["val_loss"]
        self.ended = len(self.history["val_loss"]) == self.schedule.epochs
        self.waited += 1
        if self.best_loss is None or loss < self.best_loss:
            self.best_loss, self.best, self.waited = loss, outcome(), 0
        elif self.waited >= self.schedule.patience:
            self.ended = True


def _fit_stack(
    steps: StackedSteps,
    models: Sequence[keras.Model],
    clips: tuple[tf.Tensor, tf.Tensor],
    folds: Sequence[Fold],
    schedule: Schedule,
    seeds: Sequence[int],
    when_one_ends: Callable[[], Any],
) -> list[FittedFold]:
    """Fits models with fresh weights in at most `_STACKED` folds."""
    orders = [
        _order(len(fold.train), schedule.batch_size, seed)
        for fold, seed in zip(folds, seeds, strict=True)
    ]
    state = stacked_state([*models, *models[:1] * (_STACKED - len(models))])
    fits = [_Fit(schedule) for _ in folds]
    while running := [number for number, fit in enumerate(fits) if not fit.ended]:
        scores = _Scores(_STACKED)
        n_batches = {
            number: math.ceil(len(folds[number].train) / schedule.batch_size)
            for number in running
        }
        for batch in range(max(n_batches.values())):
            chosen = {
                number: folds[number].train[next(orders[number])]
                for number, n in n_batches.items()
                if batch < n
            }
            state, sums = steps.fit(
                state, *clips, *_filled_up(chosen, schedule.batch_size)
            )
            scores.add("", sums)
        logits = []
        for start in range(0, max(len(folds[n].held_out) for n in running), _SCORED):
            chosen = {
                number: folds[number].held_out[start : start + _SCORED]
                for number in running
            }
            scored, sums, some = steps.score(
                state, *clips, *_filled_up(chosen, _SCORED)
            )
            logits.append(some)
            if start % CLIPS_AT_ONCE == 0:
                # Random states move on as often as when scored by `fit_network`.
                state = scored
            scores.add("val_", sums)
        for number in running:
            outcome = functools.partial(
                _outcome, state, logits, number, len(folds[number].held_out)
            )
            fits[number].after_epoch(scores.of(number), outcome)
            if fits[number].ended:
                when_one_ends()
    fitted = []
    for model, fit in zip(models, fits, strict=True):
        weights, logits = fit.best
        variables = model.trainable_variables + model.non_trainable_variables
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)
        fitted.append(FittedFold(model, fit.history, logits))
    return fitted


def _order(n_clips: int, batch_size: int, seed: int) -> Iterator[np.ndarray]:
    """Batches of clips' numbers as `fit_network` draws them."""
    keras.utils.set_random_seed(seed)
    return batches_of_indices(n_clips, batch_size, seed).as_numpy_iterator()


def _outcome(
    state: StackedState, logits: Sequence[tf.Tensor], network: int, n_held_out: int
) -> tuple[list[np.ndarray], np.ndarray]:
    """A network's variables, and its logits of the clips that it holds out."""
    of_all = np.concatenate([some[network].numpy() for some in logits])
    return [values[network].numpy() for values in state.variables], of_all[:n_held_out]


def _filled_up(
    batches: Mapping[int, np.ndarray], width: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Batches of some networks, the others idle, for all of the stack.

    Returns:
        Clips int32 `[_STACKED, width]`, filled up with a batch's first clip, and which
        of them count, float32 `[_STACKED, width]`.
    """
    clips = np.zeros((_STACKED, width), np.int32)
    counts = np.zeros((_STACKED, width), np.float32)
    for network, batch in batches.items():
        if len(batch):
            clips[network] = batch[0]
            clips[network, : len(batch)] = batch
            counts[network, : len(batch)] = 1
    return tf.constant(clips), tf.constant(counts)


class _Scores:
    """Sums over an epoch's clips, from which its scores are made."""

    def __init__(self, n_networks: int):
        self._zero = np.zeros((3, n_networks))
        self._sums: dict[str, np.ndarray] = {}

    def add(self, prefix: str, sums: Sequence[tf.Tensor]) -> None:
        """Adds each network's summed loss, right answers, and clips of one step."""
        self._sums[prefix] = self._sums.get(prefix, self._zero) + np.array(sums)

    def of(self, network: int) -> dict[str, float]:
        """A network's scores by the names that Keras gives them."""
        scores = {}
        for prefix, sums in self._sums.items():
            loss, right, clips = sums[:, network]
            scores[f"{prefix}loss"] = float(loss / clips)
            scores[f"{prefix}accuracy"] = float(right / clips)
        return scores
