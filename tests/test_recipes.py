"""The recipes of CONTRIBUTING.md that hold code, carried out as they stand there.

A copy of the project gets all of them. One run goes through what they add, and the
copy passes those of its own tests that go over the tables' rows.
"""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from tiny_clips import write_noise

from darkhar.config import EXTRACTORS, GROUPS, project_root
from darkhar.results import Run

ROOT = project_root()
BLOCK = re.compile(
    r"```python\n# (?P<what>[^:\n]+): (?P<file>\S+)\n(?P<code>.*?)```", re.S
)

RUN = {
    "enhancement": "negative:white=200",
    "extractor": "colour_means",
    "sampler": "beginning",
    "splitter": "in_turn",
    "pose_splitter": "in_turn",
    "fusion": "product",
    "folds": 2,
    "epochs": 1,
    "pose_epochs": 1,
    "n_samples": 2,
    "pose_samples": 4,
    "examples": 7,
}

# Quick tests that go over the rows of tables, parameters and notebooks.
TESTS = (
    "test_architecture.py",
    "test_notebook_cells.py",
    "test_config",
    "test_enhancement/test_enhancement_layers.py",
    "test_enhancement/test_enhancement_registry.py",
    "test_features/test_weights_catalog.py",
    "test_models/test_fusion.py",
    "test_models/test_pose_networks.py",
    "test_models/test_sampling_layers.py",
    "test_pipeline/test_parameter_cells.py",
    "test_study/test_study.py",
    "test_study/test_study_tables.py",
    # Those of the other classifiers take most of a minute.
    "test_training/test_fits.py::test_every_pose_classifier[heights]",
    "test_training/test_fits.py::test_every_pose_classifier[joint_means]",
    "test_training/test_fits.py::test_folds_at_once_are_folds_one_by_one[heights]",
    "test_training/test_fits.py::test_folds_at_once_are_folds_one_by_one[joint_means]",
    "test_training/test_splitters.py",
)


def recipes():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    return [match.groupdict() for match in BLOCK.finditer(text)]


def carry_out(root, *, what, file, code):
    """Does what one block of a recipe says."""
    path = root / file
    kind, _, name = what.rpartition(" ")
    if what == "new file":
        assert not path.exists()
        path.write_text(code)
    elif what == "at the end of":
        path.write_text(f"{path.read_text().rstrip()}\n\n\n{code}")
    elif kind == "row of":
        head, row, rest = re.split(
            rf"(^{name}: .*?^)(?=\}})", path.read_text(), maxsplit=1, flags=re.S | re.M
        )
        path.write_text(head + row + code + rest)
    elif kind == "at the end of class":
        head, body, rest = re.split(
            rf"(^class {name}:.*?\n)(?=\n\n\S)",
            path.read_text(),
            maxsplit=1,
            flags=re.S | re.M,
        )
        path.write_text(head + body + code + rest)
    elif what == "new notebook":
        first, _, last = re.split(r"^# ---.*\n", code, flags=re.M)
        cells = [nbformat.v4.new_markdown_cell("# Negative")]
        cells += [nbformat.v4.new_code_cell(text.strip()) for text in (first, last)]
        # As Jupyter writes it.
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path
        )
    else:
        raise AssertionError(f"a recipe that nobody can carry out: {what}")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with all recipes carried out."""
    root = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("lib", "notebooks", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in (
        "requirements.txt",
        "requirements-openvino.txt",
        "requirements-paper.txt",
        "_toc.yml",
        "pyproject.toml",
        "conftest.py",
    ):
        shutil.copy(ROOT / name, root)
    for block in recipes():
        carry_out(root, **block)
    written = darkhar(root, "parameters", "--write")
    assert written.returncode == 0, written.stderr
    return root


def darkhar(project, *arguments, **environment):
    return python(project, "darkhar", *arguments, **environment)


def python(project, module, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=project,
        env=os.environ
        | {"PYTHONPATH": str(project / "lib"), "TF_CPP_MIN_LOG_LEVEL": "3"}
        | environment,
        capture_output=True,
        text=True,
    )


def test_there_is_a_recipe_for_each_kind_of_choice():
    tables = {block["what"].removeprefix("row of ") for block in recipes()}
    assert tables >= {
        "ENHANCEMENTS",
        "EXTRACTORS",
        "SAMPLERS",
        "PROTOCOLS",
        "POSE_CLASSIFIERS",
        "FUSIONS",
        "NOTEBOOKS",
        "at the end of class EnhancementParameters",
    }


def test_parameters_tell_of_what_was_added(project):
    done = darkhar(project, "parameters")
    assert done.returncode == 0, done.stderr
    for text in ("negative", "colour_means", "beginning", "in_turn", "heights"):
        assert text in done.stdout
    assert "Examples of enhanced frames" in done.stdout


@pytest.mark.slow
def test_tests_that_go_over_the_tables_pass(project):
    quick = "not (notebooks or books or weights or kernels or slow)"
    tests = [f"tests/{name}" for name in TESTS]
    done = python(project, "pytest", "--verbose", "-m", quick, *tests)
    assert done.returncode == 0, done.stdout + done.stderr
    # What recipes add was among it.
    for name in ("negative", "in_turn", "heights", "joint_means", "product"):
        assert re.search(rf"\[.*{name}.*\] PASSED", done.stdout), name


@pytest.mark.kernels
def test_one_run_goes_through_all_that_was_added(project, tmp_path, movenet_files):
    cache = tmp_path / "cache"
    (cache / "weights").mkdir(parents=True)
    graph = movenet_files("movenet_lightning")
    for file in (graph, graph.with_suffix(".bin")):
        shutil.copy(file, cache / "weights")
    weights = tmp_path / "weights.npz"
    np.savez(weights, kernel=np.eye(48, dtype="float32"), bias=np.zeros(48, "float32"))
    data = write_noise(tmp_path / "clips")

    for classifier in ("heights", "joint_means"):
        options = RUN | {"extractor_weights": weights, "pose_classifier": classifier}
        done = darkhar(
            project,
            *("run", "negative", "--run", classifier, "--data-dir", data),
            *(
                word
                for name, value in options.items()
                for word in ("-p", f"{name}={value}")
            ),
            DARKHAR_CACHE=str(cache),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        run = Run.open(project / "runs" / classifier)
        assert run.scrap("negative#examples") == 7
        # Two classes, six clips each.
        for model in ("appearance", "appearance_enhanced", "pose", "fused"):
            answers = np.array(run.scrap(f"negative#{model}"))
            assert answers.shape == (1, 12)
            assert set(answers.ravel()) <= {0, 1}


def test_the_tables_of_the_project_itself_hold_none_of_it():
    assert "colour_means" not in EXTRACTORS
    assert "examples" not in GROUPS["enhancement"].__pydantic_fields__
