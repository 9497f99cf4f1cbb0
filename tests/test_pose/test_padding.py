import numpy as np

from darkhar.pose.padding import remove_padding, resize_with_padding


def test_padding_keeps_the_aspect_ratio():
    frames = np.full([2, 240, 320, 3], 100, np.float32)
    images = resize_with_padding(frames, 192).numpy()
    # 320 to 192 is 0.6, 240 to 144: 24 rows of black above and below.
    assert images.shape == (2, 192, 192, 3)
    assert (images[:, :24] == 0).all()
    assert (images[:, 168:] == 0).all()
    np.testing.assert_allclose(images[:, 24:168], 100, rtol=1e-6)
    upright = resize_with_padding(frames.transpose(0, 2, 1, 3), 192).numpy()
    np.testing.assert_allclose(upright.transpose(0, 2, 1, 3), images, rtol=1e-6)


def test_padding_of_an_odd_size():
    # 30 to 25 is 5/6; 11 to 9 (9.17, rounded down), 8 rows above and 8 below.
    images = resize_with_padding(np.ones([1, 11, 30, 3], np.float32), 25).numpy()
    assert np.flatnonzero(images[0, :, 12, 0]).tolist() == list(range(8, 17))


def test_keypoints_go_back_to_the_frame():
    square = [[0.5, 0.5, 0.9], [24 / 192, 0.25, 0.1], [60 / 192, 1, 0], [0, 0, 0.3]]
    frame = remove_padding(np.array([square], np.float32), 240, 320, 192).numpy()
    expected = [[0.5, 0.5, 0.9], [0, 0.25, 0.1], [0.25, 1, 0], [-1 / 6, 0, 0.3]]
    np.testing.assert_allclose(frame[0], expected, atol=1e-6)
    upright = remove_padding(np.array([square], np.float32), 320, 240, 192).numpy()
    np.testing.assert_allclose(upright[0, 1], [0.125, 1 / 6, 0.1], atol=1e-6)
