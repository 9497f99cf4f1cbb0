"""Executing the notebooks of a run and making the book of it.

The public functions are in the modules; importing this package imports none of
them, so that the command line starts at once.
"""
