"""What all `tf.data` pipelines have in common."""

import tensorflow as tf


def pipeline_options() -> tf.data.Options:
    """Options of a pipeline that is not tuned while it runs.

    What costs time has a parallelism of its own, and the tuner is off: a pipeline that
    ends waits for the tuner's thread, which sleeps for up to as long as the pipeline
    ran.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options
