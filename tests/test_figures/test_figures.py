"""Each plot shows the numbers it is given, where they belong."""

import numpy as np
import pandas as pd
import pytest

from darkhar.figures.clips import (
    plot_class_distribution,
    plot_clip_lengths,
    plot_scene_distribution,
)
from darkhar.figures.features import plot_feature_map
from darkhar.figures.frames import brighten, show_frame_grid
from darkhar.figures.intensities import plot_intensity_histograms
from darkhar.figures.learning import plot_confusion, plot_learning_curves
from darkhar.figures.sampling import plot_sampled_indices


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
    assert sorted(text.get_text() for text in ax.texts) == ["1", "4", "7"]


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


def test_learning_curves_show_each_fold_and_its_best_epoch():
    history = {
        "loss": [3.0, 2.0],
        "val_loss": [2.5, 2.6],
        "accuracy": [0.1, 0.4],
        "val_accuracy": [0.2, 0.3],
    }
    figure = plot_learning_curves([history, history], [1, 2], chance=1 / 6)
    loss_2, accuracy_1 = figure.axes[1], figure.axes[2]
    assert loss_2.get_title() == "fold 2"
    assert [line.get_ydata().tolist() for line in loss_2.lines[:2]] == [
        [3.0, 2.0],
        [2.5, 2.6],
    ]
    assert (loss_2.lines[2].get_xdata(), loss_2.lines[2].get_ydata()) == ([2], [2.6])
    assert accuracy_1.lines[-1].get_ydata()[0] == pytest.approx(1 / 6)


def test_learning_curves_go_on_in_a_new_row_after_five_folds():
    history = {name: [1.0] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    figure = plot_learning_curves([history] * 7, [1] * 7, chance=0.5)
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


def test_feature_map_is_spanned_by_the_training_clips():
    # Training clips vary along the first feature only; the validation clips'
    # large second feature must not turn the axes.
    features = np.array([[-1.0, 0], [1, 0], [0, 0.1], [0, -0.1], [0, 50], [0, -50]])
    figure = plot_feature_map(
        features,
        labels=np.array([0, 1, 0, 1, 0, 1]),
        scenes=["1", "1", "2", "2", "", ""],
        splits=["train"] * 4 + ["val"] * 2,
        class_names=["Sit", "Run"],
    )
    train_sit = figure.axes[0].lines[0].get_xydata()
    assert abs(train_sit[0, 0]) == pytest.approx(1)
    val_sit = figure.axes[0].lines[1].get_xydata()
    assert abs(val_sit[0]).tolist() == pytest.approx([0, 50])
    labels = [line.get_label() for line in figure.axes[1].lines]
    assert labels == ["1", "2", "unknown"]
