import keras
import numpy as np
import pytest

from darkhar.config import POSE_CLASSIFIERS, ParameterError
from darkhar.models.pose_networks import build_pose_network
from darkhar.pose.joints import JOINTS, MIRRORED

POSE_NETWORKS = [name for name, row in POSE_CLASSIFIERS.items() if row.is_network]
# Those that go by the order of frames.
OF_ORDER = ["lstm", "temporal_conv", "transformer", "graph"]
WRIST = JOINTS.index("left_wrist")


def build(name, *, seed=0, **arguments):
    keras.utils.set_random_seed(seed)
    return build_pose_network(
        name, **{"n_classes": 2, "n_frames": 6, "units": 8, **arguments}
    )


def random_joints(clips=3, frames=6):
    rng = np.random.default_rng(0)
    joints = rng.normal(size=[clips, frames, 17, 7]).astype(np.float32)
    joints[..., -1] = rng.uniform(0.3, 1, size=joints.shape[:-1])
    return joints


def hidden(joints, where):
    """The joints with the score 0 at an index of the joints."""
    joints = joints.copy()
    joints[:, :, where, -1] = 0
    return joints


def rising_and_sinking():
    """A wrist that moves up (class 0) or down (1) while the rest stands, with noise.

    Only the position is given, no velocity, and both classes pass the same heights.
    """
    rng = np.random.default_rng(0)
    joints = rng.normal(scale=0.05, size=[16, 6, 17, 7]).astype(np.float32)
    joints[..., -1] = 1
    labels = np.arange(16) % 2
    path = np.linspace(1, -1, 6)
    joints[:, :, WRIST, 0] += np.where(labels[:, np.newaxis] == 0, path, -path)
    return joints, labels


@pytest.mark.parametrize("name", POSE_NETWORKS)
def test_input_and_output(name):
    model = build(name, n_classes=6, n_frames=5, n_channels=4)
    assert model.name == "pose_classifier"
    assert [tensor.name for tensor in model.inputs] == ["joints"]
    assert model.input_shape == (None, 5, 17, 4)
    assert model.output_shape == (None, 6)


def test_parameter_counts_by_hand():
    embedding = 7 * 8 + 17 * 8
    norm = 2 * 8
    logits = (8 + 1) * 2
    # An LSTM has 4 gates of (inputs + units + 1) * units weights; there are two.
    lstm = embedding + 2 * 4 * (8 + 8 + 1) * 8 + (2 * 8 + 1) * 2
    # Three convolutions over 3 frames.
    temporal_conv = embedding + 3 * (norm + (3 * 8 + 1) * 8) + logits
    # Query, key, value and output; then dense layers to 16 units and back.
    transformer = embedding + 4 * (8 + 1) * 8 + (8 + 1) * 16 + (16 + 1) * 8
    transformer += 3 * norm + logits
    # Matrices over channels with a bias per joint, and convolutions over 3 frames.
    graph = (7 + 17) * 8 + (8 + 17) * 8 + 2 * (norm + (3 * 8 + 1) * 8) + logits
    for name, by_hand in {
        "lstm": lstm,
        "temporal_conv": temporal_conv,
        "transformer": transformer,
        "graph": graph,
    }.items():
        assert build(name).count_params() == by_hand


@pytest.mark.parametrize("name", OF_ORDER)
def test_learns_up_from_down(name):
    joints, labels = rising_and_sinking()
    model = build(name)
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for _ in range(80):
        model.train_on_batch(joints, labels)
    assert np.array_equal(model(joints).numpy().argmax(axis=1), labels)
    # It is the direction that was learned: in reverse, up is down.
    assert np.array_equal(model(joints[:, ::-1]).numpy().argmax(axis=1), 1 - labels)


@pytest.mark.parametrize("name", OF_ORDER)
def test_order_of_frames_matters(name):
    joints, model = random_joints(), build(name)
    there, back = model(joints).numpy(), model(joints[:, ::-1]).numpy()
    assert np.abs(there - back).max() > 1e-4


@pytest.mark.parametrize("name", ["lstm", "temporal_conv", "transformer"])
def test_a_joint_that_was_not_seen_changes_nothing(name):
    model = build(name)
    joints = hidden(random_joints(), WRIST)
    moved = joints.copy()
    moved[:, :, WRIST, :-1] += 5
    np.testing.assert_array_equal(model(joints), model(moved))
    # Seen, it does.
    moved[..., WRIST, -1] = joints[..., WRIST, -1] = 0.5
    assert np.abs(model(joints).numpy() - model(moved).numpy()).max() > 1e-4


@pytest.mark.parametrize(
    "name, added",
    [
        ("temporal_conv", ["conv_1", "conv_2", "conv_4"]),
        ("transformer", ["attention", "dense_out"]),
        ("graph", ["time_2"]),
    ],
)
def test_blocks_are_added_to_their_input(name, added):
    # With blocks that give 0, what came in still passes to the logits.
    joints, model = random_joints(), build(name)
    for layer in added:
        layer = model.get_layer(layer)
        layer.set_weights([0 * weight for weight in layer.get_weights()])
    logits = model(joints).numpy()
    assert np.abs(logits[0] - logits[1]).max() > 1e-4


def test_graph_knows_joints_by_their_neighbours():
    # At first all joints have the bias 0: the sides of the body may be exchanged, as
    # the graph is the same; joints of different neighbourhoods may not.
    model, joints = build("graph"), random_joints()
    logits = model(joints).numpy()
    mirrored = model(joints[:, :, MIRRORED]).numpy()
    np.testing.assert_allclose(mirrored, logits, atol=1e-5)
    order = list(range(17))
    order[0], order[WRIST] = order[WRIST], order[0]
    assert np.abs(model(joints[:, :, order]).numpy() - logits).max() > 1e-4


@pytest.mark.parametrize("name", POSE_NETWORKS)
def test_dropout_in_training_only(name):
    joints, model = random_joints(), build(name, dropout=0.5)
    np.testing.assert_array_equal(model(joints), model(joints))
    trained = model(joints, training=True).numpy()
    assert np.abs(trained - model(joints).numpy()).max() > 1e-4


@pytest.mark.parametrize("name", POSE_NETWORKS)
def test_weights_follow_the_global_seed(name):
    joints = random_joints()
    first, second = build(name)(joints).numpy(), build(name)(joints).numpy()
    np.testing.assert_array_equal(first, second)
    other = build(name, seed=1)
    assert np.abs(other(joints).numpy() - first).max() > 1e-4


@pytest.mark.parametrize("name", POSE_NETWORKS)
def test_saved_and_loaded_it_is_the_same(name, tmp_path):
    joints, model = random_joints(), build(name)
    # No weight is left at a value that it would have by itself.
    model.set_weights([weight + 0.1 for weight in model.get_weights()])
    model.save(tmp_path / "pose.keras")
    loaded = keras.saving.load_model(tmp_path / "pose.keras")
    np.testing.assert_array_equal(loaded(joints), model(joints))
    names = [layer.name for layer in model.layers]
    assert [layer.name for layer in loaded.layers] == names


# The last is no network.
@pytest.mark.parametrize("name", ["transformr", "kinematics"])
def test_unknown_name(name):
    with pytest.raises(ParameterError, match=f"unknown pose network '{name}'; did"):
        build(name)
