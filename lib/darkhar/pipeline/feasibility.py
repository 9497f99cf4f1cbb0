"""What can be known to fail before the first notebook is executed."""

from darkhar.backbones.engines import resolve_engine
from darkhar.backbones.weights import resolve_weights
from darkhar.config import NOTEBOOKS, Parameters
from darkhar.data.source import DataSource
from darkhar.pipeline.graph import Table
from darkhar.training.splitters import choice_splitter, run_folds


def check_feasible(
    parameters: Parameters, source: DataSource, table: Table = NOTEBOOKS
) -> None:
    """Checks that a run's clips, weights and folds can be had, if it needs them.

    Published weights that are not on this machine are downloaded.

    Args:
        parameters: `Parameters`. The run's.
        source: `DataSource`. The run's clips.
        table: mapping of name to `Notebook`: those that it executes.

    Raises:
        DataError: scenes are asked for and unknown.
        WeightsError: the extractor's weights cannot be had.
        ParameterError: folds that the training clips don't allow, or an engine that is
            not here.
    """
    groups = {group for row in table.values() for group in row.groups}
    if "folds" in groups:
        _check_folds(parameters, source)
    if "engine" in groups:
        resolve_engine(parameters.engine)
    if "extractor" in groups:
        resolve_weights(parameters.extractor, parameters.extractor_weights)


def _check_folds(parameters: Parameters, source: DataSource) -> None:
    train = source.clips("train")
    options = (parameters.folds, parameters.seed)
    for name in ("splitter", "pose_splitter"):
        splitter = getattr(parameters, name)
        if splitter is not None:
            run_folds(train, splitter, *options, name)
    # That of choices among pose classifiers and fusions, where nobody named one.
    run_folds(train, choice_splitter(train, parameters), *options, "pose_splitter")
