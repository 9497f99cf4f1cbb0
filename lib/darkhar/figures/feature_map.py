"""A map of clip features: what lies close to what."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from darkhar.data.clips import Clips
from darkhar.figures.style import PALETTE, colour_of, marker_of, new_figure, styled


@styled
def plot_feature_map(train: Clips, val: Clips) -> Figure:
    """Clips on the first two principal components of the training features.

    A clip's feature is the mean of its frames'. Left, the colour is the class; right,
    the scene. Validation clips are projected onto the same components: hollow on the
    left; on the right, where their scene is unknown, too.

    Args:
        train, val: `Clips`, with the view `"frames"`.
    """
    means = [clips["frames"].means().values for clips in (train, val)]
    pca = PCA(2, svd_solver="full").fit(means[0])
    fitted, projected = (pca.transform(of_clips) for of_clips in means)
    figure = new_figure(height=3.6)
    by_class, by_scene = figure.subplots(1, 2, sharex=True, sharey=True)
    for i, name in enumerate(train.class_names):
        style = _numbered(i)
        _draw_points(by_class, fitted[train.labels == i], label=name, **style)
        of_val = projected[val.labels == i]
        _draw_points(by_class, of_val, fillstyle="none", **style)
    _draw_by_scene(
        by_scene,
        np.concatenate([fitted, projected]),
        np.concatenate([train.scenes, val.scenes]),
    )
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.18)}
    by_class.set_title("by class (hollow: validation)")
    by_class.legend(ncols=3, **below)
    by_scene.set_title("by scene")
    by_scene.legend(ncols=6, columnspacing=0.8, handletextpad=0.1, **below)
    shares = pca.explained_variance_ratio_
    for ax in (by_class, by_scene):
        ax.set_xlabel(f"component 1 ({shares[0]:.0%} of variance)")
        ax.set_xticks([])
        ax.set_yticks([])
        ax.grid(False)
    by_class.set_ylabel(f"component 2 ({shares[1]:.0%} of variance)")
    return figure


def _draw_by_scene(ax: Axes, points: np.ndarray, scenes: np.ndarray) -> None:
    known = sorted(set(scenes.tolist()) - {""}, key=lambda s: (len(s), s))
    for i, scene in enumerate(known):
        _draw_points(ax, points[scenes == scene], label=scene, **_numbered(i))
    unknown = {"color": "#999999", "marker": "o", "fillstyle": "none"}
    _draw_points(ax, points[scenes == ""], label="unknown", **unknown)


def _draw_points(ax: Axes, points: np.ndarray, **style: Any) -> None:
    ax.plot(*points.T, linestyle="", markersize=4.5, **style)


def _numbered(index: int) -> dict[str, str]:
    """A colour, and another marker for each round of colours."""
    return {"color": colour_of(index), "marker": marker_of(index // len(PALETTE))}
