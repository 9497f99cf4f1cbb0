"""Errors that a user can act on: one or two lines, no traceback."""


class DarkharError(Exception):
    """The work failed for a reason that the message names, with the way out.

    The command line prints the message alone and exits with `exit_code`; a
    notebook shows the message alone in place of a traceback.
    """

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        # IPython's hook for exceptions that render themselves.
        return [f"{type(self).__name__}: {self}"]


class UsageError(DarkharError):
    """The call was wrong: a name, a value or a path that cannot be used."""

    exit_code = 2


class ParameterError(UsageError):
    """A run parameter is unknown, of the wrong type or out of range."""


class DataError(DarkharError):
    """The data folder or one of its files cannot be used as it is."""


class WeightsError(DarkharError):
    """A network's weights are not at hand, or are not the expected file."""


class ResultsError(DarkharError):
    """A scrap or a run's results are missing, stale or unusable."""
