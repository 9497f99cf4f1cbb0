"""Links from entries to the library's source, by `sphinx.ext.viewcode`.

It would import modules to find their source; here it is told.
"""

import functools

from api.surface import surface_of


def setup(app):
    app.setup_extension("sphinx.ext.viewcode")
    app.connect("viewcode-find-source", _source)
    app.connect("viewcode-follow-imported", _defining_module)


def _defining_module(app, module, name):
    """The module that defines what is shown as a module's `name`."""
    try:
        found = surface_of(app.env).module(module)
    except KeyError:
        return module
    path = found.imports.get(name.split(".")[0], "")
    return path.rpartition(".")[0] or module


def _source(app, module):
    """(source, {name: (kind, first line, last line)}) of a module."""
    try:
        return _source_of(surface_of(app.env).module(module))
    except KeyError:
        return None


@functools.cache
def _source_of(module):
    return module.filepath.read_text(encoding="utf-8"), dict(_lines(module))


def _lines(shown):
    for one in shown.members.values():
        if one.is_alias or one.is_module or not one.lineno:
            continue
        name = one.path.removeprefix(f"{one.module.path}.")
        yield name, (one.kind.value, _first_line(one), one.endlineno)
        if one.is_class:
            yield from _lines(one)


def _first_line(shown):
    """The decorators' where there are any."""
    decorators = getattr(shown, "decorators", [])
    return min([shown.lineno, *(decorator.lineno for decorator in decorators)])
