import keras
import numpy as np
import pytest
import tensorflow as tf

from darkhar.backbones.extractors import build_backbone
from darkhar.models.clip_extractor import ClipFeatures
from darkhar.models.clip_layers import (
    EnhancedFrames,
    ResizedFrames,
    resize_images,
)
from darkhar.models.sampling_layers import FrameSampling

SIZE = 8


@pytest.fixture(scope="module")
def backbone():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Conv2D(5, 3, activation="relu")(inputs / 255)
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))


def fully_ragged(clips):
    return tf.ragged.stack(
        [tf.RaggedTensor.from_tensor(clip, ragged_rank=2) for clip in clips]
    )


def frame_by_frame(backbone, clip):
    """Features of a clip, one frame after the other."""
    images = [tf.image.resize(frame[None], (SIZE, SIZE)) for frame in clip]
    return np.concatenate([backbone(image) for image in images])


def test_resize_images_is_bilinear_between_pixel_centres():
    image = np.array([[[0.0], [4.0]], [[0.0], [4.0]]])[None]
    # Centres at -0.25, 0.25, 0.75, 1.25 of the old pixels.
    expected = np.tile([0.0, 1.0, 3.0, 4.0], (4, 1))
    np.testing.assert_allclose(resize_images(image, 4)[0, :, :, 0], expected)


@pytest.mark.parametrize("chunk", [None, 1, 3, 100])
def test_dense_batch(backbone, unequal_clips, chunk):
    batch = np.stack([unequal_clips[0], unequal_clips[0][::-1]])
    features = ClipFeatures(backbone, chunk=chunk)(batch)
    assert features.shape == (2, 9, 5)
    assert features.dtype == tf.float32
    expected = frame_by_frame(backbone, unequal_clips[0])
    np.testing.assert_allclose(features[0], expected, atol=1e-5)
    np.testing.assert_allclose(features[1], expected[::-1], atol=1e-5)


@pytest.mark.parametrize("chunk", [None, 4])
def test_fully_ragged_batch(backbone, unequal_clips, chunk):
    features = ClipFeatures(backbone, chunk=chunk)(fully_ragged(unequal_clips))
    assert isinstance(features, tf.RaggedTensor)
    assert features.shape.as_list() == [3, None, 5]
    for clip, row in zip(unequal_clips, features, strict=True):
        np.testing.assert_allclose(row, frame_by_frame(backbone, clip), atol=1e-5)


def test_ragged_batch_of_one_frame_size(backbone, unequal_clips):
    clips = [unequal_clips[0], unequal_clips[0][:4]]
    batch = tf.RaggedTensor.from_row_lengths(np.concatenate(clips), [9, 4])
    features = ClipFeatures(backbone)(batch)
    for clip, row in zip(clips, features, strict=True):
        np.testing.assert_allclose(row, frame_by_frame(backbone, clip), atol=1e-5)


@pytest.mark.slow
def test_the_papers_demonstration():
    # ConvNeXt-Tiny at 32 pixels in place of ConvNeXt-Small at 224: the test is quick.
    backbone = keras.applications.ConvNeXtTiny(
        include_top=False, weights=None, pooling="avg", input_shape=(32, 32, 3)
    )
    noise = np.random.default_rng(0)
    shapes = [(40, 24, 32, 3), (33, 30, 20, 3)]
    clips = fully_ragged([noise.integers(0, 60, s).astype(np.uint8) for s in shapes])
    assert clips.shape.as_list() == [2, None, None, None, 3]
    assert ClipFeatures(backbone)(FrameSampling("uniform", 8)(clips)).shape == (
        2,
        8,
        768,
    )


def test_the_papers_demonstration_at_its_size():
    inputs = keras.Input((None, None, None, 3), ragged=True, batch_size=2)
    backbone = build_backbone("convnext_small")
    assert backbone.input_shape == (None, 224, 224, 3)
    features = ClipFeatures(backbone)(FrameSampling("uniform", 8)(inputs))
    assert features.shape == (2, 8, 768)
    assert not features.ragged


