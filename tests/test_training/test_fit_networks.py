import itertools

import keras
import numpy as np
import pytest
from keras_fit import keras_fit

from darkhar.config import POSE_CLASSIFIERS
from darkhar.models.pose_networks import build_pose_network
from darkhar.models.sequence import build_classifier
from darkhar.training import compiled_steps, fit_networks, network
from darkhar.training.fit_jobs import FitJob, final_job, fold_jobs
from darkhar.training.fit_networks import BestEpoch
from darkhar.training.network import Schedule, clip_orders, network_logits
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

POSE_NETWORKS = [name for name, row in POSE_CLASSIFIERS.items() if row.is_network]
N_CLIPS = 26
RANDOM = np.random.default_rng(0)
LABELS = np.arange(N_CLIPS) % 3
INPUTS = RANDOM.normal(size=(N_CLIPS, 4, 5)).astype(np.float32)
INPUTS[:, :, :3] += np.eye(3, dtype=np.float32)[LABELS][:, np.newaxis]
SIZES = {"n_classes": 3, "feature_dim": 5, "n_frames": 4, "dropout": 0.5}
# Shorter clips are padded with zeros, which are masked.
UNEQUAL = INPUTS * (np.arange(4) < 2 + np.arange(N_CLIPS)[:, None] % 3)[..., None]
POSES = RANDOM.uniform(size=(N_CLIPS, 4, 17, 7)).astype(np.float32)
POSES[..., :3] += np.eye(3, dtype=np.float32)[LABELS][:, np.newaxis, np.newaxis]


def job(n_fitted, seed, *, stops=True, **options):
    """Fits so many clips, drawn by their number, and may stop by all others."""
    order = np.random.default_rng(n_fitted).permutation(N_CLIPS)
    held_out = np.sort(order[n_fitted:]) if stops else None
    return FitJob(np.sort(order[:n_fitted]), seed, held_out=held_out, **options)


def fits(jobs, schedule, *, sizes=SIZES, inputs=INPUTS, build=build_classifier):
    return fit_networks.fit_networks(
        build, sizes, inputs, LABELS, jobs, schedule=schedule
    )


def assert_as_keras_fits_them(
    jobs, schedule, *, sizes=SIZES, inputs=INPUTS, build=build_classifier
):
    fitted = fits(jobs, schedule, sizes=sizes, inputs=inputs, build=build)
    for (model, history, logits), job in zip(fitted, jobs, strict=True):
        held_out = job.held_out
        alone, its_history = keras_fit(
            build,
            sizes,
            inputs[job.fitted],
            LABELS[job.fitted],
            schedule=schedule,
            seed=job.seed,
            epochs=job.epochs,
            held_out=None if held_out is None else (inputs[held_out], LABELS[held_out]),
        )
        assert set(history) == set(its_history)
        for name, values in its_history.items():
            assert history[name] == pytest.approx(values, rel=1e-3, abs=1e-4), name
        expected = network_logits(alone, inputs)
        np.testing.assert_allclose(network_logits(model, inputs), expected, atol=1e-3)
        if held_out is None:
            assert logits is None
        else:
            np.testing.assert_allclose(logits, expected[held_out], atol=1e-3)
    return fitted


@pytest.mark.slow
def test_each_is_what_keras_fits_alone_draws_of_dropout_too():
    # One, two and three full batches an epoch.
    jobs = [job(6, 5), job(12, 3), job(18, 8)]
    assert_as_keras_fits_them(jobs, Schedule(6, 6, 0.05, patience=9))


@pytest.mark.slow
def test_a_last_batch_that_is_not_full_counts_by_its_clips():
    jobs = [job(7, 5), job(17, 3), job(20, 8)]
    assert_as_keras_fits_them(jobs, Schedule(5, 6, 0.05, patience=9))


