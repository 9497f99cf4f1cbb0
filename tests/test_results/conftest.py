"""One notebook that glues one of everything, executed once."""

from pathlib import Path

import nbformat
import papermill
import pytest

_CELLS = [
    """
import dataclasses
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from darkhar.results import glue, glue_figure, glue_table

@dataclasses.dataclass
class Interval:
    low: float
    high: float
""",
    """
glue("validation", {"loss": np.float32(1.75), "accuracy": 1 / 4})
glue("count", np.int64(24))
glue("code", "123")
glue("interval", Interval(0.125, np.float64(0.5)))
glue("folds", [{"epochs": 3, "losses": np.array([[2.0, 1.5]])}, {"epochs": 4}])
glue("passed", np.bool_(True))
""",
    """
table = pd.DataFrame({"clips": [3, 1], "share": [0.75, 0.25]},
                     index=pd.Index(["Jump", "Run"], name="class"))
glue_table("distribution", table)
""",
    """
figure, axes = plt.subplots()
axes.plot([1, 2, 4])
glue_figure("curve", figure)
""",
    """
figure, axes = plt.subplots()
axes.imshow(np.zeros((4, 4)))
glue_figure("frames_figure", figure, shows_frames=True)
""",
]


@pytest.fixture(scope="session")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of the executed notebook, `baseline.ipynb`."""
    folder = tmp_path_factory.mktemp("executed")
    node = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in _CELLS]
    )
    nbformat.write(node, folder / "source.ipynb")
    papermill.execute_notebook(
        folder / "source.ipynb",
        folder / "baseline.ipynb",
        kernel_name="python3",
        language="python",
        progress_bar=False,
    )
    node = nbformat.read(folder / "baseline.ipynb", as_version=4)
    node.metadata["darkhar"] = {"stage_key": "key of baseline"}
    nbformat.write(node, folder / "baseline.ipynb")
    return folder / "baseline.ipynb"
