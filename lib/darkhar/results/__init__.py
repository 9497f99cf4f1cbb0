"""Keeping results in notebooks and reading them back."""

from darkhar.results.glue import glue, glue_figure, glue_table
from darkhar.results.read import NotRun, Run
from darkhar.results.values import flatten

__all__ = ["NotRun", "Run", "flatten", "glue", "glue_figure", "glue_table"]
