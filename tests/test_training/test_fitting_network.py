import numpy as np
import pytest
import scipy.special

from darkhar.models.sequence import build_classifier
from darkhar.training import network
from darkhar.training.network import Schedule, batches, fit_network, network_logits

N_CLIPS = 13  # two batches of six, and one clip
INPUTS = np.random.default_rng(0).normal(size=(N_CLIPS, 4, 5)).astype(np.float32)
LABELS = np.arange(N_CLIPS) % 3


def epochs_of(n_epochs, seed):
    """Batches of each epoch, as lists of arrays."""
    stream = iter(batches(INPUTS, LABELS, batch_size=6, seed=seed))
    return [[next(stream) for _ in range(3)] for _ in range(n_epochs)]


def orders(n_epochs, seed):
    """Which clip comes when in each epoch; clips are told apart by their inputs."""
    found = []
    for epoch in epochs_of(n_epochs, seed):
        shown = np.concatenate([inputs.numpy() for inputs, _ in epoch])
        found.append([int(np.argmin(abs(INPUTS - clip).sum((1, 2)))) for clip in shown])
    return found


def test_each_epoch_shows_each_clip_once_in_another_order():
    for order in orders(3, seed=4):
        assert sorted(order) == list(range(N_CLIPS))
    assert len({tuple(order) for order in orders(3, seed=4)}) == 3
    assert orders(2, seed=4) == orders(2, seed=4)
    assert orders(1, seed=4) != orders(1, seed=5)


def test_labels_go_with_their_inputs():
    for inputs, labels in epochs_of(1, seed=4)[0]:
        for clip, label in zip(inputs.numpy(), labels.numpy(), strict=True):
            at = int(np.argmin(abs(INPUTS - clip).sum((1, 2))))
            assert label == LABELS[at]


def test_batches_end_with_the_epoch():
    sizes = [[len(labels) for _, labels in epoch] for epoch in epochs_of(2, seed=4)]
    assert sizes == [[6, 6, 1], [6, 6, 1]]


def test_without_a_seed_clips_come_in_their_own_order():
    assert orders(2, seed=None) == [list(range(N_CLIPS))] * 2


def test_history_is_of_all_clips_however_batches_fall(monkeypatch):
    # Without learning, losses follow from the logits of the fitted network.
    monkeypatch.setattr(network, "CLIPS_AT_ONCE", 5)
    held_out, held_out_labels = INPUTS[::-1][:11] + 1, np.arange(11) % 2
    model, history = fit_network(
        build_classifier,
        {"n_classes": 3, "feature_dim": 5, "n_frames": 4, "dropout": 0.0},
        INPUTS,
        LABELS,
        schedule=Schedule(epochs=2, batch_size=6, learning_rate=0.0, patience=9),
        seed=3,
        held_out=(held_out, held_out_labels),
    )
    for prefix, inputs, labels in (
        ("", INPUTS, LABELS),
        ("val_", held_out, held_out_labels),
    ):
        logits = network_logits(model, inputs)
        losses = -scipy.special.log_softmax(logits, axis=1)[range(len(labels)), labels]
        right = logits.argmax(axis=1) == labels
        assert history[f"{prefix}loss"] == pytest.approx([losses.mean()] * 2, rel=1e-5)
        assert history[f"{prefix}accuracy"] == pytest.approx([right.mean()] * 2)


def test_with_held_out_clips_too_a_fit_does_not_depend_on_those_before():
    def fit(seed):
        model, history = fit_network(
            build_classifier,
            {"n_classes": 3, "feature_dim": 5, "n_frames": 4, "dropout": 0.5},
            INPUTS,
            LABELS,
            schedule=Schedule(epochs=4, batch_size=6, learning_rate=0.1, patience=1),
            seed=seed,
            held_out=(INPUTS + 0.5, LABELS),
        )
        return network_logits(model, INPUTS), history

    logits, history = fit(1)
    fit(2)
    again, history_again = fit(1)
    np.testing.assert_array_equal(again, logits)
    assert history_again == history
