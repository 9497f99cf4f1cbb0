"""Folds, fits, predictions that are kept.

In: `Clips`, a `Fit` (`fits`) and folds (`splitters`). Out: logits, computed once, and
fitted classifiers that can be kept in files (`kept_models`). Open `fits` first, then
one of its kinds: `pose_fits`, `sequence_fit`, `fusion_fit`.
"""
