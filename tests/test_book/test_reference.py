"""The library's reference: entries, links between them, to the source and from code."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from api.call_links import linked
from api.surface import Surface

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "extensions": ["myst_nb", "scraps", "api"],
    "myst_enable_extensions": ["colon_fence", "fieldlist"],
    "python_use_unqualified_type_names": True,
    "add_module_names": False,
    "root_doc": "index",
}
ROOM = '''
"""Measuring lengths.

Open `rulers` first.
"""
'''
RULERS = '''
"""Rulers, and what they say."""

from tiny.shared import Length

UNDOCUMENTED = 1
STEP = 2
"""The step, in `Length`."""


class Ruler:
    """A ruler.

    Args:
        steps: int. How many.

    Example:

    >>> Ruler(3).length
    6
    """

    def __init__(self, steps: int = 5):
        self.steps = steps

    @property
    def length(self) -> Length:
        """All of it."""

    @classmethod
    def of(cls, text: str | None) -> "Ruler":
        """The ruler that a *text* names, by `Ruler` and `unknown`."""


def _private():
    """Not shown."""


def bare():
    pass


def measure(ruler: Ruler, *, twice: bool = False) -> Length:
    """How long it is.

    Returns:
        The length, as `Length`.

    Raises:
        TooLong: it is.
    """
'''
SHARED = '''
"""What others use."""

from tiny.shared.lengths import Length, TooLong

__all__ = ["Length", "TooLong"]
'''
LENGTHS = '''
"""Lengths."""


class TooLong(Exception):
    """Too long."""


class Length(float):
    """In metres."""
'''
UNUSED = '''
"""A module that no one is told of."""


def unused():
    """Not shown."""
'''
NOTEBOOK = """\
from tiny.rooms.rulers import Ruler, measure
from tiny.rooms import extra
found = measure(Ruler.of("a"), twice=True)
found.measure(extra.added)
"""


@pytest.fixture
def library(tmp_path):
    """A package with two rooms, and a notebook that uses it."""
    files = {
        "__init__": '"""Tiny."""\n',
        "rooms/__init__": ROOM,
        "rooms/rulers": RULERS,
        "rooms/extra": '"""Used."""\n\nadded = 1\n"""A constant."""\n',
        "rooms/unused": UNUSED,
        "shared/__init__": SHARED,
        "shared/lengths": LENGTHS,
    }
    for name, text in files.items():
        path = tmp_path / "lib" / "tiny" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip())
    return tmp_path / "lib"


@pytest.fixture
def book(project, library):
    """Builds pages of both rooms and the notebook; gives a page's HTML."""
    cells = [nbformat.v4.new_markdown_cell("# Notebook")]
    cells += [nbformat.v4.new_code_cell(NOTEBOOK)]
    (project.source / "notebooks").mkdir()
    language = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=language)
    nbformat.write(notebook, project.source / "notebooks" / "n.ipynb")
    (project.source / "book" / "api").mkdir(parents=True)
    pages = ["book/api/rooms", "book/api/shared", "notebooks/n"]
    project.page("\n".join(["# Start", "", "```{toctree}", *pages, "```"]))
    for room in ("rooms", "shared"):
        text = f"# The page of {room}\n\n```{{room}} tiny.{room}\n```"
        project.page(text, f"book/api/{room}")

    def build(builder="html"):
        passed, said = project.build(
            builder=builder, api_library=str(library), **SETTINGS
        )
        assert passed, said
        return project.html

    return build


def test_entries_are_what_is_public_and_documented(book):
    page = book()("book/api/rooms")
    ids = set(re.findall(r'id="(tiny\.[\w.]+)"', page))
    ruler = "tiny.rooms.rulers.Ruler"
    assert ids == {
        "tiny.rooms.rulers.STEP",
        ruler,
        f"{ruler}.length",
        f"{ruler}.of",
        "tiny.rooms.rulers.measure",
        "tiny.rooms.extra.added",
    }
    assert "Measuring lengths." in page
    assert page.index("Rulers, and what") < page.index("Used.")  # as the room says


def test_docstrings_are_markdown(book):
    page = book()("book/api/rooms")
    assert "<em>text</em>" in page
    assert re.search(r"<strong>steps</strong>.{1,60}int\. How many\.", page, re.S)
    assert 'class="highlight-pycon' in page
    assert ">unknown</span>" in page


def test_names_in_entries_lead_to_entries(book):
    html = book()
    page = html("book/api/rooms")
    length = 'href="shared.html#tiny.shared.Length"'
    # Of two signatures, the constant, and what is returned.
    assert page.count(length) == 4
    assert page.count('href="shared.html#tiny.shared.TooLong"') == 1
    assert page.count('href="#tiny.rooms.rulers.Ruler"') >= 3
    assert 'id="tiny.shared.Length"' in html("book/api/shared")


