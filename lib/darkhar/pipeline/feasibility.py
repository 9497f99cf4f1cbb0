"""What can be known to fail before the first notebook is executed."""

import numpy as np

from darkhar.backbones.engines import resolve_engine
from darkhar.backbones.weights import resolve_weights
from darkhar.config import Parameters
from darkhar.data.source import DataSource, check_decodable
from darkhar.training.splitters import choice_splitter, run_folds


def check_feasible(parameters: Parameters, source: DataSource) -> None:
    """Checks that a run's clips, weights and folds can be had.

    Published weights that are not on this machine are downloaded.

    Args:
        parameters: `Parameters`. The run's.
        source: `DataSource`. The run's clips.

    Raises:
        DataError: a clip does not decode, or scenes are asked for and unknown.
        WeightsError: the extractor's weights cannot be had.
        ParameterError: folds that the training clips don't allow, or an engine that is
            not here.
    """
    train = source.layout.train
    labels = np.array([clip.label for clip in train])
    scenes = np.array([clip.scene for clip in train])
    for name in ("splitter", "pose_splitter"):
        splitter = getattr(parameters, name)
        if splitter is not None:
            run_folds(parameters, labels, scenes, splitter, name)
    # That of choices among pose classifiers and fusions, where nobody named one.
    choice = choice_splitter(parameters, labels, scenes)
    run_folds(parameters, labels, scenes, choice, "pose_splitter")
    resolve_engine(parameters.engine)
    resolve_weights(parameters.extractor, parameters.extractor_weights)
    check_decodable(source)
