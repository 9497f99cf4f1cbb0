import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from darkhar.figures.ablation_chart import plot_ablations
from darkhar.figures.differences import plot_differences
from darkhar.figures.failed_clips import (
    plot_class_recall,
    plot_confusions,
    show_errors,
)
from darkhar.figures.importance_chart import plot_importance, show_evidence
from darkhar.figures.model_table import plot_protocols
from darkhar.figures.scene_probes import plot_scene_probe
from darkhar.figures.style import PAGE_WIDTH, VAL_COLOUR
from darkhar.study.evidence import ClipEvidence


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def dots(ax):
    """Points drawn with a round marker, x and y, filled or not."""
    return {
        (round(float(line.get_xdata()[0]), 3), float(line.get_ydata()[0])): (
            line.get_fillstyle()
        )
        for line in ax.lines
        if line.get_marker() == "o"
    }


def spans(ax):
    """Horizontal lines, from where to where, by their height."""
    return {
        float(line.get_ydata()[0]): [round(float(x), 3) for x in line.get_xdata()]
        for line in ax.lines
        if len(line.get_xdata()) == 2
        and line.get_ydata()[0] == line.get_ydata()[1]
        and line.get_linewidth() > 1
    }


def vertical_lines(ax):
    return [
        float(line.get_xdata()[0])
        for line in ax.lines
        if list(line.get_xdata()) == [line.get_xdata()[0]] * 2
        and list(line.get_ydata()) == [0, 1]
    ]


def row_names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_scene_probe():
    table = pd.DataFrame(
        {
            "features": ["kinematics", "frames"],
            "scene": [0.45, 0.95],
            "scene_low": [0.4, 0.9],
            "scene_high": [0.5, 0.98],
            "null": [0.41, 0.43],
            "random": [0.8, 0.99],
            "validation": [0.75, 0.1],
            "validation_low": [0.6, 0.05],
            "validation_high": [0.85, 0.2],
            "n_train": [90, 90],
            "n_validation": [36, 36],
        }
    )
    figure = plot_scene_probe(table, chance=1 / 6, majority=0.2)
    scene, action = figure.axes
    # What knows most of the scene is on top.
    assert row_names(scene) == ["frames", "kinematics"]
    assert scene.get_ylim()[0] > scene.get_ylim()[1]
    assert dots(scene) == {(0.95, 0.0): "full", (0.45, 1.0): "full"}
    assert spans(scene) == {0.0: [0.9, 0.98], 1.0: [0.4, 0.5]}
    ticks = [line.get_xdata()[0] for line in scene.lines if line.get_marker() == "|"]
    assert ticks == [0.43, 0.41]
    assert dots(action) == {
        (0.99, 0.0): "none",
        (0.1, 0.0): "full",
        (0.8, 1.0): "none",
        (0.75, 1.0): "full",
    }
    assert spans(action) == {0.0: [0.05, 0.2], 1.0: [0.6, 0.85]}
    assert vertical_lines(action) == pytest.approx([1 / 6, 0.2])
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[2:] == [
        "action, random folds (n = 90)",
        "action, validation (n = 36)",
    ]


def test_scene_probe_without_scenes():
    row = dict.fromkeys(["scene", "scene_low", "scene_high", "null"]) | {
        "features": "frames",
        "random": 0.9,
        "validation": 0.2,
        "validation_low": 0.1,
        "validation_high": 0.3,
        "n_train": 90,
        "n_validation": 36,
    }
    table = pd.DataFrame([row])
    scene, action = plot_scene_probe(table, chance=0.2, majority=0.3).axes
    assert dots(scene) == {}
    assert "not known" in scene.texts[0].get_text()
    assert dots(action) == {(0.9, 0.0): "none", (0.2, 0.0): "full"}


