import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from darkhar.config import SAMPLERS, ParameterError
from darkhar.models.sampling_layers import FrameSampling
from darkhar.sampling.rules import FrameRule

N_SAMPLES = [1, 4, 16, 0.1, 0.5, 1.0]


def numbered_clip(n_frames, height=2, width=3):
    """uint8 `[T, H, W, 3]`: every pixel of a frame is the frame's number."""
    frames = np.arange(n_frames, dtype=np.uint8)[:, None, None, None]
    return np.broadcast_to(frames, (n_frames, height, width, 3)).copy()


def ragged_batch(lengths):
    """Clips of one frame size: `[B, (T), 2, 3, 3]`."""
    frames = np.concatenate([numbered_clip(n) for n in lengths])
    return tf.RaggedTensor.from_row_lengths(frames, lengths)


def fully_ragged_batch(lengths, sizes):
    """Clips of unequal length and frame size: `[B, (T), (H), (W), 3]`."""
    clips = [
        tf.RaggedTensor.from_tensor(numbered_clip(n, *size), ragged_rank=2)
        for n, size in zip(lengths, sizes, strict=True)
    ]
    return tf.ragged.stack(clips)


def frame_numbers(clip):
    """The number of each frame, after a check that its pixels agree."""
    numbers = []
    for frame in clip:
        pixels = frame.flat_values if isinstance(frame, tf.RaggedTensor) else frame
        values = np.unique(pixels)
        assert len(values) == 1
        numbers.append(int(values[0]))
    return numbers


@pytest.mark.parametrize("n_samples", N_SAMPLES)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_dense_clip_and_batch(sampler, n_samples):
    layer = FrameSampling(sampler, n_samples, seed=3)
    expected = FrameRule(sampler, n_samples, 3)(9).tolist()
    clip = numbered_clip(9)
    assert frame_numbers(layer(clip)) == expected
    batch = layer(np.stack([clip, clip]))
    assert batch.shape == (2, len(expected), 2, 3, 3)
    assert batch.dtype == tf.uint8
    assert frame_numbers(batch[1]) == expected


@pytest.mark.parametrize("n_samples", N_SAMPLES)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_ragged_batch(sampler, n_samples):
    layer = FrameSampling(sampler, n_samples, seed=3)
    lengths = [9, 1, 33]
    sampled = layer(ragged_batch(lengths))
    assert isinstance(sampled, tf.RaggedTensor) == isinstance(n_samples, float)
    assert sampled.dtype == tf.uint8
    for n_frames, clip in zip(lengths, sampled, strict=True):
        expected = FrameRule(sampler, n_samples, 3)(n_frames).tolist()
        assert frame_numbers(clip) == expected


@pytest.mark.parametrize("n_samples", N_SAMPLES)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_fully_ragged_batch(sampler, n_samples):
    lengths, sizes = [9, 1, 33], [(2, 3), (4, 2), (3, 3)]
    sampled = FrameSampling(sampler, n_samples, seed=3)(
        fully_ragged_batch(lengths, sizes)
    )
    assert sampled.shape.rank == 5
    for n_frames, size, clip in zip(lengths, sizes, sampled, strict=True):
        expected = FrameRule(sampler, n_samples, 3)(n_frames).tolist()
        assert frame_numbers(clip) == expected
        assert all(frame.to_tensor().shape == (*size, 3) for frame in clip)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_any_axis_of_a_dense_tensor(axis):
    x = np.arange(6 * 7 * 8, dtype=np.float64).reshape(6, 7, 8)
    indices = FrameRule("uniform", 3)(x.shape[axis])
    sampled = FrameSampling("uniform", 3, axis=axis)(x)
    np.testing.assert_array_equal(sampled, np.take(x, indices, axis=axis))
    assert sampled.dtype == tf.float64


def test_other_axes_of_a_ragged_tensor():
    # Two clips of two and one views; each view has its own number of frames.
    views = [[[0, 1, 2, 3, 4], [10, 11]], [[20, 21, 22]]]
    x = tf.ragged.constant(views)
    sampled = FrameSampling("uniform", 2, axis=2)(x)
    assert sampled.to_list() == [[[1, 3], [10, 11]], [[20, 22]]]
    assert FrameSampling("uniform", 2, axis=-1)(x).to_list() == sampled.to_list()
    assert FrameSampling("uniform", 1, axis=0)(x).to_list() == [views[1]]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_in_a_data_pipeline(sampler):
    lengths = [5, 12, 40]
    dataset = tf.data.Dataset.from_generator(
        lambda: (numbered_clip(n) for n in lengths),
        output_signature=tf.TensorSpec([None, 2, 3, 3], tf.uint8),
    )
    layer, rule = FrameSampling(sampler, 6, seed=1), FrameRule(sampler, 6, 1)
    sampled = dataset.map(layer)
    assert sampled.element_spec.shape == (6, 2, 3, 3)
    numbers = [frame_numbers(clip) for clip in sampled]
    assert numbers == [rule(n).tolist() for n in lengths]
    ragged = dataset.ragged_batch(3).map(FrameSampling(sampler, 0.5, seed=1))
    (batch,) = ragged
    rule = FrameRule(sampler, 0.5, 1)
    numbers = [frame_numbers(clip) for clip in batch]
    assert numbers == [rule(n).tolist() for n in lengths]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_in_a_functional_model(sampler):
    inputs = keras.Input((None, 2, 3, 3), ragged=True, dtype="uint8")
    outputs = FrameSampling(sampler, 4)(inputs)
    assert outputs.shape == (None, 4, 2, 3, 3)
    assert not outputs.ragged
    model = keras.Model(inputs, outputs)
    lengths = [9, 2, 33]
    predicted = model.predict(ragged_batch(lengths), verbose=0)
    assert predicted.shape == (3, 4, 2, 3, 3)
    for n_frames, clip in zip(lengths, predicted, strict=True):
        assert frame_numbers(clip) == FrameRule(sampler, 4)(n_frames).tolist()


