"""What all fits have in common: folds, seeds, and what is kept."""

import dataclasses

import numpy as np
import pytest
from made_clips import CountedFit, clips_of, moving_poses, separable_frames

from darkclips.motion import OTHERS
from darkhar.config import POSE_CLASSIFIERS, DataError, make_parameters
from darkhar.features.inputs import ClipVectors
from darkhar.models.log_probabilities import log_probabilities, spread_classes
from darkhar.models.pose_estimators import KINEMATIC
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.pose.simulated_poses import NONE_OF_THESE, Simulation
from darkhar.training.estimator_fits import PoseEstimatorFit, VectorFit
from darkhar.training.fits import Fit
from darkhar.training.pose_fits import pose_fit, possible_classifiers
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold, make_folds

SETTINGS = make_parameters({"pose_epochs": 40, "pose_units": 8, "learning_rate": 0.01})
# Others know the six actions alone.
OF_CLIPS = {n: row for n, row in POSE_CLASSIFIERS.items() if not row.simulated}
FOLDS = [
    Fold(train=np.array([2, 3]), held_out=np.array([0, 1])),
    Fold(train=np.array([0, 1]), held_out=np.array([2, 3])),
]


@dataclasses.dataclass(frozen=True)
class SumFit(Fit):
    """Answers with a clip's number and the sum of the fitted ones'."""

    seeds: list = dataclasses.field(default_factory=list, compare=False)

    @property
    def views(self):
        return ("numbers",)

    def fit_clips(self, clips, seed):
        self.seeds.append(seed)
        total = clips["numbers"].values.sum()
        return lambda others: np.concatenate(
            [others["numbers"].values, np.full((len(others), 1), total)], axis=1
        )


def test_each_clip_from_the_fit_that_did_not_see_it():
    numbers = ClipVectors(np.array([[1.0], [2.0], [4.0], [8.0]]))
    clips = clips_of([0, 1, 0, 1], numbers=numbers, unused=numbers)
    fit = SumFit()
    logits = fit.held_out(clips, FOLDS, seed=7)
    assert logits.tolist() == [[1, 12], [2, 12], [4, 3], [8, 3]]
    assert fit.seeds == [derived_seed(7, FOLD_FITS, number) for number in (0, 1)]
    others = clips.select(np.array([3]))
    assert fit.predicted(clips, others, seed=7).tolist() == [[8, 15]]
    assert fit.seeds[2:] == [derived_seed(7, FINAL_FIT)]


def test_a_fit_is_made_once_for_clips_folds_and_seed():
    clips = clips_of(np.repeat([0, 1], 6), list("aaabbbcccddd"))
    at_random = make_folds(clips, "stratified", folds=3, seed=0)
    fit = CountedFit()
    assert fit.held_out(clips, at_random, 0).shape == (12, 2)
    fit.held_out(clips, at_random, 0)
    fit.held_out(clips, at_random, 1)  # the seed does not enter: it is not random
    assert len(fit.fits) == 3
    fit.held_out(clips, make_folds(clips, "scene_grouped", folds=2, seed=0), 0)
    assert len(fit.fits) == 5
    relabelled = dataclasses.replace(clips, labels=1 - clips.labels)
    fit.held_out(relabelled, at_random, 0)
    assert len(fit.fits) == 8
    # Names and lengths of clips are not what a fit goes by.
    renamed = dataclasses.replace(clips, clip_ids=("x",) * 12)
    fit.held_out(renamed, at_random, 0)
    assert len(fit.fits) == 8

    random = CountedFit(random=True)
    random.held_out(clips, at_random, 0)
    random.held_out(clips, at_random, 1)
    assert len(random.fits) == 6


def test_a_view_that_a_fit_does_not_see_is_no_part_of_the_key():
    numbers = ClipVectors(np.arange(4.0)[:, np.newaxis])
    clips = clips_of([0, 1, 0, 1], numbers=numbers)
    fit = SumFit()
    fit.held_out(clips, FOLDS, 0)
    fit.held_out(clips.with_views(other=ClipVectors(np.ones((4, 1)))), FOLDS, 0)
    assert len(fit.seeds) == 2
    fit.held_out(clips.with_views(numbers=ClipVectors(numbers.values + 1)), FOLDS, 0)
    assert len(fit.seeds) == 4


def test_a_class_that_was_not_fitted_is_never_the_answer():
    logits = spread_classes(np.array([[0.5, -1.0]]), np.array([0, 2]), 4)
    assert logits[0, [0, 2]].tolist() == [0.5, -1.0]
    assert logits[0, [1, 3]] == pytest.approx(-1.0 - np.log(1e6))


def test_vectors_and_means_over_frames():
    labels = np.arange(24) % 3
    frames = separable_frames(labels)
    clips = clips_of(labels, frames=frames, means=frames.means())
    folds = make_folds(clips, "stratified", folds=3, seed=0)
    held_out = VectorFit("frames").held_out(clips, folds, 0)
    assert (held_out.argmax(axis=1) == labels).all()
    np.testing.assert_array_equal(
        VectorFit("means").held_out(clips, folds, 0), held_out
    )
    # The order of a clip's frames does not count.
    reverse = dataclasses.replace(frames, values=frames.values[:, ::-1])
    again = VectorFit("frames").held_out(clips.with_views(frames=reverse), folds, 0)
    np.testing.assert_allclose(again, held_out, atol=1e-4)


