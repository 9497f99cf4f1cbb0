import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_sample_image
from small_extractor import small_extractor

from darkclips.video import encode_clip
from darkhar.backbones.extractors import get_extractor
from darkhar.config import make_parameters
from darkhar.data.datasets import clips_dataset, prepare
from darkhar.data.source import resolve_data
from darkhar.features import frame_network
from darkhar.features.clip_views import frame_features
from darkhar.models.end_to_end import build_end_to_end, end_to_end_facts
from darkhar.models.sequence import build_classifier

CLASSES = ("Jump", "Run")
# The shortest has fewer frames than samples.
LENGTHS = (7, 12, 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Clips that pan over photographs."""
    directory = tmp_path_factory.mktemp("clips")
    photographs = [load_sample_image(name) for name in ("china.jpg", "flower.jpg")]
    (directory / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n")
    for split, list_file in (("train", "train.txt"), ("validate", "validate.txt")):
        rows = []
        for row, n_frames in enumerate(LENGTHS):
            photograph = photographs[row % 2]
            top, left = 100 * row, 150 * row
            frames = [
                photograph[top : top + 192, left + 9 * i : left + 9 * i + 256]
                for i in range(n_frames)
            ]
            encode_clip(np.stack(frames), directory / split / f"Jump_1_{row}.mp4")
            rows.append(f"{row}\t{row % 2}\tJump_1_{row}.mp4\r\n")
        (directory / list_file).write_text("".join(rows), newline="")
    return directory


@pytest.fixture
def extractor():
    return small_extractor()


def small_model(extractor, n_samples=4, enhancement="none", **options):
    parameters = make_parameters({"n_samples": n_samples})
    classifier = build_classifier(
        n_classes=2,
        feature_dim=extractor.feature_dim,
        n_frames=n_samples if isinstance(n_samples, int) else None,
        lstm_units=3,
    )
    return build_end_to_end(
        parameters, CLASSES, extractor, enhancement, classifier, **options
    )


def ragged_clips():
    noise = np.random.default_rng(1)
    shapes = [(9, 12, 16, 3), (3, 10, 10, 3), (6, 16, 8, 3)]
    clips = [noise.integers(0, 60, shape).astype(np.uint8) for shape in shapes]
    return tf.ragged.stack(
        [tf.RaggedTensor.from_tensor(clip, ragged_rank=2) for clip in clips]
    )


def assert_equals_the_staged_pipeline(
    folder, extractor, *, sampler, n_samples, enhancement
):
    values = {"data_dir": str(folder), "sampler": sampler, "n_samples": n_samples}
    parameters = make_parameters(values | {"seed": 5})
    source = resolve_data(parameters)
    (features,) = frame_features(source, "train", parameters, [enhancement])
    keras.utils.set_random_seed(0)
    classifier = build_classifier(
        n_classes=2,
        feature_dim=extractor.feature_dim,
        n_frames=n_samples if isinstance(n_samples, int) else None,
    )
    expected = classifier.predict(features.as_batch(), verbose=0)
    model = build_end_to_end(parameters, CLASSES, extractor, enhancement, classifier)
    ((clips, labels),) = clips_dataset(prepare(source), "train", batch_size=3)
    logits = model.predict(clips, verbose=0)
    assert labels.numpy().tolist() == source.clips("train").labels.tolist()
    np.testing.assert_allclose(logits, expected, atol=1e-4)
    # The clips differ, and so do their logits: the comparison means something.
    assert np.ptp(expected, axis=0).max() > 0.1


@pytest.mark.parametrize(
    ("sampler", "n_samples", "enhancement"),
    [
        ("uniform", 4, "none"),
        ("uniform", 4, "keras_cv_equalization"),
        ("random", 4, "textbook_equalization"),
    ],
)
def test_equals_the_staged_pipeline(
    folder, extractor, monkeypatch, sampler, n_samples, enhancement
):
    monkeypatch.setattr(frame_network, "get_extractor", lambda *_: extractor)
    assert_equals_the_staged_pipeline(
        folder,
        extractor,
        sampler=sampler,
        n_samples=n_samples,
        enhancement=enhancement,
    )


@pytest.mark.slow
def test_equals_the_staged_pipeline_of_a_published_backbone(folder):
    assert_equals_the_staged_pipeline(
        folder,
        get_extractor("efficientnet_lite0"),
        sampler="random",
        n_samples=0.5,
        enhancement="textbook_equalization",
    )


@pytest.mark.parametrize("n_samples", [4, 0.5])
def test_shapes(extractor, n_samples):
    model = small_model(extractor, n_samples, "textbook_equalization")
    assert model.input_shape == (None, None, None, None, 3)
    assert model.input.dtype == "uint8"
    assert model.input.ragged
    assert model.output_shape == (None, 2)
    assert model(ragged_clips()).shape == (3, 2)


def test_facts(extractor):
    model = small_model(extractor)
    clips = ragged_clips()
    shifted = model(clips).numpy()
    shifted[1, 0] += 0.25
    shifted[2, 0] += 0.5
    batches = [(clips[:2], [0, 1]), (clips[2:], [0])]
    facts = end_to_end_facts(model, batches, shifted)
    # The second batch does not count.
    assert facts["max_abs_difference"] == pytest.approx(0.25)
    # A convolution of 3 by 3 pixels and 3 colours, to 5 channels.
    assert facts["frozen_parameters"] == (3 * 3 * 3 + 1) * 5
    # Two LSTMs of 4 gates and 3 units, and a dense layer to two logits.
    lstm = 4 * (5 + 3 + 1) * 3
    assert facts["trainable_parameters"] == 2 * lstm + (2 * 3 + 1) * 2


def trained(model):
    """The variables that one step of training changed, by their index."""
    before = [keras.ops.convert_to_numpy(v) for v in model.weights]
    dataset = tf.data.Dataset.from_tensors((ragged_clips(), tf.constant([0, 1, 0])))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    history = model.fit(dataset, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])
    return [
        variable
        for variable, old in zip(model.weights, before, strict=True)
        if not np.array_equal(keras.ops.convert_to_numpy(variable), old)
    ]


@pytest.mark.parametrize("n_samples", [4, pytest.param(0.5, marks=pytest.mark.slow)])
def test_training_leaves_a_frozen_backbone(extractor, n_samples):
    model = small_model(extractor, n_samples)
    changed = trained(model)
    # Two directions of kernel, recurrent kernel and bias; kernel and bias.
    assert len(changed) == 8
    backbone = model.get_layer("small").backbone
    assert backbone is extractor.model
    assert not {id(v) for v in changed} & {id(v) for v in backbone.weights}


@pytest.mark.parametrize("chunk", [5, pytest.param(None, marks=pytest.mark.slow)])
def test_training_reaches_the_backbone(extractor, chunk):
    kept = [np.array(w) for w in extractor.model.get_weights()]
    model = small_model(extractor, trainable_backbone=True, chunk=chunk)
    before = model(ragged_clips())
    frozen = build_end_to_end(
        make_parameters({"n_samples": 4}),
        CLASSES,
        extractor,
        "none",
        model.get_layer("classifier"),
    )
    np.testing.assert_allclose(before, frozen(ragged_clips()), atol=1e-5)
    changed = {id(variable) for variable in trained(model)}
    backbone = model.get_layer("small").backbone
    assert len(changed) == 10
    assert {id(v) for v in backbone.weights} <= changed
    # The extractor keeps its weights and stays frozen.
    for weight, old in zip(extractor.model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(weight, old)
    assert extractor.model.trainable_weights == []


@pytest.mark.parametrize(
    "enhancement", ["none", "textbook_equalization", "clahe:clip_limit=3,tiles=4"]
)
def test_saves(extractor, tmp_path, enhancement):
    model = small_model(extractor, 0.5, enhancement)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored(ragged_clips()), model(ragged_clips()))


def test_what_does_not_fit(extractor):
    parameters = make_parameters({"n_samples": 4})
    three = build_classifier(n_classes=3, feature_dim=5, n_frames=4)
    with pytest.raises(ValueError, match="3 logits for 2 classes"):
        build_end_to_end(parameters, CLASSES, extractor, "none", three)
    wide = build_classifier(n_classes=2, feature_dim=6, n_frames=4)
    with pytest.raises(ValueError, match="takes features of 6 numbers"):
        build_end_to_end(parameters, CLASSES, extractor, "none", wide)
