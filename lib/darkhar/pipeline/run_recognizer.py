"""The recognizer that a run has kept."""

from pathlib import Path

from darkhar.config import ResultsError
from darkhar.pipeline.record import command, read_record
from darkhar.pipeline.run_models import FOLDER
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Recognizer
from darkhar.training.kept_models import load_model


def load_run_recognizer(run_dir: str | Path) -> Recognizer:
    """The recognizer that notebook `simulated` of a run has kept.

    Args:
        run_dir: str or Path. The run's folder.

    Returns:
        `Recognizer`, with the run's parameters and classes.

    Raises:
        UsageError: there is no such run.
        ResultsError: it has kept none, or what it has kept is damaged.
    """
    run_dir = Path(run_dir)
    record = read_record(run_dir)
    path = run_dir / FOLDER / "recognizer.json"
    if not path.is_file():
        call = command(record, run_dir.name).replace(" run", " run simulated", 1)
        raise ResultsError(
            f"run '{run_dir.name}' has kept no recognizer; make one with `{call}`"
        )
    kept = load_model(path)
    return Recognizer(
        record.parameters,
        kept.class_names[:-1],
        kept.fitted.logits,
        Confidence(**kept.description["confidence"]),
    )
