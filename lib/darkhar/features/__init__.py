"""Frame features from frozen image backbones, and the cache that keeps them.

`darkhar.features.cache` and `darkhar.features.torch_pickle` do without
TensorFlow.
"""
