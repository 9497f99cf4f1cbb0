"""Reading a notebook's parameters out of its own namespace."""

from collections.abc import Mapping
from typing import Any

from darkhar.config.parameters import Parameters
from darkhar.config.parsing import make_parameters

# What IPython itself puts into a fresh namespace, beside underscored names.
_IPYTHON_NAMES = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
_VALUE_TYPES = (bool, int, float, str, list, tuple, dict, set, type(None))


def parameters_from(namespace: Mapping[str, Any]) -> Parameters:
    """Validates every plain value in a notebook's namespace as a parameter.

    Call it in the first cell after the parameters, with `globals()`. Papermill
    injects a misspelt parameter as if it had counted and only warns; here it
    is an error, because it is a plain value of an unknown name.

    Args:
        namespace: mapping. The notebook's globals. Modules, functions, classes
            and names with a leading underscore are passed over.

    Returns:
        `Parameters`, of which only those in the namespace may be read: what is not
        declared there, a run could not set.

    Raises:
        ParameterError: an unknown name, a wrong type, a value out of range.
    """
    values = {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_")
        and name not in _IPYTHON_NAMES
        and isinstance(value, _VALUE_TYPES)
    }
    return make_parameters(values).only(values)
