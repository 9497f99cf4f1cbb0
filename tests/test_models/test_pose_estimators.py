import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from darkhar.models.block_scaling import BlockScaler
from darkhar.models.log_probabilities import log_probabilities
from darkhar.models.pose_estimators import (
    kinematics_estimator,
    log_positive,
    pooled_estimator,
    trees_estimator,
)
from darkhar.pose.kinematics import KINEMATICS, SIGNED


def test_logarithm_of_the_positive_descriptors():
    values = np.full((2, len(KINEMATICS)), 0.98)
    logs = log_positive(values)
    for number, name in enumerate(KINEMATICS):
        expected = 0.98 if name in SIGNED else 0.0
        assert logs[0, number] == pytest.approx(expected, abs=1e-12)
    assert (values == 0.98).all()


def two_classes(n_first=30, n_second=10):
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [n_first, n_second])
    values = rng.normal(size=(len(labels), len(KINEMATICS)))
    values[:, 0] += 0.5 * labels
    return np.abs(values), labels


def test_classes_count_equally_beforehand():
    values, labels = two_classes()
    # No signal at all: nothing but the shares of the classes could decide.
    estimator = kinematics_estimator(2).fit(np.ones_like(values), labels)
    probabilities = estimator.predict_proba(np.ones_like(values[:1]))
    np.testing.assert_allclose(probabilities, 0.5, atol=1e-6)


def test_discriminant_by_the_formula():
    values, labels = two_classes()
    estimator = kinematics_estimator(2).fit(values, labels)
    scaled = StandardScaler().fit_transform(log_positive(values))
    shrinkage = estimator[-1]
    covariance = shrinkage.covariance_
    means = np.stack([scaled[labels == i].mean(axis=0) for i in (0, 1)])
    precision = np.linalg.inv(covariance)
    scores = scaled @ precision @ means.T - 0.5 * np.einsum(
        "ci,ij,cj->c", means, precision, means
    )
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(estimator.predict_proba(values), expected, atol=1e-6)
    # Shrunk: better conditioned than the plain within-class covariance.
    centred = scaled - means[labels]
    plain = centred.T @ centred / len(labels)
    assert np.linalg.cond(covariance) < np.linalg.cond(plain)


def test_trees_tell_what_no_line_tells():
    random = np.random.default_rng(0)
    values = random.uniform(0.5, 2, size=(400, len(KINEMATICS)))
    labels = (np.abs(values[:, 3] - 1.25) > 0.375).astype(int)
    estimator = trees_estimator(2).fit(values[:300], labels[:300])
    found = log_probabilities(estimator, values[300:])
    assert (found.argmax(axis=1) == labels[300:]).mean() > 0.8
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)
    again = trees_estimator(2).fit(values[:300], labels[:300])
    np.testing.assert_array_equal(log_probabilities(again, values[300:]), found)
    linear = kinematics_estimator(2).fit(values[:300], labels[:300])
    assert (linear.predict(values[300:]) == labels[300:]).mean() < 0.7


def test_no_logarithm_of_nothing():
    values = np.ones((8, len(KINEMATICS)))
    values[4:] = 2
    labels = np.repeat([0, 1], 4)
    found = log_probabilities(trees_estimator(2).fit(values, labels), values)
    assert found[0].tolist() == pytest.approx([0, np.log(1e-6)])


@pytest.mark.parametrize("dim", [len(KINEMATICS), 100], ids=["few", "many"])
def test_pooled_is_a_balanced_logistic_regression(dim):
    """With fewer dimensions than clips and with more, where turning pays."""
    _, labels = two_classes()
    values = np.random.default_rng(1).normal(size=(len(labels), dim))
    values[:, :5] += 0.5 * labels[:, np.newaxis]
    others = np.random.default_rng(2).normal(size=(30, dim))
    estimator = pooled_estimator(3).fit(values, labels)
    assert estimator[-1].coef_.shape == (1, min(dim, len(labels)))
    weights = len(labels) / (2 * np.bincount(labels))
    scaler = StandardScaler().fit(values)
    by_hand = LogisticRegression(C=0.01, max_iter=5000, tol=1e-8).fit(
        scaler.transform(values), labels, sample_weight=weights[labels]
    )
    np.testing.assert_allclose(
        estimator.decision_function(others),
        by_hand.decision_function(scaler.transform(others)),
        atol=2e-4,
    )


def test_blocks_have_the_same_variance():
    rng = np.random.default_rng(0)
    features = rng.normal(3, 7, size=(50, 12))
    scaled = BlockScaler((10,)).fit_transform(features)
    assert scaled[:, :10].var(axis=0).sum() == pytest.approx(1)
    assert scaled[:, 10:].var(axis=0).sum() == pytest.approx(1)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
