"""Named sets of parameters, each with the command that runs it."""

import dataclasses

from darkhar.config.choices import choose
from darkhar.config.parameters import Parameters


@dataclasses.dataclass(frozen=True)
class Preset:
    """A named parameter set.

    Args:
        parameters: `Parameters`. The set.
        needs_data_dir: bool. Whether a data folder must be given.
        command: str. The call that runs it.
    """

    parameters: Parameters
    needs_data_dir: bool
    command: str


# Chosen by the accuracy of poses on training clips of the EE6222 data, in folds that
# keep the scenes of a class apart.
_POSE = {
    "pose_model": "movenet_thunder",
    "pose_samples": 48,
    "pose_tracking": True,
    "pose_every_frame": True,
    "pose_classifier": "trees_both",
    "pose_epochs": 60,
}

PRESETS: dict[str, Preset] = {
    "demo": Preset(
        parameters=Parameters(),
        needs_data_dir=False,
        command="darkhar run",
    ),
    "ee6222": Preset(
        parameters=Parameters(**_POSE),
        needs_data_dir=True,
        command="darkhar run --preset ee6222 --data-dir DIR",
    ),
    "paper": Preset(
        parameters=Parameters(
            extractor="convnext_small",
            n_samples=32,
            epochs=10,
            patience=3,
            learning_rate=1e-4,
            **_POSE,
        ),
        needs_data_dir=True,
        command="darkhar run --preset paper --data-dir DIR",
    ),
}


def get_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ParameterError: no such preset; the message names the nearest.
    """
    return choose(PRESETS, name, "preset")