def test_sampled_fraction_stays_ragged(backbone, unequal_clips):
    sampled = FrameSampling("uniform", 0.5)(fully_ragged(unequal_clips))
    features = ClipFeatures(backbone)(sampled)
    # Half of 9, 2 and 5 frames, halves rounded up.
    assert features.row_lengths().numpy().tolist() == [5, 1, 3]
    every_other = frame_by_frame(backbone, unequal_clips[0][[0, 2, 4, 6, 8]])
    np.testing.assert_allclose(features[0], every_other, atol=1e-5)


def test_symbolic_outputs(backbone):
    clips = keras.Input((None, None, None, 3), ragged=True, dtype="uint8")
    part = ClipFeatures(backbone)(FrameSampling("uniform", 0.5)(clips))
    assert part.shape == (None, None, 5)
    assert part.ragged
    resized = ResizedFrames(SIZE)(FrameSampling("uniform", 4)(clips))
    assert resized.shape == (None, 4, SIZE, SIZE, 3)
    assert resized.dtype == "float32"
    assert not resized.ragged


def test_functional_model_saves(backbone, unequal_clips, tmp_path):
    clips = keras.Input((None, None, None, 3), ragged=True, dtype="uint8")
    x = FrameSampling("uniform", 4)(clips)
    x = EnhancedFrames(keras.layers.Rescaling(2.0))(x)
    model = keras.Model(clips, ClipFeatures(backbone, chunk=3)(x))
    batch = fully_ragged(unequal_clips)
    features = model.predict(batch, verbose=0)
    assert features.shape == (3, 4, 5)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored.predict(batch, verbose=0), features)


def test_enhanced_frames_keep_their_sizes(unequal_clips):
    layer = EnhancedFrames(keras.layers.Rescaling(2.0, offset=1.0))
    enhanced = layer(FrameSampling("uniform", 3)(fully_ragged(unequal_clips)))
    assert enhanced.shape[1] == 3
    # Frames 1, 4, 7 of nine.
    frames = unequal_clips[0][[1, 4, 7]].astype(np.float32)
    np.testing.assert_allclose(enhanced[0].to_tensor(), 2 * frames + 1)
    assert enhanced[2, 0].to_tensor().shape == (16, 8, 3)
    dense = layer(unequal_clips[1][None])
    np.testing.assert_allclose(dense[0], 2.0 * unequal_clips[1] + 1)


def test_gradients_reach_the_backbone(backbone, unequal_clips):
    layer = ClipFeatures(backbone, chunk=4)
    batch = fully_ragged(unequal_clips)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(batch).flat_values)
    gradients = tape.gradient(loss, layer.trainable_variables)
    # Of each of 16 frames, the share of pixels where the ReLU is open.
    assert len(gradients) == 2
    assert 1 < float(tf.reduce_max(gradients[1])) < 16.001
    # Frames that fill up the last chunk must not count.
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(ClipFeatures(backbone)(batch).flat_values)
    expected = tape.gradient(loss, layer.trainable_variables)
    for gradient, other in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(gradient, other, rtol=1e-4, atol=1e-4)


def test_bad_arguments(backbone):
    with pytest.raises(ValueError, match="Received: chunk=0"):
        ClipFeatures(backbone, chunk=0)
    any_size = keras.Sequential(
        [keras.Input((None, None, 3)), keras.layers.GlobalAveragePooling2D()]
    )
    with pytest.raises(ValueError, match="Received: image_size=None"):
        ClipFeatures(any_size)
    assert ClipFeatures(any_size, image_size=4)(np.ones((1, 2, 6, 6, 3))).shape == (
        1,
        2,
        3,
    )
    with pytest.raises(ValueError, match=r"Received: input shape=\(9, 8, 8, 3\)"):
        ClipFeatures(backbone)(np.ones((9, 8, 8, 3)))
