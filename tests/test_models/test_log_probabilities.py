import numpy as np
import pytest

from darkhar.models.log_probabilities import log_probabilities
from darkhar.models.pose_estimators import pooled_estimator


def fitted(n_classes):
    labels = np.arange(30) % n_classes
    values = np.random.default_rng(n_classes).normal(size=(30, 4)) + labels[:, None]
    return pooled_estimator(3).fit(values, labels), values


@pytest.mark.parametrize("n_classes", [2, 3, 6])
def test_as_scikit_learn_has_them(n_classes):
    estimator, values = fitted(n_classes)
    np.testing.assert_allclose(
        log_probabilities(estimator, values),
        estimator.predict_log_proba(values),
        rtol=1e-12,
        atol=1e-12,
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_classes", [2, 3])
def test_far_away_they_are_finite(n_classes):
    estimator, values = fitted(n_classes)
    far = log_probabilities(estimator, 1e5 * values)
    assert np.isfinite(far).all()
    # Smaller than the logarithm of any positive float64.
    assert far.min() < -746
    assert far.max(axis=1) == pytest.approx(np.zeros(30), abs=1e-6)
