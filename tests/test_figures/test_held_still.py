"""Frames laid where a camera that is held still would have seen them."""

import numpy as np

from darkhar.figures.held_still import show_held_still

RED, BLUE = (200, 0, 0), (0, 0, 200)


def clip(places):
    """Two frames of 24 by 32 pixels, red and blue, and a person in each."""
    frames = np.stack(
        [np.full((24, 32, 3), colour, np.uint8) for colour in (RED, BLUE)]
    )
    keypoints = np.ones((2, 17, 3))
    keypoints[..., :2] = np.array(places)[:, np.newaxis]
    return frames, keypoints


def laid_out(figure):
    image = figure.axes[-1].images[0]
    return np.asarray(image.get_array()), image.get_extent()


def test_beside_one_another():
    # The second frame lies half a width to the right of the first.
    path = np.array([[1, 0, 0, 0, 0], [1, 0, 0.5, 0, 9]])
    frames, keypoints = clip([(0.3, 0.2), (0.3, 0.9)])
    figure = show_held_still(frames, keypoints, path)
    picture, extent = laid_out(figure)
    assert picture.shape == (24, 48, 3) and extent == [0, 1.5, 0.75, 0]
    assert (picture[:, :16] == RED).all()
    assert (picture[:, 16:] == BLUE).all()
    hips = figure.axes[-1].lines[-1]
    np.testing.assert_allclose(hips.get_xydata(), [[0.2, 0.3], [1.4, 0.3]])
    assert len(figure.axes) == 3


def test_later_frames_cover_no_person():
    path = np.array([[1, 0, 0, 0, 0], [1, 0, 0.25, 0, 9]])
    # The first person stands where the second frame lies over the first.
    frames, keypoints = clip([(0.4, 0.7), (0.4, 0.9)])
    picture, _ = laid_out(show_held_still(frames, keypoints, path))
    assert tuple(picture[12, 22]) == RED
    assert tuple(picture[2, 22]) == BLUE
    assert tuple(picture[12, 36]) == BLUE