def test_symbolic_shapes():
    fully_ragged = keras.Input((None, None, None, 3), ragged=True, dtype="uint8")
    sampled = FrameSampling("uniform", 8)(fully_ragged)
    assert sampled.shape == (None, 8, None, None, 3)
    assert sampled.ragged
    assert sampled.dtype == "uint8"
    part = FrameSampling("uniform", 0.5)(keras.Input((None, 4, 4, 3), ragged=True))
    assert part.shape == (None, None, 4, 4, 3)
    assert part.ragged
    dense = FrameSampling("uniform", 0.5)(keras.Input((9, 4, 4, 3)))
    assert dense.shape == (None, 5, 4, 4, 3)
    assert not dense.ragged
    features = FrameSampling("random", 5, axis=1)(keras.Input((9, 1280)))
    assert features.shape == (None, 5, 1280)


@pytest.mark.parametrize(
    "layer",
    [
        FrameSampling("uniform", 0.25, axis=1),
        FrameSampling("endpoints", 5, axis=1),
        FrameSampling("random", 7, seed=9, axis=-2),
    ],
)
def test_serialization(layer):
    config = keras.saving.serialize_keras_object(layer)
    restored = keras.saving.deserialize_keras_object(config)
    assert type(restored) is type(layer)
    assert restored.get_config() == layer.get_config()
    x = np.arange(2 * 20 * 3, dtype="float32").reshape(2, 20, 3)
    np.testing.assert_array_equal(restored(x), layer(x))


@pytest.mark.slow
def test_saved_with_a_model_it_samples_the_same_in_another_process(tmp_path):
    inputs = keras.Input((None, 2), name="clips")
    sampled = FrameSampling("random", 4, seed=9, axis=1, name="frames")(inputs)
    model = keras.Model(inputs, FrameSampling("endpoints", 0.5, axis=1)(sampled))
    model.save(tmp_path / "model.keras")
    code = (
        "import keras, numpy as np\n"
        "import darkhar.models.sampling_layers  # Keras finds no class by its module\n"
        f"model = keras.models.load_model({str(tmp_path / 'model.keras')!r})\n"
        "clips = np.arange(40, dtype='float32').reshape(1, 20, 2)\n"
        "print(model(clips).numpy()[0, :, 0].astype(int).tolist())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    taken = FrameRule("random", 4, 9)(20)[FrameRule("endpoints", 0.5)(4)]
    assert done.stdout.strip() == str((2 * taken).tolist())


def test_no_clips():
    none = tf.RaggedTensor.from_row_lengths(numbered_clip(0), np.zeros(0, int))
    assert FrameSampling("uniform", 4)(none).shape == (0, 4, 2, 3, 3)
    assert FrameSampling("uniform", 0.5)(none).shape[0] == 0


def test_empty_clip_is_an_error():
    empty = tf.RaggedTensor.from_row_lengths(numbered_clip(3), [3, 0])
    for batch in (empty, tf.zeros([2, 0, 4, 4, 3])):
        with pytest.raises(tf.errors.InvalidArgumentError, match="without frames"):
            FrameSampling("uniform", 2)(batch)


@pytest.mark.parametrize("n_samples", [0, True, 1.5, "8"])
def test_bad_n_samples(n_samples):
    with pytest.raises(ValueError, match="Received: n_samples="):
        FrameSampling("uniform", n_samples)


def test_other_bad_arguments():
    with pytest.raises(ValueError, match="Received: seed=-1"):
        FrameSampling("random", 4, seed=-1)
    with pytest.raises(ValueError, match=r"Received: axis=1\.0"):
        FrameSampling("uniform", 4, axis=1.0)
    with pytest.raises(ValueError, match=r"Received: axis=-4, input shape=\(5, 6\)"):
        FrameSampling("uniform", 4)(np.zeros((5, 6), "float32"))
    with pytest.raises(ParameterError, match="did you mean 'uniform'"):
        FrameSampling("unifrm", 4)
