"""The run's parameters, the presets, the errors, the folders."""

from darkhar.config.enhancements import (
    ENHANCEMENTS,
    canonical_enhancement,
    parse_enhancement,
)
from darkhar.config.errors import (
    DarkharError,
    DataError,
    ParameterError,
    ResultsError,
    UsageError,
    WeightsError,
)
from darkhar.config.namespace import parameters_from
from darkhar.config.nearest import nearest
from darkhar.config.parameters import (
    NAMES,
    PATH_NAMES,
    Parameters,
    check_names,
    make_parameters,
    parse_parameters,
)
from darkhar.config.paths import cache_root, project_root, runs_root
from darkhar.config.presets import PRESETS, Preset, get_preset

__all__ = [
    "ENHANCEMENTS",
    "NAMES",
    "PATH_NAMES",
    "PRESETS",
    "DarkharError",
    "DataError",
    "ParameterError",
    "Parameters",
    "Preset",
    "ResultsError",
    "UsageError",
    "WeightsError",
    "cache_root",
    "canonical_enhancement",
    "check_names",
    "get_preset",
    "make_parameters",
    "nearest",
    "parameters_from",
    "parse_enhancement",
    "parse_parameters",
    "project_root",
    "runs_root",
]
