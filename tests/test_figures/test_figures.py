"""Each plot shows the numbers it is given, where they belong."""

import numpy as np
import pandas as pd
import pytest
from made_clips import clips_of
from matplotlib.figure import Figure

from darkhar.features.inputs import FrameVectors
from darkhar.figures.clip_counts import (
    plot_class_distribution,
    plot_clip_lengths,
    plot_scene_distribution,
)
from darkhar.figures.feature_map import plot_feature_map
from darkhar.figures.frame_indices import plot_sampled_indices
from darkhar.figures.frames import (
    brighten,
    show_frame_grid,
    show_recorded_and_brightened,
)
from darkhar.figures.intensities import plot_intensity_histograms
from darkhar.figures.learning import plot_confusion, plot_learning_curves
from darkhar.figures.style import panels
from darkhar.training.fold_results import CrossValidation, FoldResult
from darkhar.training.splitters import Fold


def test_class_distribution_bars_have_the_counts_as_heights():
    counts = pd.DataFrame(
        {
            "split": ["train", "train", "val", "val"],
            "class": ["Sit", "Walk", "Sit", "Walk"],
            "clips": [5, 3, 2, 1],
        }
    )
    ax = plot_class_distribution(counts).axes[0]
    train, val = ax.containers[0], ax.containers[1]
    assert [bar.get_height() for bar in train] == [5, 3]
    assert [bar.get_height() for bar in val] == [2, 1]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["Sit", "Walk"]
    assert train[0].get_x() < val[0].get_x()


def test_scene_distribution_puts_counts_at_class_and_scene():
    scenes = pd.DataFrame(
        {"class": ["Sit", "Sit", "Run"], "scene": ["10", "2", "10"], "clips": [4, 1, 7]}
    )
    ax = plot_scene_distribution(scenes).axes[0]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2", "10"]
    assert ax.images[0].get_array().tolist() == [[1, 4], [0, 7]]
    # White on dark; none where there are no clips.
    counts = {text.get_position(): text.get_text() for text in ax.texts}
    assert counts == {(0, 0): "1", (1, 0): "4", (1, 1): "7"}
    white = [text.get_text() for text in ax.texts if text.get_color() == "white"]
    assert white == ["7"]


def test_clip_lengths_shows_every_clip():
    lengths = pd.DataFrame(
        {
            "split": ["train", "train", "val"],
            "class": ["Sit", "Sit", "Sit"],
            "frames": [40, 33, 105],
        }
    )
    ax = plot_clip_lengths(lengths).axes[0]
    shown = [line.get_ydata().tolist() for line in ax.lines]
    assert shown == [[33, 40], [105]]


def test_clip_lengths_of_a_class_without_validation_clips():
    lengths = pd.DataFrame(
        {"split": ["train", "val"], "class": ["Sit", "Run"], "frames": [40, 50]}
    )
    ax = plot_clip_lengths(lengths).axes[0]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[40], [], [], [50]]


def test_frame_grid_shows_each_frame_in_its_row():
    frames = np.arange(2 * 4 * 6 * 3, dtype=np.uint8).reshape(2, 4, 6, 3)
    figure = show_frame_grid({"Sit": frames, "Run": frames[::-1]}, titles=["1", "2"])
    shown = [ax.images[0].get_array() for ax in figure.axes]
    np.testing.assert_array_equal(shown[1], frames[1])
    np.testing.assert_array_equal(shown[2], frames[1])
    assert figure.axes[2].get_ylabel() == "Run"
    assert figure.axes[1].get_title() == "2"


def test_recorded_and_brightened_stand_under_each_other():
    frames = np.stack([np.full((4, 6, 3), value, np.uint8) for value in (10, 51)])
    figure = show_recorded_and_brightened(frames, titles=["Sit", "Run"])
    shown = [int(ax.images[0].get_array().max()) for ax in figure.axes]
    # Each frame is brightened by itself.
    assert shown == [10, 51, 255, 255]
    labels = [ax.get_ylabel() for ax in figure.axes]
    assert labels == ["recorded", "", "brightened", ""]
    assert [ax.get_title() for ax in figure.axes] == ["Sit", "Run", "", ""]


def test_brighten_scales_the_percentile_to_white():
    frames = np.array([0, 5, 10, 20], np.uint8).reshape(1, 2, 2, 1)
    bright = brighten(frames, percentile=100)
    assert bright.ravel().tolist() == [0, 64, 128, 255]
    assert brighten(np.zeros((1, 1, 1, 3), np.uint8)).max() == 0


def test_sampled_indices_are_marked_on_their_line():
    figure = plot_sampled_indices(
        {"uniform": np.array([1, 4]), "random": np.array([0, 2, 5])}, n_frames=6
    )
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [mark.get_xdata().tolist() for mark in marks] == [[1, 4], [0, 2, 5]]
    assert [set(mark.get_ydata()) for mark in marks] == [{0}, {1}]


def cross_validation(histories, best_epochs):
    fold, logits = Fold(np.arange(2), np.arange(1)), np.zeros((1, 2))
    folds = [
        FoldResult(fold, history, best_epoch, logits)
        for history, best_epoch in zip(histories, best_epochs, strict=True)
    ]
    return CrossValidation(folds, chosen_epochs=1, logits=logits)


