"""An object's entry: Markdown with a directive of Sphinx' Python domain."""

import re
import textwrap

import griffe

from api.surface import has_entry

# Code in a docstring: in fences it stays as it is, a name may have an entry.
_CODE = re.compile(r"```.*?```|`([A-Za-z_][\w.]*)`", re.S)
_SESSION = re.compile(r"^>>> .*(?:\n.+)*", re.M)
_FIELDS = {
    griffe.DocstringSectionKind.parameters: "param",
    griffe.DocstringSectionKind.raises: "raises",
    griffe.DocstringSectionKind.returns: "returns",
    griffe.DocstringSectionKind.yields: "yields",
}
_STARS = {
    griffe.ParameterKind.var_positional: "*",
    griffe.ParameterKind.var_keyword: "**",
}


class Entries:
    """Writes entries.

    Args:
        paths: mapping of a full name to the one under which it is shown, of all that
            has an entry.
    """

    def __init__(self, paths):
        self.paths = paths

    def introduction(self, module):
        """A module's docstring, after its mark for links."""
        return f"```{{py:module}} {module.path}\n```\n\n{self._text(module)}"

    def of_module(self, module):
        """A module's introduction, and an entry of each thing that it defines."""
        shown = [one for one in module.members.values() if has_entry(one)]
        return [self.introduction(module), *(self.of(one, one.path) for one in shown)]

    def of(self, shown, path):
        """The entry of a class, function or documented constant.

        Args:
            shown: a griffe object.
            path: str. The name under which it is shown.
        """
        module, _, name = path.rpartition(".")
        options = [f":module: {module}"]
        if path != shown.path:
            options.append(f":canonical: {shown.path}")
        return self._directive(shown, name, options, fence="`" * 6)

    def _directive(self, shown, name, options, fence):
        if shown.is_class:
            kind, signature = "class", self._class_signature(shown)
            members = [
                self._directive(one, one.name, _method_options(one), fence[1:])
                for one in self._members(shown)
            ]
        elif shown.is_function:
            kind = "method" if shown.parent.is_class else "function"
            signature, members = self._signature(shown), []
        else:
            kind = "property" if "property" in shown.labels else "attribute"
            if shown.parent.is_module:
                kind = "data"
            signature, members = "", []
            if shown.annotation is not None:
                options = [*options, f":type: {self._type(shown.annotation)}"]
        head = f"{fence}{{py:{kind}}} {name}{signature}"
        body = [self._text(shown), *members]
        return "\n".join([head, *options, "", "\n\n".join(body), fence])

    def _members(self, shown):
        """Public members, also those of bases that have no entry of their own."""
        inherited = [
            one
            for one in shown.inherited_members.values()
            if one.target.parent.path not in self.paths
        ]
        own = shown.members.values()
        return [one for one in [*own, *(i.target for i in inherited)] if has_entry(one)]

    def _class_signature(self, shown):
        init = shown.members.get("__init__")
        return "" if init is None else self._signature(init, returns=False)

    def _signature(self, function, returns=True):
        parts, stars = [], False
        parameters = list(function.parameters)
        for number, one in enumerate(parameters):
            if number == 0 and function.parent.is_class and one.name in ("self", "cls"):
                continue
            stars = stars or one.kind is griffe.ParameterKind.var_positional
            if one.kind is griffe.ParameterKind.keyword_only and not stars:
                parts.append("*")
                stars = True
            parts.append(self._parameter(one))
        arrow = (
            f" -> {self._type(function.returns)}"
            if returns and function.returns is not None
            else ""
        )
        return f"({', '.join(parts)}){arrow}"

    def _parameter(self, parameter):
        text = _STARS.get(parameter.kind, "") + parameter.name
        if parameter.annotation is not None:
            text += f": {self._type(parameter.annotation)}"
        if parameter.default is not None and not _STARS.get(parameter.kind):
            text += f" = {parameter.default}"
        return text

    def _type(self, annotation):
        """An annotation, in which what has an entry is called by its full name."""
        if isinstance(annotation, griffe.ExprName | griffe.ExprAttribute):
            return self.paths.get(annotation.canonical_path, str(annotation))
        if isinstance(annotation, griffe.Expr):
            return "".join(map(self._type, annotation.iterate(flat=False)))
        return str(annotation)

    def _text(self, shown):
        """The docstring as Markdown, its sections as lists of fields."""
        if shown.docstring is None:
            return ""
        parts = []
        for section in shown.docstring.parsed:
            if section.kind is griffe.DocstringSectionKind.text:
                parts.append(self._linked(section.value, shown))
            elif section.kind in _FIELDS:
                parts.append(self._fields(section, shown))
            else:  # a heading of the library's own, as "Call arguments"
                contents = self._linked(section.value.contents, shown)
                parts.append(f"**{section.title}:** {contents}")
        return "\n\n".join(parts)

    def _fields(self, section, shown):
        field = _FIELDS[section.kind]
        lines = []
        for item in section.value:
            if field == "raises":
                label = f"raises {self._error(str(item.annotation))}"
            else:
                label = f"{field} {item.name}" if field == "param" else field
            text = self._linked(item.description, shown)
            lines.append(f":{label}: {textwrap.indent(text, '    ').lstrip()}")
        return "\n".join(lines)

    def _error(self, name):
        """An error's full name: docstrings name errors that other modules raise."""
        found = {path for path in self.paths.values() if path.endswith(f".{name}")}
        return found.pop() if len(found) == 1 else name

    def _linked(self, text, shown):
        """Text in which names that have an entry link to it, and sessions are code."""

        def link(code):
            try:
                path = self.paths.get(shown.resolve(code[1] or ""))
            except griffe.NameResolutionError:
                path = None
            return f"{{py:obj}}`{code[1]} <{path}>`" if path else code[0]

        text = _SESSION.sub(r"```pycon\n\g<0>\n```", text)
        return _CODE.sub(link, text)


def _method_options(shown):
    return [
        f":{name}:" for name in ("classmethod", "staticmethod") if name in shown.labels
    ]
