"""Sequence classifiers, networks over joints, and the end-to-end model."""