def test_kinematics_tell_down_from_up():
    labels = np.arange(24) % 3
    clips = clips_of(labels, poses=moving_poses(labels))
    half = np.arange(12), np.arange(12, 24)
    fit = pose_fit("kinematics", SETTINGS)
    predicted = fit.predicted(clips.select(half[0]), clips.select(half[1]), 0)
    assert (predicted.argmax(axis=1) == labels[12:]).all()


@pytest.mark.parametrize("name", OF_CLIPS)
def test_every_pose_classifier(name):
    # Class 1 of four is missing, as in a fold that holds out all of its scenes.
    labels = np.arange(12) % 3
    poses = moving_poses(labels)
    clips = clips_of(np.array([0, 2, 3])[labels], n_classes=4, poses=poses)
    fit = pose_fit(name, SETTINGS)
    predict = fit.fit_clips(clips, 3)
    logits = predict(clips)
    assert logits.shape == (12, 4)
    assert logits.dtype == np.float64
    assert not (logits.argmax(axis=1) == 1).any()
    mirrored = predict(clips.with_views(poses=poses.mirrored()))
    np.testing.assert_allclose(logits, mirrored, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(logits, fit.fit_clips(clips, 3)(clips))
    assert fit.is_random == POSE_CLASSIFIERS[name].is_network


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if row.is_network else name
        for name, row in OF_CLIPS.items()
    ],
)
def test_folds_at_once_are_folds_one_by_one(name):
    labels = np.arange(18) % 3
    clips = clips_of(labels, poses=moving_poses(labels))
    # A class is missing in the first fold's fit, and clips are out of order.
    some, rest = np.array([7, 1, 5, 2, 10, 4, 8]), np.arange(18)
    rest = np.setdiff1d(rest, some)[::-1]
    folds = [Fold(train=some, held_out=rest), Fold(train=rest, held_out=some)]
    fit = pose_fit(name, SETTINGS.replace(pose_epochs=3))
    np.testing.assert_allclose(
        fit.fit_in_folds(clips, folds, 5),
        Fit.fit_in_folds(fit, clips, folds, 5),
        rtol=1e-4,
        atol=1e-5,
    )


def test_networks_differ_by_seed_and_not_by_what_was_fitted_before():
    labels = np.arange(12) % 3
    clips = clips_of(labels, poses=moving_poses(labels))
    settings = make_parameters({"pose_epochs": 2, "pose_units": 6})
    fit = pose_fit("temporal_conv", settings)
    first = fit.fit_clips(clips, 1)
    expected = first(clips)
    other = dataclasses.replace(clips, labels=labels[::-1].copy())
    assert not np.allclose(fit.fit_clips(other, 2)(clips), expected)
    np.testing.assert_array_equal(fit.fit_clips(clips, 1)(clips), expected)
    # Nor does what was fitted before change with those after.
    np.testing.assert_array_equal(first(clips), expected)


def test_pose_settings_count_where_they_are_used():
    def fit(name, **changes):
        return pose_fit(name, make_parameters(changes))

    assert fit("kinematics", pose_epochs=3) == fit("kinematics")
    assert isinstance(fit("kinematics"), PoseEstimatorFit)
    assert fit("lstm", pose_epochs=3) != fit("lstm")
    assert fit("lstm", dropout=0.5) != fit("lstm")
    assert fit("lstm", epochs=9, lstm_units=8) == fit("lstm")
    assert fit("lstm") != fit("graph")


@pytest.fixture
def simulation():
    """Eighteen simulated clips, in a few frames each."""
    return Simulation.of(make_parameters({"pose_samples": 8}), 18)


def actors(names, labels):
    """Clips that say nothing of their classes, which have these names."""
    poses = moving_poses(np.zeros(len(labels), int))
    clips = clips_of(labels, n_classes=len(names), poses=poses)
    return dataclasses.replace(clips, class_names=tuple(names))


def test_fitted_on_simulated_people_alone(simulation):
    names = ["walk", "Drink", "Sit", "Jump"]
    clips = actors(names, np.array([0, 1, 2, 3] * 3))
    fit = PoseEstimatorFit(KINEMATIC, (simulation,), takes_clips=False)
    simulated = simulation.poses(clips["poses"].keypoints.shape[1])
    seen = dataclasses.replace(
        actors(names, np.zeros(18, int)), views={"poses": simulated}
    )
    logits = fit.fit_clips(clips, 0)(seen)
    # By hand: the clips of three actions, with the classes' own numbers.
    numbers = {"Walk": 0, "Sit": 2, "Jump": 3}
    kept = [i for i, action in enumerate(simulation.actions) if action in numbers]
    labels = np.array([numbers[simulation.actions[i]] for i in kept])
    vectors = kinematic_descriptors(simulated)
    estimator = KINEMATIC.build(3).fit(vectors[kept], labels)
    expected = log_probabilities(estimator, vectors)
    np.testing.assert_allclose(logits[:, [0, 2, 3]], expected, rtol=1e-6, atol=1e-9)
    assert (logits[:, 1] < logits.min(axis=1) + 1e-9).all()  # nobody drinks
    # What the clips are does not count.
    others = dataclasses.replace(clips, labels=clips.labels[::-1].copy())
    np.testing.assert_array_equal(fit.fit_clips(others, 0)(seen), logits)


