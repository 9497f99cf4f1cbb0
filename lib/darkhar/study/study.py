"""The study: the clips of both splits, and models under protocols."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from darkhar.config import PROTOCOLS, SPLITTERS, Parameters, choose
from darkhar.data.clips import Clips
from darkhar.data.layout import UNLABELLED
from darkhar.evaluation.metrics import references
from darkhar.training.fits import Fit
from darkhar.training.splitters import Fold, choice_splitter, is_possible, run_folds

Logits = Mapping[str, Mapping[str, np.ndarray]]
"""By model and protocol, float64 `[seeds, clips, classes]`, the run's seed first."""


@dataclasses.dataclass(frozen=True)
class Study:
    """The clips of both splits with what models see of them, and a run's parameters.

    Args:
        train: `Clips`. Fitted, and scored where folds hold them out.
        val: `Clips`. Scored alone.
        parameters: `Parameters`. The run's.
    """

    train: Clips
    val: Clips
    parameters: Parameters

    @property
    def has_labels(self) -> bool:
        """Whether the class of every validation clip is known, to score by."""
        return bool((self.val.labels != UNLABELLED).all())

    @property
    def choice(self) -> str:
        """The protocol by which choices are made."""
        return choice_splitter(self.train, self.parameters)

    @property
    def protocols(self) -> list[str]:
        """The protocols that the training clips allow, in the order of `PROTOCOLS`."""
        options = (self.parameters.folds, self.parameters.seed)
        return [
            name
            for name in PROTOCOLS
            if name not in SPLITTERS or is_possible(self.train, name, *options)
        ]

    def folds(self, splitter: str, seed: int | None = None) -> list[Fold]:
        """Folds of the training clips.

        Args:
            splitter: str. One of `darkhar.config.SPLITTERS`.
            seed: int or None. None means the run's. Defaults to None.

        Raises:
            ParameterError: no such splitter, or folds that the clips don't allow.
            DataError: scenes are asked for and unknown.
        """
        seed = self.parameters.seed if seed is None else seed
        return run_folds(self.train, splitter, self.parameters.folds, seed)

    def scored(self, protocol: str) -> Clips:
        """The clips that a protocol scores."""
        row = choose(PROTOCOLS, protocol, "protocol")
        return self.train if row.is_split else self.val

    def seeds(self, count: int | None = None) -> list[int]:
        """The seeds of the study: the run's own and those after it, below 2**31.

        Args:
            count: int or None. How many. None means `study_seeds`. Defaults to None.
        """
        if count is None:
            count = self.parameters.study_seeds
        return [(self.parameters.seed + i) % 2**31 for i in range(count)]

    def logits(
        self, fit: Fit, protocol: str, *, seeds: int | None = None
    ) -> np.ndarray:
        """Logits of the clips that a protocol scores, for several seeds.

        A seed changes the folds, and what the fit draws.

        Args:
            fit: `Fit`.
            protocol: str. One of `darkhar.config.PROTOCOLS`.
            seeds: int or None. How many, from the run's on. None means `study_seeds`,
                or one if the protocol has no several. Defaults to None.

        Returns:
            float64 `[seeds, clips, classes]`, the run's own seed first.

        Raises:
            ParameterError, DataError: as `folds`.
        """
        row = choose(PROTOCOLS, protocol, "protocol")
        if seeds is None and not row.has_seeds:
            seeds = 1
        return np.stack(
            [
                fit.held_out(self.train, self.folds(protocol, seed), seed)
                if row.is_split
                else fit.predicted(self.train, self.val, seed)
                for seed in self.seeds(seeds)
            ]
        )

    def groups(self, protocol: str) -> list[str] | None:
        """The groups of scored clips that a protocol keeps together.

        Returns:
            Of each clip its scene, or its class and scene; None of single clips.
        """
        row = choose(PROTOCOLS, protocol, "protocol")
        return row.groups and self.scored(protocol).groups(row.groups)

    def references(self, protocol: str) -> dict[str, float]:
        """What an accuracy under a protocol must be held against.

        Returns:
            dict with `chance` and `majority`, as of
            `darkhar.evaluation.metrics.references`.
        """
        return references(
            self.scored(protocol).labels,
            train_labels=self.train.labels,
            n_classes=self.train.n_classes,
        )
