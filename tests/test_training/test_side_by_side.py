import itertools

import keras
import numpy as np
import pytest

from darkhar.models.sequence import build_classifier
from darkhar.models.unrolled_sequence import build_unrolled_classifier
from darkhar.training import side_by_side
from darkhar.training.fit import (
    FitSettings,
    fit_classifier,
    fit_folds,
    predict_logits,
)
from darkhar.training.network import Schedule, fit_network, network_logits
from darkhar.training.side_by_side import fit_side_by_side
from darkhar.training.splitters import Fold

N_CLIPS = 26
RANDOM = np.random.default_rng(0)
LABELS = np.arange(N_CLIPS) % 3
INPUTS = RANDOM.normal(size=(N_CLIPS, 4, 5)).astype(np.float32)
INPUTS[:, :, :3] += np.eye(3, dtype=np.float32)[LABELS][:, np.newaxis]
SEEDS = [5, 3, 8]


def architecture(dropout):
    return {"n_classes": 3, "feature_dim": 5, "n_frames": 4, "dropout": dropout}


def folds_of(*n_train):
    """Folds with so many clips to fit, drawn anew for each, and all others held out."""
    orders = [np.random.default_rng(n).permutation(N_CLIPS) for n in n_train]
    return [
        Fold(np.sort(order[:n]), np.sort(order[n:]))
        for order, n in zip(orders, n_train, strict=True)
    ]


def side_by_side_fits(folds, schedule, *, dropout=0.0, seeds=SEEDS):
    return fit_side_by_side(
        build_classifier,
        architecture(dropout),
        INPUTS,
        LABELS,
        folds,
        schedule=schedule,
        seeds=seeds,
        build_stacked=build_unrolled_classifier,  # is traced in less time
    )


def assert_as_keras_fits_them(fitted, folds, schedule, *, dropout):
    for result, fold, seed in zip(fitted, folds, SEEDS, strict=True):
        model, history, logits = result
        alone, its_history = fit_network(
            build_classifier,
            architecture(dropout),
            INPUTS[fold.train],
            LABELS[fold.train],
            schedule=schedule,
            seed=seed,
            held_out=(INPUTS[fold.held_out], LABELS[fold.held_out]),
        )
        assert set(history) == set(its_history)
        for name, values in its_history.items():
            assert history[name] == pytest.approx(values, rel=1e-3, abs=1e-4), name
        expected = network_logits(alone, INPUTS)
        np.testing.assert_allclose(network_logits(model, INPUTS), expected, atol=1e-3)
        np.testing.assert_allclose(logits, expected[fold.held_out], atol=1e-3)


def test_each_is_what_keras_fits_alone_draws_of_dropout_too():
    # One, two and three full batches an epoch.
    folds, schedule = folds_of(6, 12, 18), Schedule(6, 6, 0.05, patience=9)
    fitted = side_by_side_fits(folds, schedule, dropout=0.5)
    assert_as_keras_fits_them(fitted, folds, schedule, dropout=0.5)


def test_a_last_batch_that_is_not_full_counts_by_its_clips():
    folds, schedule = folds_of(7, 17, 20), Schedule(5, 6, 0.05, patience=9)
    fitted = side_by_side_fits(folds, schedule, dropout=0.5)
    assert_as_keras_fits_them(fitted, folds, schedule, dropout=0.5)


def test_each_ends_by_its_own_held_out_loss_with_its_best_weights():
    folds, schedule = folds_of(6, 12, 18), Schedule(12, 6, 0.1, patience=1)
    fitted = side_by_side_fits(folds, schedule)
    assert_as_keras_fits_them(fitted, folds, schedule, dropout=0.0)
    assert len({len(history["loss"]) for _, history, _ in fitted}) > 1


