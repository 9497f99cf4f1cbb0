"""Frame features from frozen image backbones, and the cache that keeps them.

`darkhar.store.arrays` and `darkhar.backbones.torch_pickle` do without
TensorFlow.
"""
