"""A project of two tiny notebooks, and an execution without kernels."""

import contextlib
import dataclasses
import types
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from darkhar.config import Notebook, Parameters, ResultsError
from darkhar.pipeline.kernels import Kernels
from darkhar.pipeline.parameter_cells import cell_text, write_cells
from darkhar.pipeline.run import run

# One black pixel.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAA"
    "CklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
)
# `epochs` is a parameter of the second's alone.
TABLE = {
    "second": Notebook(("data", "sequence"), after=("first",)),
    "first": Notebook(("data",)),
}
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"


def write_notebook(path: Path, *code: str, declared: str | None = None) -> Path:
    """A notebook with a title, its parameters and further cells of code.

    The parameters are those of the row in `TABLE`, of another notebook `data`'s.
    """
    cell = nbformat.v4.new_code_cell
    row = TABLE.get(path.stem, TABLE["first"])
    text = cell_text(row.parameters) if declared is None else declared
    cells = [
        nbformat.v4.new_markdown_cell(f"# The {path.stem}", id="title"),
        cell(text, id="parameters", metadata={"tags": ["parameters"]}),
        *(cell(text, id=f"cell{i}") for i, text in enumerate(code)),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"language_info": {"name": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


@dataclasses.dataclass
class Project:
    """A folder with notebooks and runs.

    `executed` lists what was executed, `asked` the notebooks whose needs were asked
    for, and `lines` what the last run reported; what is in `unmet` cannot be run.
    """

    root: Path
    table: dict[str, Notebook] = dataclasses.field(default_factory=TABLE.copy)
    executed: list[tuple[str, dict]] = dataclasses.field(default_factory=list)
    failing: set[str] = dataclasses.field(default_factory=set)
    fingerprint: str = "f" * 64
    unmet: dict[str, str] = dataclasses.field(default_factory=dict)
    asked: list[list[str]] = dataclasses.field(default_factory=list)
    lines: list[str] = dataclasses.field(default_factory=list)

    @property
    def folders(self) -> dict:
        """The arguments that every function of the pipeline takes."""
        return {
            "notebooks": self.root / "notebooks",
            "runs": self.root / "runs",
            "table": self.table,
        }

    @property
    def run_dir(self) -> Path:
        return self.root / "runs" / "demo"

    def declare(self, name: str, *groups: str) -> None:
        """Gives a notebook other groups of parameters."""
        self.table[name] = dataclasses.replace(self.table[name], groups=groups)
        write_cells(self.root / "notebooks", self.table)

    def run(
        self, parameters: Parameters | None = None, name: str = "demo", **options
    ) -> list[str]:
        """Makes a run; the names of the notebooks that were executed."""
        before = len(self.executed)
        layout = types.SimpleNamespace(class_names=("a", "b"), train=(1, 2), val=(3,))
        data = types.SimpleNamespace(
            layout=layout, fingerprint=self.fingerprint, embedded=True
        )

        def find_unmet(_, table: dict, names: list[str]) -> dict[str, str]:
            self.asked.append(names)
            return {name: self.unmet[name] for name in names if name in self.unmet}

        self.lines.clear()
        run(
            parameters or Parameters(),
            name,
            resolve=lambda _: data,
            find_unmet=find_unmet,
            report=self.lines.append,
            **self.folders | {"check_feasible": lambda *_: None} | options,
        )
        return [name for name, _ in self.executed[before:]]

    def execute(
        self, source: Path, output: Path, parameters: dict, *, stage_key: str, **_
    ) -> None:
        """Takes the place of papermill."""
        self.executed.append((output.stem, parameters))
        if output.stem in self.failing:
            output.with_name(f"{output.stem}.failed.ipynb").write_text("{}")
            raise ResultsError(f"notebook '{output.stem}' failed")
        node = nbformat.read(source, as_version=4)
        injected = nbformat.v4.new_code_cell(
            "\n".join(f"{k} = {v!r}" for k, v in parameters.items()),
            metadata={"tags": ["injected-parameters"]},
        )
        node.cells.insert(2, injected)
        for count, cell in enumerate(node.cells[1:], start=1):
            cell.execution_count = count
        value = len(self.executed)
        node.cells[-1].outputs = [
            _data("value", {"order": value, "share": 0.25}),
            _display("plot_figure", {"image/svg+xml": SVG}, shows_frames=False),
            _display("clip_figure", {"image/png": PNG}, shows_frames=True),
            nbformat.v4.new_output("stream", text=f"in {Path.home()}/x\n"),
        ]
        node.metadata["papermill"] = {"duration": 2.06, "exception": None}
        node.metadata["darkhar"] = {"stage_key": stage_key}
        nbformat.write(node, output)


def _data(name: str, value: dict) -> nbformat.NotebookNode:
    payload = {"name": name, "data": value, "encoder": "json", "version": 1}
    return nbformat.v4.new_output(
        "display_data",
        data={"application/scrapbook.scrap.json+json": payload},
        metadata={"scrapbook": {"name": name, "data": True, "display": False}},
    )


def _display(name: str, data: dict, *, shows_frames: bool) -> nbformat.NotebookNode:
    return nbformat.v4.new_output(
        "display_data",
        data=data,
        metadata={
            "scrapbook": {"name": name, "data": False, "display": True},
            "darkhar": {"shows_frames": shows_frames},
        },
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two notebooks, the second building on the first; no kernel is started."""
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))
    write_notebook(tmp_path / "notebooks" / "first.ipynb", "print(seed)")
    write_notebook(tmp_path / "notebooks" / "second.ipynb", "print(seed, epochs)")
    made = Project(tmp_path)
    monkeypatch.setattr("darkhar.pipeline.execute.execute", made.execute)
    monkeypatch.setattr(Kernels, "of", lambda *_: contextlib.nullcontext())
    # Somebody may be editing the library while the tests run.
    monkeypatch.setattr("darkhar.results.provenance.library_sha256", lambda: "l" * 64)
    return made


@pytest.fixture
def notebook() -> Callable:
    """`write_notebook`."""
    return write_notebook
