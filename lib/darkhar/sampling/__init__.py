"""Which frames of a clip are looked at.

`darkhar.sampling.rules` holds the index rules in NumPy, without TensorFlow;
`darkhar.models.sampling_layers` holds Keras layers that take the same frames.
"""
