import numpy as np
import pytest

from darkhar.config import make_parameters
from darkhar.pose.pose_clips import PoseClips
from darkhar.study import clip_models
from darkhar.study.appearance_model import AppearanceModel
from darkhar.study.clip_models import fitted_model, keypoint_model, mean_model
from darkhar.study.fused_model import fused_model
from darkhar.training.clip_vectors import ClipVectors
from darkhar.training.cross_validation import cross_validate, fit_final
from darkhar.training.fit import predict_logits
from darkhar.training.splitters import run_folds

N_CLASSES = 3
LABELS = np.arange(24) % N_CLASSES
SCENES = np.repeat(list("abcd"), 6)
PARAMETERS = make_parameters(
    {"folds": 3, "epochs": 4, "patience": 2, "learning_rate": 0.05, "lstm_units": 4}
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))


def features(labels, seed=0):
    """Clips of five frames whose class is the place of a one among noise."""
    noise = np.random.default_rng(seed).normal(scale=0.1, size=(len(labels), 5, 8))
    noise[np.arange(len(labels)), :, labels] += 1
    return noise.astype(np.float32)


def clips(n, seed=0):
    keypoints = np.random.default_rng(seed).uniform(size=(n, 12, 17, 3))
    return PoseClips(keypoints.astype(np.float32), np.full(n, 2.0))


@pytest.fixture
def appearance():
    return AppearanceModel(
        features(LABELS),
        features(LABELS[:6], seed=1),
        LABELS,
        SCENES,
        PARAMETERS,
        N_CLASSES,
    )


def folds_of(splitter="stratified"):
    return run_folds(PARAMETERS, LABELS, SCENES, splitter)


def test_appearance_is_the_baseline(appearance):
    model = appearance.model("appearance")
    cv = cross_validate(
        appearance.train, LABELS, SCENES, n_classes=N_CLASSES, parameters=PARAMETERS
    )
    np.testing.assert_array_equal(model.held_out(folds_of(), 0), cv.logits)
    assert appearance.chosen_epochs("stratified", 0) == cv.chosen_epochs
    final = fit_final(
        appearance.train,
        LABELS,
        n_classes=N_CLASSES,
        epochs=cv.chosen_epochs,
        parameters=PARAMETERS,
    )
    np.testing.assert_array_equal(
        model.validation(0), predict_logits(final, appearance.val)
    )
    assert np.abs(model.held_out(folds_of(), 1) - cv.logits).max() > 1e-3


def test_mean_over_frames(appearance):
    model = mean_model(
        "mean", appearance.train, appearance.val, LABELS, n_classes=N_CLASSES
    )
    held_out = model.held_out(folds_of(), 0)
    assert (held_out.argmax(axis=1) == LABELS).all()
    assert (model.validation(0).argmax(axis=1) == LABELS[:6]).all()
    # The order of a clip's frames does not count.
    reverse = mean_model(
        "mean",
        appearance.train[:, ::-1],
        list(appearance.val[:, ::-1]),
        LABELS,
        n_classes=N_CLASSES,
    )
    np.testing.assert_allclose(reverse.validation(0), model.validation(0), atol=1e-4)


def test_a_fit_is_made_once_for_folds_and_seed():
    fitted = []

    def fit(inputs, labels, seed):
        fitted.append(len(labels))
        return lambda others: np.zeros((len(others), N_CLASSES))

    def make(is_random):
        return fitted_model(
            "zeros",
            fit,
            {"fit": "zeros", "random": is_random},
            ClipVectors(np.ones((24, 2))),
            ClipVectors(np.ones((5, 2))),
            LABELS,
            n_classes=N_CLASSES,
            is_random=is_random,
        )

    model = make(is_random=False)
    assert model.held_out(folds_of(), 0).shape == (24, 3)
    assert fitted == [16, 16, 16]
    model.held_out(folds_of(), 0)
    model.held_out(folds_of(), 1)  # the seed does not enter a fit that is not random
    assert len(fitted) == 3
    model.held_out(folds_of("class_scene_grouped"), 0)
    assert len(fitted) == 6
    assert model.validation(0).shape == (5, 3)
    model.validation(1)
    assert fitted[6:] == [24]
    del fitted[:]
    model = make(is_random=True)
    model.validation(0)
    model.validation(1)
    assert fitted == [24, 24]


def test_pose_settings_count_where_they_are_used():
    def settings(classifier, **changes):
        seen = []

        def record(name, fit, settings, *inputs, **options):
            seen.append((settings, options["is_random"]))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clip_models, "fitted_model", record)
            parameters = make_parameters(changes, base=PARAMETERS)
            keypoint_model(
                "p", classifier, parameters, clips(24), clips(6), LABELS, n_classes=3
            )
        return seen[0]

    assert settings("kinematics", pose_epochs=3) == settings("kinematics")
    assert settings("kinematics")[1] is False
    assert settings("lstm", pose_epochs=3) != settings("lstm")
    assert settings("lstm", epochs=9) == settings("lstm")
    assert settings("lstm")[1] is True


@pytest.mark.parametrize("fusion", ["score_average", "concatenation"])
def test_fused(appearance, fusion):
    train, val = clips(24), clips(6, seed=1)
    pose = keypoint_model(
        "pose", "kinematics", PARAMETERS, train, val, LABELS, n_classes=N_CLASSES
    )
    model = fused_model(
        "fused", fusion, appearance, pose, train, val, splitter="stratified"
    )
    held_out = model.held_out(folds_of(), 0)
    assert held_out.shape == (24, 3)
    # Keypoints are noise here, so that the appearance branch decides.
    assert (held_out.argmax(axis=1) == LABELS).mean() > 0.9
    assert model.validation(0).shape == (6, 3)
    np.testing.assert_allclose(np.exp(model.validation(0)).sum(axis=1), 1, atol=1e-6)
