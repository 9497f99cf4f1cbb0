"""Sweeps: many runs over a grid of parameters, on the workers of a Dask cluster."""