def test_protocols():
    rows = [
        ("pose", "random folds", 90, 0.8, 0.7, 0.9),
        ("pose", "validation split", 36, 0.9, 0.8, 0.95),
        ("fused", "random folds", 90, 0.85, 0.75, 0.92),
    ]
    columns = ["model", "protocol", "n", "accuracy", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    figure = plot_protocols(table, chance=0.25, majority=0.3)
    folds, split = figure.axes
    assert folds.get_title() == "random folds\nn = 90"
    assert split.get_title() == "validation\nsplit\nn = 36"
    assert row_names(folds) == ["pose", "fused"]
    assert dots(folds) == {(0.8, 0.0): "full", (0.85, 1.0): "full"}
    assert dots(split) == {(0.9, 0.0): "full"}
    assert spans(split) == {0.0: [0.8, 0.95]}
    assert vertical_lines(folds) == [0.25, 0.3]
    assert legend(figure) == ["chance", "majority"]
    same = plot_protocols(table, chance=0.25, majority=0.25)
    assert legend(same) == ["chance = majority"]
    assert vertical_lines(same.axes[0]) == [0.25]


def test_differences():
    table = pd.DataFrame(
        {
            "comparison": ["b against a", "c against a"],
            "n": [36, 36],
            "difference": [0.3, -0.05],
            "low": [0.1, -0.2],
            "high": [0.5, 0.1],
            "p": [0.0004, 0.23],
            "is_clear": [True, False],
        }
    )
    (ax,) = plot_differences(table).axes
    assert dots(ax) == {(30.0, 0.0): "full", (-5.0, 1.0): "full"}
    assert spans(ax) == {0.0: [10.0, 50.0], 1.0: [-20.0, 10.0]}
    assert vertical_lines(ax) == [0]
    low, high = ax.get_xlim()
    assert low == -high
    assert high > 50
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["p < 0.001   n = 36", "p = 0.23   n = 36"]
    colours = [line.get_color() for line in ax.lines if line.get_marker() == "o"]
    assert colours == [VAL_COLOUR, "#888888"]
    # Where several were compared, what is corrected for their number is shown.
    (ax,) = plot_differences(table.assign(p_corrected=[0.0008, 0.46])).axes
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["p < 0.001   n = 36", "p = 0.46   n = 36"]


def test_ablations():
    rows = [
        ("sampler", "uniform", "appearance", "stratified", 0.9, 0.8, 0.95),
        ("sampler", "uniform", "appearance", "class_scene_grouped", 0.2, 0.1, 0.3),
        ("sampler", "random", "appearance", "class_scene_grouped", 0.3, 0.2, 0.4),
        ("gamma", "2.2", "pose", "class_scene_grouped", 0.7, 0.6, 0.8),
        ("gamma", "2.2", "appearance", "class_scene_grouped", 0.1, 0.0, 0.2),
    ]
    columns = ["factor", "setting", "branch", "protocol", "accuracy", "low", "high"]
    table = pd.DataFrame(rows, columns=columns).assign(n=90)
    figure = plot_ablations(table, chance=1 / 6, majority=0.2)
    sampler, gamma = figure.axes
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["sampler (n = 90)", "gamma (n = 90)"]
    assert row_names(sampler) == ["uniform", "random"]
    assert dots(sampler) == {
        (0.9, 0.0): "none",
        (0.2, 0.0): "full",
        (0.3, 1.0): "full",
    }
    # Branches of a setting share its row, one above the other.
    assert row_names(gamma) == ["2.2"]
    assert dots(gamma) == {(0.7, -0.18): "full", (0.1, 0.18): "full"}
    assert vertical_lines(gamma) == [1 / 6, 0.2]
    assert legend(figure) == [
        "appearance",
        "pose",
        "scenes of a class held out",
        "random folds",
        "chance",
        "majority",
    ]


def confusion_of(counts):
    table = pd.DataFrame(counts, columns=["a", "b"])
    table.insert(0, "class", ["a", "b"])
    return table


def test_confusions():
    figure = plot_confusions(
        {"one": confusion_of([[3, 0], [1, 2]]), "two": confusion_of([[0, 3], [0, 3]])}
    )
    one, two = figure.axes
    assert [ax.get_title() for ax in figure.axes] == ["one", "two"]
    counts = {text.get_position(): text.get_text() for text in one.texts}
    # Column, row; zeros are left out.
    assert counts == {(0, 0): "3", (0, 1): "1", (1, 1): "2"}
    assert {text.get_position() for text in two.texts} == {(1, 0), (1, 1)}
    # One scale for all.
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(0, 3)}


@pytest.mark.parametrize("models", [1, 2, 3, 4, 5])
def test_confusions_fit_the_page_with_their_titles(models):
    title = "appearance with an enhancement whose name is long"
    figure = plot_confusions(
        {f"{title} {i}": confusion_of([[3, 0], [1, 2]]) for i in range(models)}
    )
    FigureCanvasAgg(figure).draw()
    assert figure.get_figwidth() <= PAGE_WIDTH + 1e-9
    width, height = figure.canvas.get_width_height()
    for ax in figure.axes:
        box = ax.title.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= width
        assert box.y0 >= 0 and box.y1 <= height


