"""From the heads of MoveNet to keypoints, for a batch of images."""

import tensorflow as tf


def decode_heads(
    centers,
    regressions,
    heatmaps,
    offsets,
    *,
    center_weights,
    distance_offset: float,
    cell_size: float,
) -> tf.Tensor:
    """From the four heads to keypoints (Votel & Li 2021, "Model architecture").

    The cell of the highest weighted centre score is the person's. The regression
    there points at where each joint is about. The joint's cell is that of the
    highest heatmap score, divided by the distance to that place plus
    `distance_offset`; the offset there refines it.

    Args:
        centers: float32 `[images, h, w, 1]`. Scores of the person's centre.
        regressions: float32 `[images, h, w, 34]`. y and x of each joint relative to
            the cell, in cells.
        heatmaps: float32 `[images, h, w, 17]`. Scores of the joints.
        offsets: float32 `[images, h, w, 34]`. y and x of each joint relative to the
            cell that it lies in, in cells.
        center_weights: float32 `[h, w, 1]`. Weight of a centre, largest in the
            middle of the image.
        distance_offset: float. In cells.
        cell_size: float. Of a cell, in units of the image.

    Returns:
        float32 `[images, 17, 3]`: y, x in units of the image, score.
    """
    n_images, height, width, n_joints = tf.unstack(tf.shape(heatmaps))
    n_cells = height * width
    centers = tf.reshape(centers * center_weights, [n_images, n_cells])
    regressions = tf.reshape(regressions, [n_images, n_cells, n_joints, 2])
    heatmaps = tf.reshape(heatmaps, [n_images, n_cells, n_joints])
    offsets = tf.reshape(offsets, [n_images, n_cells, n_joints, 2])
    cells = _cell_positions(tf.range(n_cells), width)

    person = tf.argmax(centers, axis=1, output_type=tf.int32)
    about = tf.gather(cells, person)[:, tf.newaxis]
    about += tf.gather(regressions, person, batch_dims=1)

    squares = tf.math.squared_difference(cells[:, tf.newaxis], about[:, tf.newaxis])
    distances = tf.sqrt(squares[..., 0] + squares[..., 1])
    weighted = heatmaps / (distances + distance_offset)
    joints = tf.argmax(weighted, axis=1, output_type=tf.int32)

    # Image, cell and joint of each keypoint.
    images_axis = tf.broadcast_to(tf.range(n_images)[:, tf.newaxis], tf.shape(joints))
    joints_axis = tf.broadcast_to(tf.range(n_joints), tf.shape(joints))
    where = tf.stack([images_axis, joints, joints_axis], axis=-1)
    points = (tf.gather(cells, joints) + tf.gather_nd(offsets, where)) * cell_size
    scores = tf.gather_nd(heatmaps, where)
    return tf.concat([points, scores[..., tf.newaxis]], axis=-1)


def _cell_positions(cells: tf.Tensor, width: tf.Tensor) -> tf.Tensor:
    """y and x of cells that are counted row by row, float32 `[..., 2]`."""
    return tf.cast(tf.stack([cells // width, cells % width], axis=-1), tf.float32)