def test_without_clips_one_fit_does_for_all_folds(simulation):
    built = []

    def build(n_classes):
        built.append(n_classes)
        return KINEMATIC.build(n_classes)

    estimator = dataclasses.replace(KINEMATIC, build=build)
    fit = PoseEstimatorFit(estimator, (simulation,), takes_clips=False)
    clips = actors(["Jump", "Run"], np.array([0, 1] * 6))
    halves = [np.arange(6), np.arange(6, 12)]
    folds = [Fold(halves[0], halves[1]), Fold(halves[1], halves[0])]
    logits = fit.fit_in_folds(clips, folds, 0)
    assert built == [2]
    np.testing.assert_array_equal(logits, fit.fit_clips(clips, 0)(clips))


def test_fitted_on_both(simulation):
    clips = actors(["Jump", "Run"], np.array([0, 1] * 6))
    fit = PoseEstimatorFit(KINEMATIC, (simulation,))
    logits = fit.fit_clips(clips, 0)(clips)
    own = kinematic_descriptors(clips["poses"])
    added = [i for i, a in enumerate(simulation.actions) if a in ("Jump", "Run")]
    of_added = [("Jump", "Run").index(simulation.actions[i]) for i in added]
    simulated = simulation.poses(clips["poses"].keypoints.shape[1])
    vectors = np.concatenate([own, kinematic_descriptors(simulated)[added]])
    estimator = KINEMATIC.build(2).fit(vectors, [*clips.labels, *of_added])
    np.testing.assert_allclose(logits, log_probabilities(estimator, own), rtol=1e-6)


def test_classes_that_nobody_acts(simulation):
    clips = actors(["Drink", "Pour"], np.array([0, 1] * 6))
    alone = PoseEstimatorFit(KINEMATIC, (simulation,), takes_clips=False)
    with pytest.raises(DataError, match="do not act the classes of these clips"):
        alone.fit_clips(clips, 0)
    # Beside clips, they are no use and no harm.
    both = PoseEstimatorFit(KINEMATIC, (simulation,)).fit_clips(clips, 0)
    without = PoseEstimatorFit(KINEMATIC).fit_clips(clips, 0)
    np.testing.assert_array_equal(both(clips), without(clips))
    left_out = {"kinematics_simulated", "trees_simulated"}
    assert set(POSE_CLASSIFIERS) - {*possible_classifiers(["Drink", "Pour"])} == (
        left_out
    )
    assert possible_classifiers(["Run", "Walk"]) == list(POSE_CLASSIFIERS)


def test_people_who_do_none_of_these(simulation):
    clips = actors(["Jump", "Run", NONE_OF_THESE], np.array([0, 1] * 6))
    others = dataclasses.replace(simulation, acting=OTHERS)
    fit = PoseEstimatorFit(KINEMATIC, (simulation, others), takes_clips=False)
    seen = others.poses(clips["poses"].keypoints.shape[1])
    strangers = actors([*clips.class_names], np.zeros(18, int))
    strangers = dataclasses.replace(strangers, views={"poses": seen})
    found = fit.fit_clips(clips, 0)(strangers).argmax(axis=1)
    assert (found == 2).mean() > 0.8
    # Without such a class they are left out.
    six = PoseEstimatorFit(KINEMATIC, (simulation, others))
    plain = PoseEstimatorFit(KINEMATIC, (simulation,))
    clips = actors(["Jump", "Run"], np.array([0, 1] * 6))
    np.testing.assert_array_equal(
        six.fit_clips(clips, 0)(clips), plain.fit_clips(clips, 0)(clips)
    )


def test_a_network_begins_where_simulated_people_left_it(simulation):
    parameters = make_parameters({"pose_samples": 8, "pose_epochs": 1})
    fit = pose_fit("temporal_conv_pretrained", parameters)
    fit = dataclasses.replace(fit, simulation=simulation)
    clips = actors(["Jump", "Run"], np.array([0, 1] * 6))
    fresh = dataclasses.replace(fit, simulation=None)
    assert np.abs(fit.fit_clips(clips, 0)(clips)).max() > 0
    assert not np.allclose(
        fit.fit_clips(clips, 0)(clips), fresh.fit_clips(clips, 0)(clips)
    )
    # Of classes that nobody acts, as without.
    strange = actors(["Drink", "Pour"], clips.labels)
    np.testing.assert_array_equal(
        fit.fit_clips(strange, 0)(strange), fresh.fit_clips(strange, 0)(strange)
    )
