"""What all `tf.data` pipelines have in common."""

import tensorflow as tf


def pipeline_options() -> tf.data.Options:
    """Options of a pipeline whose parallelism is fixed.

    Nothing is left to tuning while it runs, and the tuner is off: a pipeline that ends
    waits for the tuner's thread, which sleeps for up to as long as the pipeline ran.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options
