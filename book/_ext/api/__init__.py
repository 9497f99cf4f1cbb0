"""The library's reference in the book, read from its source and docstrings.

Nothing of the library is imported for it: griffe parses the files, which takes less
time than TensorFlow takes to start.

Directive
    {room} darkhar.study
        What the package exports or, if it exports nothing, the modules that its
        docstring names; and those from which notebooks import. The content is ignored.

In the pages of notebooks, names imported from the library become links to their
entries, and each entry has a link to its source. Paper has neither: what is printed
leaves the reference out.
"""

from api import call_links, source_links
from api.printed import LeftOut
from api.room import Room


def setup(app):
    app.add_config_value("api_library", "", "env", types=(str,))
    app.add_directive("room", Room)
    app.add_post_transform(LeftOut)
    call_links.setup(app)
    source_links.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
