"""Simulated features of clips, with and without class and scene in them."""

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

N_CLASSES = 6
SCENES_OF_CLASS = np.array([2, 3, 4, 2, 3, 4])


def simulate(
    seed,
    *,
    class_size=0.0,
    scene_size=0.0,
    n_train=90,
    n_val=96,
    dim=12,
    mixed_scenes=True,
):
    """Training and validation clips; those of validation are from other scenes.

    Each class was filmed for training in two to four scenes of its own.

    Args:
        class_size: float. How far the classes' means are apart, in deviations of noise.
        scene_size: float. How far those of a class's scenes are.
        mixed_scenes: bool. Whether a scene of validation has one clip of every class,
            or six of one class.

    Returns:
        features, labels and scenes of training clips, features and labels of
        validation clips.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(n_train) % N_CLASSES
    val_labels = np.arange(n_val) % N_CLASSES
    if not mixed_scenes:
        val_labels = (np.arange(n_val) // N_CLASSES) % N_CLASSES
    take = (np.arange(n_train) // N_CLASSES) % SCENES_OF_CLASS[labels]
    scenes = (np.cumsum(SCENES_OF_CLASS) - SCENES_OF_CLASS)[labels] + take
    class_means = class_size * rng.normal(size=(N_CLASSES, dim))
    scene_means = scene_size * rng.normal(size=(SCENES_OF_CLASS.sum(), dim))
    val_scenes = scene_size * rng.normal(size=(n_val // N_CLASSES, dim))
    train = class_means[labels] + scene_means[scenes]
    val = class_means[val_labels] + val_scenes[np.arange(n_val) // N_CLASSES]
    noise = rng.normal(size=(n_train + n_val, dim))
    return (
        train + noise[:n_train],
        labels,
        np.array([f"s{scene}" for scene in scenes]),
        val + noise[n_train:],
        val_labels,
    )


def fitted_logits(features, labels, others):
    """Logits of a linear discriminant analysis."""
    return LinearDiscriminantAnalysis().fit(features, labels).predict_log_proba(others)
