"""A map of clip features: what lies close to what."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from darkhar.figures.style import PALETTE, colour_of, new_figure, styled

_MARKERS = "osD^vP*X<>hp"


def _marker_of(index: int) -> str:
    """Another shape for each round of colours."""
    return _MARKERS[(index // len(PALETTE)) % len(_MARKERS)]


@styled
def plot_feature_map(
    features: np.ndarray,
    labels: np.ndarray,
    scenes: Sequence[str],
    splits: Sequence[str],
    class_names: Sequence[str],
) -> Figure:
    """Clips on the first two principal components of the training features.

    Left, the colour is the class; right, the scene. Validation clips, whose
    scene is unknown, are projected onto the same components and drawn hollow.

    Args:
        features: float `[clips, dim]`. Mean feature of each clip's frames.
        labels: int `[clips]`.
        scenes: str per clip; empty where unknown.
        splits: str per clip, `"train"` or `"val"`.
        class_names: str per class.
    """
    is_train = np.asarray(splits) == "train"
    pca = PCA(2, svd_solver="full").fit(features[is_train])
    points = pca.transform(features)
    figure = new_figure(height=3.6)
    by_class, by_scene = figure.subplots(1, 2, sharex=True, sharey=True)
    for i, name in enumerate(class_names):
        of_class = labels == i
        style = {
            "linestyle": "",
            "markersize": 4.5,
            "color": colour_of(i),
            "marker": _marker_of(i),
        }
        by_class.plot(*points[of_class & is_train].T, label=name, **style)
        by_class.plot(*points[of_class & ~is_train].T, fillstyle="none", **style)
    by_class.set_title("by class (hollow: validation)")
    by_class.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.18))
    known = sorted({s for s in scenes if s}, key=lambda s: (len(s), s))
    for i, scene in enumerate(known):
        of_scene = np.asarray(scenes) == scene
        by_scene.plot(
            *points[of_scene].T,
            _marker_of(i),
            linestyle="",
            markersize=4.5,
            color=colour_of(i),
            label=scene,
        )
    unknown = np.asarray([s == "" for s in scenes])
    by_scene.plot(
        *points[unknown].T,
        "o",
        linestyle="",
        fillstyle="none",
        markersize=4.5,
        color="#999999",
        label="unknown",
    )
    by_scene.set_title("by scene")
    by_scene.legend(
        ncols=6,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.18),
        columnspacing=0.8,
        handletextpad=0.1,
    )
    shares = pca.explained_variance_ratio_
    for ax in (by_class, by_scene):
        ax.set_xlabel(f"component 1 ({shares[0]:.0%} of variance)")
        ax.set_xticks([])
        ax.set_yticks([])
        ax.grid(False)
    by_class.set_ylabel(f"component 2 ({shares[1]:.0%} of variance)")
    return figure
