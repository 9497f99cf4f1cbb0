"""The sequence classifier: cross-validated, and fitted on all clips in the end."""

import dataclasses

import numpy as np
import pytest
from made_clips import clips_of, separable_frames

from darkhar.config import SPLITTERS, make_parameters
from darkhar.features.inputs import FrameVectors
from darkhar.pose.pose_clips import PoseClips
from darkhar.store.keys import key_of
from darkhar.training import sequence_fit as module
from darkhar.training.fusion_fit import FusionFit
from darkhar.training.seeds import FINAL_FIT, derived_seed
from darkhar.training.sequence_fit import SequenceFit, sequence_logits
from darkhar.training.splitters import folds_each_way, run_folds

LABELS = np.tile(np.arange(3), 8)
SCENES = np.repeat(list("abcd"), 6)
CLIPS = clips_of(LABELS, SCENES, frames=separable_frames(LABELS))
PARAMETERS = make_parameters(
    {"folds": 3, "epochs": 6, "patience": 2, "learning_rate": 0.05, "lstm_units": 4}
)
FIT = SequenceFit.of(PARAMETERS, "frames")


def test_the_folds_that_choose_the_epochs_are_part_of_the_key(monkeypatch):
    # Another function under the same name.
    row = dataclasses.replace(
        SPLITTERS["stratified"], target="darkhar.training.splitters:scene_grouped"
    )
    monkeypatch.setitem(SPLITTERS, "stratified", row)
    other = SequenceFit.of(PARAMETERS, "frames")
    assert other.sequence == FIT.sequence
    assert key_of(other) != key_of(FIT)


FOLDS = run_folds(CLIPS, "stratified", 3, 0)


@pytest.fixture(scope="module")
def cv(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DARKHAR_CACHE", str(tmp_path_factory.mktemp("cache")))
        return FIT.cross_validate(CLIPS, FOLDS, 0)


def test_what_is_kept_is_what_was_computed(cv, monkeypatch):
    computed = FIT.cross_validate(CLIPS, FOLDS, 0)
    monkeypatch.setattr(module, "fit_networks", None)
    again = FIT.cross_validate(CLIPS, FOLDS, 0)
    np.testing.assert_array_equal(again.logits, computed.logits)
    assert again.chosen_epochs == computed.chosen_epochs == cv.chosen_epochs
    for kept, fitted in zip(again.folds, computed.folds, strict=True):
        assert kept.history == fitted.history
        assert kept.best_epoch == fitted.best_epoch
        np.testing.assert_array_equal(kept.logits, fitted.logits)
        np.testing.assert_array_equal(kept.logits, again.logits[kept.fold.held_out])


def test_each_fold_starts_from_fresh_weights(cv):
    # Weights that were trained on would start the next fold near zero loss.
    for history in cv.histories:
        assert history["loss"][0] > 0.5 * np.log(3)
    assert len({round(history["loss"][0], 6) for history in cv.histories}) == 3


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
    assert cv.chosen_epochs == sorted(cv.best_epochs)[1]


def test_final_model_is_fitted_on_all_clips_for_the_chosen_time(cv, monkeypatch):
    jobs = []
    fit_networks = module.fit_networks

    def record(*arguments, **options):
        jobs.append((arguments[4], options["schedule"]))
        return fit_networks(*arguments, **options)

    monkeypatch.setattr(module, "fit_networks", record)
    model = FIT.final_model(CLIPS, 0)
    _, ((job,), schedule) = jobs
    assert job.fitted.tolist() == list(range(24))
    assert job.held_out is None
    assert job.epochs == cv.chosen_epochs
    assert job.seed == derived_seed(0, FINAL_FIT)
    assert schedule.batch_size == 2 * 3
    others = CLIPS.select(np.arange(5))
    np.testing.assert_allclose(
        FIT.predicted(CLIPS, others, 0),
        sequence_logits(model, others["frames"]),
        atol=1e-6,
    )


def test_same_seed_same_numbers_other_seed_other_numbers(cv):
    np.testing.assert_array_equal(FIT.held_out(CLIPS, FOLDS, 0), cv.logits)
    assert np.abs(FIT.held_out(CLIPS, FOLDS, 1) - cv.logits).max() > 1e-3


def test_each_way_differs_in_the_folds_alone(cv):
    ways = folds_each_way(CLIPS, PARAMETERS, "stratified")
    logits = {name: FIT.held_out(CLIPS, folds, 0) for name, folds in ways.items()}
    np.testing.assert_array_equal(logits["stratified"], cv.logits)
    assert not np.allclose(logits["scene_grouped"], cv.logits)


def test_clips_of_unequal_length_are_padded_and_the_padding_is_skipped():
    frames = FrameVectors((np.ones((2, 3), np.float32), np.ones((4, 3), np.float32)))
    batch = frames.as_batch()
    assert batch.shape == (2, 4, 3)
    assert batch[0, 2:].sum() == 0
    assert frames.n_frames is None
    clips = clips_of([0, 1, 0, 1], frames=FrameVectors(frames.values * 2))
    fit = SequenceFit.of(PARAMETERS.replace(epochs=1, folds=2), "frames")
    model = fit.final_model(clips, 0)
    alone = sequence_logits(model, frames.select(np.array([0])))
    np.testing.assert_allclose(alone, sequence_logits(model, frames)[:1], atol=1e-6)


@pytest.mark.parametrize("fusion", ["score_average", "concatenation"])
def test_fused_with_poses_that_say_nothing(fusion):
    random = np.random.default_rng(0)
    keypoints = random.uniform(size=(24, 12, 17, 3)).astype(np.float32)
    poses = PoseClips(keypoints, np.full(24, 2.0))
    clips = CLIPS.with_views(poses=poses)
    fit = FusionFit.of(PARAMETERS, clips, fusion=fusion)
    assert fit.views == ("frames", "poses")
    assert fit.appearance.sequence.splitter == "class_scene_grouped"
    held_out = fit.held_out(clips, FOLDS, 0)
    assert (held_out.argmax(axis=1) == LABELS).mean() > 0.9
    predicted = fit.predicted(clips, clips.select(np.arange(6)), 0)
    np.testing.assert_allclose(np.exp(predicted).sum(axis=1), 1, atol=1e-6)


def test_settings_are_the_key():
    def fit(**changes):
        return SequenceFit.of(PARAMETERS.replace(**changes), "frames")

    assert fit() == FIT
    assert fit(pose_units=7, seed=3) == FIT
    for changes in (
        {"epochs": 7},
        {"patience": 1},
        {"lstm_units": 5},
        {"dropout": 0.1},
        {"learning_rate": 0.1},
        {"batch_clips_per_class": 3},
        {"splitter": "scene_grouped"},
        {"folds": 2},
    ):
        assert fit(**changes) != FIT
    assert dataclasses.replace(FIT, view="enhanced") != FIT


def test_derived_seeds_differ_by_path():
    seeds = [
        derived_seed(0),
        derived_seed(0, 1),
        derived_seed(0, 2),
        derived_seed(1, 1),
    ]
    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**31 for seed in seeds)
