"""The study's tables: accuracies with their intervals, a row each."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd

from darkhar.config import PROTOCOLS
from darkhar.evaluation.chance import ChanceTest, against_chance
from darkhar.evaluation.metrics import accuracy
from darkhar.evaluation.over_seeds import seed_accuracy
from darkhar.study.study import Logits, Study


def protocols_table(study: Study) -> pd.DataFrame:
    """The protocols that the clips allow, and what they leak.

    Returns:
        Table with columns `protocol` (its title), `name`, `fits` (how many a model),
        `scored` (clips) and `leak`.
    """
    return pd.DataFrame(
        {
            "protocol": PROTOCOLS[name].title,
            "name": name,
            "fits": len(study.folds(name)) if PROTOCOLS[name].is_split else 1,
            "scored": len(study.scored(name)),
            "leak": PROTOCOLS[name].leak,
        }
        for name in study.protocols
    )


def model_table(study: Study, logits: Logits) -> pd.DataFrame:
    """A row for each model under each protocol.

    Args:
        study: `Study`.
        logits: mapping of the model's name to a mapping of protocol name to logits,
            float `[seeds, clips, classes]`.

    Returns:
        Table with columns `model`, `protocol` (its title), `n`, `seeds`, `accuracy`,
        `sd` (over seeds), `low`, `high`.
    """
    columns = ["n", "seeds", "accuracy", "sd", "low", "high"]
    return pd.DataFrame(
        {
            "model": model,
            "protocol": PROTOCOLS[name].title,
            **{column: score[column] for column in columns},
        }
        for model, by_protocol in logits.items()
        for name, of_protocol in by_protocol.items()
        for score in [seed_accuracy(of_protocol, study.scored(name).labels)]
    )


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """The accuracies of a `model_table`: a row a model, a column a protocol.

    Returns:
        Table with the column `model` and one for each protocol's title, "0.727 ± 0.010"
        or, of one seed, "0.727"; a protocol that a model was not scored under is "".
    """
    cells = table.assign(
        cell=[
            f"{row.accuracy:.3f}" + (f" ± {row.sd:.3f}" if row.seeds > 1 else "")
            for row in table.itertuples(index=False)
        ]
    )
    models = list(dict.fromkeys(table["model"]))
    protocols = list(dict.fromkeys(table["protocol"]))
    pivoted = cells.pivot(index="model", columns="protocol", values="cell")
    return pivoted.loc[models, protocols].fillna("").rename_axis(None, axis=1)


def chance_tests(study: Study, logits: Logits) -> dict[str, ChanceTest]:
    """Each model on validation clips, with the run's seed, against chance."""
    return {
        name: against_chance(
            name,
            by_protocol["official"][0],
            study.val.labels,
            train_labels=study.train.labels,
            seed=study.parameters.seed,
        )
        for name, by_protocol in logits.items()
    }


def chance_table(tests: Mapping[str, ChanceTest]) -> pd.DataFrame:
    """A row a test: `model`, the test's fields, and its `verdict`."""
    return pd.DataFrame(
        {"model": name, **dataclasses.asdict(test), "verdict": test.verdict}
        for name, test in tests.items()
    ).drop(columns="name")


def scrap_key(name: str) -> str:
    """A model's name as a field of a result."""
    return name.replace(",", "").replace(" ", "_")


def protocol_table(
    held_out: Mapping[str, np.ndarray],
    labels: np.ndarray,
    validation: Mapping[str, float | int] | None,
) -> pd.DataFrame:
    """Accuracy by how the clips that are scored were held out.

    Args:
        held_out: mapping of splitter name to logits, float `[clips, classes]`, of
            each training clip from the fit that did not see it.
        labels: int `[clips]`. Of all training clips.
        validation: mapping as `evaluation.metrics.score` returns it; None where
            validation clips have no labels.

    Returns:
        Table with columns `clips held out`, `n`, `accuracy`, `low`, `high`
        (Wilson's 95% interval): a row a splitter, then the validation clips if scored.
    """
    scores = {
        PROTOCOLS[splitter].words: accuracy(logits, labels)
        for splitter, logits in held_out.items()
    }
    if validation is not None:
        scores[PROTOCOLS["official"].words] = validation
    return pd.DataFrame(
        {"clips held out": name}
        | {column: score[column] for column in ("n", "accuracy", "low", "high")}
        for name, score in scores.items()
    )


def comparison_table(
    logits: Mapping[str, np.ndarray], labels: np.ndarray, *, of: str, on: str
) -> pd.DataFrame:
    """Accuracy of several classifiers on the same clips.

    Args:
        logits: mapping of the classifier's name to logits, float `[clips, classes]`.
        labels: int `[clips]`.
        of: str. Name of the first column, such as `"classifier"`.
        on: str. Name of the column of accuracies, such as `"held out"`.

    Returns:
        Table with the columns `of`, `n`, `on`, `<on> low` and `<on> high`: accuracy
        and Wilson's 95% interval.
    """
    scores = {name: accuracy(found, labels) for name, found in logits.items()}
    return pd.DataFrame(
        {
            of: name,
            "n": score["n"],
            on: score["accuracy"],
            f"{on} low": score["low"],
            f"{on} high": score["high"],
        }
        for name, score in scores.items()
    )


def intervals(table: pd.DataFrame, of: str) -> pd.DataFrame:
    """A `comparison_table` as what a plot of intervals takes.

    Args:
        table: table as `comparison_table` returns it.
        of: str. Name of its first column.

    Returns:
        Table with columns `name` (as readers see it), `value`, `low`, `high`, `n`.
    """
    _, n, on, low, high = table.columns
    return pd.DataFrame(
        {
            "name": table[of].str.replace("_", " "),
            "value": table[on],
            "low": table[low],
            "high": table[high],
            "n": table[n],
        }
    )