def test_entries_lead_to_the_source_and_back(book):
    html = book()
    source = "_modules/tiny/rooms/rulers"
    assert f'href="../../{source}.html#Ruler.of"' in html("book/api/rooms")
    text = html(source)
    assert 'id="Ruler.of"' in text
    assert 'href="../../../book/api/rooms.html#tiny.rooms.rulers.Ruler.of"' in text
    lengths = "_modules/tiny/shared/lengths.html#Length"
    assert f'href="../../{lengths}"' in html("book/api/shared")


def test_names_in_notebooks_lead_to_entries(book):
    page = book()("notebooks/n")
    found = re.findall(r'<a class="entry" href="([^"]+)"[^>]*>.*?>(\w+)</span>', page)
    rulers = "../book/api/rooms.html#tiny.rooms.rulers"
    extra = "../book/api/rooms.html"
    assert found == [
        (f"{rulers}.Ruler", "Ruler"),
        (f"{rulers}.measure", "measure"),
        (f"{extra}#module-tiny.rooms.extra", "extra"),
        (f"{rulers}.measure", "measure"),
        (f"{rulers}.Ruler", "Ruler"),
        (f"{rulers}.Ruler.of", "of"),
        (f"{extra}#module-tiny.rooms.extra", "extra"),
        (f"{extra}#tiny.rooms.extra.added", "added"),
    ]


def test_what_is_printed_leaves_the_reference_out(book):
    page = book("singlehtml")("index")
    assert re.search(r"<h\d>Notebook", page)
    assert not re.search(r"<h\d>The page of rooms", page)
    assert 'id="tiny.rooms' not in page


def test_a_room_that_is_not_there_is_named(project, library):
    project.page("# Start\n\n```{room} tiny.nothing\n```")
    passed, said = project.build(api_library=str(library), **SETTINGS)
    assert not passed
    assert "index.md:3" in said
    assert "there is no package 'tiny.nothing'" in said


def test_links_leave_other_names_alone():
    def address(name):
        return {"lib.f": "#f", "lib.f.g": "#g"}.get(name)

    dot, f, g = (
        '<span class="o">.</span>',
        '<span class="n">f</span>',
        '<span class="n">g</span>',
    )
    to_f = f'<a class="entry" href="#f" title="lib.f">{f}</a>'
    to_g = f'<a class="entry" href="#g" title="lib.f.g">{g}</a>'
    names = {"f": "lib.f"}
    for code, expected in (
        (f, to_f),
        (f"{f}{dot}{g}", f"{to_f}{dot}{to_g}"),
        (f"{f}{dot}{f}", f"{to_f}{dot}{f}"),
        (f"{g}{dot}{f}", f"{g}{dot}{f}"),
        (f'<span class="p">)</span>{dot}{f}', f'<span class="p">)</span>{dot}{f}'),
        (f'{f}<span class="o">=</span>', f'{f}<span class="o">=</span>'),
        (f'{f} <span class="o">=</span>', f'{f} <span class="o">=</span>'),
        (g, g),
    ):
        assert linked(code, names, address) == expected


@pytest.fixture(scope="module")
def surface():
    return Surface(ROOT / "lib", ROOT / "notebooks")


def test_every_room_has_a_page_in_the_contents():
    rooms = {path.parent.name for path in (ROOT / "lib/darkhar").glob("*/__init__.py")}
    rooms = {f"darkhar.{room}" for room in rooms - {"cli"}} | {"darkclips"}
    pages = {
        path.relative_to(ROOT).with_suffix("").as_posix(): path.read_text()
        for path in (ROOT / "book" / "api").glob("*.md")
    }
    shown = {
        room for text in pages.values() for room in re.findall(r"{room} (\S+)", text)
    }
    assert shown == rooms
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    (library,) = [p for p in contents["parts"] if p["caption"] == "Library"]
    files = [chapter["file"] for chapter in library["chapters"]]
    files += [s["file"] for c in library["chapters"] for s in c.get("sections", [])]
    assert sorted(files) == sorted(pages)


@pytest.mark.notebooks
def test_what_notebooks_import_has_an_entry(surface):
    from api.surface import imported_names

    imported = {
        path
        for notebook in surface.notebooks
        for path in imported_names(notebook).values()
        if path.startswith("darkhar.")
    }
    modules = {
        module.path
        for room in surface.module("darkhar").modules.values()
        for module in surface.modules(room)
    }
    without = imported - set(surface.public_paths) - modules
    assert without == set()


def test_what_rooms_export_has_an_entry(surface):
    for room, names in {
        "darkhar.recognizer": {"Recognizer", "Verdict", "load_recognizer"},
        "darkhar.results": {"NotRun", "Run", "flatten", "glue", "glue_figure"},
    }.items():
        shown = {p.rpartition(".")[2] for p in surface.exported(surface.module(room))}
        assert names <= shown
