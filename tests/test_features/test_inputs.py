import numpy as np
import pytest

from darkhar.features.inputs import ClipVectors, FrameVectors
from darkhar.store.keys import key_of

SAME = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
# Of 3, 1 and 2 frames.
UNEQUAL = tuple(np.full((n, 2), n, np.float32) for n in (3, 1, 2))


def test_one_vector_a_clip():
    vectors = ClipVectors(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert len(vectors) == 3
    assert vectors.select(np.array([2, 0])).values.tolist() == [[5, 6], [1, 2]]


def test_as_many_frames_of_each_clip():
    vectors = FrameVectors(SAME)
    assert (len(vectors), vectors.n_frames, vectors.dim) == (3, 2, 2)
    assert vectors.as_batch() is SAME
    assert vectors.means().values.tolist() == [[1, 2], [5, 6], [9, 10]]
    some = vectors.select(np.array([2, 0]))
    np.testing.assert_array_equal(some.values, SAME[[2, 0]])


def test_clips_of_unequal_length():
    vectors = FrameVectors(UNEQUAL)
    assert (len(vectors), vectors.n_frames, vectors.dim) == (3, None, 2)
    # Frames of zeros at the end.
    assert vectors.as_batch().tolist() == [
        [[3, 3], [3, 3], [3, 3]],
        [[1, 1], [0, 0], [0, 0]],
        [[2, 2], [2, 2], [0, 0]],
    ]
    assert vectors.as_batch().dtype == np.float32
    # They do not count in the mean.
    assert vectors.means().values.tolist() == [[3, 3], [1, 1], [2, 2]]
    some = vectors.select(np.array([2, 1]))
    assert [len(clip) for clip in some.values] == [2, 1]
    assert some.as_batch().shape == (2, 2, 2)


@pytest.mark.parametrize("vectors", [ClipVectors(SAME[0]), FrameVectors(SAME)])
def test_values_are_the_key(vectors):
    same, other = (
        type(vectors)(vectors.values.copy()),
        type(vectors)(vectors.values + 1),
    )
    assert key_of(vectors) == key_of(same)
    assert key_of(vectors) != key_of(other)
