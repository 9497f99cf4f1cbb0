"""Sequence classifiers and the end-to-end model."""
