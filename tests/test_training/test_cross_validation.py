import numpy as np
import pytest

from darkhar.config import ParameterError, make_parameters
from darkhar.training.cross_validation import (
    _fit_folds,
    cross_validate,
    cross_validate_each_way,
    fit_final,
)
from darkhar.training.fit import (
    FitSettings,
    as_batch,
    fit_classifier,
    predict_logits,
)
from darkhar.training.network import Schedule
from darkhar.training.seeds import derived_seed

N_CLASSES = 3
LABELS = np.tile(np.arange(N_CLASSES), 8)
SCENES = np.repeat(list("abcd"), 6)
PARAMETERS = make_parameters(
    {"folds": 3, "epochs": 6, "patience": 2, "learning_rate": 0.05, "lstm_units": 4}
)


def separable_features():
    """Clips of five frames whose class is the place of a one among noise."""
    noise = np.random.default_rng(0).normal(scale=0.1, size=(len(LABELS), 5, 8))
    noise[np.arange(len(LABELS)), :, LABELS] += 1
    return noise.astype(np.float32)


@pytest.fixture(scope="module")
def cv():
    return cross_validate(
        separable_features(),
        LABELS,
        SCENES,
        n_classes=N_CLASSES,
        parameters=PARAMETERS,
    )


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DARKHAR_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def test_what_is_kept_is_what_was_computed(cv):
    again = cross_validate(
        separable_features(), LABELS, SCENES, n_classes=N_CLASSES, parameters=PARAMETERS
    )
    np.testing.assert_array_equal(again.logits, cv.logits)
    assert again.chosen_epochs == cv.chosen_epochs
    fitted = _fit_folds(
        separable_features(),
        LABELS,
        [result.fold for result in cv.folds],
        n_classes=N_CLASSES,
        parameters=PARAMETERS,
    )
    for kept, computed in zip(again.folds, fitted, strict=True):
        assert kept.history == computed.history
        assert kept.best_epoch == computed.best_epoch
        np.testing.assert_array_equal(kept.logits, computed.logits)
        np.testing.assert_array_equal(kept.logits, cv.logits[kept.fold.held_out])


def test_each_fold_starts_from_fresh_weights(cv):
    # Weights that were trained on would start the next fold near zero loss.
    for result in cv.folds:
        assert result.history["loss"][0] > 0.5 * np.log(N_CLASSES)
    firsts = {round(result.history["loss"][0], 6) for result in cv.folds}
    assert len(firsts) == len(cv.folds)


def test_separable_classes_are_learned(cv):
    assert (cv.logits.argmax(axis=1) == LABELS).mean() > 0.9


def test_best_epoch_is_the_lowest_held_out_loss_and_its_weights_are_kept(cv):
    for result in cv.folds:
        losses = result.history["val_loss"]
        assert losses[result.best_epoch - 1] == min(losses)
        held_out = LABELS[result.fold.held_out]
        shifted = result.logits - result.logits.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(shifted).sum(axis=1))
        loss = (log_sum - shifted[np.arange(len(held_out)), held_out]).mean()
        assert loss == pytest.approx(min(losses), rel=1e-4)


def test_chosen_epochs_is_the_median_best_epoch(cv):
    assert cv.chosen_epochs == sorted(r.best_epoch for r in cv.folds)[1]


def test_early_stopping_waits_for_its_patience():
    settings = FitSettings(
        schedule=Schedule(epochs=50, batch_size=6, learning_rate=0.5, patience=2),
        lstm_units=4,
        dropout=0.0,
    )
    # Held-out labels that contradict the fitted ones: their loss only grows.
    features = separable_features()
    _, history = fit_classifier(
        features,
        LABELS,
        n_classes=N_CLASSES,
        settings=settings,
        seed=0,
        held_out=(features, (LABELS + 1) % N_CLASSES),
    )
    best = int(np.argmin(history["val_loss"]))
    assert len(history["val_loss"]) == best + 1 + 2


def test_same_seed_same_numbers_other_seed_other_numbers(cv):
    def logits(seed):
        parameters = make_parameters({"seed": seed}, base=PARAMETERS)
        model = fit_final(
            separable_features(),
            LABELS,
            n_classes=N_CLASSES,
            epochs=2,
            parameters=parameters,
        )
        return predict_logits(model, separable_features())

    np.testing.assert_array_equal(logits(0), logits(0))
    assert np.abs(logits(0) - logits(1)).max() > 1e-3


def test_a_fit_does_not_depend_on_those_before_it():
    # A network of another architecture is traced anew, the next one is not: neither
    # may move the numbers of the same fit.
    def logits(units, seed):
        settings = FitSettings(
            schedule=Schedule(epochs=2, batch_size=6, learning_rate=0.05),
            lstm_units=units,
            dropout=0.5,
        )
        features = separable_features()
        model, _ = fit_classifier(
            features, LABELS, n_classes=N_CLASSES, settings=settings, seed=seed
        )
        return predict_logits(model, features)

    first = logits(5, 7)
    logits(6, 1)
    logits(5, 2)
    np.testing.assert_array_equal(logits(5, 7), first)


def test_final_model_is_fitted_for_the_chosen_time(monkeypatch):
    import darkhar.training.cross_validation as module

    seen = {}

    def record(features, labels, **options):
        seen.update(options)
        return None, {}

    monkeypatch.setattr(module, "fit_classifier", record)
    fit_final(
        separable_features(), LABELS, n_classes=3, epochs=4, parameters=PARAMETERS
    )
    assert seen["settings"].schedule.epochs == 4
    assert seen["settings"].schedule.batch_size == 2 * N_CLASSES
    assert seen["settings"].schedule.patience is None
    assert seen.get("held_out") is None


def test_clips_of_unequal_length_are_padded_and_the_padding_is_skipped():
    clips = [np.ones((2, 3), np.float32), np.ones((4, 3), np.float32)]
    batch = as_batch(clips)
    assert batch.shape == (2, 4, 3)
    assert batch[0, 2:].sum() == 0
    settings = FitSettings(
        schedule=Schedule(epochs=1, batch_size=2, learning_rate=0.01),
        lstm_units=4,
        dropout=0.0,
    )
    model, _ = fit_classifier(
        clips, np.array([0, 1]), n_classes=2, settings=settings, seed=0
    )
    alone = predict_logits(model, clips[:1])
    padded = predict_logits(model, clips)[:1]
    np.testing.assert_allclose(alone, padded, atol=1e-6)


def test_derived_seeds_differ_by_path():
    seeds = [
        derived_seed(0),
        derived_seed(0, 1),
        derived_seed(0, 2),
        derived_seed(1, 1),
    ]
    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**31 for seed in seeds)


def each_way(scenes, **changes):
    return cross_validate_each_way(
        separable_features(),
        LABELS,
        scenes,
        n_classes=N_CLASSES,
        parameters=make_parameters({"epochs": 1, **changes}, base=PARAMETERS),
    )


def test_each_way_differs_in_the_folds_alone(cv):
    ways = each_way(SCENES, epochs=PARAMETERS.epochs)
    assert list(ways) == ["stratified", "scene_grouped", "class_scene_grouped"]
    np.testing.assert_array_equal(ways["stratified"].logits, cv.logits)
    for result in ways["scene_grouped"].folds:
        fitted = set(SCENES[result.fold.train])
        assert not fitted & set(SCENES[result.fold.held_out])


def test_scene_by_scene_is_left_out_where_it_cannot_be_done():
    unknown = np.array([""] * len(LABELS))
    assert list(each_way(unknown)) == ["stratified"]
    with pytest.raises(ParameterError, match="smallest class"):
        each_way(unknown, folds=9)
