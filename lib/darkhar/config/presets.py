"""Named sets of parameters, each with the command, time and result to expect."""

import dataclasses

from darkhar.config.errors import ParameterError
from darkhar.config.nearest import nearest
from darkhar.config.parameters import Parameters


@dataclasses.dataclass(frozen=True)
class Preset:
    """A named parameter set.

    Args:
        parameters: `Parameters`. The set.
        needs_data_dir: bool. Whether a data folder must be given.
        command: str. The call that runs it.
        expected: str. Run time on two cores and result to expect.
    """

    parameters: Parameters
    needs_data_dir: bool
    command: str
    expected: str


# Chosen by the accuracy of poses on training clips of the EE6222 data, in folds that
# keep the scenes of a class apart.
_POSE = {
    "pose_model": "movenet_thunder",
    "pose_samples": 32,
    "pose_tracking": True,
    "pose_epochs": 60,
}

PRESETS: dict[str, Preset] = {
    "demo": Preset(
        parameters=Parameters(),
        needs_data_dir=False,
        command="darkhar run",
        expected=(
            "about twenty minutes; on scenes never seen in training, appearance is near"
            " chance and pose far above it"
        ),
    ),
    "ee6222": Preset(
        parameters=Parameters(**_POSE),
        needs_data_dir=True,
        command="darkhar run --preset ee6222 --data-dir DIR",
        expected=(
            "about an hour for 174 clips, of which half goes into comparing"
            " enhancements; on validation, appearance is near chance, pose at 0.75"
            " of 24 clips"
        ),
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
        expected=(
            "about 3 hours for 246 clips (two enhancements of 0.6 s a frame, and pose);"
            " the original reports 0.083 and 0.135 on 96 validation clips"
        ),
    ),
}


def get_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ParameterError: no such preset; the message names the nearest.
    """
    if name not in PRESETS:
        raise ParameterError(
            f"unknown preset '{name}'; did you mean '{nearest(name, PRESETS)}'?"
            f" Presets: {', '.join(PRESETS)}"
        )
    return PRESETS[name]
