"""The fit of networks: of several with one architecture, each for itself.

They share what was compiled for the architecture (`darkhar.training.compiled_steps`),
which takes longer than a fit, and run side by side on the cores that there are. They
share nothing else: each has its own weights, random states, order of clips and
optimizer's state.
"""

import concurrent.futures
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from darkhar.config.cores import cores
from darkhar.config.keras_settings import keras
from darkhar.config.progress import progress_bar
from darkhar.evaluation.metrics import cross_entropies
from darkhar.training.compiled_steps import (
    CompiledSteps,
    FitState,
    compiled_steps,
    fresh_state,
)
from darkhar.training.fit_jobs import FitJob
from darkhar.training.network import (
    CLIPS_AT_ONCE,
    Build,
    Schedule,
    build_seeded,
    clip_orders,
)

# Steps are compiled for a number of clips, which is rounded up to a multiple of this.
_CLIPS = 64
_SCORES = ("loss", "accuracy", "val_loss", "val_accuracy")


class FittedNetwork(NamedTuple):
    """What a fit has come to.

    Args:
        model: `keras.Model`. With the weights of the last epoch or, with held-out
            clips, of the one with their lowest loss.
        history: dict of `loss`, `accuracy` and, with held-out clips, `val_loss`,
            `val_accuracy` to a list with one float an epoch.
        logits: float32 `[held out, classes]`, of the held-out clips by `model`, or
            None.
    """

    model: keras.Model
    history: dict[str, list[float]]
    logits: np.ndarray | None


def fit_networks(
    build: Build,
    architecture: Mapping[str, Any],
    inputs: np.ndarray,
    labels: np.ndarray,
    jobs: Sequence[FitJob],
    *,
    schedule: Schedule,
) -> list[FittedNetwork]:
    """Fits a network for each job, from fresh weights or the job's own.

    The loss is sparse categorical cross-entropy from logits, the optimizer Adam. What
    comes out is what `keras.Model.fit` fits, to rounding.

    Args:
        build: callable. Called with `architecture` as keyword arguments; gives a
            network that `darkhar.models.compilable` takes, without losses of layers.
        architecture: mapping of name to hashable value.
        inputs: float32 `[clips, ...]`.
        labels: int `[clips]`.
        jobs: list of `FitJob`.
        schedule: `Schedule`, with a patience where clips are held out.

    Returns:
        `FittedNetwork` of each job, in order.

    Raises:
        ValueError: a job without clips to fit or with none held out, held-out clips
            without a patience, or layers that cannot be fitted so.
    """
    held_out = [job.held_out for job in jobs if job.held_out is not None]
    if any(len(clips) == 0 for clips in [*(job.fitted for job in jobs), *held_out]):
        raise ValueError("a fit has no clips to fit or none held out")
    if held_out and schedule.patience is None:
        raise ValueError("fits that stop by held-out clips need a patience")
    steps = compiled_steps(build, tuple(sorted(architecture.items())))
    filled_up = -len(inputs) % _CLIPS
    data = (
        tf.constant(np.pad(inputs, [(0, filled_up)] + [(0, 0)] * (inputs.ndim - 1))),
        tf.constant(np.pad(labels, (0, filled_up)), tf.int32),
    )
    # One after another: they draw from the global seed.
    fits = [
        _Fit(
            job,
            schedule,
            _with_first_weights(build_seeded(build, architecture, job.seed), job),
            clip_orders(len(job.fitted), job.seed),
            steps,
            *data,
        )
        for job in jobs
    ]
    fitted = []
    with (
        progress_bar("fits", total=len(fits), unit="fit") as bar,
        concurrent.futures.ThreadPoolExecutor(cores()) as pool,
    ):
        for outcome in pool.map(_Fit.run, fits):
            fitted.append(outcome)
            bar.update()
    return fitted


def _with_first_weights(model: keras.Model, job: FitJob) -> keras.Model:
    if job.first_weights is not None:
        start = 0
        for variable in model.trainable_variables:
            end = start + int(np.prod(variable.shape))
            values = job.first_weights[start:end]
            variable.assign(values.reshape(variable.shape))
            start = end
    return model


