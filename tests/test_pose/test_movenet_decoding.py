import numpy as np

from darkhar.pose.movenet_decoding import decode_heads


def test_decoding_by_hand():
    """Two images of 4x4 cells: the person's centre, where joints are, and which."""
    centers = np.zeros([2, 4, 4, 1], np.float32)
    centers[0, 1, 2] = 0.5
    centers[0, 0, 0] = 0.6  # scores more, but lies in the corner
    centers[1, 3, 0] = 0.4
    weights = np.ones([4, 4, 1], np.float32)
    weights[0, 0] = 0.5
    regressions = np.zeros([2, 4, 4, 17, 2], np.float32)
    regressions[0, 1, 2, 0] = (1, -2)  # image 0: the nose is about cell (2, 0)
    heatmaps = np.zeros([2, 4, 4, 17], np.float32)
    heatmaps[0, 2, 0, 0] = 0.5  # there: 0.5 / 2 = 0.25
    heatmaps[0, 2, 3, 0] = 0.9  # three cells away: 0.9 / 5 = 0.18
    heatmaps[1, 3, 3, 0] = 0.8  # image 1: alone, however far
    offsets = np.zeros([2, 4, 4, 17, 2], np.float32)
    offsets[0, 2, 0, 0] = (0.5, 0.25)
    keypoints = decode_heads(
        centers,
        regressions.reshape(2, 4, 4, 34),
        heatmaps,
        offsets.reshape(2, 4, 4, 34),
        center_weights=weights,
        distance_offset=2.0,
        cell_size=0.25,
    ).numpy()
    assert keypoints.shape == (2, 17, 3)
    np.testing.assert_allclose(keypoints[0, 0], [2.5 / 4, 0.25 / 4, 0.5])
    np.testing.assert_allclose(keypoints[1, 0], [3 / 4, 3 / 4, 0.8])
