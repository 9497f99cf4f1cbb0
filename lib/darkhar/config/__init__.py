"""Parameters, choices, presets, errors and folders; nothing here computes.

In: what a user asks for. Out: validated parameters, or an error that says the way out.
Open `parameters` first, then `choices` and its tables: `enhancements`, `networks`,
`methods`, `notebooks`.
"""

from darkhar.config.choices import Choice, choose
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
from darkhar.config.methods import (
    CAMERAS,
    FUSIONS,
    POSE_CLASSIFIERS,
    PROTOCOLS,
    SAMPLERS,
    SPLITTERS,
    STRICTEST,
)
from darkhar.config.namespace import parameters_from
from darkhar.config.nearest import nearest
from darkhar.config.networks import ENGINES, EXTRACTORS, POSE_MODELS
from darkhar.config.notebooks import NOTEBOOKS, Notebook
from darkhar.config.parameters import (
    GROUPS,
    NAMES,
    PATH_NAMES,
    Parameters,
    meaning,
    short_meaning,
)
from darkhar.config.parsing import check_names, make_parameters, parse_parameters
from darkhar.config.paths import cache_root, project_root, runs_root
from darkhar.config.presets import PRESETS, Preset, get_preset

__all__ = [
    "CAMERAS",
    "ENGINES",
    "ENHANCEMENTS",
    "EXTRACTORS",
    "FUSIONS",
    "GROUPS",
    "NAMES",
    "NOTEBOOKS",
    "PATH_NAMES",
    "POSE_CLASSIFIERS",
    "POSE_MODELS",
    "PRESETS",
    "PROTOCOLS",
    "SAMPLERS",
    "SPLITTERS",
    "STRICTEST",
    "Choice",
    "DarkharError",
    "DataError",
    "Notebook",
    "ParameterError",
    "Parameters",
    "Preset",
    "ResultsError",
    "UsageError",
    "WeightsError",
    "cache_root",
    "canonical_enhancement",
    "check_names",
    "choose",
    "get_preset",
    "make_parameters",
    "meaning",
    "nearest",
    "parameters_from",
    "parse_enhancement",
    "parse_parameters",
    "project_root",
    "runs_root",
    "short_meaning",
]