def weights_of(model: keras.Model) -> np.ndarray:
    """The values of a network's trainable variables, as `FitJob` takes them."""
    return np.concatenate([v.numpy().ravel() for v in model.trainable_variables])


class BestEpoch:
    """Which epoch is kept and when a fit ends, by the rules of Keras' `EarlyStopping`.

    Args:
        patience: int. Epochs without a lower loss after which it ends.
    """

    def __init__(self, patience: int):
        self._patience = patience
        self._loss: float | None = None
        self._waited = 0
        self.kept: Any = None

    def ends_with(self, loss: float, outcome: Any) -> bool:
        """Keeps what came of an epoch if it is the best; whether it is the last."""
        self._waited += 1
        if self._loss is None or loss < self._loss:
            self._loss, self.kept, self._waited = loss, outcome, 0
            return False
        return self._waited >= self._patience


@dataclasses.dataclass
class _Fit:
    """A job whose draws from the global seed were made."""

    job: FitJob
    schedule: Schedule
    model: keras.Model
    orders: Iterator[np.ndarray]
    steps: CompiledSteps
    inputs: tf.Tensor
    labels: tf.Tensor

    def run(self) -> FittedNetwork:
        state, logits = fresh_state(self.model), None
        n_epochs = self.job.epochs or self.schedule.epochs
        if self.job.held_out is None:
            state, scores = self._after_epochs(state, n_epochs)
        else:
            state, logits, scores = self._until_it_gets_worse(state, n_epochs)
        variables = self.model.trainable_variables + self.model.non_trainable_variables
        for variable, value in zip(
            variables, state.weights + state.others, strict=True
        ):
            variable.assign(value)
        # Of the names, as many as there are scores.
        history = dict(zip(_SCORES, np.transpose(scores).tolist(), strict=False))
        return FittedNetwork(self.model, history, logits)

    def _until_it_gets_worse(
        self, state: FitState, n_epochs: int
    ) -> tuple[FitState, np.ndarray, list[list[float]]]:
        """The best epoch's state and held-out logits, and the scores of all epochs."""
        best, scores = BestEpoch(self.schedule.patience), []
        labels = self.labels.numpy()[self.job.held_out]
        for _ in range(n_epochs):
            state, of_fitted = self._after_epochs(state, 1)
            state, logits = self._scored(state)
            loss = float(cross_entropies(logits, labels).mean())
            scores.append([*of_fitted[0], loss, np.mean(logits.argmax(1) == labels)])
            if best.ends_with(loss, (state, logits)):
                break
        return *best.kept, scores

    def _after_epochs(
        self, state: FitState, n_epochs: int
    ) -> tuple[FitState, np.ndarray]:
        """The state after so many epochs; loss and accuracy, float64 `[epochs, 2]`."""
        shown = np.stack([self.job.fitted[next(self.orders)] for _ in range(n_epochs)])
        size = self.schedule.batch_size
        filled_up = [(0, 0), (0, -shown.shape[1] % size)]
        clips = np.pad(shown, filled_up, mode="edge").reshape(-1, size)
        counts = np.pad(np.ones(shown.shape), filled_up).reshape(-1, size)
        state, sums = self.steps.fit(
            state,
            self.inputs,
            self.labels,
            clips,
            counts,
            learning_rate=self.schedule.learning_rate,
        )
        sums = sums.reshape(n_epochs, -1, 2).sum(axis=1, dtype=np.float64)
        return state, sums / shown.shape[1]

    def _scored(self, state: FitState) -> tuple[FitState, np.ndarray]:
        """The state after scoring the held-out clips, and their logits."""
        held_out, logits = self.job.held_out, []
        for start in range(0, len(held_out), CLIPS_AT_ONCE):
            some = tf.gather(self.inputs, held_out[start : start + CLIPS_AT_ONCE])
            state, of_some = self.steps.score(state, some)
            logits.append(of_some)
        return state, np.concatenate(logits)
