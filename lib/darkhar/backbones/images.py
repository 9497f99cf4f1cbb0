"""Frames as the images that a network takes."""

import tensorflow as tf


def resize_images(images, image_size: int) -> tf.Tensor:
    """Resizes images to squares: bilinear, without antialiasing.

    The aspect ratio is not kept: a frame is squashed, so that nothing of it is
    lost at the sides.

    Args:
        images: `[images, height, width, channels]` of any numeric dtype; ragged
            if images differ in size.
        image_size: int. Height and width in pixels.

    Returns:
        float32 `[images, image_size, image_size, channels]`.
    """
    size = (image_size, image_size)
    if not isinstance(images, tf.RaggedTensor):
        if tuple(images.shape[1:3]) == size:
            return tf.cast(images, tf.float32)
        return tf.image.resize(images, size)
    return tf.map_fn(
        lambda image: tf.image.resize(image.to_tensor(), size),
        images,
        fn_output_signature=tf.TensorSpec([*size, images.shape[-1]], tf.float32),
    )