def test_class_recall():
    table = pd.DataFrame(
        {"class": ["Jump", "Run"], "n": [4, 6], "one": [0.5, 1.0], "two": [0.0, 0.25]}
    )
    (ax,) = plot_class_recall(table, chance=0.5).axes
    drawn = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
    assert drawn.pop("chance") == [0.5, 0.5]
    assert drawn == {"one": [0.5, 1.0], "two": [0.0, 0.25]}
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["Jump (4)", "Run (6)"]
    # Beside each other, on either side of the name of the class.
    first, second = (line.get_xdata().tolist() for line in ax.lines[1:])
    assert first == pytest.approx([-0.15, 0.85])
    assert second == pytest.approx([0.15, 1.15])


def errors_of(*models):
    return pd.DataFrame(
        {
            "model": models,
            "clip": ["1.mp4", "2.mp4"],
            "true": ["Run", "Sit"],
            "predicted": ["Walk", "Stand"],
            "probability": [0.926, 0.5],
        }
    )


def test_errors():
    clips = [np.full((3, 6, 8, 3), value, np.uint8) for value in (10, 40)]
    figure = show_errors(clips, errors_of("pose", "fused"))
    assert len(figure.axes) == 6
    titles = [[text.get_text() for text in ax.texts] for ax in figure.axes]
    first, second = (
        "Run, taken for Walk by pose (p = 0.93)",
        "Sit, taken for Stand by fused (p = 0.50)",
    )
    assert titles == [[first], [], [], [second], [], []]
    # Titles, however long, do not move the columns.
    FigureCanvasAgg(figure).draw()
    starts = [ax.get_position().x0 for ax in figure.axes[:3]]
    assert np.diff(starts, 2) == pytest.approx(0, abs=1e-3)
    # Each clip is brightened by itself.
    for ax in figure.axes:
        assert ax.images[0].get_array().max() == 255


def test_a_long_title_is_broken_and_stays_clear_of_the_clip_above():
    clips = [np.full((3, 6, 8, 3), value, np.uint8) for value in (10, 40)]
    figure = show_errors(clips, errors_of("pose", "a" + 15 * " very" + " long name"))
    FigureCanvasAgg(figure).draw()
    title = figure.axes[3].texts[0]
    assert title.get_text().count("\n") == 1
    top = figure.axes[0].get_window_extent().y0
    assert title.get_window_extent().y1 < top


def test_importance():
    table = pd.DataFrame(
        {"part": ["hips", "face"], "rise": [0.5, -0.1], "low": [0.3, -0.2], "high": 0.7}
    )
    figure = plot_importance([("joints", table), ("moments", table[:1])])
    joints, moments = figure.axes
    assert [bar.get_width() for bar in joints.patches] == [0.5, -0.1]
    assert row_names(joints) == ["hips", "face"]
    assert spans(joints) == {}  # thin lines
    assert len(moments.patches) == 1


def evidence_of(middle_map):
    """Three frames, of which the map and the box of the second are shown."""
    middle_map = np.array([middle_map])
    boxes = np.array([[0, 0, 1, 1], [0.25, 0.5, 0.75, 1.0], [0, 0, 1, 1]])
    return ClipEvidence(
        clip=0,
        answer=0,
        maps=np.stack([middle_map + 5, middle_map, middle_map + 5]),
        boxes=boxes,
        frame=np.full((6, 8, 3), 20, np.uint8),
    )


def test_evidence():
    clips = [evidence_of([0.0, 2.0]), evidence_of([0.0, 0.0])]
    figure = show_evidence(clips, ["Run", "Sit"])
    assert len(figure.axes) == 4
    for ax in figure.axes:
        (box,) = ax.patches
        assert (box.get_x(), box.get_y()) == (0.5, 0.25)
        assert (box.get_width(), box.get_height()) == (0.5, 0.5)
        assert ax.images[0].get_array().min() == 255  # brightened
    # Scaled to its own maximum; no evidence is no error.
    assert figure.axes[2].images[1].get_array().tolist() == [[0.0, 1.0]]
    assert figure.axes[3].images[1].get_array().tolist() == [[0.0, 0.0]]
    assert [ax.get_title() for ax in figure.axes] == ["Run", "Sit", "", ""]