def test_learning_curves_show_each_fold_and_its_best_epoch():
    history = {
        "loss": [3.0, 2.0],
        "val_loss": [2.5, 2.6],
        "accuracy": [0.1, 0.4],
        "val_accuracy": [0.2, 0.3],
    }
    found = cross_validation([history, history], [1, 2])
    figure = plot_learning_curves(found, chance=1 / 6, majority=0.25)
    loss_2, accuracy_1 = figure.axes[1], figure.axes[2]
    assert loss_2.get_title() == "fold 2"
    assert [line.get_ydata().tolist() for line in loss_2.lines[:2]] == [
        [3.0, 2.0],
        [2.5, 2.6],
    ]
    assert (loss_2.lines[2].get_xdata(), loss_2.lines[2].get_ydata()) == ([2], [2.6])
    references = {
        line.get_label(): line.get_ydata()[0] for line in accuracy_1.lines[-2:]
    }
    assert references == {"chance": 1 / 6, "majority": 0.25}


def test_learning_curves_go_on_in_a_new_row_after_five_folds():
    history = {name: [1.0] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    found = cross_validation([history] * 7, [1] * 7)
    figure = plot_learning_curves(found, chance=0.5, majority=0.5)
    titles = [ax.get_title() for ax in figure.axes if ax.get_title()]
    assert titles == [f"fold {i}" for i in range(1, 8)]
    assert len(figure.axes) == 14
    places = [ax.get_subplotspec() for ax in figure.axes if ax.get_title() == "fold 6"]
    assert (places[0].rowspan.start, places[0].colspan.start) == (2, 0)


def test_confusion_shows_true_classes_in_rows():
    table = pd.DataFrame({"class": ["Sit", "Run"], "Sit": [3, 1], "Run": [0, 4]})
    ax = plot_confusion(table).axes[0]
    assert ax.images[0].get_array().tolist() == [[3, 0], [1, 4]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_intensity_histogram_and_cumulative_distribution_by_hand():
    image = np.array([0, 0, 0, 255], np.uint8).reshape(2, 2, 1)
    figure = plot_intensity_histograms({"dark": image})
    bars, line = figure.axes[0].patches, figure.axes[1].lines[0].get_ydata()
    assert (bars[0].get_height(), bars[255].get_height()) == (0.75, 0.25)
    assert (line[0], line[254], line[255]) == (0.75, 0.75, 1.0)


def clips_around(means, labels, scenes):
    """Clips of two classes whose two frames lie on either side of their mean."""
    frames = FrameVectors(np.stack([means - 1, means + 1], axis=1))
    return clips_of(labels, scenes, n_classes=2, frames=frames)


def test_feature_map_is_spanned_by_the_training_clips():
    # Training clips vary along the first feature only; the validation clips'
    # large second feature must not turn the axes.
    means = np.array([[-1.0, 0], [1, 0], [0, 0.1], [0, -0.1]])
    train = clips_around(means, [0, 1, 0, 1], ["1", "1", "10", "10"])
    val = clips_around(np.array([[0.0, 50], [0, -50]]), [0, 1], ["", "2"])
    by_class, by_scene = plot_feature_map(train, val).axes
    train_sit, val_sit, train_run, val_run = by_class.lines
    assert abs(train_sit.get_xydata()) == pytest.approx(np.array([[1, 0], [0, 0.1]]))
    assert abs(val_sit.get_xydata()) == pytest.approx(np.array([[0, 50]]))
    fills = [line.get_fillstyle() for line in by_class.lines]
    assert fills == ["full", "none", "full", "none"]
    assert train_sit.get_color() == val_sit.get_color() != train_run.get_color()
    scenes = {line.get_label(): len(line.get_xdata()) for line in by_scene.lines}
    assert scenes == {"1": 2, "2": 1, "10": 2, "unknown": 1}
    assert list(scenes) == ["1", "2", "10", "unknown"]
    np.testing.assert_allclose(by_scene.lines[1].get_xydata(), val_run.get_xydata())


def test_a_marker_for_each_round_of_colours():
    means, scenes = np.arange(14.0).reshape(7, 2), [str(i) for i in range(7)]
    train = clips_around(means, [0] * 7, scenes)
    _, by_scene = plot_feature_map(train, train.select(np.arange(1))).axes
    markers = [line.get_marker() for line in by_scene.lines[:7]]
    assert markers == ["o"] * 6 + ["s"]
    assert by_scene.lines[6].get_color() == by_scene.lines[0].get_color()


def test_panels_fill_row_after_row():
    figure = Figure()
    axes = panels(figure, 3, columns=2, stacked=2)
    assert axes.shape == (3, 2)
    places = [[ax.get_subplotspec() for ax in panel] for panel in axes]
    assert [
        [(place.rowspan.start, place.colspan.start) for place in panel]
        for panel in places
    ] == [[(0, 0), (1, 0)], [(0, 1), (1, 1)], [(2, 0), (3, 0)]]
    # The fourth panel's are gone.
    assert len(figure.axes) == 6
