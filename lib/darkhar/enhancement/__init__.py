"""Image enhancements by name: `registry.get_enhancement`.

`histograms` does without TensorFlow; the layers need it. Import from the
submodule.
"""
