"""Samplers, pose classifiers, fusions and protocols, a row each.

To add one: a function, or a module with an attribute of the kind that the others of its
table have, and a row.
"""

import dataclasses

from darkhar.config.choices import Choice


@dataclasses.dataclass(frozen=True)
class Sampler(Choice):
    """Which frames of a clip are looked at.

    Its target is a function from the clip's number of frames and `n_samples`, and a
    `seed` where it is random, to the numbers of frames, int64 `[n]`.

    Args:
        is_random: bool. Whether it takes a seed. Defaults to False.
    """

    is_random: bool = False


SAMPLERS: dict[str, Sampler] = {
    "uniform": Sampler(
        "darkhar.sampling.rules:uniform_indices", "the centres of equal segments"
    ),
    "endpoints": Sampler(
        "darkhar.sampling.rules:endpoint_indices", "from the first to the last"
    ),
    "random": Sampler(
        "darkhar.sampling.rules:random_indices", "drawn at random", is_random=True
    ),
}


@dataclasses.dataclass(frozen=True)
class PoseClassifier(Choice):
    """From a clip's keypoints to logits.

    Its target is a `darkhar.models.pose_estimators.PoseEstimator`, or, of a network, a
    function from joints, units and dropout to what logits are computed from.

    Args:
        is_network: bool. Whether it is fitted by gradient, from first weights that a
            seed draws. Defaults to False.
        simulated: int. How many clips of simulated people it is fitted on, a network
            before the others. Defaults to 0.
        takes_clips: bool. Whether it is fitted on the run's clips. Defaults to True.
    """

    is_network: bool = False
    simulated: int = 0
    takes_clips: bool = True


POSE_CLASSIFIERS: dict[str, PoseClassifier] = {
    "kinematics": PoseClassifier(
        "darkhar.models.pose_estimators:KINEMATIC",
        "linear discriminant analysis of kinematic descriptors",
    ),
    "kinematics_both": PoseClassifier(
        "darkhar.models.pose_estimators:KINEMATIC",
        "the same, fitted on simulated people as well",
        simulated=3000,
    ),
    "kinematics_simulated": PoseClassifier(
        "darkhar.models.pose_estimators:KINEMATIC",
        "the same, fitted on simulated people alone",
        simulated=3000,
        takes_clips=False,
    ),
    "trees_both": PoseClassifier(
        "darkhar.models.pose_estimators:TREES",
        "randomized trees of kinematic descriptors, of clips and simulated people",
        simulated=3000,
    ),
    "trees_simulated": PoseClassifier(
        "darkhar.models.pose_estimators:TREES",
        "the same, fitted on simulated people alone",
        simulated=3000,
        takes_clips=False,
    ),
    "pooled_statistics": PoseClassifier(
        "darkhar.models.pose_estimators:POOLED",
        "logistic regression of means and deviations over time",
    ),
    "lstm": PoseClassifier(
        "darkhar.models.pose_networks:lstm", "a bidirectional LSTM", is_network=True
    ),
    "lstm_pretrained": PoseClassifier(
        "darkhar.models.pose_networks:lstm",
        "the same, fitted on simulated people first",
        is_network=True,
        simulated=3000,
    ),
    "temporal_conv": PoseClassifier(
        "darkhar.models.pose_networks:temporal_conv",
        "dilated convolutions over time",
        is_network=True,
    ),
    "temporal_conv_pretrained": PoseClassifier(
        "darkhar.models.pose_networks:temporal_conv",
        "the same, fitted on simulated people first",
        is_network=True,
        simulated=3000,
    ),
    "transformer": PoseClassifier(
        "darkhar.models.pose_networks:transformer",
        "one encoder block",
        is_network=True,
    ),
    "transformer_pretrained": PoseClassifier(
        "darkhar.models.pose_networks:transformer",
        "the same, fitted on simulated people first",
        is_network=True,
        simulated=3000,
    ),
    "graph": PoseClassifier(
        "darkhar.models.pose_networks:graph",
        "graph convolutions over the skeleton",
        is_network=True,
    ),
    "graph_pretrained": PoseClassifier(
        "darkhar.models.pose_networks:graph",
        "the same, fitted on simulated people first",
        is_network=True,
        simulated=3000,
    ),
}

CAMERAS: dict[str, str] = {
    "still": "joints are where a camera that is held still would see them",
    "as_filmed": "joints are where they are in the picture",
}
"""What is made of the camera's motion before joints are classified."""

FUSIONS: dict[str, Choice] = {
    "score_average": Choice(
        "darkhar.models.fusion:score_average",
        "one weight for the probabilities of pose",
    ),
    "concatenation": Choice(
        "darkhar.models.fusion:concatenation",
        "logistic regression of both branches' features",
    ),
    "gate": Choice(
        "darkhar.models.fusion:gate", "a weight for each clip, by how sure each is"
    ),
}
"""Late fusion; each target is a function that makes a `Fit` of `BranchOutputs`."""


@dataclasses.dataclass(frozen=True)
class Protocol(Choice):
    """A way of keeping clips from the fit that is scored on them.

    Its target is a function from labels int `[clips]`, scenes str `[clips]`, the number
    of folds and a seed to pairs of indices: of the fitted clips and of those held out.
    That of the official split is empty: all training clips are fitted, validation clips
    are scored.

    Args:
        title: str. Its name for readers.
        leak: str. What the scored clips may share with the fitted ones, or how the
            protocol misleads in another way: one sentence.
        has_seeds: bool. Whether it is done with several seeds. Those whose folds
            hardly depend on the seed are not. Defaults to True.
        takes_folds: bool. Whether the number of folds is asked for. Defaults to True.
        groups: str or None. What its folds keep together: `"scene"`, or `"class and
            scene"`. Defaults to None, single clips.
    """

    title: str
    leak: str
    has_seeds: bool = True
    takes_folds: bool = True
    groups: str | None = None

    @property
    def is_split(self) -> bool:
        """Whether it divides the training clips."""
        return bool(self.target)


PROTOCOLS: dict[str, Protocol] = {
    "stratified": Protocol(
        "darkhar.training.splitters:stratified",
        "at random",
        title="random folds",
        leak="Clips of one scene are on both sides: knowing the scene helps.",
    ),
    "leave_one_scene_out": Protocol(
        "darkhar.training.splitters:leave_one_scene_out",
        "one scene after the other",
        title="one scene left out",
        leak="No scene is on both sides, but a class filmed mostly in one scene is"
        " hardly fitted when that one is scored.",
        has_seeds=False,
        takes_folds=False,
        groups="scene",
    ),
    "scene_grouped": Protocol(
        "darkhar.training.splitters:scene_grouped",
        "scene by scene",
        title="folds of scenes",
        leak="No scene is on both sides; classes are unevenly fitted, as above.",
        has_seeds=False,
        groups="scene",
    ),
    "class_scene_grouped": Protocol(
        "darkhar.training.splitters:class_scene_grouped",
        "scene by scene of a class",
        title="folds of a class's scenes",
        leak="A scene may be fitted with another class: knowing the scene misleads.",
        groups="class and scene",
    ),
    "official": Protocol(
        "",
        "validation split",
        title="validation split",
        leak="None known, where validation clips are from other scenes; what they share"
        " is not on record.",
    ),
}

SPLITTERS: dict[str, Protocol] = {n: p for n, p in PROTOCOLS.items() if p.is_split}
"""The protocols that divide the training clips into folds."""

STRICTEST = "class_scene_grouped"
"""The folds by which choices are made, where the clips allow it."""
