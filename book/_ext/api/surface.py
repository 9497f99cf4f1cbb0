"""Which of the library's objects have an entry."""

import ast
import functools
import json
import re
from pathlib import Path

import griffe

from darkhar.config import project_root

_CODE = re.compile(r"`([\w.]+)`")
_OPTIONS = {
    "returns_multiple_items": False,
    "returns_named_value": False,
    "warnings": False,
}


class Surface:
    """The packages of a folder, and what of them is shown.

    Args:
        folder: Path. Holds the packages.
        notebooks: Path. Folder of the notebooks that use them.
    """

    def __init__(self, folder, notebooks):
        loader = griffe.GriffeLoader(
            search_paths=[folder],
            docstring_parser="google",
            docstring_options=_OPTIONS,
        )
        for package in sorted(folder.glob("*/__init__.py")):
            loader.load(package.parent.name)
        self.objects = loader.modules_collection
        self.notebooks = sorted(notebooks.glob("*.ipynb"))

    def module(self, path):
        """The module of that name.

        Raises:
            KeyError: there is none.
        """
        found = self.objects[path]
        if not found.is_module:
            raise KeyError(path)
        return found

    def exported(self, room):
        """{public path: object} of what a room exports, constants left out."""
        paths = {
            f"{room.path}.{name}": self.objects[room.imports[name]]
            for name in room.exports or ()
            if name in room.imports
        }
        return {path: shown for path, shown in paths.items() if has_entry(shown)}

    def modules(self, room):
        """A room's modules that are shown, those that its docstring names first."""
        named = [] if room.exports else _CODE.findall(_docstring(room))
        names = [name for name in named if name in room.modules]
        names += sorted(name for name in room.modules if self._is_used(room, name))
        return [room.modules[name] for name in dict.fromkeys(names)]

    def _is_used(self, room, name):
        path = f"{room.path}.{name}"
        return path in self._imported and name not in room.imports

    @functools.cached_property
    def _imported(self):
        """Modules from which notebooks import, and objects that they import."""
        paths = set()
        for notebook in self.notebooks:
            for path in imported_names(notebook).values():
                paths |= {path, path.rpartition(".")[0]}
        return paths

    @functools.cached_property
    def public_paths(self):
        """{full name: the one under which it is shown} of all that has an entry."""
        paths = {}
        for room in self._rooms():
            for path, shown in self.exported(room).items():
                paths.setdefault(shown.path, path)
            for module in self.modules(room):
                for shown in module.members.values():
                    if has_entry(shown):
                        paths.setdefault(shown.path, shown.path)
        return {path: path for path in paths.values()} | paths

    def _rooms(self):
        for package in self.objects.members.values():
            rooms = [m for m in package.modules.values() if m.is_init_module]
            # What a package of rooms exports has its entry in the room.
            yield from rooms or [package]


def _docstring(shown):
    return shown.docstring.value if shown.docstring else ""


def has_entry(shown):
    """Whether an object is public, documented and defined where it is looked for."""
    return (
        not shown.is_alias
        and not shown.is_module
        and not shown.name.startswith("_")
        and shown.docstring is not None
    )


def imported_names(notebook):
    """{name in a notebook: what it stands for} of all that it imports from packages."""
    names = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def surface_of(env):
    """What the book shows of the library; read once a build."""
    return _surface(env.config.api_library, env.srcdir)


@functools.cache
def _surface(library, source):
    folder = Path(library) if library else project_root() / "lib"
    return Surface(folder, Path(source) / "notebooks")