def test_each_ends_by_its_own_held_out_loss_with_its_best_weights():
    jobs = [job(6, 5), job(12, 3), job(18, 8)]
    fitted = assert_as_keras_fits_them(jobs, Schedule(12, 6, 0.1, patience=1))
    assert len({len(history["loss"]) for _, history, _ in fitted}) > 1


def test_without_held_out_clips_each_is_fitted_for_its_epochs():
    jobs = [job(17, 5, stops=False), job(26, 3, stops=False, epochs=2), job(7, 4)]
    fitted = assert_as_keras_fits_them(jobs, Schedule(4, 6, 0.05, patience=9))
    assert [len(history["loss"]) for _, history, _ in fitted] == [4, 2, 4]


@pytest.mark.parametrize("name", POSE_NETWORKS)
@pytest.mark.slow
def test_each_pose_network_is_what_keras_fits(name):
    sizes = {"name": name, "n_classes": 3, "n_frames": 4, "units": 8, "dropout": 0.5}
    assert_as_keras_fits_them(
        [job(17, 5, stops=False), job(20, 3)],
        Schedule(4, 6, 0.02, patience=9),
        sizes=sizes,
        inputs=POSES,
        build=build_pose_network,
    )


@pytest.mark.slow
def test_clips_of_unequal_length():
    assert_as_keras_fits_them(
        [job(17, 5), job(20, 3, stops=False)],
        Schedule(4, 6, 0.05, patience=9),
        sizes={**SIZES, "n_frames": None},
        inputs=UNEQUAL.astype(np.float32),
    )


@pytest.mark.slow
def test_long_fits_are_many_calls_and_held_out_clips_come_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(compiled_steps, "_STEPS", 4)
    monkeypatch.setattr("keras_fit.CLIPS_AT_ONCE", 3)
    monkeypatch.setattr(fit_networks, "CLIPS_AT_ONCE", 3)
    # Compiled for another number of steps.
    sizes = {**SIZES, "lstm_units": 6}
    jobs = [job(17, 5, stops=False), job(15, 3)]
    assert_as_keras_fits_them(jobs, Schedule(3, 6, 0.05, patience=9), sizes=sizes)


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_when_it_stops_and_what_it_keeps_is_as_keras_has_it(patience):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    for losses in itertools.product((1.0, 2.0, np.inf, np.nan), repeat=4):
        ours = BestEpoch(patience)
        n_epochs = next(
            (n for n, loss in enumerate(losses, 1) if ours.ends_with(loss, n)), 4
        )
        stopping = keras.callbacks.EarlyStopping(
            "val_loss", patience=patience, restore_best_weights=True
        )
        stopping.set_model(model)
        stopping.on_train_begin()
        model.stop_training = False
        for epoch, loss in enumerate(losses, 1):
            model.set_weights([np.full((1, 1), epoch), np.zeros(1)])
            stopping.on_epoch_end(epoch, {"val_loss": loss})
            if model.stop_training:
                break
        stopping.on_train_end()
        assert n_epochs == epoch, losses
        assert ours.kept == model.get_weights()[0][0, 0], losses


def assert_equal(fitted, others):
    for (model, history, logits), (other, its_history, its_logits) in zip(
        fitted, others, strict=True
    ):
        assert history == its_history
        np.testing.assert_array_equal(logits, its_logits)
        np.testing.assert_array_equal(
            network_logits(model, INPUTS), network_logits(other, INPUTS)
        )


@pytest.mark.slow
def test_neither_who_else_is_fitted_nor_on_how_many_cores_makes_a_difference(
    monkeypatch,
):
    jobs, schedule = [job(7, 5), job(12, 3), job(18, 8)], Schedule(4, 6, 0.05, 1)
    together = fits(jobs, schedule)
    assert_equal(
        [*fits(jobs[2:], schedule), *fits(jobs[:2], schedule)][1:], together[:2]
    )
    monkeypatch.setenv("DARKHAR_CORES", "1")
    assert_equal(fits(jobs, schedule), together)
    # Nor what was compiled before.
    compiled_steps.compiled_steps.cache_clear()
    assert_equal(fits(jobs, schedule), together)


