"""Fits of pose classifiers, by the rows of `POSE_CLASSIFIERS`."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from darkhar.config import POSE_CLASSIFIERS, Parameters, choose
from darkhar.config.keras_settings import keras
from darkhar.config.parameters import FitParameters
from darkhar.data.clips import Clips
from darkhar.models.pose_networks import build_pose_network
from darkhar.pose.channels import joint_channels
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.simulated_poses import Simulation, acted
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.training.estimator_fits import PoseEstimatorFit
from darkhar.training.fit_jobs import FitJob, fold_jobs
from darkhar.training.fit_networks import fit_networks, weights_of
from darkhar.training.fits import Fit
from darkhar.training.fitted import Fitted
from darkhar.training.network import Schedule, network_logits
from darkhar.training.splitters import Fold

# Of first weights that are fitted on simulated people.
_SEED, _FIRST_EPOCHS = 0, 3


def pose_fit(name: str, parameters: Parameters) -> Fit:
    """How a pose classifier of a run is fitted.

    Args:
        name: str. One of `darkhar.config.POSE_CLASSIFIERS`.
        parameters: `Parameters`. The run's.

    Raises:
        ParameterError: no such classifier.
    """
    row = choose(POSE_CLASSIFIERS, name, "pose classifier")
    simulation = Simulation.of(parameters, row.simulated) if row.simulated else None
    if not row.is_network:
        simulations = (simulation,) if simulation else ()
        return PoseEstimatorFit(row.load(), simulations, takes_clips=row.takes_clips)
    return PoseNetworkFit(
        name,
        row.load(),
        parameters.group(FitParameters),
        epochs=parameters.pose_epochs,
        units=parameters.pose_units,
        simulation=simulation,
    )


def clips_alone(parameters: Parameters) -> str:
    """The run's pose classifier, if it is fitted on clips alone; else kinematics.

    Simulated people have errors of the network's that were measured in one way of
    looking, and would favour that one where ways of looking are compared.

    Args:
        parameters: `Parameters`. The run's.

    Returns:
        One of `darkhar.config.POSE_CLASSIFIERS`.
    """
    own = parameters.pose_classifier
    return "kinematics" if POSE_CLASSIFIERS[own].simulated else own


def possible_classifiers(class_names: Sequence[str]) -> list[str]:
    """Pose classifiers for classes: without those fitted on people who act others.

    Args:
        class_names: str. By class id.
    """
    known = acted(class_names)
    return [name for name, row in POSE_CLASSIFIERS.items() if known or row.takes_clips]


@dataclasses.dataclass(frozen=True)
class FittedPoseNetwork(Fitted):
    """A network over joints; its logits are averaged over a clip and its mirror image.

    Args:
        model: `keras.Model`. From `darkhar.pose.channels.joint_channels` to logits.
        view: str. As of `PoseNetworkFit`.
    """

    model: keras.Model
    view: str

    def __call__(self, clips: Clips) -> np.ndarray:
        """As of `Fitted`."""
        return self.logits(clips[self.view])

    def logits(self, poses: PoseClips) -> np.ndarray:
        """Of the view alone, float64 `[clips, classes]`."""
        channels = joint_channels(poses.with_mirrored())
        logits = network_logits(self.model, channels).reshape(2, len(poses), -1)
        return logits.mean(axis=0).astype(np.float64)


@dataclasses.dataclass(frozen=True)
class PoseNetworkFit(Fit):
    """A network over joints, fitted on clips and their mirror images for a fixed time.

    Args:
        name: str. Of the row.
        network: callable. From joints, units and dropout to what logits are computed
            from.
        fit: `FitParameters`.
        epochs: int. How long.
        units: int. Channels inside of the network.
        simulation: `Simulation` or None. Clips that its first weights are fitted on, as
            far as their actions are classes of the others, by name. Defaults to None.
        view: str. Name of a view of `PoseClips`. Defaults to `"poses"`.
    """

    name: str
    network: Callable
    fit: FitParameters
    epochs: int
    units: int
    simulation: Simulation | None = None
    view: str = "poses"

    @property
    def views(self) -> tuple[str, ...]:
        """The one view."""
        return (self.view,)

    @property
    def is_random(self) -> bool:
        """Weights, batches and dropout are drawn."""
        return True

    def fit_clips(self, clips: Clips, seed: int) -> FittedPoseNetwork:
        """Fits the network, with no held-out clips."""
        return self._fitted(clips, [FitJob(np.arange(len(clips)), seed)])[0]

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """Logits of each clip from the network of its fold, all fitted at once."""
        logits = np.full((len(clips), clips.n_classes), np.nan)
        networks = self._fitted(clips, fold_jobs(folds, seed))
        for fold, fitted in zip(folds, networks, strict=True):
            logits[fold.held_out] = fitted(clips.select(fold.held_out))
        return logits

    def _fitted(self, clips: Clips, jobs: Sequence[FitJob]) -> list[FittedPoseNetwork]:
        seen = (clips[self.view], clips.labels, clips.n_classes)
        if self.simulation is not None:
            weights = self._first_weights(clips)
            jobs = [dataclasses.replace(job, first_weights=weights) for job in jobs]
        networks = self._networks(*seen, jobs, self.epochs)
        return [FittedPoseNetwork(model, self.view) for model in networks]

    def _first_weights(self, clips: Clips) -> np.ndarray | None:
        """Fitted on simulated people who act the clips' classes, if there are such."""
        labels = self.simulation.labels(clips.class_names)
        acting = np.flatnonzero(labels >= 0)
        if not len(acting):
            return None
        n_samples = clips[self.view].keypoints.shape[1]

        def weights() -> np.ndarray:
            seen = (self.simulation.poses(n_samples), labels, clips.n_classes)
            (model,) = self._networks(*seen, [FitJob(acting, _SEED)], _FIRST_EPOCHS)
            return weights_of(model)

        key = key_of("first weights", self, labels, clips.n_classes, n_samples)
        return Shelf("predictions").array(key, weights)

    def _networks(
        self,
        poses: PoseClips,
        labels: np.ndarray,
        n_classes: int,
        jobs: Sequence[FitJob],
        epochs: int,
    ) -> list[keras.Model]:
        """Networks of each job, fitted on clips and their mirror images."""
        channels = joint_channels(poses.with_mirrored())
        mirrored = len(poses)  # the number of a clip's mirror image, after the clip's
        fitted = fit_networks(
            build_pose_network,
            {
                "name": self.name,
                "n_classes": n_classes,
                "n_frames": channels.shape[1],
                "units": self.units,
                "dropout": self.fit.dropout,
            },
            channels,
            np.tile(labels, 2),
            [
                dataclasses.replace(
                    job, fitted=np.concatenate([job.fitted, mirrored + job.fitted])
                )
                for job in jobs
            ],
            schedule=Schedule(
                epochs=epochs,
                batch_size=self.fit.batch_clips_per_class * n_classes,
                learning_rate=self.fit.learning_rate,
            ),
        )
        return [network.model for network in fitted]
