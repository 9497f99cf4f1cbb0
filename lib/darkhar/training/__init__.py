"""Folds, fitting, cross-validation."""
