"""One model from the raw frames of clips to logits."""

from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from darkhar.backbones.extractors import Extractor
from darkhar.config import Parameters
from darkhar.config.keras_settings import keras
from darkhar.enhancement.registry import get_enhancement
from darkhar.models.clip_extractor import ClipFeatures
from darkhar.models.clip_layers import EnhancedFrames, ResizedFrames
from darkhar.models.sampling_layers import FrameSampling


@keras.saving.register_keras_serializable(package="darkhar")
class PaddedFrames(keras.layers.Layer):
    """Pads clips of unequal length at the end with frames of zeros.

    From ragged float `[clips, (frames), dim]` to dense `[clips, longest, dim]`,
    as the classifier skips them.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_jit = False

    def call(self, features):
        if isinstance(features, tf.RaggedTensor):
            return features.to_tensor()
        return features

    def compute_output_spec(self, features):
        return keras.KerasTensor(features.shape, dtype=features.dtype)


def build_end_to_end(
    parameters: Parameters,
    class_names: Sequence[str],
    extractor: Extractor,
    enhancement: str,
    classifier: keras.Model,
    *,
    trainable_backbone: bool = False,
    chunk: int | None = None,
) -> keras.Model:
    """Chains sampling, enhancement, extraction and classifier in one model.

    It computes what `darkhar.features.clip_views.frame_features` and the classifier
    compute one after the other, and gradients pass through all of it. The
    classifier is the one given, not a copy: training one trains the other.

    Args:
        parameters: `Parameters`. The run's; the sampler is taken from them.
        class_names: str per class, in the order of the logits.
        extractor: `Extractor`. The image backbone.
        enhancement: str. Name of the image enhancement, with parameters if need
            be; `"none"` for none.
        classifier: `keras.Model`. From features `[clips, frames, dim]` to logits
            `[clips, classes]`.
        trainable_backbone: bool. Whether the backbone learns too; it is then a
            copy, and the extractor keeps its weights. Defaults to False.
        chunk: int or None. Frames that pass the backbone at once, at most. None
            means all frames of a batch. Defaults to None.

    Returns:
        `keras.Model` from clips, uint8 `[clips, (frames), (height), (width), 3]`,
        RGB, ragged where clips differ, to logits, float32 `[clips, classes]`.

    Raises:
        ValueError: the classifier does not fit the features or the classes.
    """
    n_classes = classifier.output_shape[-1]
    if n_classes != len(class_names):
        raise ValueError(
            f"The classifier has {n_classes} logits for {len(class_names)} classes."
            f" Received: class_names={tuple(class_names)}"
        )
    if classifier.input_shape[-1] != extractor.feature_dim:
        raise ValueError(
            f"The classifier takes features of {classifier.input_shape[-1]} numbers,"
            f" the extractor gives {extractor.feature_dim}."
            f" Received: extractor={extractor.name!r}"
        )
    backbone = extractor.model
    if trainable_backbone:
        backbone = keras.models.clone_model(backbone)
        backbone.set_weights(extractor.model.get_weights())
        # A copy of a frozen model has frozen layers yet counts as trainable, and
        # Keras ignores a change to the value that is there already.
        backbone.trainable = False
        backbone.trainable = True

    clips = keras.Input((None, None, None, 3), dtype="uint8", ragged=True, name="clips")
    sampler = FrameSampling(
        parameters.sampler,
        parameters.n_samples,
        parameters.seed,
        name=f"{parameters.sampler}_frames",
    )
    x = sampler(clips)
    if enhancement != "none":
        layer = get_enhancement(enhancement)
        x = EnhancedFrames(layer, name=layer.name)(x)
    x = ResizedFrames(extractor.image_size, name="resized_frames")(x)
    x = ClipFeatures(backbone, chunk=chunk, name=extractor.name)(x)
    if x.ragged:
        x = PaddedFrames(name="padded_frames")(x)
    return keras.Model(clips, classifier(x), name="end_to_end")


def end_to_end_facts(
    model: keras.Model,
    batches: Iterable[tuple[tf.RaggedTensor, tf.Tensor]],
    logits: np.ndarray,
) -> dict[str, float | int]:
    """How a model compares with its steps, one by one, on the first batch of clips.

    Args:
        model: `keras.Model`. As of `build_end_to_end`.
        batches: pairs of clips, uint8 `[batch, (frames), height, width, 3]`, and
            labels, as of `darkhar.data.datasets.clips_dataset`.
        logits: float `[clips, classes]`. What the steps give for the clips of all
            batches, in their order.

    Returns:
        dict with `max_abs_difference` of a logit, `trainable_parameters` and
        `frozen_parameters`.
    """
    clips, _ = next(iter(batches))
    at_once = model(clips, training=False).numpy()
    step_by_step = logits[: len(at_once)]
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    return {
        "max_abs_difference": float(np.abs(at_once - step_by_step).max()),
        "trainable_parameters": trainable,
        "frozen_parameters": model.count_params() - trainable,
    }