def test_other_seeds_other_numbers():
    schedule = Schedule(2, 6, 0.05)
    jobs = [job(20, seed, stops=False) for seed in (1, 2, 1)]
    first, other, again = (
        network_logits(model, INPUTS) for model, *_ in fits(jobs, schedule)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(other - first).max() > 1e-3


def test_losses_are_those_of_the_weights_before_each_step():
    # Without learning, they follow from the logits of the fitted network.
    schedule = Schedule(epochs=2, batch_size=6, learning_rate=0.0, patience=9)
    one = job(15, 3)
    ((model, history, _),) = fits([one], schedule, sizes={**SIZES, "dropout": 0.0})
    for prefix, clips in (("", one.fitted), ("val_", one.held_out)):
        found, labels = network_logits(model, INPUTS[clips]), LABELS[clips]
        odds = np.exp(found[range(len(labels)), labels]) / np.exp(found).sum(axis=1)
        loss, right = -np.log(odds).mean(), (found.argmax(axis=1) == labels).mean()
        assert history[f"{prefix}loss"] == pytest.approx([loss] * 2, rel=1e-5)
        assert history[f"{prefix}accuracy"] == pytest.approx([right] * 2)


def test_what_cannot_be_fitted():
    with pytest.raises(ValueError, match="need a patience"):
        fits([job(6, 1)], Schedule(1, 6, 0.1))
    with pytest.raises(ValueError, match="none held out"):
        fits([job(N_CLIPS, 1)], Schedule(1, 6, 0.1, patience=1))
    with pytest.raises(ValueError, match="no clips to fit"):
        fits([job(0, 1)], Schedule(1, 6, 0.1, patience=1))


def test_losses_of_layers_are_not_fitted():
    def build(units):
        dense = keras.layers.Dense(units, kernel_regularizer="l2")
        return keras.Sequential([keras.Input((4, 5)), keras.layers.Flatten(), dense])

    with pytest.raises(ValueError, match="losses of its own"):
        fits([job(6, 1)], Schedule(1, 6, 0.1, 1), sizes={"units": 3}, build=build)


def test_each_epoch_shows_each_clip_once_in_another_order():
    def epochs(n_epochs, seed):
        return [order.tolist() for order in itertools.islice(orders(seed), n_epochs)]

    def orders(seed):
        keras.utils.set_random_seed(1)
        return clip_orders(13, seed)

    first = epochs(3, seed=4)
    assert [sorted(order) for order in first] == [list(range(13))] * 3
    assert len({tuple(order) for order in first}) == 3
    assert epochs(2, seed=4) == first[:2]
    assert epochs(1, seed=5) != first[:1]


def test_jobs_of_folds_and_of_the_final_fit():
    folds = [
        Fold(np.array([2, 3]), np.array([0, 1])),
        Fold(np.arange(2), np.array([2])),
    ]
    for stop_early in (False, True):
        jobs = fold_jobs(folds, 7, stop_early=stop_early)
        for number, (one, fold) in enumerate(zip(jobs, folds, strict=True)):
            assert one.fitted is fold.train
            assert one.held_out is (fold.held_out if stop_early else None)
            assert one.seed == derived_seed(7, FOLD_FITS, number)
            assert one.epochs is None
    final = final_job(3, 7, epochs=5)
    assert final.fitted.tolist() == [0, 1, 2]
    assert (final.seed, final.epochs) == (derived_seed(7, FINAL_FIT), 5)
    assert final.held_out is None


def test_logits_come_a_few_clips_at_a_time(monkeypatch):
    model = network.build_seeded(build_classifier, SIZES, 1)
    expected = network_logits(model, INPUTS)
    monkeypatch.setattr(network, "CLIPS_AT_ONCE", 5)
    np.testing.assert_allclose(network_logits(model, INPUTS), expected, atol=1e-6)
