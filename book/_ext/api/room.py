"""The directive that shows a room: Markdown made of docstrings, parsed as any page."""

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from api.entries import Entries
from api.surface import surface_of


class Room(SphinxDirective):
    """What is public of a room, an entry each."""

    required_arguments = 1

    def run(self):
        surface = surface_of(self.env)
        try:
            room = surface.module(self.arguments[0])
        except KeyError:
            raise self.error(f"there is no package '{self.arguments[0]}'") from None
        entries = Entries(surface.public_paths)
        modules = surface.modules(room)
        exported = surface.exported(room)
        for shown in [room, *modules, *exported.values()]:
            self.env.note_dependency(str(shown.filepath))
        for notebook in surface.notebooks:
            self.env.note_dependency(str(notebook))
        above = [entries.introduction(room)]
        above += [entries.of(shown, path) for path, shown in exported.items()]
        found = self._parsed(above)
        for module in modules:
            section = nodes.section(ids=[nodes.make_id(module.name)])
            section += nodes.title("", module.path.split(".", 1)[1])
            section += self._parsed(entries.of_module(module))
            self.state.document.note_implicit_target(section)
            found.append(section)
        return found

    def _parsed(self, texts):
        found = self.parse_text_to_nodes("\n\n".join(texts))
        paths = set(surface_of(self.env).public_paths.values())
        for node in found:
            _unlink(node, paths)
        return found


def _unlink(node, paths):
    """Leaves names as text that have no entry: Sphinx would look for similar ones."""
    for link in list(node.findall(addnodes.pending_xref)):
        if link["refdomain"] != "py":
            continue
        if link["reftarget"] in paths:
            link["reftype"] = "obj"  # an alias of a type is no class to Sphinx
            continue
        text = link.children[-1]
        if isinstance(text, addnodes.pending_xref_condition):
            text = text.children[-1]
        link.replace_self(text)