def test_held_out_clips_are_scored_a_few_at_a_time(monkeypatch):
    folds, schedule = folds_of(6, 12, 18), Schedule(3, 6, 0.05, patience=9)
    monkeypatch.setattr(side_by_side, "_SCORED", 3)
    fitted = side_by_side_fits(folds, schedule, dropout=0.5)
    assert_as_keras_fits_them(fitted, folds, schedule, dropout=0.5)


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_when_it_stops_and_what_it_keeps_is_as_keras_has_it(patience):
    for losses in itertools.product((1.0, 2.0, np.inf, np.nan), repeat=4):
        ours = side_by_side._Fit(Schedule(len(losses), 6, 0.1, patience=patience))
        for epoch, loss in enumerate(losses):
            ours.after_epoch({"val_loss": loss}, lambda epoch=epoch: ([epoch], [epoch]))
            if ours.ended:
                break
        ((kept,), _), n_epochs = ours.best, len(ours.history["val_loss"])

        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        stopping = keras.callbacks.EarlyStopping(
            "val_loss", patience=patience, restore_best_weights=True
        )
        stopping.set_model(model)
        stopping.on_train_begin()
        model.stop_training = False
        for epoch, loss in enumerate(losses):
            model.set_weights([np.full((1, 1), epoch), np.zeros(1)])
            stopping.on_epoch_end(epoch, {"val_loss": loss})
            if model.stop_training:
                break
        stopping.on_train_end()
        assert n_epochs == epoch + 1, losses
        assert kept == model.get_weights()[0][0, 0], losses


def test_who_else_is_fitted_makes_no_difference(monkeypatch):
    folds, schedule = folds_of(7, 12, 18), Schedule(4, 6, 0.05, patience=1)
    together = side_by_side_fits(folds, schedule, dropout=0.5)
    monkeypatch.setattr(side_by_side, "_STACKED", 2)
    for (model, history, _), (other, its_history, _) in zip(
        side_by_side_fits(folds, schedule, dropout=0.5), together, strict=True
    ):
        assert history["val_loss"] == pytest.approx(its_history["val_loss"], abs=1e-4)
        np.testing.assert_allclose(
            network_logits(model, INPUTS), network_logits(other, INPUTS), atol=1e-3
        )


def test_same_seeds_same_numbers_other_seeds_other_numbers():
    folds, schedule = folds_of(6, 12), Schedule(2, 6, 0.05, patience=1)

    def logits(seeds):
        fitted = side_by_side_fits(folds, schedule, dropout=0.5, seeds=seeds)
        return np.stack([network_logits(model, INPUTS) for model, *_ in fitted])

    first = logits([1, 2])
    np.testing.assert_array_equal(logits([1, 2]), first)
    others = np.abs(logits([1, 3]) - first).max(axis=(1, 2))
    assert others[0] < 1e-4 < others[1]


def select(features, clips):
    if isinstance(features, np.ndarray):
        return features[clips]
    return [features[clip] for clip in clips]


def assert_as_one_classifier(features, dropout):
    settings = FitSettings(Schedule(3, 6, 0.05, 9), lstm_units=4, dropout=dropout)
    options = {"n_classes": 3, "settings": settings}
    fold = folds_of(14)[0]
    (model, history, _), *_ = fit_folds(features, LABELS, [fold], seeds=[4], **options)
    alone, its_history = fit_classifier(
        select(features, fold.train),
        LABELS[fold.train],
        seed=4,
        held_out=(select(features, fold.held_out), LABELS[fold.held_out]),
        **options,
    )
    assert history["val_loss"] == pytest.approx(its_history["val_loss"], abs=1e-4)
    np.testing.assert_allclose(
        predict_logits(model, features), predict_logits(alone, features), atol=1e-3
    )


def test_classifiers_of_folds_are_those_of_one():
    assert_as_one_classifier(INPUTS, dropout=0.5)


def test_clips_of_unequal_length_whose_network_is_not_written_out():
    clips = [clip[: 2 + number % 3] for number, clip in enumerate(INPUTS)]
    assert_as_one_classifier(clips, dropout=0.5)


def test_what_cannot_be_fitted():
    with pytest.raises(ValueError, match="need a patience"):
        side_by_side_fits(folds_of(6, 12, 18), Schedule(1, 6, 0.1))
    whole = Fold(np.arange(N_CLIPS), np.zeros(0, int))
    with pytest.raises(ValueError, match="none held out"):
        side_by_side_fits([whole], Schedule(1, 6, 0.1, patience=1), seeds=[1])


def test_losses_of_layers_are_not_fitted():
    def build(units):
        dense = keras.layers.Dense(units, kernel_regularizer="l2")
        return keras.Sequential([keras.Input((4, 5)), keras.layers.Flatten(), dense])

    with pytest.raises(ValueError, match="losses of its own"):
        fit_side_by_side(
            build,
            {"units": 3},
            INPUTS,
            LABELS,
            folds_of(6),
            schedule=Schedule(1, 6, 0.1, patience=1),
            seeds=[1],
        )
